"""What a trainee handed in, read without running or following any of it: the record, replayed.

Nothing here trusts a name or a kind: every entry of the folder is looked at before one byte is read,
and whatever cannot be judged is told apart by its `Reason`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from scenarios.case import Case
from scenarios.documents.json_data import json_data
from scenarios.engine.event import RECORD_FORMAT, Event, Started
from scenarios.engine.play import Play
from scenarios.engine.record import MAX_RECORD_BYTES, RECORD_NAME, RecordError, parse_record
from scenarios.pick import RefusedError
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("submission.yaml"))

TIMESTAMP = "timestamp.txt"
MAX_FILE_BYTES = 1_000_000
MAX_ENTRIES = 1_000
AHEAD = timedelta(days=1)

Reason: TypeAlias = Literal[
    "missing",
    "unreadable",
    "too_large",
    "link",
    "newer",
    "other_case",
    "other_version",
    "other_course",
    "other_mode",
    "impossible",
    "implausible",
    "shared",
]
REASONS: tuple[Reason, ...] = get_args(Reason)

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_HEAD_BYTES = 4096


class NotJudgedError(Exception):
    """A submission that no score can be given for; reason names the sentence, detail is for the log."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Make the error; its text is `reason` and `detail`."""
        self.reason: Reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True)
class Submission:
    """A play as it was handed in: the bytes of its record, their events, and what these come to."""

    play: Play
    events: tuple[Event, ...]
    record: bytes


def judge(  # noqa: PLR0913 -- each a rule of its own, by its name
    record: bytes,
    case: Case,
    *,
    now: datetime,
    course: str | None = None,
    mode: str | None = None,
    shared: Collection[str] = (),
) -> Submission:
    """The play of `case` in the bytes of a record that was handed in (see `read_record`).

    now: the time, with its zone; course and mode: what the record must carry, None where none is
    known: whoever played for practice has seen the feedback; shared: play ids that more than one
    trainee handed in.
    Raises NotJudgedError where it cannot be read, or where it is no play of this case, version and
    course by this trainee alone.
    """
    events = record_events(record)
    first = events[0]
    if isinstance(first, Started):
        _check_card(first, course, mode)
    play = _replayed(case, events)
    if isinstance(first, Started) and first.play in shared:
        raise NotJudgedError("shared", _sentence("play_twice", play=first.play))
    _check_moments(events, now)
    return Submission(play, events, record)


def read_record(folder: Path) -> bytes:
    """The bytes of the record in `folder`, after a look at all that was handed in with it.

    A link anywhere, in the trainee's own folder too, and a file over MAX_FILE_BYTES are refused
    before anything is opened; a pipe or a device is never opened. Raises NotJudgedError.
    """
    look_at(folder)
    return plain_bytes(_record_file(folder), MAX_RECORD_BYTES)


def record_digest(folder: Path) -> str:
    """The SHA-256 of the record in `folder`, in hexadecimal digits; "" where it is not to be read."""
    try:
        return hashlib.sha256(read_record(folder)).hexdigest()
    except NotJudgedError:
        return ""


