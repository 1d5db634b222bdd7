"""The courses of this machine that a workshop may carry, for the form of the start page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.exports import EXPORTS
from graders.people.forms import FORMS
from graders.people.roster import course_roster
from release.settings import courses_folder, one_line
from release.workshop.carried_course import CarriedCourse, carried_sentence, read_carried_course
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan
from scenarios.course_card import CARD_NAME
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import Mode

# The sheet of everybody's cards, in a course's exports/.
CARDS = "seat-cards.html"
_CARD_ADDRESS = re.compile(r'<p class="address">([^<]+)</p>')


@dataclass(frozen=True, slots=True)
class CourseChoice:
    """A course that can be carried.

    name, person: as its card says, "" for nobody; people: of its roster; cases: their ids; has_tests: whether
    its people play one test before the training and another after it.
    """

    folder: Path
    name: str
    mode: Mode
    people: int
    cases: tuple[str, ...]
    has_tests: bool
    person: str


def course_choice(folder: Path) -> CourseChoice:
    """The course at `folder`. Raises BadInputError where no workshop can carry it: a sentence."""
    course = read_carried_course(folder)
    course.settled(WorkshopPlan())
    people = len(course_roster(course.place))
    if not people:
        raise WorkshopRefusedError(carried_sentence("no_roster", place=course.place))
    return _choice(course, people)


def course_choices(environ: Mapping[str, str], chosen: Path | None) -> tuple[CourseChoice, ...]:
    """Those that stand in the folder of this machine's courses, by name, and `chosen` wherever it stands.

    What no workshop can carry is left out: its own page says what it lacks.
    """
    places = {card.parent.resolve() for card in courses_folder(environ).glob(f"*/{CARD_NAME}")}
    choices = []
    for place in places | ({chosen} if chosen is not None else set()):
        try:
            choices.append(course_choice(place))
        except BadInputError:
            continue
    return tuple(sorted(choices, key=lambda one: (one.name.casefold(), str(one.folder))))


def printed_address(course: Path) -> str:
    """Where the cards of a course send phones; "" where there are no cards, or they have no QR code."""
    try:
        sheet = (course / EXPORTS / CARDS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    match = _CARD_ADDRESS.search(sheet)
    return html.unescape(match[1]) if match is not None else ""


def _choice(course: CarriedCourse, people: int) -> CourseChoice:
    has_tests = (course.place / FORMS).is_file()
    card = course.card
    return CourseChoice(
        course.place, card.course, card.mode, people, course.cases, has_tests, one_line(card.person)
    )
