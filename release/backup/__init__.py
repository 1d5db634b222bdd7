"""Copies of a workshop and of a course, and the way back from a loss."""
