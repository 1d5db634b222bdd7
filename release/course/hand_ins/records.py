"""The records in what was handed over: each with what stands beside it, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from graders.grading.submission import TIMESTAMP
from release.archive import ArchiveEntry, Unread, entries
from release.course.hand_ins.moodle_name import moodle_name
from scenarios.case import Case
from scenarios.documents.json_data import json_data
from scenarios.engine.event import Event, Started
from scenarios.engine.hand_in import CARD_MEMBER, HandIn, HandInError, parse_hand_in, read_hand_in
from scenarios.engine.play import Play
from scenarios.engine.record import RECORD_NAME, RecordError, parse_record
from scenarios.library import CASE_FOLDER
from scenarios.pick import RefusedError
from scenarios.sentence import Sentence, sentences_of

sentence = sentences_of(Path(__file__).with_name("hand_ins.yaml"))
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

_FUTURE = timedelta(days=1)
_FIRST = b'{"n":0,'
_COMPANIONS = frozenset({TIMESTAMP, "decisions.torn", CARD_MEMBER})


class CannotPlaceError(Exception):
    """Why one file cannot be placed; its one argument is a sentence."""

    @property
    def why(self) -> Sentence:
        """The sentence."""
        why: Sentence = self.args[0]
        return why


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """What makes one record newer than another; one that can be read is newer than any that cannot.

    good: whether it can be judged; last: its last event, or the moment of looking where that is earlier.
    """

    good: bool
    last: datetime


LOWEST: Final = Rank(good=False, last=BEGINNING)


@dataclass(frozen=True, slots=True)
class HandedRecord:
    """A record as it was found. card: the hand-in's own, where there was one."""

    label: str
    parts: tuple[str, ...]
    record: bytes
    card: HandIn | None
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class RecordHead:
    """What a record says of itself. play: its id, "" where none can be read; last: its last event."""

    case: str
    course: str
    rank: Rank
    last: datetime = BEGINNING
    play: str = ""


def records_of(source: Path) -> tuple[list[HandedRecord], list[Unread]]:
    """The records of a source, and what in it is none."""
    left: list[Unread] = []
    records: list[HandedRecord] = []
    bare: list[ArchiveEntry] = []
    cards: dict[tuple[str, ...], ArchiveEntry] = {}
    others: list[ArchiveEntry] = []
    for entry in entries(source, owner=_owner):
        if _is_online_text(entry):
            continue
        if isinstance(entry, Unread):
            left.append(entry)
        elif entry.hand_in and entry.data is not None:
            try:
                card, record = read_hand_in(entry.data, file=entry.label)
            except HandInError as error:
                left.append(Unread(entry.label, str(error).removeprefix(f"{entry.label}: ")))
                continue
            records.append(HandedRecord(entry.label, entry.parts, record, card, entry.moment))
        elif entry.parts[-1] == CARD_MEMBER:
            cards[entry.parts[:-1]] = entry
        elif _is_record(entry):
            bare.append(entry)
        else:
            # Nothing of it is read, and a heap of them would fill the memory.
            others.append(replace(entry, data=None))
    left += _with_cards(bare, cards, records)
    known = {entry.parts[:-1] for entry in bare if entry.parts[-1] == RECORD_NAME}
    others += [card for folder, card in cards.items() if folder not in known]
    left += [Unread(entry.label, _no_record(entry)) for entry in others if not _belongs(entry, known)]
    return records, left


def head_of(
    record: bytes, cases: Mapping[str, Case], now: datetime, card: HandIn | None = None
) -> RecordHead:
    """What a record says of itself, also where only its first line can be read. Raises CannotPlaceError."""
    try:
        events = parse_record(record).events
    except RecordError:
        first = _first(record)
        if first is None:
            raise CannotPlaceError(sentence("no_beginning", ask=sentence("ask_for_the_file"))) from None
        return RecordHead(*first, LOWEST)
    if not events or not isinstance(started := events[0], Started):
        if card is None:
            raise CannotPlaceError(sentence("no_decision"))
        return RecordHead(card.case, card.course, LOWEST)
    moments = [moment_of(event.at) for event in events]
    last = moments[-1]
    good = _replays(events, cases) and moments == sorted(moments) and last <= now + _FUTURE
    # A clock that goes before makes nobody's record the newest for hours to come.
    return RecordHead(started.case, started.course, Rank(good, min(last, now)), last, started.play)


def moment_of(text: str) -> datetime:
    """A moment as it is written in a record; the beginning of all where it cannot be read."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return BEGINNING


def _with_cards(
    bare: list[ArchiveEntry], cards: Mapping[tuple[str, ...], ArchiveEntry], records: list[HandedRecord]
) -> Iterator[Unread]:
    """Put the bare records, with the cards beside them, to the records; give those whose card is broken."""
    folders = [entry.parts[:-1] for entry in bare]
    for entry in bare:
        card_entry = cards.get(entry.parts[:-1]) if folders.count(entry.parts[:-1]) == 1 else None
        try:
            beside = _card(card_entry)
        except HandInError as error:
            yield Unread(entry.label, str(error).removeprefix(f"{CARD_MEMBER}: "))
            continue
        records.append(HandedRecord(entry.label, entry.parts, entry.data or b"", beside, entry.moment))


def _owner(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Whose share of what may be unpacked a file takes: that of whom Moodle names, else nobody's."""
    for at, part in enumerate(parts):
        if (name := moodle_name(part)) is not None:
            return (*parts[:at], name.number)
    return None


def _is_online_text(entry: ArchiveEntry | Unread) -> bool:
    """Whether it is the page that Moodle writes for everybody where an assignment takes text too."""
    names = (moodle_name(part) for part in entry.label.split("/"))
    return any(name is not None and name.tail.startswith("_assignsubmission_onlinetext") for name in names)


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


def _no_record(entry: ArchiveEntry) -> Sentence:
    ask = sentence("ask_for_the_file")
    if entry.parts[-1].endswith(".ipynb"):
        return sentence("notebook_alone", record=RECORD_NAME, ask=ask)
    return sentence("no_hand_in", ask=ask)


def _replays(events: tuple[Event, ...], cases: Mapping[str, Case]) -> bool:
    """Whether the events are a play of a case of this course, in its version."""
    case = cases.get(events[0].case) if isinstance(events[0], Started) else None
    if case is None:
        return False
    try:
        Play.replay(case, events)
    except RefusedError:
        return False
    return True


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
