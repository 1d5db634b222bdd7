"""The claim on a record: which of a user's processes writes it.

Whoever opens a record last has it, as in a workshop. The process that had it may still run, with nobody in
front of it (a tab was closed, its kernel was not), and answers to nothing: so whoever comes lays a mark of
their own, and every writer looks for theirs before they write.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from scenarios.documents.whole_file import OWNER_ALONE_FOLDER, write_whole
from scenarios.engine.runtime_folder import runtime_folder

# How long somebody else's write may last, in seconds; one that was stopped in the middle lasts for ever.
TURN_SECONDS = 5.0


class Claim:
    """One writer's claim on a record: made by `lay`, asked for at each `turn`, ended by `give_up`."""

    def __init__(self, record: Path, locks: Path | None = None) -> None:
        """locks: the folder for what processes share, the user's own by default: see `runtime_folder`."""
        # Beside the record, these files would be handed in with it.
        folder = locks or runtime_folder()
        folder.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
        name = hashlib.sha256(str(record).encode()).hexdigest()[:32]
        self._mark = secrets.token_hex(16)
        self._marked = folder / f"{name}.writer"
        self._turns = folder / f"{name}.turn"
        # A kernel opens a record in one thread and gives it up in another.
        self._life = FileLock(folder / f"{name}.lock", is_singleton=False, thread_local=False)

    def lay(self) -> bool:
        """Claim the record, whoever has it. Raises OSError.

        False where whoever has it would not find out: a process of a version that knew no marks, or one that
        was stopped in the middle of a write.
        """
        try:
            with self._turn():
                may = self._lives_alone() or self._marked.exists()
                if may:
                    write_whole(self._marked, self._mark)
        except Timeout:
            return False
        return may

    @contextlib.contextmanager
    def turn(self) -> Iterator[bool]:
        """A while in which nobody else writes; gives whether the claim still stands. Raises OSError."""
        with self._turn():
            stands = self._is_marked()
            if stands:
                self._lives_alone()  # whoever had the record before may have gone since
            yield stands

    def give_up(self) -> None:
        """Let whoever wants the record have it."""
        with contextlib.suppress(OSError), self._turn():
            # While another process that had it lives on, the mark says to it that it has it no more.
            if self._life.is_locked and self._is_marked():
                self._marked.unlink()
        self._life.release()

    def _turn(self) -> FileLock:
        return FileLock(self._turns, timeout=TURN_SECONDS, is_singleton=False)

    def _lives_alone(self) -> bool:
        """Whether no other writer of this record lives."""
        if not self._life.is_locked:
            with contextlib.suppress(Timeout):
                self._life.acquire(timeout=0)
        return self._life.is_locked

    def _is_marked(self) -> bool:
        try:
            return self._marked.read_text(encoding="ascii") == self._mark
        except (OSError, UnicodeDecodeError):
            return False
