"""Connections: how many lines without a page one address may hold, so that idle ones keep nobody out."""

from __future__ import annotations

from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from release.workshop.seats.throttle import network_of

# A whole class may come from one address; it asks, is answered, and its pages' sockets are not counted.
SHARE = 4


class FairServer(HTTPServer):
    """A server on which an address that holds too many connections loses those on which it asks nothing.

    The longest idle goes first, so that whoever shares the address with somebody who opens hundreds is
    answered all the same. Pages with a websocket are no longer counted.
    """

    def initialize(self, *args: Any, most: int, **options: Any) -> None:  # noqa: ANN401 -- tornado's own
        """Set the server up. most: how many connections without a page one address may hold."""
        self._most = most
        self._streams: dict[str, dict[IOStream, None]] = {}
        super().initialize(*args, **options)

    def handle_stream(self, stream: IOStream, address: Any) -> None:  # noqa: ANN401 -- of the socket's family
        """Serve a connection, and hang up on one of the same address where there are too many."""
        streams = self._streams.setdefault(_network(address), {})
        if len(streams) >= self._most:
            idle = next((each for each in streams if each.reading() and not each.writing()), None)
            if idle is not None:
                del streams[idle]
                idle.close()
        streams[stream] = None
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:  # noqa: ANN401 -- tornado's connection
        """Count a connection no more: it is closed, or a page has its websocket on it."""
        super().on_close(server_conn)
        network = _network(server_conn.context.address)
        streams = self._streams.get(network, {})
        streams.pop(server_conn.stream, None)
        if not streams:
            self._streams.pop(network, None)


def most_connections(files: int) -> int:
    """How many connections without a page one address may hold, of a server that may open so many files."""
    return files // SHARE


def _network(address: Any) -> str:  # noqa: ANN401 -- of the socket's family
    return network_of(address[0]) if isinstance(address, tuple) and address else ""
