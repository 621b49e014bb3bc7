"""Work on many machines, by Ray: a pool of workers, and what they do."""
