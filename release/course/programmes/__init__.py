"""The programmes: a plan for each of A0 to A4, and what a course makes of it."""
