"""The command `dir-tir`, and conversations in a terminal."""
