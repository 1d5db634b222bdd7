"""A roster that is read and shown row by row before it is taken."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

from graders.people.roster import Person, RosterError, course_roster, is_drawn, merge_rosters, try_roster
from release.course_desk.message import Cell, DeedOutcome, Order, ShownTable, heading, remark, words_of
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import Problem

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
    if unknown := sum(not person.email and is_drawn(person.id) for person in reading.persons.values()):
        remarks.append(remark("look", "roster_without_moodle", count=unknown))
    if merged.absent:
        remarks.append(remark("look", "roster_absent", count=len(merged.absent)))
    tables = [_problem_table(reading.warnings)] if reading.warnings else []
    rows = tuple(
        (str(reading.rows[person.id]), *_cells(person, is_known=person.id in known))
        for person in reading.persons.values()
    )
    names = ("row", "standing", "id", "name", "email", "sector", "agency", "province", "kabupaten", "team")
    filled = [at for at in range(len(names)) if any(row[at] for row in rows)]
    header = tuple(heading(f"column_{names[at]}") for at in filled)
    visible = tuple(tuple(row[at] for at in filled) for row in rows)
    tables.append(ShownTable(title=heading("roster_table"), header=header, rows=visible))
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(tables), offer="roster")


def take_roster(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Put the persons of a roster into the course. Raises BadInputError."""
    from release.course.enrolment import enrol  # noqa: PLC0415 -- nbgrader takes seconds to import
    from release.course.programmes.form_orders import assign_forms  # noqa: PLC0415 -- the same

    del on_progress
    (file,) = order.files
    merged = enrol(order.course, file, draw_ids=DRAW in order.marks)
    assign_forms(order.course)
    counts = {"whole": len(merged.roster), "added": len(merged.added), "changed": len(merged.changed)}
    return DeedOutcome(remarks=(remark("good", "roster_taken", **counts),))


def _cells(person: Person, *, is_known: bool) -> Iterator[Cell]:
    drawn = is_drawn(person.id) and not is_known
    yield heading("standing_known" if is_known else "standing_new")
    yield heading("id_drawn") if drawn else person.id
    yield person.name
    yield person.email
    sector = load_sectors().sectors.get(person.sector or "")
    yield "" if sector is None else dict(sector.name.items())
    yield person.agency
    yield person.province
    yield person.kabupaten
    yield person.team


def _problem_table(problems: tuple[Problem, ...]) -> ShownTable:
    header = tuple(heading(f"column_{column}") for column in ("row", "column", "fault", "remedy"))
    rows = tuple((str(one.line), one.path, words_of(one.fault), words_of(one.remedy)) for one in problems)
    return ShownTable(title=heading("roster_problems"), header=header, rows=rows)
