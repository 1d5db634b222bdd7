"""Groups: what is to be kept in one turn reaches the disk in one transaction, and is answered after it.

A disk takes as long for a hundred events as for one, and whoever only asks does not wait for it. Nothing that
the writer knows changes before they are there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from pydantic import ValidationError

from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_pass import seat_of
from release.workshop.wire import Answer, AskAnswerAlone, AskAppend, AskSettle, Request
from release.workshop.writer.database import AlreadyThereError, DatabaseError
from release.workshop.writer.lines import Call
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.lms.reflection_keeper import ReflectionKeeper
from release.workshop.writer.outbox.statement_keeper import StatementKeeper
from release.workshop.writer.plays.lease import SHARED, Lease, Leases
from release.workshop.writer.plays.trouble import Trouble
from release.workshop.writer.room_keeper import RoomKeeper
from release.workshop.writer.store import NewEvent, NewSeat, WorkshopClosedError, WorkshopStore
from release.workshop.writer.teams.team import Team
from release.workshop.writer.teams.team_keeper import TeamKeeper
from release.workshop.writer.teams.team_store import NewVoice, TeamNews
from scenarios.engine.event import EVENT, Decided, Event, Mode, Skipped
from scenarios.engine.play import Play
from scenarios.engine.record import event_line
from scenarios.pick import RefusedError

Place: TypeAlias = tuple[str, str]
TEAM_CHANGES = frozenset({"make_team", "join_team", "leave_team"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a group brings to disk.

    place: see `GroupKeeper`; lease: of an event, the one in force once that is there; of what a member does
    before their team answers, that of the team's play.
    """

    call: Call
    place: Place
    new: NewSeat | NewEvent | TeamNews
    lease: Lease | None = None


