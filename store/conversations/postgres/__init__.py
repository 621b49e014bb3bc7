"""Conversations in a PostgreSQL database, for whoever runs more than one server."""
