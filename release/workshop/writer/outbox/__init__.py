"""What is on its way to somebody elsewhere, until it is there."""
