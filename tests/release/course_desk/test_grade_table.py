from __future__ import annotations

from dataclasses import replace

from graders.people.roster import Person
from release.course_desk.web.grade_table import grade_table
from tests.parts.grading_notes import JUDGED_NOTE
from tests.release.course_desk.test_due_step import CASE, LISTED

ROSTER = {"p-1": Person("p-1", name="Ana"), "p-2": Person("p-2")}
VIEW = replace(LISTED, roster=ROSTER, cases=(replace(CASE, notes={"p-1": JUDGED_NOTE}),))


def test_before_anything_is_graded_there_is_no_table() -> None:
    assert grade_table(replace(VIEW, cases=(CASE,))) is None


def test_everybody_of_the_roster_stands_in_it_and_whoever_else_has_handed_in() -> None:
    table = grade_table(replace(VIEW, cases=(replace(CASE, notes={"p-1": JUDGED_NOTE, "p-9": None}),)))

    assert table is not None
    assert [row[0] for row in table.rows] == ["Ana", "p-2", "p-9"]


def test_a_cell_tells_points_as_each_language_writes_them_and_what_is_open() -> None:
    notes = {
        "p-1": replace(JUDGED_NOTE, raw=8.5),
        "p-3": replace(JUDGED_NOTE, incomplete=True),
        "p-4": replace(JUDGED_NOTE, status="not_judged", raw=None),
        "p-5": None,
    }
    table = grade_table(replace(VIEW, cases=(replace(CASE, notes=notes),)))

    assert table is not None
    assert [row[1] for row in table.rows] == [
        {"id": "8,5 dari 16", "en": "8.5 of 16"},
        {"id": "belum menyerahkan", "en": "not handed in"},
        {"id": "8 dari 16, belum selesai", "en": "8 of 16, not finished"},
        {"id": "tidak dapat dinilai", "en": "could not be judged"},
        {"id": "belum dinilai", "en": "not graded yet"},
    ]
