"""Data sets, runner, metrics, baselines and report of the scripted evaluation."""
