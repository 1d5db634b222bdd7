"""The hall: who is here now at all servers, who waits, how often what may be tried, and what is new.

All of it is in memory. Where several servers hold the workshop, who is here and who waits stands in the
database too, so that the next writer goes on with the line; an address stands nowhere.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from release.workshop.hall.board_memory import BoardMemory, Projection
from release.workshop.hall.once import CODE_SECONDS, Once
from release.workshop.hall_wire import (
    AskClosePage,
    AskCoded,
    AskCome,
    AskEndSession,
    AskHandOut,
    AskLeaveRoom,
    AskOffer,
    AskOpenPage,
    AskProject,
    CodeUse,
    HallRequest,
    NewsItem,
    Tried,
)
from release.workshop.seats.throttle import Rate, Throttle
from release.workshop.seats.waiting import WaitingLine
from release.workshop.wire import Answer
from release.workshop.writer.database import DatabaseError
from release.workshop.writer.lines import Call, Caller
from release.workshop.writer.servers.presence_store import PresenceStore, SeatPresence

# What a server missed beyond this, it is told by “everybody”.
MOST_NEWS = 1000
# Of the board's password: so many at once from one address, and as many a minute.
BOARD_TRIES = 5
_EVERYBODY: NewsItem = {"team": "", "seat": ""}


def room_throttles() -> Mapping[Tried, Throttle]:
    """How often a seat or a table may be taken, and how often a code or the board's password be wrong.

    A room of 300 phones behind one address gets in at once, and a hundred may mistype. Shares among them, all
    addresses together make 240 tries a minute at most in the long run: of the workshop's codes, 19 to the
    power of 6, half are tried in two months; of the resume codes, 32 to the power of 8, in many a lifetime.
    A table is made, joined and left by seats, of which a thousand may do so at once. One address never keeps
    another out from the board's password, and where another at the same address used its tries up, a seat has
    a few of its own.
    """
    return {
        "join": Throttle(Rate(600, 120), Rate(1200, 240), what="a new seat"),
        "resume": Throttle(Rate(100, 20), Rate(2000, 120), what="a resume code"),
        "code": Throttle(Rate(100, 10), Rate(2000, 120), what="the workshop's code"),
        "table": Throttle(Rate(20, 6), Rate(1200, 240), counted_by=str, what="a table"),
        "board": Throttle(Rate(BOARD_TRIES, BOARD_TRIES), Rate(10_000, 10_000), what="the board's password"),
    }


def room_codes() -> Mapping[CodeUse, Once[str]]:
    """What is handed out under codes, by what it is for; none yet."""
    return {use: Once(seconds) for use, seconds in CODE_SECONDS.items()}


@dataclass(slots=True)
class RoomHall:
    """The hall of one room.

    keep_board: stores what the board remembers; line: who is in and who waits; codes: what was handed out
    under codes; offers: the seats of each server, by its line; pages: those that are open there.
    """

    board: BoardMemory
    keep_board: Callable[[BoardMemory], None]
    line: WaitingLine = field(default_factory=lambda: WaitingLine(0))
    throttles: Mapping[Tried, Throttle] = field(default_factory=lambda: room_throttles())  # noqa: PLW0108 -- that of now
    codes: Mapping[CodeUse, Once[str]] = field(default_factory=lambda: room_codes())  # noqa: PLW0108 -- as above
    offers: dict[Caller, int] = field(default_factory=dict)
    pages: dict[Caller, dict[str, str]] = field(default_factory=dict)
    _news: deque[tuple[int, Caller | None, NewsItem]] = field(default_factory=lambda: deque(maxlen=MOST_NEWS))
    _number: int = 0
    _waiting: dict[Caller, Call] = field(default_factory=dict)

    def answer(self, request: HallRequest, caller: Caller) -> Answer:  # noqa: PLR0911 -- an answer for each
        """The answer to a server's request. Raises DatabaseError where the board cannot be kept."""
        match request["ask"]:
            case "come" | "open_page" | "close_page" | "leave_room" | "offer":
                return {"answer": "place", "place": self._in_line(request, caller)}
            case "try":
                throttle = self.throttles[request["what"]]
                return {"answer": "wait", "seconds": throttle.take(request["address"], request["seat"])}
            case "give_back":
                self.throttles[request["what"]].give_back(request["address"], request["seat"])
                return {"answer": "done"}
            case "lift":
                for throttle in self.throttles.values():
                    throttle.lift()
                return {"answer": "done"}
            case "hall":
                return self._standing()
            case "tell":
                self.tell({"team": request["team"], "seat": request["seat"]}, caller)
                return {"answer": "done"}
            case "board":
                return {"answer": "board", "memory": self.board.model_dump(mode="json")}
            case "project" | "end_session":
                return self._remember(request)
            case _:
                return self._coded(request)

    def hear(self, call: Call, since: int) -> None:
        """Answer a call for news once there is something that its server does not know."""
        self._waiting[call.caller] = call
        if since > self._number:  # of a writer before this one: what it told last is not known
            self._reply(call, [_EVERYBODY])
        elif since >= 0:
            first = self._news[0][0] if self._news else self._number + 1
            items = [
                item for number, teller, item in self._news if number > since and teller is not call.caller
            ]
            if since + 1 < first and self._number > since:
                self._reply(call, [_EVERYBODY])
            elif items:
                self._reply(call, items)
        else:
            self._reply(call, [])

    def tell(self, item: NewsItem, caller: Caller | None = None) -> None:
        """Tell every server what is new, except the one that knows it."""
        self._number += 1
        self._news.append((self._number, caller, item))
        for call in tuple(self._waiting.values()):
            if call.caller is not caller:
                self._reply(call, [item])

    def end_line(self, caller: Caller) -> None:
        """Know that the line of a caller broke: what is open at that server is counted as closed."""
        self._waiting.pop(caller, None)
        if self.offers.pop(caller, None) is not None:
            self._count_seats()
        for page, seat in self.pages.pop(caller, {}).items():
            self.line.close_page(seat, _page(caller, page))

    def presence(self) -> dict[str, SeatPresence]:
        """Who is here and who waits, by seat."""
        now = time.time()
        here = dict.fromkeys(self.line.seats_in(), SeatPresence(is_waiting=False, since=now))
        return here | {
            seat: SeatPresence(is_waiting=True, since=now - seconds)
            for seat, seconds in self.line.seats_waiting()
        }

    def _in_line(
        self, request: AskOffer | AskCome | AskOpenPage | AskClosePage | AskLeaveRoom, caller: Caller
    ) -> int:
        match request["ask"]:
            case "come":
                return self.line.come(request["seat"], request["address"])
            case "open_page":
                page = _page(caller, request["page"])
                if not self.line.open_page(request["seat"], page, request["address"]):
                    return 1
                self.pages.setdefault(caller, {})[request["page"]] = request["seat"]
            case "close_page":
                if self.pages.get(caller, {}).pop(request["page"], None) is not None:
                    self.line.close_page(request["seat"], _page(caller, request["page"]))
            case "leave_room":
                self.line.leave(request["seat"])
            case "offer":
                self._take(request, caller)
        return 0

    def _take(self, offer: AskOffer, caller: Caller) -> None:
        self.offers[caller] = offer["seats"]
        self._count_seats()
        for one in offer["pages"]:
            self.pages.setdefault(caller, {})[one["page"]] = one["seat"]
            self.line.hold_page(one["seat"], _page(caller, one["page"]), one["address"])

    def _count_seats(self) -> None:
        self.line.seats = sum(self.offers.values())

    def _standing(self) -> Answer:
        return {
            "answer": "hall",
            "seats": self.line.seats,
            "present": self.line.present,
            "waiting": self.line.waiting,
            "refusals": sum(throttle.refusals for throttle in self.throttles.values()),
        }

    def _remember(self, request: AskProject | AskEndSession) -> Answer:
        if request["ask"] == "end_session":
            memory = self.board.without(request["session"])
        else:
            projected: Any = request["projection"]
            memory = self.board.projecting(Projection(**projected) if projected is not None else None)
        self.keep_board(memory)
        self.board = memory
        return {"answer": "done"}

    def _coded(self, request: AskHandOut | AskCoded) -> Answer:
        codes = self.codes[request["use"]]
        if request["ask"] == "hand_out":
            return {"answer": "handed_out", "code": codes.put(request["value"])}
        code = request["code"]
        return {"answer": "coded", "value": codes.take(code) if request["is_over"] else codes.look(code)}

    def _reply(self, call: Call, items: list[NewsItem]) -> None:
        self._waiting.pop(call.caller, None)
        call.reply({"answer": "news", "number": self._number, "items": items})


def _page(caller: Caller, page: str) -> str:
    """The name of a page among those of all servers."""
    return f"{id(caller)} {page}"


async def keep_presence(hall: RoomHall, store: PresenceStore, *, every: float = 1.0) -> None:
    """Take up who was here, and keep who is, until cancelled; what cannot be kept now is kept later.

    every: seconds between two looks, of which the next writer knows nothing.
    """
    with suppress(DatabaseError):
        now = time.time()
        for seat, one in store.read().items():
            if one.is_waiting:
                hall.line.hold_turn(seat, now - one.since)
            else:
                hall.line.hold_place(seat)
    while True:
        await asyncio.sleep(every)
        with suppress(DatabaseError):
            await asyncio.to_thread(store.keep, hall.presence())
