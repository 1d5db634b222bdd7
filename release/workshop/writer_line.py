"""The line to the writer, for the server and for each kernel: dialled again where it broke.

Many questions are on their way at once; each answer bears the number of its question.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Sequence

from release.workshop.wire import Address, Answer, AnswerLine, Request, question_line

PAUSE = 0.05
# The longest answer is all that was ever decided in one play.
_LONGEST_ANSWER = 4 * 1024 * 1024


class WriterSilentError(OSError):
    """The writer does not answer, or does not do what it was asked."""


class WriterLine:
    """The line to the writer, used in one loop. What was unanswered when it broke is asked again.

    The writer keeps nothing twice. greeting: what is said first on each connection.
    """

    def __init__(self, address: Address, greeting: Callable[[], Sequence[Request]] = tuple) -> None:
        """Dial when the first question is asked."""
        self._address, self._greeting = address, greeting
        self._connection: WriterConnection | None = None
        self._dialling = asyncio.Lock()

    async def ask(self, request: Request, patience: float) -> Answer:
        """The answer to `request`. Raises WriterSilentError where that takes more than `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    with contextlib.suppress(OSError):
                        return await (await self._connected()).ask(request)
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            raise WriterSilentError("The process that keeps the plays does not answer.") from None

    async def close(self) -> None:
        """Hang up; whoever waits asks again, over another connection."""
        async with self._dialling:
            if self._connection is not None:
                await self._connection.close()

    async def _connected(self) -> WriterConnection:
        async with self._dialling:
            if self._connection is None or self._connection.ended:
                self._connection = await WriterConnection.dial(self._address)
                for request in self._greeting():
                    self._connection.say(0, request)
            return self._connection


class WriterConnection:
    """One connection to the writer: questions go out as they come."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Begin to listen for answers."""
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._unanswered: dict[int, asyncio.Future[Answer]] = {}
        self._unsent: list[bytes] = []
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def dial(cls, address: Address) -> WriterConnection:
        """Connect. Raises OSError."""
        if address.path is not None:
            return cls(*await asyncio.open_unix_connection(address.path, limit=_LONGEST_ANSWER))
        return cls(*await asyncio.open_connection("127.0.0.1", address.port, limit=_LONGEST_ANSWER))

    @property
    def ended(self) -> bool:
        """Whether the writer has hung up."""
        return self._listening.done()

    async def ask(self, request: Request) -> Answer:
        """The answer to `request`. Raises ConnectionError where the writer hangs up before it."""
        if self.ended:
            raise ConnectionResetError
        number = next(self._numbers)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._unanswered[number] = future
        self.say(number, request)
        try:
            return await future
        finally:
            self._unanswered.pop(number, None)  # whoever asked may have gone

    def say(self, number: int, request: Request) -> None:
        """Send a question. What is said in one turn of the loop goes out as one: sending has its price."""
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send)
        self._unsent.append(question_line(number, request))

    async def close(self) -> None:
        """Close the connection."""
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def _send(self) -> None:
        self._writer.write(b"".join(self._unsent))
        self._unsent.clear()

    async def _listen(self) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):
                while line := await self._reader.readline():
                    message: AnswerLine = json.loads(line)
                    future = self._unanswered.get(message["id"])
                    if future is not None and not future.done():
                        future.set_result(message["answer"])
        finally:
            self._writer.close()
            for future in self._unanswered.values():
                if not future.done():
                    future.set_exception(ConnectionResetError())
