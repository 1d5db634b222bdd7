"""nbgrader's exchange on a hub, where trainees have accounts of their own.

It is nbgrader's own, but for

- the folder: the hub's, to which no trainee can add a course that others would open;
- what is handed in: its owner and the facilitators' group read it, and nobody else;
- collecting: a submission counts as that of whose account it belongs to, or it is left and named; no link in
  it is followed, since whoever collects may read more than whoever handed in.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError, default
from nbgrader.utils import check_directory, ignore_patterns

from release.hub.places import EXCHANGE_VARIABLE
from release.hub.system_accounts import trainee_uid

_OWNER_AND_GROUP_FILE, _OWNER_AND_GROUP = 0o640, 0o750
_KILOBYTE = 1000
_LONG_AGO = datetime(1, 1, 1)  # noqa: DTZ001 -- nbgrader's moments are in UTC, and say nothing of it


class _OnHub:
    """In front of a class of nbgrader's exchange."""

    def __init__(self, *parts: Any, **named: Any) -> None:  # noqa: ANN401 -- nbgrader's
        """Begin in the hub's exchange, whatever the settings of the course say."""
        super().__init__(*parts, **named)
        self.root = hub_exchange()

    def ensure_root(self) -> None:
        """Fail where the exchange is not there. Nobody but the hub writes into it."""
        if not check_directory(self.root, write=False, execute=True):
            self.fail(f"There is no exchange in {self.root}.")  # type: ignore[attr-defined]


class HubList(_OnHub, default.ExchangeList):  # type: ignore[misc]  # nbgrader has no types
    """List what there is."""


class HubFetch(_OnHub, default.ExchangeFetchAssignment):  # type: ignore[misc]
    """Fetch an assignment."""


class HubFetchFeedback(_OnHub, default.ExchangeFetchFeedback):  # type: ignore[misc]
    """Fetch the feedback on what one handed in."""


class HubRelease(_OnHub, default.ExchangeReleaseAssignment):  # type: ignore[misc]
    """Release an assignment."""


class HubReleaseFeedback(_OnHub, default.ExchangeReleaseFeedback):  # type: ignore[misc]
    """Release feedback."""


class _PlainCopy(_OnHub):
    """Copies the files that are their owner's own, each by its name, and follows nothing.

    A folder that is made so belongs to the group of the one that it is made in, and so does what is laid
    there later: nbgrader's way of copying would lose that.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:  # noqa: ANN401, ARG002 -- nbgrader's
        """Copy a submission."""
        coursedir: Any = self.coursedir  # type: ignore[attr-defined]
        own, most = os.lstat(src).st_uid, coursedir.max_dir_size * _KILOBYTE
        leave = ignore_patterns(exclude=coursedir.ignore, include=coursedir.include)
        try:
            for folder, name, place in _files(src, dest, leave):
                content = _content(folder, name, own, min(most, coursedir.max_file_size * _KILOBYTE))
                if content is None:
                    self.leave(f"{name} of {src} is no file of theirs, or too large.")
                    continue
                place.write_bytes(content)
                most -= len(content)
        except OSError as error:
            self.leave(f"{src} cannot be read or copied ({error.strerror}).")

    def leave(self, why: str) -> None:
        """What becomes of a part that is not copied."""
        raise NotImplementedError


class HubSubmit(_PlainCopy, default.ExchangeSubmit):  # type: ignore[misc]
    """Hand in, for oneself and the facilitators alone."""

    def leave(self, why: str) -> None:
        """Hand in all or nothing."""
        self.fail(why)

    def set_perms(self, dest: str, fileperms: int, dirperms: int) -> None:  # noqa: ARG002 -- nbgrader's
        """Let nobody else read it."""
        super().set_perms(dest, _OWNER_AND_GROUP_FILE, _OWNER_AND_GROUP)

    def copy_files(self) -> None:
        """Hand in. nbgrader opens the folder to everybody at the end, and here it is shut again."""
        super().copy_files()
        Path(self.inbound_path, self.assignment_filename).chmod(_OWNER_AND_GROUP | stat.S_IWGRP)


class HubCollect(_PlainCopy, default.ExchangeCollect):  # type: ignore[misc]
    """Collect what was handed in by those whose it is."""

    src_records: list[Mapping[str, Any]]

    def leave(self, why: str) -> None:
        """Go on with what others have handed in."""
        self.log.error("It was not collected: %s", why)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            if os.lstat(path).st_uid == trainee_uid(record["username"]):
                return record
        except (ExchangeError, OSError, ValueError, OverflowError):
            pass
        self.leave(f"{path} is not of whom it names.")
        # nbgrader takes the newest of each name: what is of nobody must not stand before what is theirs.
        return {"username": "", "filename": Path(path).name, "timestamp": _LONG_AGO}

    def copy_files(self) -> None:
        """Collect all but what is of nobody."""
        self.src_records = [record for record in self.src_records if record["username"]]
        # The number of the account is looked at above: nbgrader would miss the id among accounts' names.
        self.check_owner = False
        super().copy_files()


def _files(src: str, dest: str, leave: Any) -> Iterator[tuple[int, str, Path]]:  # noqa: ANN401 -- nbgrader's
    """Each file of `src`: an open folder, a name in it, and where that goes below `dest`."""
    for folder, below, names, descriptor in os.fwalk(src):
        place = Path(dest, os.path.relpath(folder, src))
        place.mkdir()
        ignored = set(leave(folder, [*below, *names]))
        below[:] = [name for name in below if name not in ignored]
        yield from ((descriptor, name, place / name) for name in names if name not in ignored)


def _content(folder: int, name: str, owner: int, most: int) -> bytes | None:
    """What a file holds; None where it is a link, somebody else's, no file, or larger than `most`."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != owner or about.st_size > most:
            return None
        return stream.read(about.st_size)


def hub_exchange() -> str:
    """The exchange of the hub that this process is part of. Raises KeyError outside one."""
    return os.environ[EXCHANGE_VARIABLE]
