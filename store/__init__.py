"""What is kept on disk: the gallery in Chroma, its sources and indexing, paintings, and the sessions of conversations."""
