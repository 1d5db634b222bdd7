"""Decisions on their way to a learning record store."""
