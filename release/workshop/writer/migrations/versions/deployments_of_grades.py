"""A grade belongs to one deployment of a platform: two of them may call their activities the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# That of the activity from which its learner came last, or else the only one that its platform has.
_KNOWN = """
UPDATE grade SET deployment = COALESCE(
  (SELECT arrival.deployment FROM arrival
   WHERE arrival.seat = grade.seat AND arrival.platform = grade.platform AND arrival.link = grade.link
   ORDER BY arrival.number DESC LIMIT 1),
  (SELECT MIN(deployment.id) FROM deployment
   WHERE deployment.platform = grade.platform HAVING COUNT(*) = 1),
  '')
"""


def upgrade() -> None:
    """Say of each grade whose deployment it is; one that nobody knows is told by the next launch."""
    (unique,) = sa.inspect(op.get_bind()).get_unique_constraints("grade")
    # SQLite knows no name of it: Alembic gives it one to drop it by.
    names = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
    with op.batch_alter_table("grade", naming_convention=names) as grade:
        grade.add_column(sa.Column("deployment", sa.String(255), nullable=False, server_default=""))
        grade.drop_constraint(unique["name"] or "uq_grade_seat", type_="unique")
        grade.create_unique_constraint("grade_place", ["seat", "platform", "deployment", "link"])
    op.execute(_KNOWN)
