"""Forgetting: a workshop goes from database and disk, when somebody says so or its time is over."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from release.workshop.data_folder import exports_of, lock_of
from release.workshop.writer.held import (
    Held,
    HeldError,
    held_workshop,
    held_workshops,
    names_of,
    remove_workshops,
)
from scenarios.whole_file import leftovers


class RunningError(HeldError):
    """The workshop runs now; a sentence."""


def forget(url: str, data: Path, names: Collection[str] = ()) -> tuple[str, ...]:
    """Forget the workshops `names`, all where there are none: database and exports. Their names.

    data: the folder that also holds the lock of a running server. Raises RunningError while a server
    runs on it, HeldError for an unknown name, before anything is deleted.
    """
    found = tuple(held_workshop(url, name) for name in names) if names else held_workshops(url)
    if not found:
        return ()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(lock_of(data), timeout=0):
            return _forget(url, data, found)
    except Timeout:
        raise RunningError(
            "A workshop is running on this data. End it first (Ctrl-C, or the start page), then say it again."
        ) from None


def forget_due(url: str, data: Path, now: datetime, *, spare: str = "") -> tuple[str, ...]:
    """Forget every workshop whose time is over, but the one of the name `spare`. Their names.

    Raises HeldError or DatabaseError.
    """
    due = [held for held in held_workshops(url) if held.due <= now and held.name != spare]
    return _forget(url, data, due)


def _forget(url: str, data: Path, found: Iterable[Held]) -> tuple[str, ...]:
    gone = tuple(found)
    for held in gone:
        exports = exports_of(data) / held.name
        for place in (exports, *leftovers(exports)):
            _remove_exports(place)
    remove_workshops(url, [held.number for held in gone])
    return names_of(gone)


def _remove_exports(place: Path) -> None:
    try:
        shutil.rmtree(place)
    except FileNotFoundError:
        return
    except OSError as error:
        why = error.strerror or str(error)
        raise HeldError(
            f"{place} cannot be deleted ({why}). Close what has it open, then say it again."
        ) from None
