"""The doors by which a learning management system leads into the workshop."""
