"""What a gallery costs by its size."""
