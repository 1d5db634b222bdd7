"""Grades on their way to learning management systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of grades; none is on its way yet."""
    op.create_table(
        "grade",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), nullable=False, index=True),
        sa.Column("platform", sa.Integer, sa.ForeignKey("platform.number"), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("link", sa.String(255), nullable=False),
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("line_item", sa.String(2000), nullable=False),
        sa.Column("wanted", sa.Text),
        sa.Column("sent", sa.Text),
        sa.Column("at", sa.String(27), nullable=False, server_default=""),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_try", sa.String(27), nullable=False, server_default=""),
        sa.Column("trouble", sa.String(80), nullable=False, server_default=""),
        sa.UniqueConstraint("seat", "platform", "link"),
    )
