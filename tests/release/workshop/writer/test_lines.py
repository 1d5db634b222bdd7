"""The writer's lines: what arrives together is answered together, and nobody's line holds another's up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from release.workshop.wire import MAX_LINE, Address, question_line
from release.workshop.writer.lines import Call, Turn
from release.workshop.writer.servers.door import WriterDoors, serve_near
from tests.parts.machine import free_port

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Answering:
    """Answers each call with its seat, and remembers how many there were in each turn."""

    def __init__(self, late: Callable[[Sequence[Call]], Sequence[Call]] = lambda _calls: ()) -> None:
        self.late, self.turns = late, list[list[str]]()

    def enquire(self, calls: Sequence[Call]) -> Sequence[Call]:
        return calls

    async def keep(self, calls: Sequence[Call]) -> Sequence[Call]:
        late = self.late(calls)
        self.turns.append([seat_in(call) for call in calls])
        for call in calls:
            if call not in late:
                call.reply({"answer": "current", "case": seat_in(call)})
        return late


def seat_in(call: Call) -> str:
    assert call.request["ask"] == "current"
    return call.request["seat"]


def question(number: int, seat: str = "a") -> bytes:
    return question_line(number, {"ask": "current", "seat": seat})


async def answer_on(reader: asyncio.StreamReader) -> dict[str, Any]:
    async with asyncio.timeout(10):
        answer: dict[str, Any] = json.loads(await reader.readline())
    return answer


@asynccontextmanager
async def lines(answering: Answering, address: Address) -> AsyncIterator[Callable[[], Awaitable[Streams]]]:
    """Lines at `address`; a factory of connections to them."""
    ready, ended, ends = asyncio.Event(), asyncio.Event(), list[asyncio.StreamWriter]()
    serving = asyncio.create_task(
        serve_near(
            WriterDoors(turn=Turn(answering.enquire, answering.keep)), address, ready=ready.set, ended=ended
        )
    )
    await ready.wait()

    async def dial() -> Streams:
        if address.path is not None:
            reader, writer = await asyncio.open_unix_connection(address.path, limit=MAX_LINE)
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        ends.append(writer)
        return reader, writer

    yield dial
    for writer in ends:
        writer.close()
    ended.set()
    await serving


@pytest.fixture(params=["unix", "tcp"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    return Address(path=tmp_path / "writer") if request.param == "unix" else Address(port=free_port())


def test_what_arrives_together_over_many_lines_is_answered_in_one_turn(address: Address) -> None:
    answering = Answering()

    async def ask() -> list[Any]:
        async with lines(answering, address) as dial:
            streams = [await dial() for _ in range(20)]
            for number, (_, writer) in enumerate(streams):
                writer.write(question(number))
            return [await answer_on(reader) for reader, _ in streams]

    answers = asyncio.run(ask())

    assert [answer["id"] for answer in answers] == list(range(20))
    assert max(map(len, answering.turns)) > 10


def test_what_waits_for_the_next_turn_comes_before_what_arrives_in_it(address: Address) -> None:
    seen: list[str] = []

    def second_time(calls: Sequence[Call]) -> Sequence[Call]:
        late = [call for call in calls if seat_in(call) not in seen]
        seen.extend(map(seat_in, late))
        return late

    answering = Answering(second_time)

    async def ask() -> list[int]:
        async with lines(answering, address) as dial:
            reader, writer = await dial()
            writer.write(b"".join(question(number, f"seat {number}") for number in range(1, 4)))
            return [(await answer_on(reader))["id"] for _ in range(3)]

    assert asyncio.run(ask()) == [1, 2, 3]
    assert answering.turns[-1][:1] == ["seat 1"]


def test_a_line_that_is_too_long_ends_its_own_connection_alone(address: Address) -> None:
    async def ask() -> tuple[bytes, Any]:
        async with lines(Answering(), address) as dial:
            (reader, writer), (other_reader, other_writer) = await dial(), await dial()
            writer.write(b"x" * (MAX_LINE + 100_000))
            try:
                async with asyncio.timeout(10):
                    end = await reader.read()
            except ConnectionError:
                end = b""
            other_writer.write(question(7))
            return end, await answer_on(other_reader)

    end, answer = asyncio.run(ask())

    assert end == b""
    assert answer == {"id": 7, "answer": {"answer": "current", "case": "a"}}


def test_who_reads_no_answers_is_listened_to_no_further_until_they_are_read(address: Address) -> None:
    answering, count, long_seat = Answering(), 1000, "a" * 20_000

    async def ask() -> tuple[int, list[int], Any]:
        async with lines(answering, address) as dial:
            (reader, writer), (other_reader, other_writer) = await dial(), await dial()
            writer.write(b"".join(question(number, long_seat) for number in range(count)))
            await asyncio.sleep(0.5)
            meanwhile = sum(map(len, answering.turns))
            other_writer.write(question(7))
            other = await answer_on(other_reader)
            return meanwhile, [(await answer_on(reader))["id"] for _ in range(count)], other

    meanwhile, numbers, other = asyncio.run(ask())

    assert meanwhile < count
    assert other["id"] == 7
    assert numbers == list(range(count))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"{}", 0),
        (b"\xff", 0),
        (b'{"id": 5}', 5),
        (b'{"id": "x"}', 0),
        (b"[]", 0),
        (b'{"id": 5, "request": 1}', 5),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_number(tmp_path: Path, line: bytes, number: int) -> None:
    async def ask() -> list[Any]:
        async with lines(Answering(), Address(path=tmp_path / "writer")) as dial:
            reader, writer = await dial()
            writer.write(line + b"\n" + question(9))
            return [await answer_on(reader), await answer_on(reader)]

    refused, answer = asyncio.run(ask())

    assert (refused["id"], refused["answer"]["answer"]) == (number, "refused")
    assert answer["id"] == 9
