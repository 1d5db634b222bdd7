"""The measures of a server, as Prometheus takes them: counts and seconds, nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

# Where a person begins to notice, and where they press again.
_WAITS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def _measure(text: str) -> int:
    """A field of `ServerState`. text: what Prometheus says of it."""
    number: int = field(default=0, metadata={"text": text})
    return number


@dataclass(frozen=True, slots=True)
class ServerState:
    """How a server stands at one moment."""

    seats: int = _measure("Seats that may be in the room at once, at all its servers together.")
    present: int = _measure("Seats in the room, at all its servers together.")
    waiting: int = _measure("Seats in the waiting line of the room.")
    pages: int = _measure("Pages with an open websocket at this server.")
    kernels: int = _measure("Kernels that run at this server, the spare one among them.")
    refusals: int = _measure(
        "How often somebody was held up for trying too often, since the room's writer began."
    )
    ready: int = _measure("1 where a participant can play: a kernel runs, and the writer answers.")
    writer_seconds: float = field(
        default=0.0, metadata={"text": "Seconds until the writer answered when it was asked for this."}
    )


class Measures:
    """What was measured since the start."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.registry = CollectorRegistry()
        self._state = _StateCollector()
        self._waits = Histogram(
            "kasuslab_answer_seconds",
            "Seconds from a tap's arrival at the server to its answer on the way.",
            buckets=_WAITS,
            registry=self.registry,
        )
        self.registry.register(self._state)
        ProcessCollector(registry=self.registry)

    def note_wait(self, seconds: float) -> None:
        """A page was answered after so many seconds."""
        self._waits.observe(seconds)

    def text(self, state: ServerState) -> bytes:
        """All of it in Prometheus' text format, version 0.0.4."""
        self._state.state = state
        return generate_latest(self.registry)


class _StateCollector(Collector):
    state = ServerState()

    def collect(self) -> Iterator[Metric]:
        for each in fields(ServerState):
            value = getattr(self.state, each.name)
            yield GaugeMetricFamily(f"kasuslab_{each.name}", each.metadata["text"], value=value)
