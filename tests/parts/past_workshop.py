"""A workshop that was held, in a database of its own: seats of several sectors who played the small case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from release.workshop.plan import WorkshopPlan
from release.workshop.seats.seat import Seat
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.workshops import note_closed, workshop_named
from scenarios.case import Case
from scenarios.engine.event import Continued, Decided, Event, Paused, Resumed, Skipped, Started
from scenarios.engine.play import Play
from scenarios.loader import load_case
from scenarios.pick import Pick
from tests.parts.databases import sqlite_url
from tests.parts.report_class import CASE, RIGHT
from tests.parts.stored import add_seat, append

BEGAN = datetime(2026, 11, 1, 7, tzinfo=UTC)
AT = "2026-11-02T07:00:00Z"
PSEUDONYM = "=Elang"


def play_of(case: Case, name: str, course: str, picks: Mapping[str, Pick | None]) -> tuple[Event, ...]:
    """A whole play with a pause in it: `picks` by decision, None for what is skipped."""
    started = Started(
        at=AT,
        play=name,
        case=case.id,
        version=case.version,
        course=course,
        mode="practice",
        variant=case.variant,
    )
    events: list[Event] = [started, Paused(at=AT), Resumed(at=AT)]
    play = Play.replay(case, events)
    while not play.ended:
        decision = play.scene.decision
        if decision is None:
            events.append(Continued(at=AT, scene=play.scene_id))
        elif (pick := picks[decision.id]) is None:
            events.append(Skipped(at=AT, decision=decision.id))
        else:
            events.append(Decided(at=AT, decision=decision.id, pick=pick))
        play = play.after(events[-1])
    return tuple(events)


def past_workshop(
    folder: Path,
    people: Sequence[tuple[str | None, Mapping[str, Pick | None]]] = (("police", RIGHT),),
    *,
    began: datetime = BEGAN,
    url: str = "",
    closed: bool = False,
    keep_days: int | None = None,
) -> str:
    """Hold a workshop in `folder`: each person a sector and picks. Its name."""
    store = WorkshopStore(url or sqlite_url(folder), clock=lambda: began)
    store.settle(WorkshopPlan(keep_days=keep_days))
    case = load_case(CASE)
    for number, (sector, picks) in enumerate(people):
        seat = f"{store.name}-{number:02x}".encode().hex()[-32:].rjust(32, "0")
        add_seat(store, Seat(seat, f"{PSEUDONYM} {number}", sector, typed=True), f"{store.name}-{number}")
        chain = ""
        for place, event in enumerate(play_of(case, seat, store.name, picks)):
            chain = append(store, seat, seat, place, event, chain)
    store.close()
    if closed:
        address = url or sqlite_url(folder)
        note_closed(address, workshop_named(address, store.name), began)
    return store.name
