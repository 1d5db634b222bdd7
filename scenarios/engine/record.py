"""The record of a play: an append-only list of events, one JSON line each, bound together by a chain.

Line *n* holds its number ``n``, the event, and ``chain``: the first 16 hexadecimal digits of the
SHA-256 of the chain before it and of its own text. An event counts once its newline is on disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, Self

from pydantic import ValidationError

from scenarios.documents.json_data import json_data
from scenarios.engine.claim import Claim
from scenarios.engine.event import EVENT, RECORD_FORMAT, Event, Started
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("record.yaml"))

RECORD_NAME = "decisions.jsonl"
MAX_RECORD_BYTES = 1_000_000


class RecordError(Exception):
    """A record cannot be read. file and line say where; fault what is wrong there; remedy what to do."""

    def __init__(self, file: str, line: int, fault: str, remedy: str) -> None:
        """An error whose text is one sentence made of the parts."""
        self.file, self.line, self.fault, self.remedy = file, line, fault, remedy
        super().__init__(_sentence("unreadable_line", file=file, line=line, fault=fault, remedy=remedy))


class RecordInUseError(Exception):
    """Another process is writing this record, and would not find out that it has it no more."""


class RecordClosedError(Exception):
    """A writer has given its record up, or lost it to another one."""


class DecisionLockedError(Exception):
    """The facilitator has locked the decision for the whole room; nothing was written."""


class RecordBehindError(Exception):
    """Somebody else of the team has moved its play on; nothing was written."""


class WorkshopEndedError(Exception):
    """The facilitator has closed the workshop; nothing was written."""


class RecordUnwritableError(Exception):
    """The event did not reach the disk; ``reason`` is the system's word for why."""

    def __init__(self, reason: str) -> None:
        """An error for `reason`, such as the system's words for a full disk."""
        self.reason = reason
        super().__init__(f"The record could not be written: {reason}.")


@dataclass(frozen=True, slots=True)
class Record:
    """The events of a record, the chain of the last one, and the torn last line where there was one."""

    events: tuple[Event, ...]
    chain: str = ""
    torn: bytes = b""


