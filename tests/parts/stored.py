"""What a test keeps in a workshop's database by itself: one seat, or one event, as a group of one."""

from __future__ import annotations

from release.workshop.seats.seat import Seat
from release.workshop.writer.database import AlreadyThereError
from release.workshop.writer.store import NewEvent, NewSeat, WorkshopStore
from scenarios.engine.event import Event
from scenarios.engine.record import event_line


def add_seat(store: WorkshopStore, seat: Seat, code: str) -> bool:
    """Keep a seat with the hash of its code; False where its pseudonym or code is taken."""
    error = store.keep([NewSeat(seat, code)])[0]
    if error is not None and not isinstance(error, AlreadyThereError):
        raise error
    return error is None


def append(store: WorkshopStore, seat: str, play: str, n: int, event: Event, chain: str) -> str:
    """Keep the event `n` of a play after `chain`; its own chain. Raises DatabaseError."""
    _, link = event_line(event, n, chain)
    error = store.keep([NewEvent(seat, play, n, event, link)])[0]
    if error is not None:
        raise error
    return link
