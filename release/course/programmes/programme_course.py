"""What makes a course one of a programme: deadlines, test forms and the page of its plan."""

from __future__ import annotations

from pathlib import Path

from release.course.programmes.deadlines import Calendar, set_deadlines, standing_calendar
from release.course.programmes.form_orders import assign_forms, course_tests
from release.course.programmes.programme import Programme
from release.course.programmes.programme_page import plan_of, write_plan


def settle_programme(
    course: Path, plan: Programme, calendar: Calendar | None, keys: Path, *, tests: bool
) -> Path:
    """Set deadlines and the orders of the test forms of a course that has the cases; the page of the plan.

    calendar: None keeps that by which deadlines were set before; tests: whether the course may have them; its
    page announces those alone that stand in it.
    """
    calendar = calendar or standing_calendar(course, plan)
    with_tests = tests and course_tests(course) == plan.tests
    if calendar is not None:
        set_deadlines(course, plan, calendar, tests=with_tests)
    orders = assign_forms(course) if with_tests else {}
    return write_plan(course, plan_of(course, plan, calendar, orders, with_tests=with_tests, keys=keys))
