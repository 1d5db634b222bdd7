"""The rules of the lab on paper: each with all its uses."""