class Store(Protocol):
    """Where a play's events are kept: a file, or a seat in a workshop."""

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far."""
        ...

    def append(self, event: Event) -> None:
        """Keep `event`; return once it is on disk.

        Raises RecordUnwritableError where it did not get there, RecordClosedError where this
        store has a new writer.
        """
        ...


def event_line(event: Event, number: int, chain: str) -> tuple[bytes, str]:
    """The line of `event` as the `number`-th (from 0) after `chain`; and the chain it makes."""
    body = {"n": number, **event.model_dump(mode="json")}
    text = _canonical(body)
    link = _link(chain, text)
    line = _canonical({**body, "chain": link})
    return line.encode() + b"\n", link


def _canonical(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _link(chain: str, text: str) -> str:
    return hashlib.sha256(f"{chain}\n{text}".encode()).hexdigest()[:16]


def record_bytes(events: Iterable[Event]) -> bytes:
    """A whole record as it stands on disk."""
    lines: list[bytes] = []
    chain = ""
    for number, event in enumerate(events):
        line, chain = event_line(event, number, chain)
        lines.append(line)
    return b"".join(lines)


def parse_record(data: bytes, *, file: str = RECORD_NAME) -> Record:
    """Read a record. A last line without its newline is set aside as torn.

    Raises RecordError, naming `file` and the line, for anything else that cannot be read.
    """
    if len(data) > MAX_RECORD_BYTES:
        fault = _sentence("record_too_large", size=len(data), most=MAX_RECORD_BYTES)
        raise RecordError(file, 1, fault, _sentence("play_far_smaller"))
    *lines, torn = data.split(b"\n")
    events: list[Event] = []
    chain = ""
    for number, line in enumerate(lines):
        event, chain = _parse_line(line, number, chain, file)
        if (number == 0) != isinstance(event, Started):
            fault = _sentence("started_again" if number else "no_start")
            raise RecordError(file, number + 1, fault, _sentence("one_play"))
        events.append(event)
    return Record(tuple(events), chain, torn)


def _parse_line(line: bytes, number: int, chain: str, file: str) -> tuple[Event, str]:
    def refuse(fault: str, remedy: str) -> RecordError:
        return RecordError(file, number + 1, fault, remedy)

    original = _sentence("ask_original")
    try:
        body = json_data(line)
    except ValueError:
        raise refuse(_sentence("line_not_json"), original) from None
    if not isinstance(body, dict) or "chain" not in body or body.get("n") != number:
        raise refuse(_sentence("other_event", number=number), original)
    if body.get("event") == "started" and body.get("format") != RECORD_FORMAT:
        fault = _sentence("record_format", found=repr(body.get("format")), wanted=RECORD_FORMAT)
        raise refuse(fault, _sentence("open_with_that"))
    given = body.pop("chain")
    try:
        link = _link(chain, _canonical(body))
    except UnicodeEncodeError:
        raise refuse(_sentence("half_character"), original) from None
    if link != given:
        raise refuse(_sentence("chain_breaks"), original)
    del body["n"]
    try:
        return EVENT.validate_python(body), link
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        fault = _sentence("event_unreadable", place=place, reason=detail["msg"])
        raise refuse(fault, original) from None


_OPEN: weakref.WeakValueDictionary[Path, RecordFile] = weakref.WeakValueDictionary()


class RecordFile:
    """The one writer of a record on disk.

    A second writer, in this process (a cell that is run again) or in another one (another tab, a page),
    takes the record over, and the first is closed when it next writes.
    """

    def __init__(self, path: Path, *, locks: Path | None = None) -> None:
        """Open `path`, made if it is missing; a torn last line is moved to ``<name>.torn``.

        locks: the folder of what writers share, the user's own by default: see `Claim`.
        Raises RecordInUseError, RecordError, or OSError where the file cannot be opened.
        """
        self.path = path.resolve()
        if (earlier := _OPEN.get(self.path)) is not None:
            earlier.close()
        self._claim = Claim(self.path, locks)
        if not self._claim.lay():
            raise RecordInUseError(str(path))
        self._stream: BinaryIO | None = None
        try:
            data = self.path.read_bytes() if self.path.exists() else b""
            record = parse_record(data, file=path.name)
            self._set_aside(record.torn)
            self._stream = self.path.open("ab", buffering=0)
            self._size = len(data) - len(record.torn)
            self._stream.truncate(self._size)
        except BaseException:
            self.close()
            raise
        self._events, self._chain = record.events, record.chain
        self.was_torn = bool(record.torn)
        _OPEN[self.path] = self

    def __enter__(self) -> Self:
        """Use the record in a ``with`` block, which closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the record."""
        self.close()

    @property
    def events(self) -> tuple[Event, ...]:
        """The events on disk."""
        return self._events

    def append(self, event: Event) -> None:
        """Write `event` and wait until it is on disk; see Store.append."""
        if self._stream is None:
            raise RecordClosedError
        line, chain = event_line(event, len(self._events), self._chain)
        try:
            with self._claim.turn() as is_ours:
                if is_ours:
                    self._write(self._stream, line)
        except OSError as error:
            raise RecordUnwritableError(error.strerror or "the disk refused it") from None
        if not is_ours:
            self.close()
            raise RecordClosedError
        self._size += len(line)
        self._events, self._chain = (*self._events, event), chain

    def close(self) -> None:
        """Give the record up; it can then be opened elsewhere."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._claim.give_up()

    def _write(self, stream: BinaryIO, line: bytes) -> None:
        try:
            if stream.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 (told like the rest)
            os.fsync(stream.fileno())
        except OSError:
            # What stands half-written is taken back, so that the next attempt begins on a clean line.
            with contextlib.suppress(OSError):
                stream.truncate(self._size)
            raise

    def _set_aside(self, torn: bytes) -> None:
        if torn:
            with self.path.with_suffix(".torn").open("ab") as aside:
                aside.write(torn + b"\n")
