"""The pages of whoever goes through a programme alone."""
