"""What is proven of a case without its key."""
