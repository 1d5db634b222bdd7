"""Teams: who sits at one table, and what they answered alone."""
