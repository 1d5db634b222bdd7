"""What is kept of the learning management systems that lead into the workshop."""
