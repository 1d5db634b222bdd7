"""A class in a workshop's database: seats with their sectors, each with a play of the small case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.writer.store import WorkshopStore
from scenarios.engine.event import Decided, Event, Mode, Paused, Resumed, Skipped, Started
from scenarios.pick import Pick
from tests.parts.stored import add_seat, append

CASE, VERSION = "daftar-nilai", "1.0.0"
BEGAN = datetime(2026, 11, 22, 7, tzinfo=UTC)


def moment(second: int) -> str:
    """So many seconds after the class began."""
    return f"{BEGAN + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.%fZ}"


def events(
    play: str,
    *decided: tuple[str, Pick | None],
    course: str = "uji",
    mode: Mode = "discussion",
    pauses: int = 0,
    case: str = CASE,
    version: str = VERSION,
    variant: str | None = None,
) -> tuple[Event, ...]:
    """A play of the small case, or another: what was decided, None for a skip, and some pauses after it."""
    made: list[Event] = [
        Started(
            at=moment(0), play=play, case=case, version=version, course=course, mode=mode, variant=variant
        )
    ]
    for second, (decision, pick) in enumerate(decided, 1):
        at = moment(second)
        made.append(
            Skipped(at=at, decision=decision)
            if pick is None
            else Decided(at=at, decision=decision, pick=pick)
        )
    for second in range(pauses):
        made += [Paused(at=moment(60 + second)), Resumed(at=moment(60 + second))]
    return tuple(made)


def furnish(
    store: WorkshopStore,
    answers: Iterable[tuple[str | None, Sequence[tuple[str, Pick | None]]]],
    *,
    mode: Mode = "discussion",
    first: int = 0,
    case: str = CASE,
    version: str = VERSION,
    variant: str | None = None,
) -> None:
    """Keep a seat for each of `answers`: its sector, and what it decided in its play, of this variant."""
    store.settle(WorkshopPlan(mode=mode))
    for number, (sector, decided) in enumerate(answers, first):
        seat = Seat(f"{number:032x}", f"Kepodang Biru {number}", sector)
        add_seat(store, seat, f"code {number}")
        chain = ""
        play = f"{number + 4096:032x}"
        made = events(
            play, *decided, course=store.name, mode=mode, case=case, version=version, variant=variant
        )
        for n, happened in enumerate(made):
            chain = append(store, seat.id, play, n, happened, chain)
