"""nbgrader's own table of a course's grades: a folder placed by hand makes no formula of it."""

from __future__ import annotations

from pathlib import Path

from release.course.course import make_course
from release.course.gradebook import add_students
from tests.parts.nbgrader_course import CASE, exported, nbgrader
from tests.places import CASES, KEYS


def test_nbgraders_own_export_writes_no_formula_and_every_other_cell_as_it_is(tmp_path: Path) -> None:
    course = make_course(tmp_path / "kursus", [CASE], person="Ibu R.", cases=CASES, keys=KEYS).directory
    add_students(course, ["=1+1", "peserta-01"])

    nbgrader(course, "export")

    assert [person for _, person in exported(course)] == ["'=1+1", "peserta-01"]
    assert {row["score"] for row in exported(course).values()} == {"0.0"}
