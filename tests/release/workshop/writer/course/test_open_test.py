from __future__ import annotations

from pathlib import Path

import pytest

from graders.people.forms import FORMS
from release.workshop.plan import TestTurn
from release.workshop.writer.course.open_test import OpenTest
from tests.parts.carried import PEOPLE, course_of
from tests.parts.phone_line import phones
from tests.places import KEYS
from widgets.shelf import CaseProgress, Shelf

ANA, BEO, CICI = PEOPLE
TESTS = ("bentuk-a", "bentuk-b")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two tests; Ana begins with the one, Beo with the other, Cici is in no order yet."""
    place = course_of(tmp_path_factory.mktemp("course"), TESTS, PEOPLE, mode="practice", keys=KEYS)
    orders = f"id,before,after\n{ANA},bentuk-a,bentuk-b\n{BEO},bentuk-b,bentuk-a\n"
    (place / FORMS).write_text(orders, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("turn", "seen"),
    [
        ("before", {ANA: ["bentuk-a"], BEO: ["bentuk-b"], CICI: [*TESTS]}),
        ("after", {ANA: ["bentuk-b"], BEO: ["bentuk-a"], CICI: [*TESTS]}),
    ],
)
def test_a_phone_shows_the_test_that_its_owner_plays_now_and_not_the_other_one(
    course: Path, tmp_path: Path, turn: TestTurn, seen: dict[str, list[str]]
) -> None:
    with phones(course, tmp_path / "data", KEYS, test=turn) as phone:
        shelves = {person: phone(person) for person in PEOPLE}
        there = {person: visible(shelf) for person, shelf in shelves.items()}

    assert there == seen


def test_a_table_that_is_being_written_changes_nothing_and_a_new_one_counts_at_once(tmp_path: Path) -> None:
    table, test = tmp_path / FORMS, OpenTest(tmp_path, "before")
    assert test.hidden_from(ANA) == ()
    table.write_text(f"id,before,after\n{ANA},bentuk-a,bentuk-b\n", encoding="utf-8")
    assert test.hidden_from(ANA) == ("bentuk-b",)

    table.write_text("id,before", encoding="utf-8")

    assert test.hidden_from(ANA) == ("bentuk-b",)
    assert test.hidden_from(None) == ()


def visible(shelf: Shelf) -> list[str]:
    progress = shelf.state("id").progress
    return [case.id for case in shelf.cases() if progress.get(case.id, CaseProgress()).status != "hidden"]
