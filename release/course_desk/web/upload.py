"""A form with files: read as it comes, within a limit, and put into a folder of our own under safe names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tornado import web
from tornado.httputil import (
    HTTPFile,
    HTTPInputError,
    ParseBodyConfig,
    ParseMultipartConfig,
    parse_body_arguments,
)

from release.archive import name_problem
from release.workshop.desk.start import StartPage
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

# A class of 300 hands in less than 20 MB; Moodle's ZIP of it is as large.
MOST_BYTES = 200_000_000
MOST_FILES = 1_000
MOST_LETTERS = 200  # of a file's name, in bytes
_READ_TO_ITS_END = 4_000_000_000
_CONFIG = ParseBodyConfig(multipart=ParseMultipartConfig(max_parts=MOST_FILES + 50))
_SPLIT = re.compile(r"[/\\]")


class TooLargeError(Exception):
    """More was sent than is taken."""


@web.stream_request_body
class UploadHandler(StartPage):
    """A handler whose form may carry files. Who may not send one is refused before any of it is read."""

    def initialize(self) -> None:
        """Begin with nothing."""
        self._body = bytearray()
        self._size = 0

    def prepare(self) -> None:
        """Let in the facilitator's own browser alone, then take what it sends. Raises HTTPError 403."""
        super().prepare()
        # What is too large is read and dropped: a browser shows no answer that comes before its end.
        connection: Any = self.request.connection
        if connection is not None and hasattr(connection, "set_max_body_size"):
            connection.set_max_body_size(_READ_TO_ITS_END)

    def data_received(self, chunk: bytes) -> None:
        """Take a piece of the form, as long as it is within the limit."""
        self._size += len(chunk)
        if self._size <= MOST_BYTES:
            self._body += chunk
        else:
            self._body.clear()

    def read_form(self) -> None:
        """Read what was sent, for `get_body_argument` and `files`. Raises TooLargeError, HTTPError 400."""
        if self._size > MOST_BYTES:
            raise TooLargeError
        kind = self.request.headers.get("Content-Type", "")
        request = self.request
        try:
            parse_body_arguments(
                kind, bytes(self._body), request.body_arguments, request.files, config=_CONFIG
            )
        except HTTPInputError:
            raise web.HTTPError(HTTPStatus.BAD_REQUEST) from None
        finally:
            self._body.clear()

    def files(self, *names: str) -> tuple[HTTPFile, ...]:
        """The files of these fields; a field that was left empty has none."""
        sent = (file for name in names for file in self.request.files.get(name, ()))
        return tuple(file for file in sent if file.filename)


def put_files(files: Sequence[HTTPFile], folder: Path) -> tuple[Path, ...]:
    """Write what was sent into `folder`; the files and folders that now stand there.

    A name is never a path that leaves the folder: one that no system takes is replaced by a plain one.
    """
    for number, file in enumerate(files, 1):
        parts = [part for part in _SPLIT.split(file.filename) if part not in {"", "."}]
        if not parts or not all(map(_is_usable, parts)):
            suffix = Path(parts[-1] if parts else "").suffix[:8]
            parts = [f"berkas-{number}{suffix if suffix[1:].isalnum() else ''}"]
        place = folder.joinpath(*parts)
        if place.exists():
            # No id begins so: a folder that is called by an id says whose all in it is.
            place = folder / f"_{number}" / parts[-1]
        write_whole(place, file.body, mode=OWNER_ALONE, parents=True)
    return tuple(sorted(folder.iterdir()))


def _is_usable(part: str) -> bool:
    """Whether a name is one that every system takes."""
    return name_problem(part) is None and len(part.encode("utf-8", "replace")) <= MOST_LETTERS
