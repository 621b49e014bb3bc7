"""Profiles: which models a conversation runs with, where their files are, and whether they fit."""
