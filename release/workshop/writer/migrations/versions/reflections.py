"""Reflections that the teachers of a course read and answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _workshop() -> sa.Column[int]:
    return sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True)


def upgrade() -> None:
    """Make their tables; nobody was told yet, so that nothing of before is read."""
    op.create_table(
        "reader_notice",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "reflection",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        sa.Column("course", sa.String(20), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )
