"""What stands beside a reflection, wherever somebody reads it."""
