"""The desk where a play beside a notebook is handed in: it writes the one file that a trainee passes on."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scenarios.documents.whole_file import write_whole
from scenarios.engine.event import Started
from scenarios.engine.hand_in import (
    HandIn,
    HandInError,
    hand_in_bytes,
    hand_in_name,
    read_hand_in,
)
from scenarios.engine.record import RECORD_NAME


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that stands. name: its own; place: as a file browser shows it; data: all its bytes."""

    name: str
    place: str
    data: bytes


class HandInDesk(Protocol):
    """Where a play is handed in, where its shelf offers that."""

    def participant(self, case_id: str) -> str:
        """The participant's id as typed the last time; "" for none."""
        ...

    def hand_in(self, started: Started, participant: str | None, made: str) -> HandedIn:
        """Write the file of the play that `started`, as it stands on disk. `made`: the moment, in UTC.

        A file of the same play is replaced. Raises OSError, or ValueError for what can be no
        participant's id.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderDesk:
    """The desk of one notebook's folder: the file stands beside the notebook, and remembers who it is of."""

    folder: Path

    def participant(self, case_id: str) -> str:
        """What the newest file beside the notebook holds; see HandInDesk."""
        newest: HandIn | None = None
        for file in self.folder.glob(hand_in_name(case_id, "*")):
            with contextlib.suppress(HandInError, OSError):
                card, _ = read_hand_in(file.read_bytes())
                newest = card if newest is None or card.made > newest.made else newest
        return newest.participant or "" if newest is not None else ""

    def hand_in(self, started: Started, participant: str | None, made: str) -> HandedIn:
        """Write the file whole or not at all; see HandInDesk."""
        card = HandIn(
            case=started.case,
            version=started.version,
            course=started.course,
            participant=participant,
            made=made,
        )
        record = (self.folder / RECORD_NAME).read_bytes()
        data = hand_in_bytes(record[: record.rfind(b"\n") + 1], card)
        name = hand_in_name(started.case, started.play)
        write_whole(self.folder / name, data)
        return HandedIn(name, f"{self.folder.name}/{name}", data)
