"""What a trainee handed in, read without running any of it: the record beside the notebook, replayed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from scenarios.case import Case
from scenarios.play import Play, RefusedError
from scenarios.record import MAX_RECORD_BYTES, RecordError, parse_record

RECORD = "decisions.jsonl"
CASE_FOLDER = "case"

Reason: TypeAlias = Literal["unreadable", "other_case", "other_version", "impossible"]


class NotJudgedError(Exception):
    """A record that no score can be given for; reason names the sentence, detail is for the log."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Keep both."""
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


@dataclass(frozen=True, slots=True)
class Submission:
    """A play as it was handed in. handed_in: whether its record holds any event at all."""

    play: Play
    handed_in: bool


def read_submission(folder: Path, case: Case) -> Submission:
    """The play of `case` in the record of `folder`; one that never began where there is no record.

    Raises NotJudgedError where the record cannot be read, or is no play of this case and version.
    """
    data = _record_bytes(folder / RECORD)
    try:
        events = parse_record(data, file=RECORD).events
    except RecordError as error:
        raise NotJudgedError("unreadable", str(error)) from None
    try:
        play = Play.replay(case, events)
    except RefusedError as error:
        reasons: dict[str, Reason] = {"other_case": "other_case", "other_version": "other_version"}
        raise NotJudgedError(reasons.get(error.code, "impossible"), str(error)) from None
    return Submission(play, handed_in=bool(events))


def _record_bytes(file: Path) -> bytes:
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise NotJudgedError("unreadable", f"{RECORD} is no plain file")
    if not file.exists():
        return b""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_RECORD_BYTES + 1)
    except OSError as error:
        raise NotJudgedError("unreadable", error.strerror or "it cannot be opened") from None


def reflections(play: Play) -> tuple[tuple[str, str], ...]:
    """The question and the answer of every free text of `play`, in the order of the case."""
    found = []
    for _, decision in play.case.decisions():
        pick = play.picks.get(decision.id)
        if decision.kind == "text" and isinstance(pick, str):
            found.append((decision.ask, pick))
    return tuple(found)
