"""Statements on their way to a learning record store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their table; of what was played before nothing was told."""
    op.create_table(
        "statement",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("is_sent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try", sa.String(27), nullable=False, server_default=""),
        sa.Column("trouble", sa.String(80), nullable=False, server_default=""),
        sa.UniqueConstraint("play", "n"),
    )
