"""The lines to the writer: who asks over which, and what arrived in one turn of the loop.

What is to be kept of a turn reaches the disk together, while what only asks is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from pydantic import ValidationError

from release.workshop.wire import MAX_LINE, QUESTION_LINE, Answer, Request, answer_line


@dataclass(slots=True, eq=False)
class Caller:
    """Who asks over one line: whether it is a server, and whether that is the one beside this writer."""

    server: bool = False
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its caller. reply: to be called once with its answer."""

    request: Request
    caller: Caller
    reply: Callable[[Answer], None]


# Answers what only asks, and gives back the rest.
Enquire: TypeAlias = Callable[[Sequence[Call]], Sequence[Call]]
# Keeps and answers what can be kept together, and gives back the rest.
Keep: TypeAlias = Callable[[Sequence[Call]], Awaitable[Sequence[Call]]]


@dataclass(slots=True)
class Turn:
    """The calls that have arrived and are answered together when all that is there was read.

    end_line: called once a caller's line broke; news: those that are to be kept once what is on its way to
    the disk is there.
    """

    enquire: Enquire
    keep: Keep
    end_line: Callable[[Caller], None] = lambda _: None
    calls: list[Call] = field(default_factory=list)
    news: list[Call] = field(default_factory=list)
    _keeping: asyncio.Task[None] | None = None
    _is_over: bool = False

    async def end(self) -> None:
        """Take nothing in any more, and return when what is on its way to the disk is there."""
        self._is_over = True
        if self._keeping is not None:
            await self._keeping

    def add(self, call: Call) -> None:
        """Let `call` be answered in this turn."""
        if self._is_over:
            return
        if not self.calls:
            # Once more round the loop: what has come together is to be kept together.
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._end)
        self.calls.append(call)

    def _end(self) -> None:
        calls, self.calls = self.calls, []
        self.news += self.enquire(calls)
        if self.news and not self._is_over and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.create_task(self._keep_news())

    async def _keep_news(self) -> None:
        while self.news:
            news, self.news = self.news, []
            late = await self.keep(news)
            self.news = [*self.enquire(late), *self.news]


class CallerLine(asyncio.Protocol):
    """One connection. A caller that does not read its answers is listened to no further."""

    def __init__(self, turn: Turn, *, is_near: bool = True) -> None:
        """Put what is asked into `turn`. is_near: see `Caller`."""
        self._turn, self._caller = turn, Caller(is_near=is_near)
        self._begun = b""
        self._unsent: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Put each line that is whole into the turn; hang up on one that is too long."""
        *lines, self._begun = (self._begun + data).split(b"\n")
        if len(self._begun) > MAX_LINE:
            self._transport.abort()
            return
        for line in lines:
            self._ask(line)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- as asyncio has it
        """Know the caller no more."""
        self._turn.end_line(self._caller)

    def pause_writing(self) -> None:
        """Read nothing more from whoever does not read its answers."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on: the answers were read."""
        self._transport.resume_reading()

    def _ask(self, line: bytes) -> None:
        try:
            message = QUESTION_LINE.validate_json(line)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            refused: Answer = {"answer": "refused", "text": f"The request cannot be read: {reason}."}
            self._reply(_number_in(line), refused)
            return
        number = message["id"]

        def reply(answer: Answer) -> None:
            self._reply(number, answer)

        self._turn.add(Call(message["request"], self._caller, reply))

    def _reply(self, number: int, answer: Answer) -> None:
        # What is answered in one turn goes out as one.
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send)
        self._unsent.append(answer_line(number, answer))

    def _send(self) -> None:
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()


def _number_in(line: bytes) -> int:
    """The number of a call that cannot be read otherwise; 0 where it has none."""
    with contextlib.suppress(ValueError):
        message: object = json.loads(line)
        number = message.get("id") if isinstance(message, dict) else None
        if isinstance(number, int):
            return number
    return 0
