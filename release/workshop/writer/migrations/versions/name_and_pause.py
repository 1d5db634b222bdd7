"""A workshop gets a name that its facilitator gives it, and may be paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each workshop no name beside its own, and let it run."""
    op.add_column("workshop", sa.Column("title", sa.String(120), nullable=False, server_default=""))
    op.add_column("workshop", sa.Column("paused", sa.String(27)))
