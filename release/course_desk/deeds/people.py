"""What is kept of persons, and a whole course: handed out, and removed once it was said what goes too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

from graders.exports import EXPORTS
from release.course.personal_data import (
    course_parts,
    export_course,
    export_person,
    forget_course,
    forget_person,
    people_of,
    remove_course,
    to_be_forgotten,
)
from release.course_desk.message import DeedOutcome, Order, remark, sentence
from release.workshop.carried_course import is_carried_now
from scenarios.documents.problem import BadInputError


def export(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Write a ZIP of all that is kept of a person, or of everybody. Raises BadInputError."""
    del on_progress
    name = f"data-{order.person or 'semua'}-{datetime.now(UTC):%Y%m%d}.zip"
    file = order.course / EXPORTS / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if order.person:
        export_person(order.course, order.person, file)
    else:
        export_course(order.course, file)
    return DeedOutcome(remarks=(remark("look", "exported", file=name),), files=(f"{EXPORTS}/{name}",))


def try_forgetting(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Say what would go. Nothing does. Raises BadInputError."""
    del on_progress
    goes = to_be_forgotten(order.course, order.person or None)
    if not goes.people:
        return DeedOutcome(remarks=(remark("look", "forget_nobody"),))
    head = (
        remark("look", "forget_one", person=order.person)
        if order.person
        else remark("look", "forget_all", count=goes.people)
    )
    remarks = [head]
    if order.person and goes.also:
        remarks.append(remark("look", "forget_also", names=", ".join(goes.also)))
    remarks.append(remark("look", "forget_elsewhere"))
    return DeedOutcome(remarks=tuple(remarks), offer="forget")


def forget(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Remove all that is kept of a person, or of everybody. Raises BadInputError."""
    del on_progress
    if order.person not in {"", *people_of(order.course)}:
        raise BadInputError(sentence("forget_unknown", person=order.person))
    removal = forget_person(order.course, order.person) if order.person else forget_course(order.course)
    return DeedOutcome(remarks=(remark("good", "forgotten", count=removal.people),))


def try_deleting(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Say what would go with the course. Nothing does. Raises BadInputError."""
    del on_progress
    if is_carried_now(order.course, order.workshops):
        return DeedOutcome(remarks=(remark("bad", "delete_running"),))
    goes = asdict(course_parts(order.course))
    return DeedOutcome(
        remarks=(remark("look", "delete_goes", **goes), remark("look", "forget_elsewhere")), offer="delete"
    )


def delete(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Remove the course. Raises BadInputError."""
    del on_progress
    if is_carried_now(order.course, order.workshops):
        return DeedOutcome(remarks=(remark("bad", "delete_running"),))
    name = course_parts(order.course).name
    left = remove_course(order.course)
    remarks = [remark("good", "deleted", name=name)]
    if left:
        remarks.append(remark("look", "deleted_left", folder=order.course, names=", ".join(left)))
    return DeedOutcome(remarks=tuple(remarks))
