"""The review round of a case: who has read it, what they said, and what still lacks."""
