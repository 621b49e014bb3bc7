"""The library: conversations from Python. Every other face stands on it."""
