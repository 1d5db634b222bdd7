"""A deed under way: the process that does it, how far it is, and what became of it."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from release.course_desk.message import DeedName, DeedOutcome, DeedProgress, Order, Remark, message_of, remark
from release.processes import ChildProcess, start_process

DEEDS = "release.course_desk.deeds"
BREAK_SECONDS = 30.0
# What keeps all that it did so far; see `release.course_desk.deeds`.
MAY_BE_BROKEN_OFF: frozenset[DeedName] = frozenset({"grade"})


@dataclass(slots=True)
class DeedWork:
    """An order that is carried out, or was. child: None where no process was needed; outcome: once done."""

    order: Order
    child: ChildProcess | None = None
    outcome: DeedOutcome | None = None

    def look(self) -> DeedOutcome | None:
        """What became of it, once it has."""
        if self.outcome is None and self.child is not None and not self.child.runs:
            outcomes = [one for one in self._messages() if isinstance(one, DeedOutcome)]
            lost = DeedOutcome(remarks=(remark("bad", "deed_ended", log=self.child.log),))
            self.outcome = outcomes[-1] if outcomes else lost
            self.child.end(0)
        return self.outcome

    @property
    def progress(self) -> DeedProgress | None:
        """How far it is; None where it does not tell."""
        steps = [one for one in self._messages() if isinstance(one, DeedProgress)]
        return steps[-1] if steps else None

    @property
    def may_be_broken_off(self) -> bool:
        """Whether it keeps all that it did so far when it is broken off."""
        return self.order.deed in MAY_BE_BROKEN_OFF

    def _messages(self) -> list[DeedProgress | DeedOutcome]:
        lines = self.child.words().splitlines() if self.child is not None else ()
        return [message for message in map(message_of, lines) if message is not None]


@dataclass(slots=True)
class DeedBench:
    """Where one deed at a time is done.

    place: a folder of our own; environ: what the process finds in its environment; last: by course, what was
    done there last.
    """

    place: Path
    environ: Mapping[str, str]
    work: DeedWork | None = None
    last: dict[Path, DeedWork] = field(default_factory=dict)

    @property
    def is_busy(self) -> bool:
        """Whether a deed is under way."""
        return self.work is not None and self.work.look() is None

    def new_folder(self) -> Path:
        """A folder for files that were dropped, for this user alone."""
        folder = self.place / f"drop-{secrets.token_hex(6)}"
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def begin(self, order: Order) -> DeedWork:
        """Start a deed; none is under way."""
        self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = (order.model_dump_json() + "\n").encode()
        log = self.place / "deed.log"
        child = start_process("deed", DEEDS, log=log, line=line, lifeline=True, environ=self.environ)
        self.work = self.last[order.course] = DeedWork(order, child)
        self._clear()
        return self.work

    def answer(self, page: Path, *remarks: Remark) -> None:
        """Have a page say something for which no process is needed. page: a course, or the list's folder."""
        self.last[page] = DeedWork(Order(deed="make", course=page), outcome=DeedOutcome(remarks=remarks))
        self._clear()

    def wait(self, seconds: float) -> None:
        """Wait until the deed is done, so many seconds at most."""
        deadline = time.monotonic() + seconds
        while self.is_busy and time.monotonic() < deadline:
            time.sleep(0.1)

    def break_off(self) -> None:
        """End the deed where it may be; what it did so far is kept."""
        if self.work is not None and self.is_busy and self.work.may_be_broken_off:
            self._end(self.work, BREAK_SECONDS)

    def end(self, patience: float = BREAK_SECONDS) -> None:
        """End whatever is under way; what cannot be broken off is waited for."""
        if self.work is not None and self.is_busy:
            self._end(self.work, patience)
        shutil.rmtree(self.place, ignore_errors=True)

    @staticmethod
    def _end(work: DeedWork, patience: float) -> None:
        if work.child is not None:
            work.child.end(patience)
        work.look()

    def _clear(self) -> None:
        """Remove what was dropped for a deed that nothing speaks of any more."""
        needed = {file for work in self.last.values() for file in work.order.files}
        for folder in self.place.glob("drop-*"):
            if not any(file.is_relative_to(folder) for file in needed):
                with contextlib.suppress(OSError):
                    shutil.rmtree(folder)
