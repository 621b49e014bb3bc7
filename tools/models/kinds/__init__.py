"""One file for each kind of model. A file here registers itself in the table of adapters; nothing else has to name it."""
