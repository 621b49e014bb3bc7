"""How the loop works with a small language model that nobody here trained; ``python -m dir_tir.benchmarks.foreign``."""
