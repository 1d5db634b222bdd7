"""Collect what trainees hand in without a hub: files, folders, ZIPs, and Moodle's download of an assignment.

Each record is matched to a person of the roster (by the id in the hand-in, or by the name that Moodle
or a folder calls them) and to a case (by the record's first event). The newest of a person and a case
is placed in ``submitted/``; one that it replaces is kept in ``inbox/replaced``. What cannot be placed is
named with its reason, and stays where it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from graders.grading.submission import TIMESTAMP
from graders.people.roster import Person, Roster, course_roster, folded
from release.archive import ArchiveEntry, Unread, entries, printable
from release.course.course import assignments, read_course
from release.course.gradebook import generate_assignment
from release.course.hand_ins.moodle_name import MoodleName, cleaned_name, moodle_name
from scenarios.case import Case
from scenarios.course_card import case_of
from scenarios.documents.json_data import json_data
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import Event, Started
from scenarios.engine.hand_in import CARD_MEMBER, HandIn, HandInError, parse_hand_in, read_hand_in
from scenarios.engine.play import Play
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME, RecordError, parse_record
from scenarios.library import CASE_FOLDER
from scenarios.pick import RefusedError
from scenarios.whole_file import OWNER_ALONE, put_folder, write_whole

INBOX = "inbox"
REPLACED = "replaced"
PLACED = "placed.json"
SUBMITTED = "submitted"

_FUTURE = timedelta(days=1)
_FIRST = b'{"n":0,'
_COMPANIONS = frozenset({TIMESTAMP, "decisions.torn", CARD_MEMBER})
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_BY_FOLDER = "Put it into a folder named by {}, and collect that folder."
_ASK = "Ask for the file that the button “Serahkan” has made."


class CollectError(BadInputError):
    """Nothing can be collected as it was asked for; a sentence."""


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
    same person and case stands there; left: not placed, and why.
    """

    placed: tuple[Known, ...]
    unchanged: tuple[Known, ...]
    older: tuple[Known, ...]
    left: tuple[Unread, ...]


class MoodlePlace(BaseModel):
    """Where Moodle keeps a person's files of one assignment; no name stands here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    tail: str
    flat: bool


class Placed(BaseModel):
    """What a course remembers of what was collected: Moodle's place of each person and case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    moodle: Mapping[str, Mapping[str, MoodlePlace]] = {}


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """What makes one record newer than another; one that can be read is newer than any that cannot."""

    good: bool
    last: datetime


