"""How the tables of a workshop came to be as they are: one revision after the other, run by Alembic."""
