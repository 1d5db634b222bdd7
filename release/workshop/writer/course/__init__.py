"""What is kept of the course that a workshop carries."""
