"""The data folder of a workshop: what stands where in it, and that it is this user's alone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from scenarios.documents.whole_file import OWNER_ALONE, OWNER_ALONE_FOLDER

_OTHERS = 0o077
# The database with what SQLite lays beside it, the log, the lock.
_WRITTEN = ("workshop.sqlite*", "workshop.log", "workshop.lock")


def keep_to_oneself() -> None:
    """From now on this process makes files and folders that are this user's alone."""
    os.umask(_OTHERS)


def own_folder(data: Path) -> Path:
    """`data`, made for this user alone where it is missing. Raises OSError.

    What a workshop wrote there before, readable for others too, is this user's alone from now on.
    """
    data.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
    for file in (each for pattern in _WRITTEN for each in data.glob(pattern)):
        # Another user's is left as it is, in a folder that several share on purpose.
        with contextlib.suppress(PermissionError, FileNotFoundError):
            if not file.is_symlink() and file.stat().st_mode & _OTHERS:
                file.chmod(OWNER_ALONE)
    return data


def cards_of(data: Path) -> Path:
    """Where the numbers of cards stand that were replaced."""
    return data / "cards.json"


def database_of(data: Path) -> str:
    """The SQLAlchemy URL of the database that stands in a data folder by default."""
    return f"sqlite:///{data / 'workshop.sqlite'}"


def seal_of(folder: Path) -> Path:
    """Where the seal of certificates stands in a folder that several servers share."""
    return folder / "certificates.pem"


def lock_of(data: Path) -> Path:
    """The file that one writer at a time holds as long as it runs."""
    return data / "workshop.lock"


def exports_of(data: Path) -> Path:
    """Where the exports of closed workshops stand."""
    return data / "exports"


def interim_of(data: Path, name: str) -> Path:
    """The report of the workshop `name` that was made before it was closed."""
    return exports_of(data) / name / "sementara.html"


def log_of(data: Path) -> Path:
    """What a server writes that was started without a terminal."""
    return data / "workshop.log"


def start_lock_of(data: Path) -> Path:
    """The file that one start page at a time holds as long as it runs."""
    return data / "start.lock"


def start_door_of(data: Path) -> Path:
    """By which port and key the start page is reached."""
    return data / "start.json"


def start_link_of(data: Path) -> Path:
    """The page that leads this user's browser to the start page, as often as it is opened."""
    return data / "start.html"
