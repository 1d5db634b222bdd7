"""The server's link to the writer: starts the process, asks it, starts it again when it has died."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

from release.processes import ChildProcess, start_process
from release.workshop.failure import failure_sentence, refusal_in
from release.workshop.log import LOG
from release.workshop.seats.seat_pass import seat_pass
from release.workshop.wire import Address, Answer, Request, WorkshopAnswer
from release.workshop.writer_config import WriterConfig
from release.workshop.writer_line import WriterLine

WRITER = "release.workshop.writer.writer"
START_SECONDS = 60.0
PATIENCE = 10.0
STOP_SECONDS = 5.0
# Between two tries where the writer does not start.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class WriterFailedError(Exception):
    """The writer does not start; a sentence."""


class WriterLink:
    """The writer's process and the server's line to it. greeting: what is said on each line after hello."""

    def __init__(self, config: WriterConfig, environ: Mapping[str, str] | None = None) -> None:
        """Keep the settings. environ: the writer's environment, which names the folder of the keys."""
        self._config, self._environ = config, environ
        self._process: ChildProcess | None = None
        self._line = WriterLine(Address.parse(config.address), self._greeting)
        self.greeting: Callable[[], Request] | None = None
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
            raise WriterFailedError(failure_sentence("writer_tells_nothing"))
        self._config = self._config.model_copy(update={"workshop": workshop["name"]})
        self._watch = asyncio.create_task(self._keep_running())
        return workshop

    async def stop(self) -> None:
        """End the writer; what it confirmed is on disk."""
        if self._watch is not None:
            self._watch.cancel()
        await self._line.close()
        if self._process is not None:
            await asyncio.to_thread(self._process.end, STOP_SECONDS)

    async def ask(self, request: Request) -> Answer:
        """The answer to `request`, asked again where the writer is being restarted.

        Raises WriterSilentError.
        """
        return await self._line.ask(request, PATIENCE)

    def _greeting(self) -> Sequence[Request]:
        hello: Request = {"ask": "hello_server", "secret": self._config.secret}
        return [hello, self.greeting()] if self.greeting is not None else [hello]

    async def _start(self) -> None:
        self._process = process = start_process("writer", WRITER, lifeline=True, environ=self._environ)
        try:
            async with asyncio.timeout(START_SECONDS):
                reply = await asyncio.to_thread(process.ask, self._config.to_line())
        except TimeoutError:
            process.process.kill()
            reply = ""
        if reply != "ready":
            line = ""
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    line = await asyncio.to_thread(process.ask, b"")
            await asyncio.to_thread(process.end, STOP_SECONDS)
            raise WriterFailedError(refusal_in(line) or reply or failure_sentence("writer_not_started"))

    async def _keep_running(self) -> None:
        pause = FIRST_PAUSE
        while self._process is not None:
            status = await asyncio.to_thread(self._process.process.wait)
            LOG.error("The writer ended (%s); it is started again.", status)
            await asyncio.to_thread(self._process.end, STOP_SECONDS)
            try:
                await self._start()
                pause = FIRST_PAUSE
            except WriterFailedError as error:
                LOG.error("The writer does not start: %s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
