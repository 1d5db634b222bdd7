"""Who takes part: a roster that is tried before it is taken, and what is kept of persons."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from graders.exports import EXPORTS
from graders.people.roster import Person, RosterError, course_roster, is_drawn, merge_rosters, try_roster
from release.course.enrolment import enrol
from release.course.personal_data import (
    export_course,
    export_person,
    forget_course,
    forget_person,
    people_of,
    to_be_forgotten,
)
from release.course.programmes.form_orders import assign_forms
from release.course_desk.message import (
    Cell,
    DeedOutcome,
    Order,
    ShownTable,
    heading,
    remark,
    sentence,
    words_of,
)
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import BadInputError, Problem

DRAW = "draw"


def try_roster_file(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Read a roster row by row, and say what is wrong in which. Nothing is taken. Raises BadInputError."""
    del on_progress
    (file,) = order.files
    known = course_roster(order.course)
    draws = DRAW in order.marks
    try:
        reading = try_roster(file, known=known, draw=secrets.choice if draws else None)
        merged = merge_rosters(known, reading.persons)
    except RosterError as error:
        head = remark("bad", "roster_wrong", file=file.name, count=len(error.problems))
        return DeedOutcome(remarks=(head,), tables=(_problem_table(error.problems),))
    remarks = [remark("good", "roster_read", file=file.name, count=len(reading.persons))]
    if reading.unread:
        remarks.append(remark("look", "roster_unread", columns=", ".join(reading.unread)))
    if merged.absent:
        remarks.append(remark("look", "roster_absent", count=len(merged.absent)))
    tables = [_problem_table(reading.warnings)] if reading.warnings else []
    rows = tuple(
        (str(reading.rows[person.id]), *_cells(person, is_known=person.id in known))
        for person in reading.persons.values()
    )
    columns = ("row", "standing", "id", "name", "email", "sector", "province", "kabupaten", "team")
    header = tuple(heading(f"column_{column}") for column in columns)
    tables.append(ShownTable(title=heading("roster_table"), header=header, rows=rows))
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(tables), offer="roster")


def take_roster(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Put the persons of a roster into the course. Raises BadInputError."""
    del on_progress
    (file,) = order.files
    merged = enrol(order.course, file, draw_ids=DRAW in order.marks)
    assign_forms(order.course)
    counts = {"whole": len(merged.roster), "added": len(merged.added), "changed": len(merged.changed)}
    return DeedOutcome(remarks=(remark("good", "roster_taken", **counts),))


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


def _cells(person: Person, *, is_known: bool) -> Iterator[Cell]:
    drawn = is_drawn(person.id) and not is_known
    yield heading("standing_known" if is_known else "standing_new")
    yield heading("id_drawn") if drawn else person.id
    yield person.name
    yield person.email
    sector = load_sectors().sectors.get(person.sector or "")
    yield "" if sector is None else dict(sector.name.items())
    yield person.province
    yield person.kabupaten
    yield person.team


def _problem_table(problems: tuple[Problem, ...]) -> ShownTable:
    header = tuple(heading(f"column_{column}") for column in ("row", "column", "fault", "remedy"))
    rows = tuple((str(one.line), one.path, words_of(one.fault), words_of(one.remedy)) for one in problems)
    return ShownTable(title=heading("roster_problems"), header=header, rows=rows)
