"""The tables and columns of nbgrader's gradebook that grading reads and writes.

nbgrader's own models bring nbgrader with them, which takes seconds to import, and its methods make a
database engine and a transaction for every cell. So the columns that grading touches are declared
here once more; a test holds them against nbgrader's models.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
_KEY = sa.String(32)
STUDENT = sa.Table("student", METADATA, sa.Column("id", sa.String(128), primary_key=True))
ASSIGNMENT = sa.Table(
    "assignment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("duedate", sa.DateTime()),
)
NOTEBOOK = sa.Table(
    "notebook",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("assignment_id", _KEY),
    sa.Column("kernelspec", sa.String(1024)),
)
CELL = sa.Table(
    "base_cell",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("notebook_id", _KEY),
    sa.Column("type", sa.String(50)),
)
GRADE_CELL = sa.Table(
    "grade_cells", METADATA, sa.Column("id", _KEY, primary_key=True), sa.Column("max_score", sa.Float())
)
SOURCE_CELL = sa.Table(
    "source_cell",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("notebook_id", _KEY),
    sa.Column("checksum", sa.String(128)),
)
SUBMISSION = sa.Table(
    "submitted_assignment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("assignment_id", _KEY),
    sa.Column("student_id", sa.String(128)),
    sa.Column("timestamp", sa.DateTime()),
    sa.Column("extension", sa.Interval()),
)
SUBMITTED = sa.Table(
    "submitted_notebook",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("assignment_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("flagged", sa.Boolean()),
    sa.Column("late_submission_penalty", sa.Float(0)),
)
GRADE = sa.Table(
    "grade",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("cell_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("auto_score", sa.Float()),
    sa.Column("manual_score", sa.Float()),
    sa.Column("extra_credit", sa.Float()),
    sa.Column("needs_manual_grade", sa.Boolean()),
)
COMMENT = sa.Table(
    "comment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("cell_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("auto_comment", sa.Text()),
)
