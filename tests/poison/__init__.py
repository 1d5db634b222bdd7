"""What a workshop's kernels do where a test asks them to: a package by its name alone, for whoever checks types."""
