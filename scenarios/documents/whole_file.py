"""Write a file or a folder whole or not at all, and on disk before anybody is told of it.

What is written stands beside its place under a name of its own until it is whole and on disk, and then takes
that place. With an error nothing of it stays, and what stood there stands.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

OWNER_ALONE = 0o600
OWNER_ALONE_FOLDER = 0o700


def write_whole(file: Path, content: str | bytes, *, mode: int | None = None, parents: bool = False) -> None:
    """Make `content` what `file` holds, text as UTF-8 and letter by letter; see `whole_file`."""
    with whole_file(file, mode=mode, parents=parents) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def whole_file(file: Path, *, mode: int | None = None, parents: bool = False) -> Iterator[BinaryIO]:
    """A stream into what `file` holds from the end of the block on.

    mode: the file's permissions; None keeps those of the file before it, and a new one has what the process
    gives to new files. parents: make the folders that it stands in where they are missing. Raises OSError
    where it cannot be written.
    """
    if parents:
        file.parent.mkdir(parents=True, exist_ok=True)
    wanted = _permissions(file) if mode is None else mode
    draft = _beside(file, "new")
    try:
        # Nobody reads along before the file has its own permissions.
        opener = None if wanted is None else _open_for_owner
        with open(draft, "xb", opener=opener) as stream:
            yield stream
            if wanted is not None:
                draft.chmod(wanted)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


@contextmanager
def whole_folder(
    place: Path, *, mode: int = 0o777, drafts: Path | None = None, synced: bool = True
) -> Iterator[Path]:
    """An empty folder that stands at `place` from the end of the block on, with all that was put into it.

    mode: the folder's permissions, less what the process takes from new ones. drafts: the folder, of the
    same disk, that it stands in until then; that of `place` where left out. synced: False where whoever
    writes many of them syncs them all at once, see `sync_disks`. What stood at `place` is gone then, and so
    is what earlier writings left that were cut off. Raises OSError where it cannot be written.
    """
    draft = _beside(place, "new", drafts)
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.mkdir(mode=mode)
    try:
        yield draft
        put_folder(draft, place, synced=synced)
    except BaseException:
        remove_folder(draft)
        raise
    for left in leftovers(place, drafts):
        remove_folder(left)


def put_folder(made: Path, place: Path, *, before: Path | None = None, synced: bool = True) -> None:
    """Move the folder `made`, of the same disk, to `place`, once all that is in it is on disk.

    before: where the folder goes that stood at `place`; None removes it. With an error it stands there again.
    synced: see `whole_folder`. Raises OSError.
    """
    if synced:
        _sync_tree(made)
    place.parent.mkdir(parents=True, exist_ok=True)
    stood = os.path.lexists(place)
    old = before or _beside(place, "old")
    if stood:
        old.parent.mkdir(parents=True, exist_ok=True)
        place.rename(old)
    try:
        made.rename(place)
    except BaseException:
        if stood:
            old.rename(place)
        raise
    if synced:
        _sync_folder(place.parent)
    if stood and before is None:
        remove_folder(old)


def sync_disks() -> None:
    """Have all that was written so far on disk, where the system can be asked for that at once."""
    if hasattr(os, "sync"):
        os.sync()


def leftovers(place: Path, drafts: Path | None = None) -> tuple[Path, ...]:
    """What writings of `place` left that were cut off, as by a power cut, in its folder or in `drafts`."""
    left = re.compile(rf"\.{re.escape(place.name)}(\.[0-9a-f]{{8}})?\.(new|old)")
    folders = {place.parent, drafts or place.parent}
    return tuple(
        entry
        for folder in folders
        if folder.is_dir()
        for entry in sorted(folder.iterdir())
        if left.fullmatch(entry.name)
    )


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, read-only files too; nothing where there is none."""
    if not folder.exists():
        return
    if os.name == "nt":
        for file in folder.rglob("*"):
            file.chmod(stat.S_IWRITE)
    shutil.rmtree(folder)


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ALONE)


def _permissions(file: Path) -> int | None:
    try:
        return stat.S_IMODE(file.lstat().st_mode)
    except FileNotFoundError:
        return None


def _beside(place: Path, kind: str, folder: Path | None = None) -> Path:
    # Two writers of one place never write into one draft.
    return (folder or place.parent) / f".{place.name}.{secrets.token_hex(4)}.{kind}"


def _sync_tree(folder: Path) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            file = Path(place) / name
            if not file.is_symlink():
                _sync(file)
        _sync_folder(Path(place))


def _sync_folder(folder: Path) -> None:
    # Windows opens no folder, and some network disks sync none.
    with suppress(OSError):
        _sync(folder)


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
