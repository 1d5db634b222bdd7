"""Who is here now, as a server asks it: the room's writer knows it for all servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from release.workshop.hall.board_memory import BoardMemory, Projection
from release.workshop.hall_wire import HallAnswer, NewsItem, OpenedPage, Tried
from release.workshop.seats.seating import WriterAccess
from release.workshop.wire import Answer, Request
from release.workshop.writer_line import WriterSilentError

# After the writer was silent, it is asked again so late.
PAUSE = 0.5


class HallSilentError(WriterSilentError):
    """The writer answers something else than was asked."""


@dataclass(slots=True)
class HallAccess:
    """Who is here, asked of the writer. seats: how many this server has; pages: those that are open here."""

    writer: WriterAccess
    seats: int = 0
    pages: dict[str, OpenedPage] = field(default_factory=dict)
    _tasks: set[asyncio.Task[Answer]] = field(default_factory=set)

    def greeting(self) -> Request:
        """What the writer is told first on each line: also that of a writer who has just begun."""
        return {"ask": "offer", "seats": self.seats, "pages": list(self.pages.values())}

    async def offer(self, seats: int) -> None:
        """Have so many seats for the room. Raises WriterSilentError, as all here do."""
        self.seats = seats
        await self.writer.ask(self.greeting())

    async def come(self, seat: str, address: str) -> int:
        """Let a seat into the room, or give its place in the waiting line; see `WaitingLine`."""
        return await self._place({"ask": "come", "seat": seat, "address": address})

    async def open_page(self, page: OpenedPage) -> bool:
        """Note that a page is open here; False where there is no room for it."""
        if await self._place({"ask": "open_page", **page}):
            return False
        self.pages[page["page"]] = page
        return True

    def close_page(self, page: str) -> None:
        """Note that a page is open no more."""
        opened = self.pages.pop(page, None)
        if opened is not None:
            self._say({"ask": "close_page", "seat": opened["seat"], "page": page})

    async def leave(self, seat: str) -> None:
        """Give up the seat's place: the phone was handed on."""
        await self.writer.ask({"ask": "leave_room", "seat": seat})

    async def take(self, what: Tried, address: str, seat: str = "") -> int:
        """Count a try, 0 then; or the seconds after which one may be made. See `Throttle.take`."""
        answer = await self.writer.ask({"ask": "try", "what": what, "address": address, "seat": seat})
        if answer["answer"] != "wait":
            raise HallSilentError(answer["answer"])
        return answer["seconds"]

    async def give_back(self, what: Tried, address: str, seat: str = "") -> None:
        """Count a try no more: it was a right one."""
        await self.writer.ask({"ask": "give_back", "what": what, "address": address, "seat": seat})

    async def lift(self) -> None:
        """Hold nobody up any more."""
        await self.writer.ask({"ask": "lift"})

    async def standing(self) -> HallAnswer:
        """How the room stands."""
        answer = await self.writer.ask({"ask": "hall"})
        if answer["answer"] != "hall":
            raise HallSilentError(answer["answer"])
        return answer

    def tell(self, team: str = "", seat: str = "") -> None:
        """Tell the other servers what is new; see `AskTell`."""
        self._say({"ask": "tell", "team": team, "seat": seat})

    async def hear(self, show: Callable[[NewsItem], None]) -> None:
        """Show what is new at other servers, for as long as this one runs."""
        number = -1
        while True:
            try:
                answer = await self.writer.ask({"ask": "news", "since": number})
            except WriterSilentError:
                await asyncio.sleep(PAUSE)
                continue
            if answer["answer"] != "news":
                await asyncio.sleep(PAUSE)
                continue
            number = answer["number"]
            for item in answer["items"]:
                show(item)

    async def board(self) -> BoardMemory:
        """What the board remembers."""
        answer = await self.writer.ask({"ask": "board"})
        if answer["answer"] != "board":
            raise HallSilentError(answer["answer"])
        return BoardMemory.model_validate(answer["memory"])

    async def project(self, projection: Projection | None) -> None:
        """Let the projectors show that, None for nothing."""
        projected: dict[str, Any] | None = asdict(projection) if projection is not None else None
        await self._done({"ask": "project", "projection": projected})

    async def end_session(self, session: str) -> None:
        """Let no board know that session any more."""
        await self._done({"ask": "end_session", "session": session})

    async def _done(self, request: Request) -> None:
        answer = await self.writer.ask(request)
        if answer["answer"] != "done":
            raise HallSilentError(answer["answer"])

    async def _place(self, request: Request) -> int:
        answer = await self.writer.ask(request)
        if answer["answer"] != "place":
            raise HallSilentError(answer["answer"])
        return answer["place"]

    def _say(self, request: Request) -> None:
        """Ask, and wait for no answer."""
        task = asyncio.get_running_loop().create_task(self._asked(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _asked(self, request: Request) -> Answer:
        with suppress(WriterSilentError):
            return await self.writer.ask(request)
        return {"answer": "nobody"}
