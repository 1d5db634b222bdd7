"""The private folder of a server while it runs, and the sweep of those that a killed server left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "kasuslab-"
# Locked by its server as long as it lives, however it ends.
_LOCK = "lives"
# Made once the lock is held: a folder without it may just be in the making.
_READY = "made"


@contextmanager
def run_folder(parent: Path | None = None) -> Iterator[Path]:
    """A folder that only this user may enter, gone at the end; those of dead servers are swept before.

    parent: where it is made, the machine's folder for temporary files where left out. Raises OSError.
    """
    place = parent or Path(tempfile.gettempdir())
    sweep(place)
    folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True)
    with folder as path, FileLock(Path(path) / _LOCK, timeout=0):
        (Path(path) / _READY).touch()
        yield Path(path)


def sweep(parent: Path) -> None:
    """Remove the folders in `parent` that this user's dead servers left behind, and no others."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            if _is_ours(folder):
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
        except (Timeout, OSError):
            continue


def _is_ours(folder: Path) -> bool:
    if folder.is_symlink() or not (folder / _READY).is_file():
        return False
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