@dataclass(frozen=True, slots=True)
class GroupKeeper:
    """Keeps events, new seats, and what members do before their team answers, a group at a time.

    secret: what passes are made with; mode, course: what every play is marked with; places: what is on its
    way to the disk; broken: what was on its way when the database's line broke, and is kept once more.
    """

    store: WorkshopStore
    leases: Leases
    room: RoomKeeper
    teams: TeamKeeper
    mode: Mode
    secret: str
    trouble: Trouble
    course: str
    grades: GradeKeeper
    statements: StatementKeeper | None = None
    reflections: ReflectionKeeper | None = None
    places: set[Place] = field(default_factory=set)
    broken: list[Call] = field(default_factory=list)

    def keep(self, calls: Sequence[Call]) -> list[Call]:
        """Keep what `calls` ask for, and answer them; give back those that wait for the next group.

        Of one play a group holds one event: the one after it can only be checked once that is on disk.
        """
        group, late = self._gathered(calls)
        return [*self._settle(group, self._written(group)), *late]

    async def keep_aside(self, calls: Sequence[Call]) -> list[Call]:
        """The same, and others may ask meanwhile."""
        group, late = self._gathered(calls)
        places = (self._place(call.request) for call in calls)
        self.places.update(place for place in places if place is not None)
        try:
            answers = await asyncio.to_thread(self._written, group)
        finally:
            self.places.clear()
        return [*self._settle(group, answers), *late]

    def is_waited_for(self, request: Request) -> bool:
        """Whether `request` opens a play of which something is on its way to disk.

        Or changes a team while anything is: the disk takes one thing at a time, and a team that changes under
        what is on its way might wait for somebody who has come too late for it.
        """
        if request["ask"] == "open":
            return (self._player(request["seat_pass"]), request["case"]) in self.places
        return request["ask"] in TEAM_CHANGES and bool(self.places)

    def _gathered(self, calls: Sequence[Call]) -> tuple[list[Entry], list[Call]]:
        group: dict[Place, Entry] = {}
        late: list[Call] = []
        for call in calls:
            place = self._place(call.request)
            if place is None or place in group:
                late.append(call)
                continue
            checked = self.trouble.guarded(partial(self._checked, call, place))
            if isinstance(checked, dict):
                call.reply(checked)
            else:
                group[place] = checked
        return list(group.values()), late

    def _checked(self, call: Call, place: Place) -> Answer | Entry:
        request = call.request
        if request["ask"] == "append":
            return self._event(request, call, place)
        if request["ask"] == "answer_alone" or request["ask"] == "settle":
            return self._team_news(request, call, place)
        if request["ask"] == "new_seat" and call.caller.server:
            sector, typed = request.get("sector"), request.get("typed", False)
            seat = Seat(request["seat"], request["pseudonym"], sector, typed)
            return Entry(call, place, NewSeat(seat, request["code"]))
        return {"answer": "stranger"}

    def _event(  # noqa: PLR0911 -- an answer for each
        self, request: AskAppend, call: Call, place: Place
    ) -> Answer | Entry:
        seat, case, n = seat_of(self.secret, request["seat_pass"]), request["case"], request["n"]
        if seat is None:
            return {"answer": "stranger"}
        team = self.teams.of_seat(seat)
        player = team.id if team else seat
        refusal: Answer = {"answer": "behind"} if team else {"answer": "closed"}
        # Whoever has joined or left a team since this page opened its play does not write the other one.
        is_same = (request["lease"] == SHARED) == (team is not None)
        lease = self._lease(request, player) if is_same else None
        if lease is None:
            return {"answer": "closed"}
        try:
            happened = EVENT.validate_python(request["event"])
            if n == lease.play.length - 1 and happened == lease.last:
                return {"answer": "done"}  # the answer to its first sending was lost on the way
            play = lease.play.after(happened)
        except (ValidationError, RefusedError):
            return refusal
        if n != lease.play.length or not self._belongs(play, request["play"]):
            return refusal
        if team is not None and not self.teams.takes(team, lease.play, happened):
            return refusal
        if not self.room.takes(case, happened, lease.decided):
            return {"answer": "locked"}
        _, chain = event_line(happened, n, lease.chain)
        after = lease.after(happened, play, chain)
        return Entry(call, place, NewEvent(player, request["play"], n, happened, chain), after)

    def _lease(self, request: AskAppend | AskAnswerAlone | AskSettle, player: str) -> Lease | None:
        """The lease under which a seat, or a team, writes; None where another one is in force."""
        case_id, playable = request["case"], self.leases.cases.get(request["case"])
        if playable is None:
            return None
        if request["ask"] == "append" and request["lease"] != SHARED:
            return self.leases.of_token(request["lease"], player, case_id, request["play"])
        # Whoever still reads the play before writes nothing: its events do not follow those of the latest.
        return self.leases.shared(player, playable.case)

    def _team_news(self, request: AskAnswerAlone | AskSettle, call: Call, place: Place) -> Answer | Entry:
        seat, case = seat_of(self.secret, request["seat_pass"]), request["case"]
        team = self.teams.of_seat(seat) if seat is not None else None
        if seat is None or team is None:
            return {"answer": "stranger"}
        lease = self._lease(request, team.id)
        if lease is None or lease.play_id != request["play"] or lease.play.length != request["n"]:
            return {"answer": "behind"}
        try:
            news = self.teams.news(request, team, seat, lease.play)
        except RefusedError:
            return {"answer": "behind"}
        if news is None:
            return {"answer": "done"}
        if isinstance(news, NewVoice) and not self.room.takes(case, _as_event(news), lease.decided):
            return {"answer": "locked"}
        return Entry(call, place, news, lease)

    def _belongs(self, play: Play, play_id: str) -> bool:
        started = play.started
        if started is None or started.play != play_id:
            return False
        return started.mode == self.mode and started.course == self.course

    def _settle(self, entries: Sequence[Entry], answers: Sequence[Answer] | None) -> list[Call]:
        """Answer a group; give back what is to be kept anew, since nobody knows what of it is there."""
        if answers is None:
            # What is on disk of them is read again.
            self.leases.drop({entry.place[0] for entry in entries})
            again = [entry.call for entry in entries if entry.call not in self.broken]
            late = [entry for entry in entries if entry.call in self.broken]
            self.broken[:] = again
            unkept: Answer = {"answer": "unwritable", "reason": self.trouble.reason}
            for entry in late:
                entry.call.reply(unkept)
            return again
        self.broken.clear()
        for entry, answer in zip(entries, answers, strict=True):
            if answer["answer"] == "done" and entry.lease is not None:
                self.trouble.guarded(partial(self._note, entry.new, entry.lease))
            entry.call.reply(answer)
        return []

    def _note(self, new: NewSeat | NewEvent | TeamNews, lease: Lease) -> None:
        """Know what is on disk already, so that nothing may fail here any more."""
        if isinstance(new, NewEvent):
            self.leases.put(new.seat, lease.play.case.id, lease)
            self.room.note(new.seat, lease.play, new.happened)
            self.grades.note(new.seat, lease.play)
            if self.statements is not None:
                self.statements.note(new.seat, lease.play)
            if self.reflections is not None:
                self.reflections.note(new.seat, lease.play, new.happened)
        elif not isinstance(new, NewSeat):
            self.teams.note(new)
            team = self.teams.team(new.team)
            if team is not None:
                self.room.note_team(team, lease.play)

    def _written(self, entries: Sequence[Entry]) -> Sequence[Answer] | None:
        """The answers to a group; None where the database's line broke while it was written."""
        written = self.trouble.guarded(partial(self._stored, entries)) if entries else []
        if written is None:
            return None
        return [written] * len(entries) if isinstance(written, dict) else written

    def _stored(self, entries: Sequence[Entry]) -> list[Answer] | None:
        try:
            refusals = self.store.keep([entry.new for entry in entries])
        except WorkshopClosedError:
            return [{"answer": "ended"} for _ in entries]
        except DatabaseError as error:
            if not error.is_broken:
                raise
            self.trouble.tell(error.reason)
            self.trouble.has_broken = True
            return None
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

    def _answer(self, new: NewSeat | NewEvent | TeamNews, error: DatabaseError | None) -> Answer:
        if error is None:
            return {"answer": "done"}
        if isinstance(new, NewSeat) and isinstance(error, AlreadyThereError):
            # Where it is there itself, the answer to its first sending was lost on the way.
            return {"answer": "done"} if self.store.seat(new.seat.id) == new.seat else {"answer": "taken"}
        return {"answer": "unwritable", "reason": error.reason}

    def _place(self, request: Request) -> Place | None:
        """What a group holds once, None of what keeps nothing.

        A team's play is one place, whichever of its members asks.
        """
        if request["ask"] == "append" or request["ask"] == "answer_alone" or request["ask"] == "settle":
            return self._player(request["seat_pass"]), request["case"]
        return ("new_seat", request["seat"]) if request["ask"] == "new_seat" else None

    def _player(self, seat_pass: str) -> str:
        team = self.trouble.guarded(partial(self.teams.of_seat, seat_pass.rpartition(".")[0]))
        return team.id if isinstance(team, Team) else seat_pass


def _as_event(news: NewVoice) -> Event:
    voice = news.voice
    if voice.pick is None:
        return Skipped(at=voice.at, decision=news.decision)
    return Decided(at=voice.at, decision=news.decision, pick=voice.pick)
