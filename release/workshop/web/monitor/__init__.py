"""What a server tells whoever operates it: whether it lives, whether it is ready, and figures."""
