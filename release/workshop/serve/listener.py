"""The socket that participants reach: it turns them away politely while no more files may be opened."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from release.workshop.kernels.capacity import open_files
from release.workshop.log import RareWarning

# Kept for those who are inside: each of their pages opens files of its own.
SPARED_FILES = 48
_REQUEST = 16 * 1024


class Listener(socket.socket):
    """A listening socket. answer: what is sent to whoever is turned away, b"" for nothing.

    A connection that cannot be taken is taken all the same and closed: left in the queue, it would wake
    the server again and again.
    """

    def __init__(
        self,
        listening: socket.socket,
        answer: bytes = b"",
        *,
        limit: Callable[[], int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take over `listening`. limit: how many files may be open now, as the machine has it where left out.

        clock: seconds that never go back.
        """
        super().__init__(fileno=listening.detach())
        self._answer, self._limit, self._warning = answer, limit or _open_files, RareWarning(clock)
        self._spare = os.open(os.devnull, os.O_RDONLY)

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. Raises BlockingIOError where there is none that can be taken."""
        try:
            connection, address = super().accept()
        except OSError as error:
            if error.errno not in {errno.EMFILE, errno.ENFILE}:
                raise
            self._turn_away(self._by_the_spare_file())
        else:
            # A new descriptor is the lowest free one: its number tells how many are in use.
            if connection.fileno() < self._limit() - SPARED_FILES:
                return connection, address
            self._turn_away(connection)
        raise BlockingIOError

    def close(self) -> None:
        """Listen no more."""
        self._drop_spare()
        super().close()

    def _by_the_spare_file(self) -> socket.socket | None:
        self._drop_spare()
        try:
            return super().accept()[0]
        except OSError:
            return None

    def _turn_away(self, connection: socket.socket | None) -> None:
        if connection is not None:
            with connection, suppress(OSError):
                connection.setblocking(False)  # noqa: FBT003 -- the standard library's way
                connection.send(self._answer)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(_REQUEST)  # what is left unread would make the answer disappear
        if self._spare < 0:
            with suppress(OSError):
                self._spare = os.open(os.devnull, os.O_RDONLY)
        self._warning.write(
            "No more files may be opened (of %d): whoever comes now is turned away.", self._limit()
        )

    def _drop_spare(self) -> None:
        if self._spare >= 0:
            os.close(self._spare)
            self._spare = -1


def _open_files() -> int:
    # The numbers of Windows' sockets tell nothing of how many there are.
    return sys.maxsize if os.name == "nt" else open_files()


def full_answer(text: str) -> bytes:
    """An answer in plain text for whoever is turned away."""
    body = text.encode()
    head = (
        "HTTP/1.1 503 Service Unavailable",
        "Connection: close",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Retry-After: 5",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join([*head, "", ""]).encode("ascii") + body
