"""Write the decisions of a course as xAPI statements, for whoever runs a learning record store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graders.exports import EXPORTS
from graders.exports.xapi import Statement, Teller, json_lines
from graders.grading.case_grader import CaseGrader
from graders.grading.class_key import class_key
from graders.grading.submission import NotJudgedError, shared_plays
from release.course.course import CourseError, assignments, read_course
from release.course.gradebook import due_date
from release.local_time import written
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.library import CASE_FOLDER
from scenarios.sentence import sentences_of

FILE = "xapi.jsonl"
_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))


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
        raise CourseError(
            _sentence("no_case", course=course, cases=", ".join(unknown), choices=", ".join(there))
        )
    without: list[str] = []
    plays: list[tuple[Statement, ...]] = []
    for case_id in (name for name in there if not cases or name in cases):
        due = due_date(course, case_id)
        if due is not None and due > now:
            without.append(_sentence("without_due", case=case_id, due=written(due)))
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
        without.append(_sentence("without_release", case=case_id))
        return
    grader = CaseGrader.of(assignment, class_key(course, case_id, keys) or keys)
    teller = Teller(name, grader.case, grader.key, grader.directory)
    shared = shared_plays(submitted, case_id)
    for folder in sorted(submitted.glob(f"*/{case_id}")):
        member = folder.parent.name
        # An address is no pseudonym, and a store is no place for one.
        if "@" in member:
            without.append(_sentence("without_email", case=case_id, person=member))
            continue
        try:
            events = grader.read(folder, shared=shared, now=now).events
        except NotJudgedError as error:
            if error.reason == "missing":
                continue
            without.append(_sentence("without_score", case=case_id, person=member, reason=error.reason))
            continue
        if statements := tuple(teller.statements(member, events)):
            yield statements


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise CourseError(_sentence("no_file", file=file, reason=error.strerror)) from None
