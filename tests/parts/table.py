"""A table in a workshop without a server: its members' players, each over a line of its own to one writer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from release.workshop.kernel.client import WriterClient
from release.workshop.kernel.shelf import WorkshopShelf
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request
from release.workshop.writer.lines import Caller
from release.workshop.writer.playable import playables
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.writer import Writer
from scenarios.course_card import CourseCard
from scenarios.engine.event import Mode
from tests.places import CASES, KEYS
from widgets.conversation import Conversation

SECRET = "a word between the server and its writer"  # noqa: S105 -- of these tests
CASE = "daftar-nilai"
BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)


class TableClock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.looks = itertools.count()

    def __call__(self) -> datetime:
        """The moment."""
        return BEGAN + timedelta(seconds=next(self.looks))


class TableClient(WriterClient):
    """A kernel's line to a writer in the same process."""

    def __init__(self, room: TableRoom) -> None:
        super().__init__(Address(port=0))
        self.room = room

    def ask(self, request: Request) -> Answer:
        """The answer of the writer that runs now."""
        return self.room.writer.answer(request, Caller())


@dataclass
class TableRoom:
    """A writer, the server's line to it, and what each new one is made with."""

    url: str
    mode: Mode = "practice"
    size: int | None = 4
    cases: Sequence[str] = (CASE,)
    card: CourseCard | None = None
    clock: TableClock = field(default_factory=TableClock)
    server: Caller = field(default_factory=lambda: Caller(server=True))
    writer: Writer = field(init=False)
    plays: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.writer = self._made()

    def start_again(self) -> None:
        """End the writer, and start another on the same database: it knows what is on disk and no more."""
        self.writer.store.close()
        self.writer = self._made()

    def _made(self) -> Writer:
        store = WorkshopStore(self.url, clock=self.clock)
        keys = playables(CASES, tuple(self.cases), KEYS)
        writer = Writer(store, keys, CASES, "Ibu R.", SECRET, self.mode, self.card, team_size=self.size)
        writer.keeper.tally()
        return writer

    def ask(self, request: Request) -> Answer:
        """The writer's answer to the server."""
        return self.writer.answer(request, self.server)

    def seat(self, name: str, sector: str = "health") -> TableMember:
        """Somebody who has taken a seat."""
        seat = f"{len(self.writer.store.sectors()) + 1:032x}"
        new: Request = {"ask": "new_seat", "seat": seat, "pseudonym": name, "code": name, "sector": sector}
        assert self.ask(new) == {"answer": "done"}
        return TableMember(self, seat)

    def table(self, *names: str) -> list[TableMember]:
        """People who sit at one table, and have opened the case."""
        members = [self.seat(name) for name in names]
        made = self.ask({"ask": "make_team", "seat": members[0].seat})
        assert made["answer"] == "team"
        for member in members[1:]:
            member.join(made["code"])
        for member in members:
            member.say(type="ready")
        return members

    def team_codes(self) -> list[str]:
        """The codes of all tables."""
        return [team.code for team in self.writer.store.teams.teams().values()]

    def team(self, member: TableMember) -> dict[str, Any]:
        """The team of a member, as the server is told of it."""
        answer: Any = self.ask({"ask": "team", "seat": member.seat})
        return dict(answer)


@dataclass
class TableMember:
    """Somebody with a seat, and their player."""

    room: TableRoom
    seat: str
    view: dict[str, Any] = field(default_factory=dict)
    player: Conversation = field(init=False)

    def __post_init__(self) -> None:
        self.load()

    def load(self) -> None:
        """Load the page anew: another player, which knows nothing yet."""
        shelf = WorkshopShelf(TableClient(self.room), seat_pass(SECRET, self.seat))
        self.player = Conversation(shelf, "id", self.room.clock, lambda: f"{next(self.room.plays):032x}")

    def join(self, code: str) -> str:
        """Sit down at the table with that code; what is answered."""
        return self.room.ask({"ask": "join_team", "seat": self.seat, "code": code})["answer"]

    def say(self, **message: object) -> dict[str, Any]:
        """Send a message of the browser's; the view, or the refusal, that comes back."""
        reply: Any = self.player.answer(message)[-1]
        if reply["type"] == "view":
            self.view = reply["view"]
            return self.view
        answer: dict[str, Any] = reply
        return answer

    def look(self) -> dict[str, Any]:
        """What the browser sees after a nudge."""
        return self.say(type="language", language="id")

    def move(self, kind: str, **more: object) -> dict[str, Any]:
        """Make a move from what this browser has seen last."""
        return self.say(type=kind, n=self.view["n"], **more)

    def answer_alone(self, decision: str, pick: object) -> dict[str, Any]:
        """Confirm an answer of one's own; None skips."""
        return self.move("alone", decision=decision, pick=pick)

    def decide(self, decision: str, pick: object) -> dict[str, Any]:
        """Confirm the table's answer."""
        return self.move("decide", decision=decision, pick=pick)


def settle(members: Sequence[TableMember], decision: str, alone: Sequence[object], together: object) -> None:
    """Have each member answer alone, and the first one confirm what the table settles on."""
    for member, pick in zip(members, alone, strict=True):
        member.look()
        member.answer_alone(decision, pick)
    members[0].look()
    members[0].decide(decision, together)
