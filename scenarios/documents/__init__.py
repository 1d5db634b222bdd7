"""Reading a file, and telling every problem in it with its line."""
