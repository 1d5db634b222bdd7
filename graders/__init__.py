"""What a facilitator keeps: the keys, the scores and the feedback they give, and how a course uses them."""
