"""The server's line to the writer: starts the process, asks it, starts it again when it has died."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from typing import cast

from release.workshop.wire import MAX_LINE, Address, Answer, Request, line_of
from release.workshop.writer_config import WriterConfig

LOG = logging.getLogger("kasuslab.workshop")
START_SECONDS = 60.0
PATIENCE = 10.0
STOP_SECONDS = 5.0


class WriterFailedError(Exception):
    """The writer does not start, or does not answer; a sentence."""


class WriterLink:
    """The writer's process and the server's connection to it.

    After a restart of the writer, `again` gives the requests that tell it anew what only its memory held.
    """

    def __init__(self, config: WriterConfig, again: Callable[[], list[Request]]) -> None:
        """Nothing is started yet."""
        self._config, self._again = config, again
        self._process: subprocess.Popen[bytes] | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._lock = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The id of the writer's process; 0 where it does not run."""
        return self._process.pid if self._process is not None else 0

    async def start(self) -> None:
        """Start the writer and keep it running. Raises WriterFailedError."""
        await self._start()
        self._watch = asyncio.create_task(self._keep_running())

    async def stop(self) -> None:
        """End the writer; it has kept everything that it confirmed."""
        if self._watch is not None:
            self._watch.cancel()
        await self._hang_up()
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)

    async def ask(self, request: Request) -> Answer:
        """The answer to `request`, asked again where the writer is being restarted.

        Raises WriterFailedError.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            async with self._lock:
                with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
                    return await self._ask(request)
                await self._hang_up()
            await asyncio.sleep(0.1)
        raise WriterFailedError("The process that keeps the plays does not answer.")

    async def _ask(self, request: Request) -> Answer:
        if self._streams is None:
            self._streams = await _dial(Address.parse(self._config.address))
            await self._say({"ask": "hello_server", "secret": self._config.secret})
            for known in self._again():
                await self._say(known)
        return await self._say(request)

    async def _say(self, request: Request) -> Answer:
        if self._streams is None:
            raise ConnectionError
        reader, writer = self._streams
        writer.write(line_of(request))
        await writer.drain()
        return cast("Answer", json.loads(await reader.readuntil(b"\n")))

    async def _hang_up(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            with contextlib.suppress(OSError):
                await self._streams[1].wait_closed()
        self._streams = None

    async def _start(self) -> None:
        self._process = process = _begin()
        line = json.dumps(dataclasses.asdict(self._config)).encode() + b"\n"
        try:
            said = await asyncio.wait_for(asyncio.to_thread(_introduce, process, line), START_SECONDS)
        except TimeoutError:
            process.kill()
            said = ""
        if said != "ready":
            await asyncio.to_thread(_end, process)
            raise WriterFailedError(said or "The process that keeps the plays did not start.")
        await self.ask({"ask": "cases"})

    async def _keep_running(self) -> None:
        while self._process is not None:
            status = await asyncio.to_thread(self._process.wait)
            LOG.error("The writer ended (%s); it is started again.", status)
            await asyncio.to_thread(_end, self._process)
            async with self._lock:
                await self._hang_up()
            try:
                await self._start()
            except WriterFailedError as error:
                LOG.error("The writer does not start: %s", error)  # noqa: TRY400 -- the sentence says all
                await asyncio.sleep(STOP_SECONDS)


async def _dial(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.path is not None:
        return await asyncio.open_unix_connection(address.path, limit=MAX_LINE)
    return await asyncio.open_connection("127.0.0.1", address.port, limit=MAX_LINE)


def _begin() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "release.workshop.writer"]
    # A Ctrl-C in the terminal is for the server, which ends the writer after the kernels.
    return subprocess.Popen(  # noqa: S603 -- this Python, and a module of ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def _introduce(process: subprocess.Popen[bytes], line: bytes) -> str:
    if process.stdin is None or process.stdout is None:
        return ""
    with contextlib.suppress(OSError):
        process.stdin.write(line)
        process.stdin.flush()
    return process.stdout.readline().decode("utf-8", "replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
