"""Adapters: one file for each way to run a model, behind the contracts."""
