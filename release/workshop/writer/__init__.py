"""The writer process: alone with the database and the keys."""
