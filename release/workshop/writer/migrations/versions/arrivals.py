"""From which course of a learning management system a learner came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of arrivals; of whoever came before, the next launch tells."""
    op.create_table(
        "arrival",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), nullable=False, index=True),
        sa.Column("platform", sa.Integer, sa.ForeignKey("platform.number"), nullable=False),
        sa.Column("deployment", sa.String(255), nullable=False),
        sa.Column("context", sa.String(255), nullable=False),
        sa.Column("link", sa.String(255), nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.UniqueConstraint("seat", "platform", "deployment", "link"),
    )
