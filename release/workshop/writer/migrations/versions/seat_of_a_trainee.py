"""Whose seat it is in a course that the workshop carries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the seats that are there are nobody's in a course."""
    op.add_column("seat", sa.Column("trainee", sa.String(60)))
