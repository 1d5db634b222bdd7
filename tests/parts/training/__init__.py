"""A training of two days, played by buttons alone."""
