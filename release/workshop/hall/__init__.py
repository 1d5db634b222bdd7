"""Who is here now."""
