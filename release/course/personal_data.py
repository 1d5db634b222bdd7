"""What a course keeps of persons: handed out or forgotten on request, and cleared in time.

Trainees are told before their first case how long it is kept (``keep_days`` of the course card). The
time runs from the last due date or the last hand-in, whichever is later.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from graders.grading.class_key import SHELF
from graders.people.forms import FORMS
from graders.people.roster import ROSTER, course_roster
from graders.sheet_export import formula_read
from release.course.course import CourseError, assignments, read_course
from release.course.gradebook import (
    due_dates,
    forget_everybody,
    forget_student,
    grades_of,
    students,
)
from release.course.hand_ins.moodle_places import INBOX, forget_placed
from release.course.retention import CERTIFICATES, PAPERS_FOLDER, last_hand_in
from release.course.simulate import LIST
from scenarios.course_card import CARD_NAME, ON_PHONES
from scenarios.documents.whole_file import OWNER_ALONE, whole_file, write_whole
from scenarios.sentence import Sentence, sentences_of

_sentence = sentences_of(Path(__file__).with_name("personal_data.yaml"))

BY_PERSON = ("submitted", "autograded", "feedback", ON_PHONES)
MADE_FROM_ALL = ("reports", "exports", PAPERS_FOLDER)
_ARCHIVES = ("downloaded", INBOX)
_LISTS = (ROSTER, LIST, FORMS, CERTIFICATES)
_EXPORTED = ("grades.csv",)
_NOTES = ("comments.yaml", ".comments.yaml.lock")
_CUT_OFF = (".*.new", ".*.old")
# What is nobody's in a course; its card goes last, since by that it is one.
_OF_COURSE = (
    *("source", "release", "exchange", SHELF, "gradebook.db*", ".nbgrader.log", "__pycache__"),
    *("nbgrader_config.py", "programme.html", "papers.json", "logo.*"),
)


class PersonError(CourseError):
    """A person cannot be found in a course, or their data cannot be handed out; a sentence."""


@dataclass(frozen=True, slots=True)
class CourseParts:
    """What stands in a course: how many of each. files: reports, exports and papers, made from it."""

    name: str
    cases: int
    people: int
    handed: int
    graded: int
    files: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed. people: how many; also: what was made from everybody's data and is gone too."""

    people: int
    also: tuple[str, ...]

    def in_time(self, course: Path) -> Sentence:
        """What is said where the time of `course` was over."""
        return _sentence("in_time", course=course, people=self.people)


def people_of(course: Path) -> tuple[str, ...]:
    """Everybody of whom the course keeps anything, by pseudonym, sorted."""
    people = {*course_roster(course), *students(course)}
    for step in BY_PERSON:
        people.update(folder.name for folder in (course / step).glob("*") if not folder.name.startswith("."))
    return tuple(sorted(people))


def export_person(course: Path, person: str, file: Path) -> Path:
    """Write a ZIP of all that the course keeps of `person`. Raises PersonError, CourseError."""
    _refuse_unknown(course, person)
    _write_zip(file, _parts_of(course, person, ""))
    return file


def export_course(course: Path, file: Path) -> Path:
    """Write a ZIP of all that the course keeps of anybody, one folder a person. Raises CourseError."""
    read_course(course)

    def parts() -> Iterator[tuple[str, bytes]]:
        for person in people_of(course):
            yield from _parts_of(course, person, f"{person}/")

    _write_zip(file, parts())
    return file


def to_be_forgotten(course: Path, person: str | None = None) -> Forgotten:
    """What forgetting `person`, or everybody, would remove; nothing is. Raises PersonError, CourseError."""
    if person is not None:
        _refuse_unknown(course, person)
    read_course(course)
    count = 1 if person is not None else len(people_of(course))
    return Forgotten(count, tuple(_name(course, place) for place in _matches(course, _of_all(person))))


def forget_person(course: Path, person: str) -> Forgotten:
    """Remove all that the course keeps of `person`, and what was made from everybody's data.

    Reports and exports can be made again from what is left. Raises PersonError, CourseError.
    """
    _refuse_unknown(course, person)
    for step in BY_PERSON:
        _let_go(course / step / person)
    for step in BY_PERSON:
        _remove(course / step / person)
    for file in (course / name for name in _LISTS):
        _without_row(file, person)
    for inbound in course.glob("exchange/*/inbound/*"):
        if inbound.name.split("+", 1)[0] == person:
            _remove(inbound)
    forget_placed(course, person)
    forget_student(course, person)
    return Forgotten(1, _clear(course, _of_all(person)))


def forget_course(course: Path) -> Forgotten:
    """Remove all that the course keeps of anybody; cases, settings and due dates stand.

    Raises CourseError.
    """
    read_course(course)
    count = len(people_of(course))
    forget_everybody(course)
    return Forgotten(count, _clear(course, _of_all(None)))


