"""Feedback on one play: from a result and its key to plain data, and to the sentences of a page."""
