"""What is proven of a case together with its key."""
