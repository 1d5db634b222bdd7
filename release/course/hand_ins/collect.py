"""Collect what trainees hand in without a hub: files, folders, ZIPs, and Moodle's download of an assignment.

Each record is matched to a person of the roster (``persons.py``) and to a case (by the record's first
event). The newest of a person and a case is placed in ``submitted/``; one that it replaces is kept in
``inbox/replaced``. What cannot be placed is named with its reason, and stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from graders.grading.submission import TIMESTAMP
from graders.nbgrader.timestamp import handed_in_at
from graders.people.roster import Roster, course_roster
from release.archive import Unread, printable
from release.course.course import assignments, read_course
from release.course.gradebook import generate_assignment
from release.course.hand_ins.moodle_places import (
    INBOX,
    REPLACED,
    CollectError,
    MoodlePlace,
    read_placed,
    write_places,
)
from release.course.hand_ins.numbers import MatchedRecord, settled_numbers
from release.course.hand_ins.persons import Persons, group_prefixes
from release.course.hand_ins.records import (
    BEGINNING,
    LOWEST,
    CannotPlaceError,
    HandedRecord,
    RecordHead,
    head_of,
    moment_of,
    records_of,
    sentence,
)
from release.course.hand_ins.worksheet import WORKSHEETS, numbers_of, read_worksheet
from scenarios.case import Case
from scenarios.course_card import case_of
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import put_folder
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME

SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Known:
    """A file whose person and case are known. label: where it was found."""

    label: str
    person: str
    case: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of what was handed over.

    placed: now in ``submitted/``; unchanged: stands there already; older: one as new or newer of the
    same person and case stands there; left: not placed, and why; remarks: what else somebody has to look
    at; missing: by each case of which anything came, the ids of those of whom nothing stands there.
    """

    placed: tuple[Known, ...]
    unchanged: tuple[Known, ...]
    older: tuple[Known, ...]
    left: tuple[Unread, ...]
    remarks: tuple[Unread, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def collect(
    course: Path, sources: Sequence[Path], *, now: datetime, teams: bool = False, renumber: bool = False
) -> Collected:
    """Place the newest hand-in of each person and case of `sources` in the course.

    A CSV among the sources is Moodle's grading worksheet, which says who has which number. now: a record
    whose last event lies more than a day after it is not taken in place of an older one. teams: whether
    Moodle hands out by groups, so that the id in a hand-in says whose it is; renumber: whether Moodle's
    numbers take the places of those that are remembered.
    Raises CollectError, CourseError, RosterError, ProblemsError where nothing can be collected at all.
    """
    card = read_course(course)
    course = course.absolute()
    roster = course_roster(course)
    if not roster:
        raise CollectError(sentence("no_roster", course=course))
    records, numbered, left = _read(sources, roster)
    before = read_placed(course).moodle
    persons = replace(
        Persons.of(roster),
        numbers=numbered,
        places=before,
        prefixes=group_prefixes(records),
        teams=teams,
    )
    cases = {case: case_of(course / "source" / case) for case in assignments(course)}
    collector = _Collector(course, card.course, cases, persons, now)
    matched: list[MatchedRecord] = []
    for one in records:
        try:
            matched.append(collector.match(one))
        except CannotPlaceError as error:
            left.append(Unread(one.label, error.why))
    numbers = settled_numbers(matched, before, renumber=renumber)
    collected = _place(collector, numbers.good, numbers.places)
    there = {case: _missing(course, case, roster) for case in sorted({one.case for one in matched})}
    return replace(
        collected,
        left=(*left, *numbers.left, *collected.left),
        remarks=(*numbers.remarks, *collected.remarks),
        missing={case: ids for case, ids in there.items() if ids},
    )


def _read(
    sources: Iterable[Path], roster: Roster
) -> tuple[list[HandedRecord], Mapping[str, str], list[Unread]]:
    """The records of the sources, the numbers that worksheets among them tell, and what is neither."""
    records: list[HandedRecord] = []
    numbers: dict[str, str] = {}
    left: list[Unread] = []
    for source in sources:
        if source.suffix.lower() in WORKSHEETS and source.is_file():
            try:
                numbers |= numbers_of(read_worksheet(source), roster)
            except BadInputError as error:
                left.append(Unread(source.name, error.args[0]))
            continue
        some, refused = records_of(source)
        records += some
        left += refused
    return records, numbers, left


def _missing(course: Path, case: str, roster: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in roster if not (course / SUBMITTED / name / case / RECORD_NAME).exists())


@dataclass(frozen=True, slots=True)
class _Collector:
    """A course that collects: its cases and its persons."""

    course: Path
    name: str
    cases: Mapping[str, Case]
    persons: Persons
    now: datetime

    def match(self, file: HandedRecord) -> MatchedRecord:
        """Person and case of a record. Raises CannotPlaceError."""
        head = head_of(file.record, self.cases, self.now, file.card)
        if head.course != self.name:
            raise CannotPlaceError(sentence("other_course", course=printable(head.course)))
        if head.case not in self.cases:
            raise CannotPlaceError(sentence("no_such_case", case=printable(head.case)))
        return MatchedRecord(file, head, self.persons.owner(file, head.case))

    def made(self, one: MatchedRecord) -> datetime:
        """When a record was handed in: as its hand-in says, else its last event, else its file."""
        last, card = one.head.last, one.file.card
        if card is not None:
            made = max(moment_of(card.made), last)
        else:
            made = last if last > BEGINNING else one.file.moment or self.now
        return min(made, self.now)

    def standing(self, record: bytes, folder: Path) -> RecordHead:
        """What the record that stands in a submission says of itself.

        It is as new as its last event, or as the moment at which it was handed in where that is earlier.
        """
        try:
            head = head_of(record, self.cases, self.now)
        except CannotPlaceError:
            return RecordHead("", "", LOWEST)
        moment = _moment(folder)
        if moment is None or moment > head.rank.last:
            return head
        return replace(head, rank=replace(head.rank, last=moment))


def _moment(folder: Path) -> datetime | None:
    try:
        moment = handed_in_at((folder / TIMESTAMP).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return None if moment is None else moment.replace(tzinfo=UTC)


def _place(
    collector: _Collector, matched: Sequence[MatchedRecord], places: Mapping[tuple[str, str], MoodlePlace]
) -> Collected:
    """Place the newest of each person and case, and tell what became of all."""
    new: list[MatchedRecord] = []
    unchanged: list[Known] = []
    older: list[Known] = []
    left: list[Unread] = []
    remarks: list[Unread] = []
    for newest, others in _newest(collector, matched):
        older += [_known(one) for one in others]
        folder = collector.course / SUBMITTED / newest.person / newest.case
        try:
            record = _standing(folder)
        except CannotPlaceError as error:
            left.append(Unread(newest.file.label, error.why))
            continue
        if record == newest.file.record:
            unchanged.append(_known(newest))
            continue
        standing = collector.standing(record, folder) if record is not None else None
        if standing is not None and not standing.rank < newest.rank:
            older.append(_known(newest))
            continue
        new.append(newest)
        if standing is not None and standing.rank.good and standing.play != newest.head.play:
            parts = {"case": newest.case, "person": newest.person}
            earlier = f"{INBOX}/{REPLACED}/{newest.person}/{newest.case}"
            remarks.append(Unread(newest.file.label, sentence("replaced", folder=earlier, **parts)))
        for other in others:
            if other.rank.good and other.head.play != newest.head.play:
                parts = {"case": newest.case, "person": newest.person}
                remarks.append(Unread(other.file.label, sentence("another_play", **parts)))
    _let_nbgrader_place(collector, new)
    stands = {(one.person, one.case) for one in (*unchanged, *map(_known, new))}
    _remember(collector.course, {key: place for key, place in places.items() if key in stands})
    return Collected(
        tuple(map(_known, new)), tuple(unchanged), tuple(older), tuple(left), remarks=tuple(remarks)
    )


def _known(one: MatchedRecord) -> Known:
    return Known(one.file.label, one.person, one.case)


def _newest(
    collector: _Collector, matched: Iterable[MatchedRecord]
) -> Iterator[tuple[MatchedRecord, list[MatchedRecord]]]:
    """For each person and case the newest record, and the others but those that are the same."""
    groups: dict[tuple[str, str], list[MatchedRecord]] = {}
    for one in matched:
        groups.setdefault((one.person, one.case), []).append(one)
    for group in groups.values():
        newest = max(group, key=lambda one: (one.rank, collector.made(one), one.file.moment or BEGINNING))
        yield newest, [one for one in group if one.file.record != newest.file.record]


def _standing(folder: Path) -> bytes | None:
    """The record that stands in a submission; None where there is none."""
    file = folder / RECORD_NAME
    if folder.is_symlink() or folder.parent.is_symlink() or file.is_symlink():
        raise CannotPlaceError(sentence("is_link", file=file))
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_RECORD_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotPlaceError(sentence("unreadable", file=file, reason=error.strerror)) from None


def _let_nbgrader_place(collector: _Collector, new: Sequence[MatchedRecord]) -> None:
    from release.course.hand_ins.placing import Placement, collected  # noqa: PLC0415 -- nbgrader's programs take seconds

    for case in {one.case for one in new}:
        if not (collector.course / "release" / case / f"{case}.ipynb").exists():
            generate_assignment(collector.course, case)
    inbox = collector.course / INBOX
    placements = [Placement(one.person, one.case, one.file.record, collector.made(one)) for one in new]
    if not placements:
        return
    inbox.mkdir(mode=0o700, exist_ok=True)
    with collected(collector.course, inbox, placements) as stage:
        for one in new:
            target = collector.course / SUBMITTED / one.person / one.case
            replaced = _unused(inbox / REPLACED / one.person / one.case, collector.now)
            put_folder(stage / one.person / one.case, target, before=replaced)


def _unused(under: Path, now: datetime) -> Path:
    """A folder of its own for what is replaced now."""
    number = 1 + (sum(1 for _ in under.iterdir()) if under.exists() else 0)
    return under / f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{number}"


def _remember(course: Path, places: Mapping[tuple[str, str], MoodlePlace]) -> None:
    """Keep where Moodle has the files of each person and case, for the way back of the feedback."""
    before = read_placed(course).moodle
    after = {person: dict(cases) for person, cases in before.items()}
    for (person, case), place in places.items():
        after.setdefault(person, {})[case] = place
    if after != before:
        write_places(course, after)