def plain_bytes(file: Path, most: int) -> bytes:
    """The bytes of a plain file ``submitted/<trainee>/<case>/…``, at most `most` of them.

    Raises NotJudgedError where it is missing, larger, no plain file, or lies behind a link.
    """
    with os.fdopen(_opened(file), "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise NotJudgedError("too_large", _sentence("over_bytes", file=file.name, most=most))
    return data


def record_events(data: bytes) -> tuple[Event, ...]:
    """The events in the bytes of a record; at least one. Raises NotJudgedError."""
    if _format_of(data) > RECORD_FORMAT:
        raise NotJudgedError("newer", _sentence("newer_format", wanted=RECORD_FORMAT))
    try:
        events = parse_record(data, file=RECORD_NAME).events
    except RecordError as error:
        raise NotJudgedError("unreadable", error.args[0]) from None
    if not events:
        raise NotJudgedError("missing", _sentence("no_event", file=RECORD_NAME))
    return events


def look_at(folder: Path) -> None:
    """Refuse `folder` for a link, a file too large, too many files, or a file that is no plain one.

    Nothing is opened and no link is followed. Raises NotJudgedError.
    """
    place = folder.absolute()
    if not os.path.lexists(place):
        raise NotJudgedError("missing", _sentence("not_handed_in", name=place.name))
    for part in (place.parent, place):
        _check_entry(part.lstat(), part.name)
    try:
        for number, entry in enumerate(_entries(place)):
            if number >= MAX_ENTRIES:
                raise NotJudgedError("too_large", _sentence("many_files", most=MAX_ENTRIES))
            _check_entry(entry.stat(follow_symlinks=False), entry.name)
    except OSError as error:
        raise NotJudgedError("unreadable", error.strerror or _sentence("folder_shut")) from None


def play_ids(submitted: Path, case_id: str) -> dict[str, list[str]]:
    """Which trainees handed in each play of a case, by play id; of each record only the start is read.

    submitted: the folder with one folder for each trainee. What cannot be read belongs to nobody.
    """
    trainees: dict[str, list[str]] = {}
    if not submitted.is_dir():
        return trainees
    for trainee in sorted(submitted.iterdir()):
        play = None if trainee.name.startswith(".") else _play_id(trainee / case_id)
        if play is not None:
            trainees.setdefault(play, []).append(trainee.name)
    return trainees


def shared_plays(submitted: Path, case_id: str) -> frozenset[str]:
    """The ids of the plays of a case that more than one trainee handed in."""
    return frozenset(play for play, trainees in play_ids(submitted, case_id).items() if len(trainees) > 1)


def reflections(play: Play) -> tuple[tuple[str, str], ...]:
    """The question and the answer of every free text of `play`, in the order of the case."""
    answers = []
    for _, decision in play.case.decisions():
        pick = play.picks.get(decision.id)
        if decision.is_free_text and isinstance(pick, str):
            answers.append((decision.ask, pick))
    return tuple(answers)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(Path(entry.path))


def _check_entry(status: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise NotJudgedError("link", _sentence("link", name=name))
    if stat.S_ISDIR(status.st_mode):
        return
    if not stat.S_ISREG(status.st_mode):
        raise NotJudgedError("unreadable", _sentence("no_plain_file", name=name))
    if status.st_size > MAX_FILE_BYTES:
        parts = {"name": name, "size": status.st_size, "most": MAX_FILE_BYTES}
        raise NotJudgedError("too_large", _sentence("too_large", **parts))


def _record_file(folder: Path) -> Path:
    """Where the record is: a file renamed by a browser, “decisions (1).jsonl”, is one where it is alone.

    Raises NotJudgedError where there are several such files.
    """
    named = folder / RECORD_NAME
    if os.path.lexists(named) or folder.is_symlink() or not folder.is_dir():
        return named
    try:
        copies = sorted(file for file in folder.iterdir() if file.suffix.lower() == named.suffix)
    except OSError as error:
        raise NotJudgedError("unreadable", error.strerror or _sentence("folder_shut")) from None
    if len(copies) > 1:
        names = ", ".join(file.name for file in copies)
        raise NotJudgedError("missing", _sentence("several_records", names=names, wanted=RECORD_NAME))
    return copies[0] if copies else named


def _opened(file: Path) -> int:
    """The descriptor of a plain file that no link leads to; a pipe is not waited for."""
    place = file.absolute()
    try:
        for part in (place.parent.parent, place.parent, place):
            if stat.S_ISLNK(part.lstat().st_mode):
                raise NotJudgedError("link", _sentence("link", name=part.name))
        descriptor = os.open(place, os.O_RDONLY | _NO_FOLLOW)
    except FileNotFoundError:
        raise NotJudgedError("missing", _sentence("no_file", name=file.name)) from None
    except OSError as error:
        raise NotJudgedError("unreadable", error.strerror or _sentence("shut")) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotJudgedError("unreadable", _sentence("no_plain_file", name=file.name))
    return descriptor


def _first(data: bytes) -> dict[str, object]:
    try:
        body = json_data(data.split(b"\n", 1)[0])
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _format_of(data: bytes) -> int:
    given = _first(data).get("format")
    return given if isinstance(given, int) else 0


def _play_id(folder: Path) -> str | None:
    try:
        descriptor = _opened(_record_file(folder))
    except NotJudgedError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        play = _first(stream.read(_HEAD_BYTES)).get("play")
    return play if isinstance(play, str) else None


def _replayed(case: Case, events: tuple[Event, ...]) -> Play:
    try:
        return Play.replay(case, events)
    except RefusedError as error:
        reasons: dict[str, Reason] = {"other_case": "other_case", "other_version": "other_version"}
        raise NotJudgedError(reasons.get(error.code, "impossible"), str(error)) from None


def _check_card(started: Started, course: str | None, mode: str | None) -> None:
    if course is not None and started.course != course:
        fault = _sentence("other_course", given=started.course, wanted=course)
        raise NotJudgedError("other_course", fault)
    if mode is not None and started.mode != mode:
        raise NotJudgedError("other_mode", _sentence("other_mode", given=started.mode, wanted=mode))


def _check_moments(events: tuple[Event, ...], now: datetime) -> None:
    """Times never go back, and none lies more than a day ahead: a player's clock may only be a little off."""
    before: datetime | None = None
    for number, event in enumerate(events, start=1):
        try:
            moment = datetime.fromisoformat(event.at)
        except ValueError:
            raise NotJudgedError("implausible", _sentence("no_date", line=number, moment=event.at)) from None
        if before is not None and moment < before:
            raise NotJudgedError("implausible", _sentence("goes_back", line=number, moment=event.at))
        if moment > now + AHEAD:
            raise NotJudgedError("implausible", _sentence("in_future", line=number, moment=event.at))
        before = moment
