"""Models behind the contracts: the table of adapters, what a profile may say of a model, and what adapters share."""
