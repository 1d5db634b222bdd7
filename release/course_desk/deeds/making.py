"""Make a course or a programme, add to one, or name another person to speak to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from graders.key.key import keys_folder
from release.course.course import Course, assignments, make_course, read_course
from release.course.programmes.deadlines import Calendar, calendar_of
from release.course.programmes.form_orders import check_one_pair, course_tests
from release.course.programmes.programme import Programme, load_programme, programme_ids
from release.course.programmes.programme_course import settle_programme
from release.course_desk.message import DeedOutcome, Order, Remark, remark, sentence
from release.settings import one_line
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import Mode


def make(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Make the course, or add to the one that stands; a programme brings its own cases beside those chosen.

    Fields: name, programme, mode, days, begins, zone, person. Raises BadInputError.
    """
    del on_progress
    typed = order.fields
    plan = load_programme(typed["programme"]) if typed.get("programme") else None
    keys = keys_folder()
    ids: tuple[str, ...] = order.cases
    if plan is not None:
        check_one_pair(order.course, plan)
        ids = (*programme_ids(plan, keys), *order.cases)
    calendar = None if plan is None else _calendar(plan, typed.get("begins", ""), typed.get("zone", ""))
    modes: dict[str, Mode] = {"test": "test", "practice": "practice", "panel": "panel"}
    made = make_course(
        order.course,
        ids,
        person=one_line(typed.get("person")) or None,
        name=one_line(typed.get("name")) or None,
        mode=modes.get(typed.get("mode", "")),
        keep_days=int(typed["days"]) if typed.get("days") else None,
    )
    remarks = list(_remarks(made))
    if plan is not None:
        settle_programme(made.directory, plan, calendar, keys, tests=True)
        remarks.append(remark("good", "programme_made"))
        has_tests = course_tests(made.directory) == plan.tests
        remarks.append(remark("good", "tests_made") if has_tests else remark("look", "no_tests"))
        if calendar is None and not read_course(made.directory).due:
            remarks.append(remark("look", "no_deadlines"))
    return DeedOutcome(remarks=tuple(remarks))


def _remarks(made: Course) -> tuple[Remark, ...]:
    there = len(assignments(made.directory))
    remarks = [remark("good", "made", name=made.name, count=there, folder=made.directory)]
    if made.person is None:
        remarks.append(remark("look", "no_person"))
    return tuple(remarks)


def _calendar(plan: Programme, begins: str, zone: str) -> Calendar | None:
    if not begins:
        return None
    try:
        day = date.fromisoformat(begins)
    except ValueError:
        raise BadInputError(sentence("no_day", typed=begins)) from None
    return calendar_of(day, plan.every, plan.a_day, zone or "WIB")
