"""How plays on phones count in the course that a workshop carries."""
