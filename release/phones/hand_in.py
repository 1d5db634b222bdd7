"""Hand in what was played on phones: each person's first play of a case becomes their submission.

The record is the one that the workshop kept, event by event under its own chain, beside the notebook as it
was released: what a notebook's play would have left. Grading is told nothing of phones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from graders.grading.submission import TIMESTAMP, NotJudgedError, plain_bytes
from release.phones.seats import course_seats
from release.phones.trainee_plays import TraineePlay
from release.phones.words import PhonesError, phone_sentence
from release.workshop.carried_course import CarriedCourse
from scenarios.case import Case
from scenarios.course_card import case_of
from scenarios.documents.whole_file import OWNER_ALONE_FOLDER, whole_folder
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME, record_bytes
from scenarios.pick import RefusedError
from scenarios.sentence import Sentence

SUBMITTED, RELEASED = "submitted", "release"
_DRAFTS = "inbox"
_Writer: TypeAlias = Callable[[Path, "PhoneSubmission", bytes, datetime], None]


@dataclass(frozen=True, slots=True)
class PhoneSubmission:
    """What one person has played of one case, as it stands in the course."""

    person: str
    case: str


@dataclass(frozen=True, slots=True)
class RefusedPlay:
    """A play that was not handed in."""

    person: str
    case: str
    why: Sentence

    @property
    def message(self) -> Sentence:
        """Whose, which case, and why."""
        return phone_sentence("not_handed_in", person=self.person, case=self.case, why=self.why)


@dataclass(frozen=True, slots=True)
class PhoneHandIn:
    """What became of the plays, or would.

    placed: new or grown; unchanged: stand there already, as they are; unfinished: those of both that have not
    come to their end; missing: whoever has neither played a case on a phone nor handed it in otherwise.
    """

    placed: tuple[PhoneSubmission, ...]
    unchanged: tuple[PhoneSubmission, ...]
    refused: tuple[RefusedPlay, ...]
    unfinished: tuple[PhoneSubmission, ...] = ()
    missing: tuple[PhoneSubmission, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has played on a phone yet."""
        return not (self.placed or self.unchanged or self.refused)


