"""The revisions, each a module named after what it changes."""
