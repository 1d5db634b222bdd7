"""What the server asks of the services of platforms."""
