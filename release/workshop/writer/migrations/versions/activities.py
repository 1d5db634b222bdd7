"""Activities of learning management systems that are no case: lessons that were read, tests, their grades."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Call what a grade is of by its kind; nobody has read a lesson or been given a test yet."""
    with op.batch_alter_table("grade") as grade:
        grade.alter_column(
            "case_id",
            new_column_name="item",
            existing_type=sa.String(40),
            type_=sa.String(60),
            existing_nullable=False,
        )
    op.execute("UPDATE grade SET item = 'case:' || item")
    op.create_table(
        "reading",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("lesson", sa.String(20), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "test_order",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("test", sa.String(40), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("is_after_open", sa.Boolean, nullable=False, server_default=sa.false()),
    )
