"""Teams: whose members sit where, what they answered alone, and what they settle on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of teams; nobody is in one yet."""
    op.create_table(
        "team",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.UniqueConstraint("workshop", "code"),
    )
    op.create_table(
        "member",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False),
        sa.Column("team", sa.String(32), sa.ForeignKey("team.seat"), nullable=False, index=True),
    )
    op.create_table(
        "voice",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        sa.Column("decision", sa.String(80), primary_key=True),
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("pick", sa.Text),
    )
    op.create_table(
        "settling",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        sa.Column("decision", sa.String(80), primary_key=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
