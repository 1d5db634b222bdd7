"""The papers of a training: pages to print and sheets to calculate in, made of a course's own data."""
