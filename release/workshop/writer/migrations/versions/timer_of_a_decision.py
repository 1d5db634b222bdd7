"""The timer of a decision outlives the writer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give no decision a timer."""
    op.add_column("room", sa.Column("ends", sa.String(27)))
