"""What happens in one turn, a file for each step. Who comes after whom is decided in `graph/` alone."""
