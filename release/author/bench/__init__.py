"""Where an author writes a case: its files edited in a page, and nothing else in them touched."""
