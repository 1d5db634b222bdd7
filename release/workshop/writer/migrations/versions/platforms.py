"""Learning management systems: which are registered, as what, and who is invited to register one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of platforms; none is registered yet."""
    op.create_table(
        "platform",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("login", sa.String(2000), nullable=False),
        sa.Column("token", sa.String(2000), nullable=False),
        sa.Column("key_set", sa.String(2000), nullable=False),
        sa.Column("audience", sa.String(2000), nullable=False, server_default=""),
        sa.Column("created", sa.String(27), nullable=False),
        sa.UniqueConstraint("issuer", "client_id"),
    )
    op.create_table(
        "deployment",
        sa.Column("platform", sa.Integer, sa.ForeignKey("platform.number"), primary_key=True),
        sa.Column("id", sa.String(255), primary_key=True),
    )
    op.create_table(
        "registration",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("ends", sa.String(27), nullable=False),
    )
