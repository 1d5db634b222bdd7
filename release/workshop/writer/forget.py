"""Deleting a workshop from database and disk: on demand, or once its time is over."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from release.workshop.data_folder import exports_of, lock_of, own_folder
from release.workshop.failure import failure_sentence
from release.workshop.writer.workshops import (
    WorkshopsError,
    WorkshopSummary,
    remove_workshops,
    workshop_named,
    workshops_in,
)
from scenarios.documents.whole_file import leftovers


class RunningError(WorkshopsError):
    """The workshop runs now; a sentence."""


def forget(url: str, data: Path, names: Collection[str] = ()) -> tuple[str, ...]:
    """Delete the workshops `names`, or all where none is named, with their exports; return their names.

    data: the folder that also holds the lock of a running server, which has the latest workshop open. Before
    anything is deleted, raises RunningError where that one is among them, and WorkshopsError for an unknown
    name.
    """
    workshops = tuple(workshop_named(url, name) for name in names) if names else workshops_in(url)
    if not workshops:
        return ()
    own_folder(data)
    try:
        with FileLock(lock_of(data), timeout=0):
            return _forget(url, data, workshops)
    except Timeout:
        if workshops_in(url)[-1].number not in {workshop.number for workshop in workshops}:
            return _forget(url, data, workshops)
        raise RunningError(failure_sentence("running")) from None


def forget_due(url: str, data: Path, now: datetime, *, spare: str = "") -> tuple[str, ...]:
    """Delete every workshop whose time is over, except the one named `spare`; return their names.

    Raises WorkshopsError or DatabaseError.
    """
    due = [workshop for workshop in workshops_in(url) if workshop.due <= now and workshop.name != spare]
    return _forget(url, data, due)


def _forget(url: str, data: Path, workshops: Iterable[WorkshopSummary]) -> tuple[str, ...]:
    deleted = tuple(workshops)
    for workshop in deleted:
        exports = exports_of(data) / workshop.name
        for place in (exports, *leftovers(exports)):
            _remove_exports(place)
    remove_workshops(url, [workshop.number for workshop in deleted])
    return tuple(workshop.name for workshop in deleted)


def _remove_exports(place: Path) -> None:
    try:
        shutil.rmtree(place)
    except FileNotFoundError:
        return
    except OSError as error:
        why = error.strerror or str(error)
        raise WorkshopsError(failure_sentence("undeletable", file=place, reason=why)) from None
