"""Servers that hold one workshop together, who is in its room, and what its board remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, empty, and let each board remember nothing."""
    op.create_table(
        "helm",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("term", sa.Integer, nullable=False),
        sa.Column("server", sa.String(32), nullable=False),
        sa.Column("workshop_name", sa.String(80), nullable=False, server_default=""),
        sa.Column("plan", sa.String(64), nullable=False, server_default=""),
    )
    op.create_table(
        "server",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("beat", sa.Double, nullable=False),
    )
    op.create_table(
        "presence",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("is_waiting", sa.Boolean, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
    )
    op.add_column("workshop", sa.Column("board", sa.Text, nullable=False, server_default=""))
