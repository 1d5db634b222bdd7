"""A reviewer at a page of their own: what they read of a case, and how they speak."""
