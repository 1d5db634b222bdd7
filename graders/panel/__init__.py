"""A key by an expert panel: what its plays settle, and the files they come from and go to."""
