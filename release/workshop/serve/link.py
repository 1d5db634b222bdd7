"""The server's link to the writer: starts the process, asks it, starts it again when it has died."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Mapping

from release.processes import ChildProcess, start_process
from release.workshop.log import LOG
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import (
    MAX_LINE,
    Address,
    Answer,
    AnswerLine,
    Request,
    WorkshopAnswer,
    question_line,
)
from release.workshop.writer_config import WriterConfig

WRITER = "release.workshop.writer.writer"
START_SECONDS = 60.0
PATIENCE = 10.0
STOP_SECONDS = 5.0
# Between two tries where the writer does not start.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class WriterFailedError(Exception):
    """The writer does not start, or does not answer; a sentence."""


class WriterConnection:
    """One connection to the writer: questions go out as they come, answers bear their numbers."""

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
            return cls(*await asyncio.open_unix_connection(address.path, limit=MAX_LINE))
        return cls(*await asyncio.open_connection("127.0.0.1", address.port, limit=MAX_LINE))

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
        # What is asked in one turn of the loop goes out as one: each sending costs as much as an answer.
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send)
        self._unsent.append(question_line(number, request))
        try:
            return await future
        finally:
            self._unanswered.pop(number, None)  # whoever asked may have gone

    def _send(self) -> None:
        self._writer.write(b"".join(self._unsent))
        self._unsent.clear()

    async def close(self) -> None:
        """Close the connection."""
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

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


class WriterLink:
    """The writer's process and the server's connection to it."""

    def __init__(self, config: WriterConfig, environ: Mapping[str, str] | None = None) -> None:
        """Keep the settings. environ: the writer's environment, which names the folder of the keys."""
        self._config, self._environ = config, environ
        self._process: ChildProcess | None = None
        self._connection: WriterConnection | None = None
        self._lock = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The id of the writer's process; 0 where it does not run."""
        return self._process.pid if self._process is not None else 0

    def pass_of(self, seat: str) -> str:
        """What a kernel asks the writer with for that seat."""
        return seat_pass(self._config.secret, seat)

    async def start(self) -> WorkshopAnswer:
        """Start the writer and keep it running; the workshop that it keeps. Raises WriterFailedError."""
        await self._start()
        workshop = await self.ask({"ask": "workshop"})
        if workshop["answer"] != "workshop":
            raise WriterFailedError("The process that keeps the plays does not tell of the workshop.")
        self._config = self._config.model_copy(update={"workshop": workshop["name"]})
        self._watch = asyncio.create_task(self._keep_running())
        return workshop

    async def stop(self) -> None:
        """End the writer; what it confirmed is on disk."""
        if self._watch is not None:
            self._watch.cancel()
        await self._hang_up()
        if self._process is not None:
            await asyncio.to_thread(self._process.end, STOP_SECONDS)

    async def ask(self, request: Request) -> Answer:
        """The answer to `request`, asked again where the writer is being restarted.

        Raises WriterFailedError.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError):
                return await (await self._connected()).ask(request)
            await asyncio.sleep(0.1)
        raise WriterFailedError("The process that keeps the plays does not answer.")

    async def _connected(self) -> WriterConnection:
        async with self._lock:
            if self._connection is None or self._connection.ended:
                self._connection = None
                connection = await WriterConnection.dial(Address.parse(self._config.address))
                try:
                    await connection.ask({"ask": "hello_server", "secret": self._config.secret})
                except BaseException:
                    await connection.close()
                    raise
                self._connection = connection
            return self._connection

    async def _hang_up(self) -> None:
        async with self._lock:
            if self._connection is not None:
                await self._connection.close()
            self._connection = None

    async def _start(self) -> None:
        self._process = process = start_process("writer", WRITER, lifeline=True, environ=self._environ)
        introduced = asyncio.to_thread(process.ask, self._config.to_line())
        try:
            reply = await asyncio.wait_for(introduced, START_SECONDS)
        except TimeoutError:
            process.process.kill()
            reply = ""
        if reply != "ready":
            await asyncio.to_thread(process.end, STOP_SECONDS)
            raise WriterFailedError(reply or "The process that keeps the plays did not start.")

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE
        while self._process is not None:
            status = await asyncio.to_thread(self._process.process.wait)
            LOG.error("The writer ended (%s); it is started again.", status)
            await asyncio.to_thread(self._process.end, STOP_SECONDS)
            await self._hang_up()
            try:
                await self._start()
                pause = FIRST_PAUSE
            except WriterFailedError as error:
                LOG.error("The writer does not start: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