def course_parts(course: Path) -> CourseParts:
    """What removing the course would take with it; nothing is. Raises CourseError."""
    card = read_course(course)
    made = [file for name in MADE_FROM_ALL for file in (course / name).rglob("*") if file.is_file()]
    return CourseParts(
        card.course,
        len(assignments(course)),
        len(people_of(course)),
        len(list(course.glob("submitted/*/*"))),
        len(list(course.glob("autograded/*/*"))),
        len(made),
    )


def remove_course(course: Path) -> tuple[str, ...]:
    """Remove the course, with all that the lab and nbgrader have written there; give the names of what stays.

    Its folder goes too where nothing else stands in it. Raises CourseError, and PersonError for what cannot
    be removed: the course then still stands as one.
    """
    read_course(course)
    try:
        _clear(course, (*_of_all(None), *_OF_COURSE))
        left = tuple(sorted(_name(course, place) for place in course.iterdir()))
        if set(left) <= {CARD_NAME}:
            _remove(course)
            return ()
        _remove(course / CARD_NAME)
    except OSError as error:
        raise PersonError(_sentence("locked", file=error.filename, reason=error.strerror)) from None
    return tuple(name for name in left if name != CARD_NAME)


def keeping_ends(course: Path) -> datetime | None:
    """Until when the course keeps what it has of persons, in UTC; None where nothing was handed in."""
    days = read_course(course).keep_days
    last = last_hand_in(course)
    return None if last is None else max(last, *due_dates(course), last) + timedelta(days=days)


def clear_in_time(
    course: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Forgotten | None:
    """Forget the course where its time is up; None where it is not. Raises CourseError."""
    until = keeping_ends(course)
    if until is None or clock() < until:
        return None
    return forget_course(course)


def _refuse_unknown(course: Path, person: str) -> None:
    read_course(course)
    if person not in people_of(course):
        raise PersonError(_sentence("unknown", course=course, person=person, roster=ROSTER))


def _parts_of(course: Path, person: str, under: str) -> Iterator[tuple[str, bytes]]:
    if (row := course_roster(course).get(person)) is not None:
        yield f"{under}person.json", _json(asdict(row))
    if grades := grades_of(course, person):
        yield f"{under}grades.json", _json(grades)
    for step in BY_PERSON:
        folder = course / step / person
        for file in sorted(folder.rglob("*")) if not folder.is_symlink() else ():
            if file.is_file() and not file.is_symlink():
                yield f"{under}{step}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _write_zip(file: Path, parts: Iterator[tuple[str, bytes]]) -> None:
    try:
        with (
            whole_file(file, mode=OWNER_ALONE) as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for name, data in parts:
                archive.writestr(name, data)
    except OSError as error:
        raise PersonError(_sentence("unwritable", file=file, reason=error.strerror)) from None


def _remove(place: Path) -> bool:
    if place.is_symlink() or place.is_file():
        place.unlink()
        return True
    if place.is_dir():
        _let_go(place)
        shutil.rmtree(place)
        return True
    return False


def _let_go(place: Path) -> None:
    """Let the owner remove all that is in a folder: nbgrader leaves what it graded for reading alone.

    Raises PersonError where that is not allowed.
    """
    if place.is_symlink() or not place.is_dir():
        return
    try:
        place.chmod(0o700)
        for folder, folders, files in os.walk(place):
            for name in (*folders, *files):
                inner = Path(folder) / name
                if not inner.is_symlink():
                    inner.chmod(0o700 if name in folders else 0o600)
    except OSError as error:
        raise PersonError(_sentence("locked", file=error.filename, reason=error.strerror)) from None


def _of_all(person: str | None) -> tuple[str, ...]:
    """What goes whole: with everybody all that is of persons, with one what was made from everybody."""
    if person is not None:
        return (*MADE_FROM_ALL, "exchange/*/feedback", *_EXPORTED, *_CUT_OFF)
    everything = (*BY_PERSON, *MADE_FROM_ALL, *_ARCHIVES, *_LISTS, *_EXPORTED, *_NOTES, *_CUT_OFF)
    return (*everything, "exchange/*/inbound", "exchange/*/feedback", "gradebook.db.*")


def _matches(course: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(course.glob(pattern))


def _name(course: Path, place: Path) -> str:
    return place.relative_to(course).as_posix()


def _clear(course: Path, patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_name(course, place) for place in _matches(course, patterns) if _remove(place))


def _without_row(file: Path, person: str) -> None:
    """Write the list again without the rows that begin with `person`."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.reader(stream) if not row or formula_read(row[0]) != person]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    write_whole(file, text.getvalue(), mode=OWNER_ALONE)
