"""Groups: what is to be kept in one turn reaches the disk in one transaction, and is answered after it.

A disk takes as long for a hundred events as for one. Nothing that the writer knows changes before they are
there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from pydantic import ValidationError

from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_pass import seat_of
from release.workshop.wire import Answer, AskAppend, Request
from release.workshop.writer.database import AlreadyThereError, DatabaseError
from release.workshop.writer.lines import Call
from release.workshop.writer.plays.lease import Lease, Leases
from release.workshop.writer.plays.trouble import Trouble
from release.workshop.writer.room_keeper import RoomKeeper
from release.workshop.writer.store import NewEvent, NewSeat, WorkshopClosedError, WorkshopStore
from scenarios.engine.event import EVENT, Mode
from scenarios.engine.play import Play
from scenarios.engine.record import event_line
from scenarios.pick import RefusedError

Reply: TypeAlias = Callable[[Answer], None]
Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """A seat that a group brings to disk."""

    reply: Reply
    new: NewSeat


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event that a group brings to disk, and the lease that is in force once it is there."""

    reply: Reply
    new: NewEvent
    case: str
    lease: Lease


Entry: TypeAlias = SeatEntry | EventEntry


@dataclass(frozen=True, slots=True)
class GroupKeeper:
    """Keeps events and new seats, a group at a time. secret: what passes are made with.

    mode, course: what every play is marked with.
    """

    store: WorkshopStore
    leases: Leases
    room: RoomKeeper
    mode: Mode
    secret: str
    trouble: Trouble
    course: str

    def keep(self, calls: Sequence[Call]) -> list[Call]:
        """Keep what `calls` ask for, and answer them; give back those that wait for the next group.

        Of one play a group holds one event: the one after it can only be checked once that is on disk.
        """
        group: dict[Place, Entry] = {}
        late: list[Call] = []
        for call in calls:
            place = _place(call.request)
            if place in group:
                late.append(call)
                continue
            checked = self.trouble.guarded(partial(self._checked, call))
            if isinstance(checked, dict):
                call.reply(checked)
            else:
                group[place] = checked
        if group:
            self._write(list(group.values()))
        return late

    def _checked(self, call: Call) -> Answer | Entry:
        request = call.request
        if request["ask"] == "append":
            return self._event(request, call.reply)
        if request["ask"] == "new_seat" and call.caller.server:
            sector, typed = request.get("sector"), request.get("typed", False)
            seat = Seat(request["seat"], request["pseudonym"], sector, typed)
            return SeatEntry(call.reply, NewSeat(seat, request["code"]))
        return {"answer": "stranger"}

    def _event(self, request: AskAppend, reply: Reply) -> Answer | Entry:  # noqa: PLR0911 -- an answer for each
        seat, case, n = seat_of(self.secret, request["seat_pass"]), request["case"], request["n"]
        if seat is None:
            return {"answer": "stranger"}
        lease = self.leases.of_token(request["lease"], seat, case, request["play"])
        if lease is None:
            return {"answer": "closed"}
        try:
            happened = EVENT.validate_python(request["event"])
            if n == lease.play.length - 1 and happened == lease.last:
                return {"answer": "done"}  # the answer to its first sending was lost on the way
            play = lease.play.after(happened)
        except (ValidationError, RefusedError):
            return {"answer": "closed"}
        if n != lease.play.length or not self._belongs(play, request["play"]):
            return {"answer": "closed"}
        if not self.room.takes(case, happened, lease.decided):
            return {"answer": "locked"}
        _, chain = event_line(happened, n, lease.chain)
        after = lease.after(happened, play, chain)
        return EventEntry(reply, NewEvent(seat, request["play"], n, happened, chain), case, after)

    def _belongs(self, play: Play, play_id: str) -> bool:
        started = play.started
        if started is None or started.play != play_id:
            return False
        return started.mode == self.mode and started.course == self.course

    def _write(self, entries: Sequence[Entry]) -> None:
        written = self.trouble.guarded(partial(self._written, entries))
        answers = [written] * len(entries) if isinstance(written, dict) else written
        for entry, answer in zip(entries, answers, strict=True):
            if answer["answer"] == "done" and isinstance(entry, EventEntry):
                new, lease = entry.new, entry.lease
                self.leases.put(new.seat, entry.case, lease)
                self.trouble.guarded(partial(self.room.note, new.seat, lease.play, new.happened))
            entry.reply(answer)

    def _written(self, entries: Sequence[Entry]) -> list[Answer]:
        try:
            refusals = self.store.keep([entry.new for entry in entries])
        except WorkshopClosedError:
            return [{"answer": "ended"} for _ in entries]
        answers = [
            self.trouble.guarded(partial(self._answer, entry.new, error))
            for entry, error in zip(entries, refusals, strict=True)
        ]
        reasons = [answer["reason"] for answer in answers if answer["answer"] == "unwritable"]
        if None in refusals:
            self.trouble.tell("")
        elif reasons:
            self.trouble.tell(reasons[0])
        return answers

    def _answer(self, new: NewSeat | NewEvent, error: DatabaseError | None) -> Answer:
        if error is None:
            return {"answer": "done"}
        if isinstance(new, NewSeat) and isinstance(error, AlreadyThereError):
            # Where it is there itself, the answer to its first sending was lost on the way.
            return {"answer": "done"} if self.store.seat(new.seat.id) == new.seat else {"answer": "taken"}
        return {"answer": "unwritable", "reason": error.reason}


def _place(request: Request) -> Place:
    """What a group holds once."""
    if request["ask"] == "append":
        return request["seat_pass"], request["case"]
    return request["ask"], request["seat"] if request["ask"] == "new_seat" else ""