class _NotHandedInError(Exception):
    """Why a play is not handed in: the name of a sentence, and what stands in it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.why = phone_sentence(reason, detail=detail)
        super().__init__(self.why)


def _quiet(_done: int, _whole: int) -> None:
    """Tell nobody how far it is."""


def hand_in(
    course: Path, data: Path, url: str, *, on_progress: Callable[[int, int], None] = _quiet
) -> PhoneHandIn:
    """Make submissions of the course of what its people have played on phones.

    data: the folder of the workshop; url: the SQLAlchemy URL of its database, which may be running. Again
    only what has grown is written; what stands in the course of another play is left as it is. Raises
    WorkshopRefusedError for no course, RosterError, DatabaseError, AssignmentError, ProblemsError of a case,
    PhonesError where a submission cannot be written.
    """
    return _read(course, data, url, _write, on_progress)


def hand_in_outlook(course: Path, data: Path, url: str) -> PhoneHandIn:
    """What `hand_in` would make of the plays now. Nothing is written. Raises what it raises."""
    return _read(course, data, url, None, _quiet)


def _read(
    course: Path, data: Path, url: str, write: _Writer | None, on_progress: Callable[[int, int], None]
) -> PhoneHandIn:
    """What becomes of the plays that count. write: what is done with each that is new or has grown."""
    seats = course_seats(course, data)
    place = seats.course.place
    cases = {name: case_of(place / "source" / name) for name in seats.course.cases}
    versions = {name: case.version for name, case in cases.items()}
    plays = list(_first_plays(seats.plays(url), versions))
    placed: list[PhoneSubmission] = []
    unchanged: list[PhoneSubmission] = []
    refused: list[RefusedPlay] = []
    unfinished: list[PhoneSubmission] = []
    for number, (person, case, play) in enumerate(plays, start=1):
        try:
            record = _news(seats.course, person, case, play, versions)
        except _NotHandedInError as error:
            refused.append(RefusedPlay(person, case, error.why))
            continue
        submission = PhoneSubmission(person, case)
        if record is not None and write is not None:
            write(place, submission, record, _moment(play.play.events[-1]))
        (unchanged if record is None else placed).append(submission)
        if not _is_finished(cases[case], play):
            unfinished.append(submission)
        on_progress(number, len(plays))
    there = {(person, case) for person, case, _ in plays}
    missing = tuple(
        PhoneSubmission(person, case)
        for person in seats.roster
        for case in seats.course.cases
        if (person, case) not in there and not (place / SUBMITTED / person / case).exists()
    )
    return PhoneHandIn(tuple(placed), tuple(unchanged), tuple(refused), tuple(unfinished), missing)


def _first_plays(
    plays: list[tuple[str, TraineePlay]], versions: dict[str, str]
) -> Iterator[tuple[str, str, TraineePlay]]:
    """The play that counts of each person and case: the first one in the version of the course."""
    by_place: dict[tuple[str, str], list[TraineePlay]] = {}
    for person, one in plays:
        by_place.setdefault((person, one.play.case), []).append(one)
    for (person, case), several in by_place.items():
        fitting = [one for one in several if one.play.version == versions.get(case)]
        yield person, case, (fitting or several)[0]


def _news(
    course: CarriedCourse, person: str, case: str, one: TraineePlay, versions: dict[str, str]
) -> bytes | None:
    """The record to be written; None where it stands there already. Raises _NotHandedInError."""
    if one.fault:
        raise _NotHandedInError("changed", one.fault)
    _check_place(course, case, one, versions)
    record = record_bytes(one.play.events)
    standing = _standing(course.place / SUBMITTED / person / case)
    if standing == record:
        return None
    if not record.startswith(standing):
        raise _NotHandedInError("shorter" if _is_same_play(standing, record) else "another")
    return record


def _is_finished(case: Case, one: TraineePlay) -> bool:
    try:
        return Play.replay(case, one.play.events).finished
    except RefusedError:  # whoever grades it says so
        return False


def _check_place(course: CarriedCourse, case: str, one: TraineePlay, versions: dict[str, str]) -> None:
    if case not in versions:
        raise _NotHandedInError("no_case")
    if one.play.version != versions[case]:
        raise _NotHandedInError("version", one.play.version)
    first = one.play.events[0]
    if not isinstance(first, Started) or first.course != course.card.course:
        raise _NotHandedInError("other_course")
    if first.mode != course.card.mode:
        raise _NotHandedInError("other_mode", first.mode)


def _standing(folder: Path) -> bytes:
    """The record that was handed in before; empty where there is none."""
    if folder.parent.is_symlink():
        raise _NotHandedInError("unreadable", f"{folder.parent.name} is a link")
    if not os.path.lexists(folder):
        return b""
    try:
        return plain_bytes(folder / RECORD_NAME, MAX_RECORD_BYTES)
    except NotJudgedError as error:
        if error.reason == "missing":
            return b""
        raise _NotHandedInError("unreadable", error.detail) from None


def _is_same_play(one: bytes, other: bytes) -> bool:
    return one.partition(b"\n")[0] == other.partition(b"\n")[0]


def _write(course: Path, submission: PhoneSubmission, record: bytes, at: datetime) -> None:
    person, case = submission.person, submission.case
    released = course / RELEASED / case
    if not (released / f"{case}.ipynb").exists():
        from release.course.gradebook import generate_assignment  # noqa: PLC0415 -- nbgrader takes seconds to import

        generate_assignment(course, case)
    place, drafts = course / SUBMITTED / person / case, course / _DRAFTS
    try:
        drafts.mkdir(mode=OWNER_ALONE_FOLDER, exist_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(place, drafts=drafts) as draft:
            shutil.copytree(released, draft, dirs_exist_ok=True)
            (draft / RECORD_NAME).write_bytes(record)
            (draft / TIMESTAMP).write_text(f"{at:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise PhonesError(phone_sentence("unwritable", file=place, why=why)) from None


def _moment(event: Event) -> datetime:
    return datetime.fromisoformat(event.at).astimezone(UTC)
