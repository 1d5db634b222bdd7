"""What can be guessed of a key without its story."""
