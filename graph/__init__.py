"""How a turn runs: which node follows which, with what settings, holding which tools."""
