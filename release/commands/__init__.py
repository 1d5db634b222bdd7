"""The command line: one module for each of its users; what they do stands elsewhere."""
