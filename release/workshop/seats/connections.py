"""Connections: how many lines without a page there may be, so that idle ones keep nobody out."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from release.workshop.seats.throttle import network_of

# Of the files that the server may open: a whole class may come from one address.
SHARE_OF_ADDRESS, SHARE_OF_ALL = 4, 2


class FairServer(HTTPServer):
    """A server that hangs up on those who ask nothing, where one address or all hold too many connections.

    The oldest of the idle ones goes first, so that whoever shares an address with somebody who opens hundreds
    is answered all the same. Pages with a websocket are counted no more.
    """

    def initialize(
        self,
        *args: Any,  # noqa: ANN401 -- tornado's own
        files: int = sys.maxsize,
        **options: Any,  # noqa: ANN401 -- tornado's own
    ) -> None:
        """Set the server up. files: how many it may open."""
        self._most, self._most_of_one = files // SHARE_OF_ALL, files // SHARE_OF_ADDRESS
        self._networks: dict[IOStream, str] = {}
        self._counts: Counter[str] = Counter()
        super().initialize(*args, **options)

    def handle_stream(self, stream: IOStream, address: Any) -> None:  # noqa: ANN401 -- of the socket's family
        """Serve a connection, and hang up on an idle one where there are too many."""
        network = network_of(address[0]) if isinstance(address, tuple) and address else ""
        if self._counts[network] >= self._most_of_one:
            self._hang_up(network)
        elif len(self._networks) >= self._most:
            self._hang_up()
        self._networks[stream] = network
        self._counts[network] += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:  # noqa: ANN401 -- tornado's connection
        """Count a connection no more: it is closed, or a page has its websocket on it."""
        super().on_close(server_conn)
        self._forget(server_conn.stream)

    def _hang_up(self, network: str | None = None) -> None:
        """Close the oldest idle connection, of one network or of all."""
        for stream, its in self._networks.items():
            if network in (None, its) and stream.reading() and not stream.writing():
                self._forget(stream)
                stream.close()
                return

    def _forget(self, stream: IOStream) -> None:
        network = self._networks.pop(stream, None)
        if network is not None:
            self._counts[network] -= 1
            if not self._counts[network]:
                del self._counts[network]
