"""The door of the start page: its port and its key, and the file that leads this user's browser in.

Both files are this user's alone, so the key stands on no command line, in no address and in no history; a
browser that was opened again, or a machine that was started again, is led in by the same file.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from release.workshop.data_folder import start_door_of, start_link_of
from release.workshop.failure import failure_sentence
from release.workshop.serve.network import LOOPBACK
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole


class StartDoor(BaseModel):
    """port: where the page listens; key: what a browser shows to be let in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int = Field(default=0, ge=0, le=65535)
    key: str = Field(default_factory=lambda: secrets.token_urlsafe(24), min_length=32)

    @property
    def address(self) -> str:
        """Where the page stands; without the key it is locked."""
        return f"http://{LOOPBACK}:{self.port}/"


def read_door(data: Path) -> StartDoor:
    """The door as it was kept in a data folder; a new one where there is none that can be read."""
    try:
        return StartDoor.model_validate_json(start_door_of(data).read_bytes())
    except (OSError, ValidationError):
        return StartDoor()


def keep_door(data: Path, door: StartDoor, link_page: Callable[[StartDoor], str]) -> None:
    """Keep a door and the file that leads in by it. Raises BadInputError."""
    try:
        write_whole(start_door_of(data), door.model_dump_json(), mode=OWNER_ALONE)
        write_whole(start_link_of(data), link_page(door), mode=OWNER_ALONE)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadInputError(failure_sentence("unwritable", file=start_door_of(data), reason=why)) from None
