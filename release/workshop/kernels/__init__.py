"""The server's view of its kernels."""
