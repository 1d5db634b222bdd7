"""What a certificate states, and how anybody verifies it."""