_LOWEST = _Rank(good=False, last=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class _HandedRecord:
    """A record as it was found. card: the hand-in's own, where there was one."""

    label: str
    parts: tuple[str, ...]
    record: bytes
    card: HandIn | None
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class _RecordHead:
    """What a record says of itself. rank: of its last event, the lowest where none can be read."""

    case: str
    course: str
    rank: _Rank


@dataclass(frozen=True, slots=True)
class _Matched:
    """A record with its person and case. made: when it was handed in, or was written."""

    file: _HandedRecord
    person: str
    case: str
    rank: _Rank
    made: datetime
    moodle: MoodleName | None

    @property
    def known(self) -> Known:
        return Known(self.file.label, self.person, self.case)


class _CannotPlaceError(Exception):
    """Why one file cannot be placed, as a sentence."""


def collect(course: Path, sources: Sequence[Path], *, now: datetime) -> Collected:
    """Place the newest hand-in of each person and case of `sources` in the course.

    now: a record whose last event lies more than a day after it is not taken in place of an older one.
    Raises CollectError, CourseError, RosterError where nothing can be collected at all.
    """
    card = read_course(course)
    course = course.absolute()
    roster = course_roster(course)
    if not roster:
        message = (
            f"{course} has no roster, so nobody's hand-in can be known. Add one: kasuslab course {course}"
        )
        raise CollectError(f"{message} --roster FILE")
    collector = _collector(course, card.course, roster, now)
    left: list[Unread] = []
    matched: list[_Matched] = []
    for source in sources:
        records, refused = _records(source)
        left += refused
        for one in records:
            try:
                matched.append(collector.match(one))
            except _CannotPlaceError as error:
                left.append(Unread(one.label, str(error)))
    return _place(collector, matched, left)


def read_placed(course: Path) -> Placed:
    """What the course remembers of what was collected; nothing where there is no file.

    Raises CollectError.
    """
    file = course / INBOX / PLACED
    try:
        return Placed.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Placed()
    except (OSError, ValidationError):
        raise CollectError(
            f"{file} does not hold what kasuslab wrote. Take it away, and collect again."
        ) from None


def forget_placed(course: Path, person: str) -> None:
    """Remove what the course's inbox keeps of `person`. Raises CollectError."""
    shutil.rmtree(course / INBOX / REPLACED / person, ignore_errors=True)
    placed = read_placed(course)
    if person in placed.moodle:
        _write_placed(course, {name: cases for name, cases in placed.moodle.items() if name != person})


def _records(source: Path) -> tuple[list[_HandedRecord], list[Unread]]:
    """The records of a source, and what in it is none."""
    left: list[Unread] = []
    records: list[_HandedRecord] = []
    bare: list[ArchiveEntry] = []
    cards: dict[tuple[str, ...], ArchiveEntry] = {}
    others: list[ArchiveEntry] = []
    for entry in entries(source):
        if isinstance(entry, Unread):
            left.append(entry)
        elif entry.hand_in and entry.data is not None:
            try:
                card, record = read_hand_in(entry.data, file=entry.label)
            except HandInError as error:
                left.append(Unread(entry.label, str(error).removeprefix(f"{entry.label}: ")))
                continue
            records.append(_HandedRecord(entry.label, entry.parts, record, card, entry.moment))
        elif entry.parts[-1] == CARD_MEMBER:
            cards[entry.parts[:-1]] = entry
        elif _is_record(entry):
            bare.append(entry)
        else:
            others.append(entry)
    folders = [entry.parts[:-1] for entry in bare]
    for entry in bare:
        card_entry = cards.get(entry.parts[:-1]) if folders.count(entry.parts[:-1]) == 1 else None
        try:
            beside = _card(card_entry)
        except HandInError as error:
            left.append(Unread(entry.label, str(error).removeprefix(f"{CARD_MEMBER}: ")))
            continue
        records.append(_HandedRecord(entry.label, entry.parts, entry.data or b"", beside, entry.moment))
    known = {entry.parts[:-1] for entry in bare if entry.parts[-1] == RECORD_NAME}
    others += [card for folder, card in cards.items() if folder not in known]
    left += [Unread(entry.label, _no_record(entry)) for entry in others if not _belongs(entry, known)]
    return records, left


def _is_record(entry: ArchiveEntry) -> bool:
    if entry.data is None:
        return False
    return entry.parts[-1].lower().endswith(".jsonl") or entry.data.startswith(_FIRST)


def _card(entry: ArchiveEntry | None) -> HandIn | None:
    return parse_hand_in(entry.data or b"") if entry is not None else None


def _belongs(entry: ArchiveEntry, folders: set[tuple[str, ...]]) -> bool:
    """Whether a file is a part of the notebook's folder that a record was found in."""
    name, folder = entry.parts[-1], entry.parts[:-1]
    if folder in folders and (name in _COMPANIONS or name.endswith(".ipynb")):
        return True
    return folder[-1:] == (CASE_FOLDER,) and folder[:-1] in folders


def _no_record(entry: ArchiveEntry) -> str:
    if entry.parts[-1].endswith(".ipynb"):
        return f"A notebook holds no decisions; they stand in {RECORD_NAME} beside it. {_ASK}"
    return f"It is no hand-in. {_ASK}"


@dataclass(frozen=True, slots=True)
class _Collector:
    """A course that collects: its cases, its persons by id and by all that names them."""

    course: Path
    name: str
    cases: Mapping[str, Case]
    ids: Mapping[str, str]
    called: Mapping[str, frozenset[str]]
    now: datetime

    def match(self, file: _HandedRecord) -> _Matched:
        """Person and case of a record. Raises _CannotPlaceError."""
        head = self.head(file.record, file.card)
        if head.course != self.name:
            raise _CannotPlaceError(
                f"It was played in the course “{printable(head.course)}”, not in this one."
            )
        if head.case not in self.cases:
            raise _CannotPlaceError(f"The course has no case “{printable(head.case)}”.")
        at = next((at for at, part in enumerate(file.parts) if moodle_name(part) is not None), None)
        moodle = moodle_name(file.parts[at]) if at is not None else None
        own = file.parts[:at] if at is not None else file.parts
        made = _made(file, head.rank.last) or self.now
        person = self._person(file, moodle, own)
        return _Matched(file, person, head.case, head.rank, min(made, self.now), moodle)

    def head(self, record: bytes, card: HandIn | None = None) -> _RecordHead:
        """What a record says of itself, also where only its first line can be read."""
        try:
            events = parse_record(record).events
        except RecordError:
            first = _first(record)
            if first is None:
                raise _CannotPlaceError(f"Its first line is no beginning of a record. {_ASK}") from None
            return _RecordHead(*first, _LOWEST)
        if not events or not isinstance(started := events[0], Started):
            if card is None:
                raise _CannotPlaceError("It holds no decision yet, so that its case is not known.")
            return _RecordHead(card.case, card.course, _LOWEST)
        moments = [_moment(event.at) for event in events]
        good = self._replays(events) and moments == sorted(moments) and moments[-1] <= self.now + _FUTURE
        return _RecordHead(started.case, started.course, _Rank(good, moments[-1]))

    def _replays(self, events: tuple[Event, ...]) -> bool:
        """Whether the events are a play of a case of this course, in its version."""
        case = self.cases.get(events[0].case) if isinstance(events[0], Started) else None
        if case is None:
            return False
        try:
            Play.replay(case, events)
        except RefusedError:
            return False
        return True

    def _person(self, file: _HandedRecord, moodle: MoodleName | None, own: tuple[str, ...]) -> str:
        """Whose a record is.

        own: the parts of its place that neither Moodle nor a trainee in Moodle has named. A folder on
        disk that is called by an id is the facilitator's word. Else whom Moodle names has logged in
        there, while an id in a hand-in was typed.
        """
        for part in reversed(_on_disk(own if moodle is not None else file.parts[:-1])):
            if (person := self.ids.get(folded(part))) is not None:
                return person
        typed = file.card.participant if file.card is not None else None
        by_id = self.ids.get(folded(typed)) or self._only(typed) if typed is not None else None
        by_name = self._only(moodle.who) if moodle is not None else None
        if by_id is not None and by_name is not None and by_id != by_name:
            remedy = _BY_FOLDER.format("the right id")
            raise _CannotPlaceError(f"It says that it is of “{by_id}”, and came from “{by_name}”. {remedy}")
        person = by_id or by_name or self._by_path(own)
        if person is None:
            raise _CannotPlaceError(self._nobody(typed, moodle.who if moodle is not None else None))
        return person

    def _only(self, name: str) -> str | None:
        persons = self.called.get(_plain(name), frozenset())
        return next(iter(persons)) if len(persons) == 1 else None

    def _by_path(self, parts: tuple[str, ...]) -> str | None:
        """Whom the file, or the nearest folder, is called after."""
        names = (name for part in reversed(parts) for name in (part, PurePosixPath(part).stem))
        return next((person for person in map(self._only, names) if person is not None), None)

    def _nobody(self, typed: str | None, name: str | None) -> str:
        remedy = _BY_FOLDER.format("the participant's id")
        several = sorted(self.called.get(_plain(name), ())) if name is not None else []
        if several:
            return f"“{printable(name or '')}” is the name of several: {', '.join(several)}. {remedy}"
        if typed is not None:
            return f"Nobody in the roster has the id “{printable(typed)}”. {remedy}"
        if name is not None:
            return f"Nobody in the roster is called “{printable(name)}”. Add them there, or: {remedy}"
        return f"It does not say whose it is. {remedy}"


def _made(file: _HandedRecord, last: datetime) -> datetime | None:
    """When a record was handed in: as its hand-in says, else its last event, else its file."""
    if file.card is not None:
        return max(_moment(file.card.made), last)
    return last if last > _LOWEST.last else file.moment


def _collector(course: Path, name: str, roster: Roster, now: datetime) -> _Collector:
    loaded = {case: case_of(course / "source" / case) for case in assignments(course)}
    ids = {folded(ident): ident for ident in roster}
    return _Collector(course, name, loaded, ids, _called(roster.values()), now)


def _called(persons: Iterable[Person]) -> Mapping[str, frozenset[str]]:
    """Who goes by what: an id, an e-mail, a name, or an id beside the name."""
    names: dict[str, frozenset[str]] = {}
    for person in persons:
        both = (f"{person.id} {person.name}", f"{person.name} {person.id}") if person.name else ()
        for name in {_plain(name) for name in (person.id, person.email, person.name, *both) if name}:
            names[name] = names.get(name, frozenset()) | {person.id}
    return names


def _plain(name: str) -> str:
    """A name as Moodle writes it into that of a file, without what apostrophes differ in."""
    return folded(cleaned_name(name).translate(_APOSTROPHES))


def _on_disk(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The folders before the first ZIP."""
    return tuple(takewhile(lambda part: not part.lower().endswith(".zip"), parts))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return _LOWEST.last


def _first(record: bytes) -> tuple[str, str] | None:
    """Case and course of a record's first line, whatever follows it."""
    try:
        body = json_data(record.partition(b"\n")[0])
    except ValueError:
        return None
    if not isinstance(body, dict) or body.get("event") != "started":
        return None
    case, course = body.get("case"), body.get("course")
    return (case, course) if isinstance(case, str) and isinstance(course, str) else None


def _place(collector: _Collector, matched: Sequence[_Matched], left: list[Unread]) -> Collected:
    """Place the newest of each person and case, and tell what became of all."""
    new: list[_Matched] = []
    unchanged: list[Known] = []
    older: list[Known] = []
    for newest, others in _newest(matched):
        older += [one.known for one in others]
        standing = collector.course / SUBMITTED / newest.person / newest.case
        try:
            record = _standing(standing)
        except _CannotPlaceError as error:
            left.append(Unread(newest.file.label, str(error)))
            continue
        if record == newest.file.record:
            unchanged.append(newest.known)
        elif record is not None and not _rank(collector, record) < newest.rank:
            older.append(newest.known)
        else:
            new.append(newest)
    _let_nbgrader_place(collector, new)
    _remember(collector.course, matched)
    return Collected(tuple(one.known for one in new), tuple(unchanged), tuple(older), tuple(left))


def _newest(matched: Sequence[_Matched]) -> Iterator[tuple[_Matched, list[_Matched]]]:
    """For each person and case the newest record, and the others but those that are the same."""
    groups: dict[tuple[str, str], list[_Matched]] = {}
    for one in matched:
        groups.setdefault((one.person, one.case), []).append(one)
    for group in groups.values():
        newest = max(group, key=lambda one: (one.rank, one.made, one.file.moment or _LOWEST.last))
        yield newest, [one for one in group if one.file.record != newest.file.record]


def _standing(folder: Path) -> bytes | None:
    """The record that stands in a submission; None where there is none."""
    file = folder / RECORD_NAME
    if folder.is_symlink() or folder.parent.is_symlink() or file.is_symlink():
        raise _CannotPlaceError(f"{file} is a link. Take it away, and collect again.")
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_RECORD_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _CannotPlaceError(f"{file} cannot be read ({error.strerror}).") from None


def _rank(collector: _Collector, record: bytes) -> _Rank:
    try:
        return collector.head(record).rank
    except _CannotPlaceError:
        return _LOWEST


def _let_nbgrader_place(collector: _Collector, new: Sequence[_Matched]) -> None:
    from release.course.hand_ins.placing import Placement, collected  # noqa: PLC0415 -- nbgrader's programs take seconds

    for case in {one.case for one in new}:
        if not (collector.course / "release" / case / f"{case}.ipynb").exists():
            generate_assignment(collector.course, case)
    inbox = collector.course / INBOX
    placements = [Placement(one.person, one.case, one.file.record, one.made) for one in new]
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


def _remember(course: Path, matched: Iterable[_Matched]) -> None:
    """Keep where Moodle has each person's files, for the way back of the feedback."""
    before = read_placed(course)
    places = {person: dict(cases) for person, cases in before.moodle.items()}
    for one in matched:
        if one.moodle is not None:
            place = MoodlePlace(number=one.moodle.number, tail=one.moodle.tail, flat=one.moodle.flat)
            places.setdefault(one.person, {})[one.case] = place
    if places != before.moodle:
        _write_placed(course, places)


def _write_placed(course: Path, places: Mapping[str, Mapping[str, MoodlePlace]]) -> None:
    inbox = course / INBOX
    inbox.mkdir(mode=0o700, exist_ok=True)
    write_whole(
        inbox / PLACED, Placed(moodle=places).model_dump_json(indent=1) + "\n", mode=OWNER_ALONE, parents=True
    )
