"""How several servers are one workshop."""
