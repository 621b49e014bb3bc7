"""Galleries: pictures and captions with their embeddings, and how they come from a folder."""
