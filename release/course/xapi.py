"""Write the decisions of a course as xAPI statements, for whoever runs a learning record store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graders.exports import EXPORTS
from graders.exports.xapi import Statement, Teller, json_lines
from graders.grading.case_grader import CaseGrader
from graders.grading.submission import NotJudgedError, shared_plays
from release.course.course import CourseError, assignments, read_course
from release.course.gradebook import due_date
from scenarios.library import CASE_FOLDER
from scenarios.whole_file import OWNER_ALONE, write_whole

FILE = "xapi.jsonl"


@dataclass(frozen=True, slots=True)
class XapiExport:
    """What was written. without: who is not in it and why, as sentences."""

    file: Path
    statements: int
    plays: int
    without: tuple[str, ...]


def export_xapi(
    course: Path, keys: Path, *, now: datetime, cases: Sequence[str] = (), file: Path | None = None
) -> XapiExport:
    """Write the statements of `cases`, of all where left out, as JSON Lines.

    file: ``exports/xapi.jsonl`` of the course where left out. now: a case that is not due by then is
    left out, for a score tells of its key; and no record can lie after it. What is not judged is left
    out, too. Raises CourseError or ProblemsError.
    """
    card = read_course(course)
    there = assignments(course)
    if unknown := sorted(set(cases) - set(there)):
        raise CourseError(f"{course} has no case {', '.join(unknown)}. Use some of: {', '.join(there)}.")
    without: list[str] = []
    plays: list[tuple[Statement, ...]] = []
    for case_id in (name for name in there if not cases or name in cases):
        due = due_date(course, case_id)
        if due is not None and due > now:
            without.append(f"{case_id}: not due before {due:%Y-%m-%d %H:%M} UTC")
            continue
        plays.extend(_plays(course, card.course, case_id, keys, now, without))
    place = file or course / EXPORTS / FILE
    _write(place, json_lines(each for play in plays for each in play))
    return XapiExport(place, sum(map(len, plays)), len(plays), tuple(without))


def _plays(  # noqa: PLR0913, PLR0917 -- one case of one course, and what was left out of it
    course: Path, name: str, case_id: str, keys: Path, now: datetime, without: list[str]
) -> Iterator[tuple[Statement, ...]]:
    assignment, submitted = course / "release" / case_id, course / "submitted"
    if not (assignment / CASE_FOLDER).is_dir():
        without.append(f"{case_id}: not released yet")
        return
    grader = CaseGrader.of(assignment, keys)
    teller = Teller(name, grader.case, grader.key, grader.directory)
    shared = shared_plays(submitted, case_id)
    for folder in sorted(submitted.glob(f"*/{case_id}")):
        member = folder.parent.name
        # An address is no pseudonym, and a store is no place for one.
        if "@" in member:
            without.append(f"{case_id}: {member} is an e-mail address. Give this person an id without “@”")
            continue
        try:
            events = grader.read(folder, shared=shared, now=now).events
        except NotJudgedError as error:
            if error.reason == "missing":
                continue
            without.append(f"{case_id}: {member} is not judged ({error.reason})")
            continue
        if statements := tuple(teller.statements(member, events)):
            yield statements


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise CourseError(f"{file} cannot be written ({error.strerror}). Name another file.") from None
