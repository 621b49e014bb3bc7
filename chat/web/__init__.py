"""The page: its server, and what stands before every request."""
