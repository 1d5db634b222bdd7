"""The server's connection with the writer: many questions at once, each with its own answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from release.workshop.plan import WorkshopPlan
from release.workshop.serve import link as links
from release.workshop.serve.link import WriterLink
from release.workshop.wire import Address, answer_line
from release.workshop.writer_config import WriterConfig
from release.workshop.writer_line import WriterConnection
from tests.places import CASES, KEYS


async def talk(
    place: Path,
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    say: Callable[[WriterConnection], Awaitable[None]],
) -> None:
    """Let `say` speak to a writer that does as `answer` does."""
    path, ends = place / "writer", asyncio.Event()

    async def answer_to_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
            await writer.wait_closed()
        finally:
            ends.set()

    server = await asyncio.start_unix_server(answer_to_the_end, path)
    connection = await WriterConnection.dial(Address(path=path))
    await say(connection)
    await connection.close()
    server.close()
    await server.wait_closed()
    await ends.wait()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each pair of questions in the other order."""
    while lines := [await reader.readline() for _ in range(2)]:
        if not lines[-1]:
            break
        for message in map(json.loads, reversed(lines)):
            writer.write(
                answer_line(message["id"], {"answer": "current", "case": message["request"]["seat"]})
            )
    writer.close()


def test_each_question_gets_its_own_answer(tmp_path: Path) -> None:
    async def say(connection: WriterConnection) -> None:
        asked = [connection.ask({"ask": "current", "seat": str(number)}) for number in range(200)]
        answers = await asyncio.gather(*asked)
        assert answers == [{"answer": "current", "case": str(number)} for number in range(200)]

    asyncio.run(talk(tmp_path, echo, say))


def test_who_stops_waiting_for_an_answer_takes_none_from_the_others(tmp_path: Path) -> None:
    async def say(connection: WriterConnection) -> None:
        first = asyncio.create_task(connection.ask({"ask": "current", "seat": "first"}))
        await asyncio.sleep(0)
        first.cancel()

        answer = await connection.ask({"ask": "current", "seat": "second"})

        assert answer == {"answer": "current", "case": "second"}

    asyncio.run(talk(tmp_path, echo, say))


def test_whoever_waits_when_the_writer_ends_is_told(tmp_path: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async def say(connection: WriterConnection) -> None:
        with pytest.raises(ConnectionResetError):
            await connection.ask({"ask": "current", "seat": "first"})
        assert connection.ended
        with pytest.raises(ConnectionResetError):
            await connection.ask({"ask": "current", "seat": "second"})

    asyncio.run(talk(tmp_path, hang_up, say))


def test_a_writer_that_is_killed_while_it_starts_is_started_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "STOP_SECONDS", 60.0)  # longer than anybody waits for an answer
    config = WriterConfig(
        plan=WorkshopPlan(),
        address=str(Address(path=tmp_path / "writer")),
        secret="rahasia",  # noqa: S106 -- nobody's
        database=f"sqlite:///{tmp_path / 'workshop.sqlite'}",
        lock=None,
        person="Ibu R.",
        cases=("daftar-nilai",),
        cases_folder=CASES,
        keys_folder=KEYS,
    )

    async def kill_twice() -> None:
        link = WriterLink(config)
        await link.start()
        try:
            async with asyncio.timeout(30.0):
                for _ in range(2):
                    pid = link.pid
                    os.kill(pid, signal.SIGKILL)
                    while link.pid == pid:  # noqa: ASYNC110 -- a process tells nobody
                        await asyncio.sleep(0.01)
                assert (await link.ask({"ask": "workshop"}))["answer"] == "workshop"
        finally:
            await link.stop()

    asyncio.run(kill_twice())
