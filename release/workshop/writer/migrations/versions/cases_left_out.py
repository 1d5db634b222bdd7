"""The heavy cases that somebody leaves out of their programmes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody has left out any yet."""
    op.create_table(
        "left_out",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("case_id", sa.String(40), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
    )
