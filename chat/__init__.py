"""The faces the product shows: the command line and what else talks with a person."""
