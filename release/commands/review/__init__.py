"""The commands of whoever has a case reviewed."""
