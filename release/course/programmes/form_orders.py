"""Who of a course begins with which test form of its programme.

The two forms are played in both orders: who begins with which is drawn by a rule on the roster, half and
half within each sector, and kept in the course's ``forms.csv``, which holds ids alone.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from graders.people.forms import FORMS, HEADER, Orders, OtherTableError, form_orders, forms_of
from graders.people.roster import course_roster
from release.course.course import assignments, read_course
from release.course.programmes.programme import PLANS, Programme, ProgrammeError, load_programmes
from scenarios.documents.whole_file import write_whole
from scenarios.sentence import sentences_of

_sentence = sentences_of(PLANS / "programmes.yaml")


def course_tests(course: Path) -> tuple[str, str] | None:
    """The two test forms of a programme that stand in the course; None where it has no pair of them."""
    standing = set(assignments(course))
    pairs = (programme.tests for programme in load_programmes().values())
    return next((pair for pair in pairs if standing.issuperset(pair)), None)


def check_one_pair(course: Path, programme: Programme) -> None:
    """Raise ProgrammeError where the course has the tests of another programme: a class plays one pair."""
    standing = course_tests(course)
    if standing is not None and standing != programme.tests:
        first, second = standing
        raise ProgrammeError(
            _sentence("other_tests", course=course, code=programme.code, first=first, second=second)
        )


def assign_forms(course: Path) -> Orders:
    """Settle who of the course's roster begins with which test form, and keep it in ``forms.csv``.

    Whoever has been given an order keeps it. Nothing is settled in a course without both forms.
    Raises CourseError, RosterError, ProgrammeError.
    """
    tests = course_tests(course)
    if tests is None:
        return {}
    roster = course_roster(course)
    orders = form_orders(roster, read_forms(course), tests, seed=read_course(course).course)
    if orders:
        _write_forms(course / FORMS, orders)
    return orders


def read_forms(course: Path) -> Orders:
    """The orders that the course keeps; none where it keeps none. Raises ProgrammeError."""
    file = course / FORMS
    try:
        return forms_of(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OtherTableError:
        raise ProgrammeError(_sentence("other_header", file=file, columns=", ".join(HEADER))) from None
    except (OSError, ValueError, csv.Error):
        raise ProgrammeError(_sentence("no_orders", file=file)) from None


def _write_forms(file: Path, orders: Orders) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows((HEADER, *((name, *order) for name, order in orders.items())))
    write_whole(file, text.getvalue())
