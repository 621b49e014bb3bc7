"""What a run leaves to look at: tables, curves, a page."""
