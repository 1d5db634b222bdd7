"""Sharing a library: cases with keys and guides in one signed file, from one lab to another."""
