"""Connections: how many without a page there may be, so that idle ones keep nobody out; and who asks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from tornado import httputil
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from release.workshop.log import RareWarning
from release.workshop.proxy.named_proxies import FOR, NO_PROXIES, NamedProxies
from release.workshop.seats.throttle import network_of

# Of the files that the server may open: a whole class may come from one address.
SHARE_OF_ADDRESS, SHARE_OF_ALL = 4, 2
_UNNAMED = (
    "A request says in X-Forwarded-For whose it is, and comes from no proxy that --proxy names: that is not "
    "believed. Where it is your proxy's, name its address; until then all who come by it count as one."
)


class FairServer(HTTPServer):
    """A server that hangs up on those who ask nothing, where one address or all hold too many connections.

    The oldest of the idle ones goes first, so that whoever shares an address with somebody who opens hundreds
    is answered all the same. Pages with a websocket are counted no more. A proxy holds the connections of all
    who come by it: it has no share of its own, and of each request it is asked whose it is.
    """

    def initialize(
        self,
        *args: Any,  # noqa: ANN401 -- tornado's own
        files: int = sys.maxsize,
        proxies: NamedProxies = NO_PROXIES,
        **options: Any,  # noqa: ANN401 -- tornado's own
    ) -> None:
        """Set the server up. files: how many it may open; proxies: those that are believed."""
        self._proxies, self._warning = proxies, RareWarning()
        self._most, self._most_of_one = files // SHARE_OF_ALL, files // SHARE_OF_ADDRESS
        self._networks: dict[IOStream, str] = {}
        self._counts: Counter[str] = Counter()
        super().initialize(*args, **options)

    def handle_stream(self, stream: IOStream, address: Any) -> None:  # noqa: ANN401 -- of the socket's family
        """Serve a connection, and hang up on an idle one where there are too many."""
        peer = _peer(address)
        network = network_of(peer)
        if self._counts[network] >= self._most_of_one and peer not in self._proxies:
            self._hang_up(network)
        elif len(self._networks) >= self._most:
            self._hang_up()
        self._networks[stream] = network
        self._counts[network] += 1
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: Any) -> httputil.HTTPMessageDelegate:  # noqa: ANN401 -- tornado's connection
        """Answer a request of whoever asks, through a proxy or not."""
        return ForwardedRequest(super().start_request(server_conn, request_conn), request_conn.context, self)

    def settle_caller(self, context: Any, headers: httputil.HTTPHeaders) -> None:  # noqa: ANN401 -- tornado's
        """Let the handlers of a request see its caller, where a proxy that is believed tells who that is.

        context: of the connection, as tornado has it; headers: of the request.
        """
        peer = _peer(context.address)
        if FOR in headers and peer not in self._proxies:
            self._warning.write(_UNNAMED)
        caller = self._proxies.caller(peer, headers)
        # A proxy asks for many on one connection.
        context.remote_ip, context.protocol = caller.address, caller.protocol or context._orig_protocol  # noqa: SLF001 -- what it was by the connection itself
        if caller.host:
            headers["Host"] = caller.host

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


def _peer(address: Any) -> str:  # noqa: ANN401 -- of the socket's family
    """The address at the other end of a connection, "" where it has none."""
    return str(address[0]) if isinstance(address, tuple) and address else ""


class ForwardedRequest(httputil.HTTPMessageDelegate):
    """A request on its way to its handler, whose caller is looked up before anything else is done with it."""

    def __init__(self, inner: httputil.HTTPMessageDelegate, context: object, server: FairServer) -> None:
        """Stand before `inner`, tornado's own. context: of the connection."""
        self._inner, self._context, self._server = inner, context, server

    def headers_received(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
    ) -> Awaitable[None] | None:
        """Look up the caller, then begin."""
        self._server.settle_caller(self._context, headers)
        return self._inner.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Take a part of the body."""
        return self._inner.data_received(chunk)

    def finish(self) -> None:
        """End the request."""
        self._inner.finish()

    def on_connection_close(self) -> None:
        """End it without an answer."""
        self._inner.on_connection_close()
