"""The data folder of a workshop: what stands where in it. The places alone: nothing here opens anything."""

from __future__ import annotations

from pathlib import Path


def database_of(data: Path) -> str:
    """The SQLAlchemy URL of the database that stands in a data folder by default."""
    return f"sqlite:///{data / 'workshop.sqlite'}"


def lock_of(data: Path) -> Path:
    """The file that one writer at a time holds as long as it runs."""
    return data / "workshop.lock"


def exports_of(data: Path) -> Path:
    """Where the exports of closed workshops stand."""
    return data / "exports"


def interim_of(data: Path, name: str) -> Path:
    """The report of the workshop `name` that was made before it was closed."""
    return exports_of(data) / name / "sementara.html"


def board_of(data: Path) -> Path:
    """What the board remembers over a restart."""
    return data / "board.json"


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
