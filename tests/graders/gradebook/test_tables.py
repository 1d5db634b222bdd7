"""The gradebook's tables as they are declared here are those of nbgrader."""

from __future__ import annotations

from nbgrader.api import Base

from graders.gradebook.tables import METADATA


def test_the_tables_are_those_of_nbgrader() -> None:
    theirs = Base.metadata.tables
    for name, table in METADATA.tables.items():
        for column in table.columns:
            assert repr(column.type) == repr(theirs[name].c[column.name].type)
    for name in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment"):
        table = METADATA.tables[name]
        needed = {column.name for column in theirs[name].columns if not column.nullable}
        assert needed <= set(table.c.keys())
