"""What courses of an LMS keep: grades by deployment, reflections that teachers answer, cases left out."""

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


def _workshop() -> sa.Column[int]:
    return sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True)


def upgrade() -> None:
    """Say of each grade whose deployment it is, and make the tables of reflections and of cases left out."""
    _deployments_of_grades()
    _reflections()
    _cases_left_out()


def _deployments_of_grades() -> None:
    # One that nobody knows is told by the next launch.
    (unique,) = sa.inspect(op.get_bind()).get_unique_constraints("grade")
    # SQLite knows no name of it: Alembic gives it one to drop it by.
    names = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
    with op.batch_alter_table("grade", naming_convention=names) as grade:
        grade.add_column(sa.Column("deployment", sa.String(255), nullable=False, server_default=""))
        grade.drop_constraint(unique["name"] or "uq_grade_seat", type_="unique")
        grade.create_unique_constraint("grade_place", ["seat", "platform", "deployment", "link"])
    op.execute(_KNOWN)


def _reflections() -> None:
    # Nobody was told yet, so that nothing of before is read.
    op.create_table(
        "reader_notice",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "reflection",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("play", sa.Integer, sa.ForeignKey("play.number"), primary_key=True),
        sa.Column("course", sa.String(20), primary_key=True),
        _workshop(),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )


def _cases_left_out() -> None:
    op.create_table(
        "left_out",
        sa.Column("seat", sa.String(32), sa.ForeignKey("seat.id"), primary_key=True),
        sa.Column("case_id", sa.String(40), primary_key=True),
        sa.Column("workshop", sa.Integer, sa.ForeignKey("workshop.number"), nullable=False, index=True),
    )
