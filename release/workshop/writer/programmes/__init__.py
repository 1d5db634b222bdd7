"""What is kept of those who go through a programme by themselves."""
