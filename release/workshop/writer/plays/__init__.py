"""How a play is kept."""
