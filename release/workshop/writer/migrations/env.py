"""What Alembic runs to migrate a database, on the connection and in the transaction of `database.migrate`."""

from __future__ import annotations

from alembic import context

from release.workshop.writer.tables import METADATA

# Batch: SQLite changes no column or constraint in its place.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
context.run_migrations()
