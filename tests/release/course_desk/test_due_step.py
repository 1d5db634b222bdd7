from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest

from graders.people.roster import Person
from release.course_desk.message import DeedName
from release.course_desk.web.course_list import ListedCourse
from release.course_desk.web.course_view import CaseView, CourseView
from release.course_desk.web.due_step import PART_OF, PARTS, due_step, unfolded_parts
from release.course_desk.web.phone_view import PhoneView
from release.workshop.desk.course_choice import CARDS
from scenarios.course_card import CourseCard
from tests.parts.grading_notes import JUDGED_NOTE

CARD = CourseCard(course="A", mode="test", person=None)
EMPTY = CourseView(
    ListedCourse("0" * 12, Path(), CARD), {}, (), (), (), report=None, has_plan=False, wrong=""
)
LISTED = replace(EMPTY, roster={"p-1": Person("p-1")})
CASE = CaseView(
    "teman-gim",
    "Teman Gim",
    missing=(),
    notes={"p-1": None},
    has_new_key=False,
    keeps_key=True,
    has_way_back=False,
)
PRINTED = PhoneView(sheets=(CARDS,))


@pytest.mark.parametrize(
    ("view", "phones", "link"),
    [
        (EMPTY, PhoneView(), "#h-peserta"),
        (LISTED, PhoneView(), "#h-ponsel"),
        (LISTED, PRINTED, f"/?kursus={quote(str(EMPTY.course.folder))}#h-kasus"),
        (LISTED, replace(PRINTED, carrier="workshop-1"), "#h-ponsel"),
        (replace(LISTED, cases=(CASE,)), PRINTED, "#h-nilai"),
        (replace(LISTED, cases=(replace(CASE, notes={"p-1": JUDGED_NOTE}),)), PRINTED, "#h-laporan"),
    ],
)
def test_a_course_tells_what_is_due_next(view: CourseView, phones: PhoneView, link: str) -> None:
    assert due_step(view, phones).link == link


WAITING = replace(LISTED, cases=(CASE,))
GRADED = replace(LISTED, cases=(replace(CASE, notes={"p-1": JUDGED_NOTE}),))
PANEL = replace(LISTED, course=replace(LISTED.course, card=CARD.model_copy(update={"mode": "panel"})))
REKEYED = replace(LISTED, cases=(replace(CASE, notes={"p-1": JUDGED_NOTE}, has_new_key=True),))


@pytest.mark.parametrize(
    ("view", "parts"),
    [
        (EMPTY, {"kursus", "peserta"}),
        (LISTED, {"ponsel", "serahan"}),
        (PANEL, {"serahan"}),
        (WAITING, {"nilai"}),
        (GRADED, {"renungan", "laporan"}),
        (REKEYED, {"renungan", "laporan", "kunci"}),
    ],
)
def test_what_is_due_is_unfolded_and_nothing_else(view: CourseView, parts: set[str]) -> None:
    assert unfolded_parts(view, None, is_read=False) == parts


def test_where_something_was_done_last_stays_unfolded() -> None:
    assert unfolded_parts(WAITING, "papers", is_read=False) == {"nilai", "berkas"}
    assert unfolded_parts(WAITING, None, is_read=True) == {"nilai", "renungan"}


def test_the_button_of_each_deed_stands_in_a_part_of_the_page() -> None:
    assert set(PART_OF) == set(get_args(DeedName)) - {"take_keys"}
    assert set(PART_OF.values()) | {"renungan"} == set(PARTS)
