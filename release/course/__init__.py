"""A course on disk: made, filled, reported, handed on, and cleared in time."""
