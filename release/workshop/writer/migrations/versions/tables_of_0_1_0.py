"""The tables as 0.1.0 made them, before anybody counted versions: frozen, whatever `tables` says later.

A database of 0.1.0 has them all already. One of the time before it lacks a table or some columns, which it
gets here, each with its default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

METADATA = sa.MetaData()
sa.Table(
    "workshop",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("created", sa.String(27), nullable=False),
    sa.Column("code", sa.String(12), nullable=False, server_default=""),
    sa.Column("mode", sa.String(20), nullable=False, server_default="practice"),
    sa.Column("closed", sa.String(27)),
    sa.Column("keep_days", sa.Integer, nullable=False, server_default="30"),
)
sa.Table(
    "seat",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("workshop", sa.ForeignKey("workshop.number"), nullable=False),
    sa.Column("pseudonym", sa.String(80), nullable=False),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("created", sa.String(27), nullable=False),
    sa.Column("sector", sa.String(40)),
    sa.Column("typed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("workshop", "pseudonym"),
)
sa.Table(
    "play",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("seat", sa.ForeignKey("seat.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(40), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
)
sa.Table(
    "event",
    METADATA,
    sa.Column("play", sa.ForeignKey("play.number"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("chain", sa.String(16), nullable=False),
)
sa.Table(
    "room",
    METADATA,
    sa.Column("workshop", sa.ForeignKey("workshop.number"), primary_key=True),
    sa.Column("case_id", sa.String(40), primary_key=True),
    sa.Column("decision", sa.String(80), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", sa.String(27), nullable=False, server_default=""),
)


def upgrade() -> None:
    """Make the tables, and the columns, that are not there."""
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    for table in METADATA.sorted_tables:
        if not inspector.has_table(table.name):
            table.create(connection)
            continue
        known = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                op.add_column(table.name, column)
