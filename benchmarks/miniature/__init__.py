"""How good the miniature's models are, each on its own, on test scenes; ``python -m dir_tir.benchmarks.miniature``."""
