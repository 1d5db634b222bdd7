"""The doors of whoever operates a server: ``/healthz``, ``/readyz`` and ``/metrics``.

The first two answer everybody with a word. The figures are for the networks that the plan names, this machine
alone by default, and asked for directly: a request that a proxy has passed on is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from tornado import web

from release.workshop.hall.hall_access import HallAccess
from release.workshop.hall_wire import HallAnswer
from release.workshop.kernels.hosts import Hosts
from release.workshop.proxy.named_proxies import FOR, NamedProxies
from release.workshop.web.headers import QuietHandler
from release.workshop.web.monitor.measures import Measures, ServerState
from release.workshop.web.websocket import HOSTS, OPEN_PAGES, OpenPages
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext
from release.workshop.writer_line import WriterSilentError

MONITOR = "kasuslab_monitor"
# A writer that answers later than this is none for whoever taps.
LATE = 2.0
# Whoever asks more often hears the same again: the writer is not asked by everybody who is curious.
FRESH_SECONDS = 1.0


def _nobody() -> HallAnswer:
    return {"answer": "hall", "seats": 0, "present": 0, "waiting": 0, "refusals": 0}


@dataclass(slots=True)
class Monitor:
    """What a server tells of itself. networks: to whom figures are; clock: seconds that never go back."""

    networks: NamedProxies
    measures: Measures = field(default_factory=Measures)
    clock: Callable[[], float] = time.perf_counter
    _asked: float = -FRESH_SECONDS
    _writer: float = LATE
    _hall: HallAnswer = field(default_factory=_nobody)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, hall: HallAccess, *, anew: bool = False) -> tuple[float, HallAnswer]:
        """How long the writer took to answer when it was asked last, and how the room stood then.

        `LATE` where it did not answer by then. anew: whether it is asked now in any case.
        """
        async with self._asking:
            if anew or self.clock() - self._asked >= FRESH_SECONDS:
                began = self.clock()
                self._writer = LATE
                try:
                    async with asyncio.timeout(LATE):
                        self._hall = await hall.standing()
                    self._writer = self.clock() - began
                except (TimeoutError, WriterSilentError):
                    pass
                self._asked = self.clock()
        return self._writer, self._hall


class HealthHandler(QuietHandler):
    """Whether the server answers at all: where it does not, it is to be started anew."""

    def get(self) -> None:
        """Say so."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")


class ReadyHandler(QuietHandler):
    """Whether a participant can play here now; where not, they are to be led to another server."""

    @property
    def monitor(self) -> Monitor:
        """What the server tells of itself."""
        monitor: Monitor = self.settings[MONITOR]
        return monitor

    async def state(self, *, anew: bool = False) -> ServerState:
        """How the server stands. anew: see `Monitor.look`."""
        context: WorkshopContext = self.settings[CONTEXT]
        hosts: Hosts = self.settings[HOSTS]
        pages: OpenPages = self.settings[OPEN_PAGES]
        kernels = len(tuple(hosts))
        seconds, hall = await self.monitor.look(context.hall, anew=anew)
        return ServerState(
            seats=hall["seats"],
            present=hall["present"],
            waiting=hall["waiting"],
            pages=len(pages),
            kernels=kernels,
            refusals=hall["refusals"],
            ready=int(kernels > 0 and seconds < LATE),
            writer_seconds=seconds,
        )

    async def get(self) -> None:
        """Say so, with 503 where nobody can."""
        is_ready = (await self.state()).ready
        self.set_status(HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ready\n" if is_ready else "not ready\n")


class MetricsHandler(ReadyHandler):
    """The figures of the server."""

    async def get(self) -> None:
        """Tell them to a network that may know. Raises HTTPError 404 for everybody else, as for no page."""
        if FOR in self.request.headers or (self.request.remote_ip or "") not in self.monitor.networks:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Type", CONTENT_TYPE_PLAIN_0_0_4)
        self.finish(self.monitor.measures.text(await self.state(anew=True)))


MONITOR_ROUTES: list[Any] = [
    (r"/healthz", HealthHandler),
    (r"/readyz", ReadyHandler),
    (r"/metrics", MetricsHandler),
]
