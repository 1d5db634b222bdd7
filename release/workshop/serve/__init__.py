"""The server process, from its options to its end."""
