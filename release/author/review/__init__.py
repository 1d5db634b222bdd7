"""A case on paper for people who never see the lab, and what they wrote read back."""
