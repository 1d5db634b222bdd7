"""A host without its kernel: whose frames are answered, in which order, and what a failure brings about."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
from comm.base_comm import BaseComm

from release.workshop.kernel.host import SeatHost
from scenarios.case import Case
from scenarios.directory.services import Directory, load_directory
from scenarios.language import Language
from scenarios.loader import load_case
from tests.places import CASES
from widgets.shelf import OpenPlay, ShelfState

CASE = load_case(CASES / "daftar-nilai")


class ToyShelf:
    """The shelf of one seat. deed: what opening a case does first."""

    person: str | None = "Ibu R."

    def __init__(self, deed: Callable[[], object]) -> None:
        self.deed = deed

    @property
    def directory(self) -> Directory:
        return load_directory()

    def cases(self) -> Sequence[Case]:
        self.deed()
        return (CASE, CASE.model_copy(update={"id": "lain"}))

    def state(self, language: Language) -> ShelfState:  # noqa: ARG002 -- a Shelf's
        return ShelfState()

    def open(self, case_id: str, *, again: bool = False) -> OpenPlay:
        raise NotImplementedError


class Comm(BaseComm):
    """A comm as a host has it; sent: the answers that went out."""

    def __init__(self) -> None:
        super().__init__(primary=False)
        self.sent: list[Mapping[str, Any]] = []

    def publish_msg(
        self, msg_type: str, data: dict[str, Any] | None = None, *_: object, **_keys: object
    ) -> None:
        if msg_type == "comm_msg":
            self.sent.append(data or {})

    def say(self, *frames: dict[str, Any]) -> None:
        for frame in frames:
            text = json.dumps({"at": None, **frame})
            self.handle_msg({"content": {"data": {"seq": frame.get("seq"), "frame": text}}})

    async def answers(self, count: int) -> list[dict[str, Any]]:
        while len(self.sent) < count:  # noqa: ASYNC110 -- a comm tells nobody
            await asyncio.sleep(0.005)
        return [json.loads(each["frame"]) for each in self.sent]


def page(host: SeatHost, seat_pass: str = "a.1") -> Comm:  # noqa: S107 -- of a test's seat
    comm = Comm()
    host.open_page(comm, {"content": {"data": {"seat_pass": seat_pass}}})
    return comm


def in_host(do: Callable[[SeatHost], Awaitable[None]], deeds: dict[str, Callable[[], object]]) -> None:
    async def run() -> None:
        nothing: Callable[[], object] = list
        host = SeatHost(lambda seat_pass: ToyShelf(deeds.get(seat_pass, nothing)), asyncio.get_running_loop())
        async with asyncio.timeout(20):
            await do(host)

    asyncio.run(run())


READY = {"type": "ready"}


def test_the_frames_of_a_page_are_answered_in_their_order_each_once() -> None:
    async def play(host: SeatHost) -> None:
        one, other = page(host), page(host, "b.1")
        one.say(*({"seq": seq, "message": {"type": "ping", "at": seq}} for seq in range(1, 101)))
        other.say({"seq": 1, "message": READY})

        answers = await one.answers(100)
        assert [answer["seq"] for answer in answers] == list(range(1, 101))
        assert [answer["replies"] for answer in answers] == [
            [{"type": "pong", "at": seq}] for seq in range(1, 101)
        ]
        assert [answer["seq"] for answer in await other.answers(1)] == [1]

    in_host(play, {})


def test_a_page_that_waits_for_the_disk_holds_up_no_other() -> None:
    let_go = threading.Event()

    async def play(host: SeatHost) -> None:
        slow, quick = page(host, "slow"), page(host, "quick")
        slow.say({"seq": 1, "message": READY}, {"seq": 2, "message": {"type": "ping", "at": 2}})
        quick.say({"seq": 1, "message": READY})
        assert (await quick.answers(1))[0]["replies"][-1]["view"]["screen"] == "shelf"
        assert slow.sent == []
        let_go.set()
        assert [answer["seq"] for answer in await slow.answers(2)] == [1, 2]

    in_host(play, {"slow": lambda: let_go.wait(20)})


def test_an_error_of_ours_is_told_to_its_page_and_to_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    async def play(host: SeatHost) -> None:
        bad, good = page(host, "bad"), page(host, "good")
        place = {"language": "en", "case": None, "again": False}
        bad.say({"seq": 1, "message": {"type": "begin", "n": 3}, "at": place})
        good.say({"seq": 1, "message": READY})

        (answer,) = await bad.answers(1)
        (refusal,) = answer["replies"]
        assert (refusal["type"], refusal["code"], refusal["n"]) == ("refused", "failed", 3)
        assert refusal["text"].startswith("Something failed on our side")
        assert answer["at"]["language"] == "en"
        assert (await good.answers(1))[0]["replies"][-1]["type"] == "view"

    def fail() -> None:
        raise ZeroDivisionError("what nobody is told")

    with caplog.at_level("ERROR", "kasuslab.workshop"):
        in_host(play, {"bad": fail})
    assert "A message could not be answered: ZeroDivisionError in test_host.py" in caplog.text
    assert "nobody is told" not in caplog.text


def test_a_page_that_was_closed_is_answered_no_more() -> None:
    let_go = threading.Event()

    async def play(host: SeatHost) -> None:
        gone, there = page(host, "gone"), page(host)
        gone.say({"seq": 1, "message": READY}, {"seq": 2, "message": READY})
        gone.handle_close({})
        let_go.set()
        there.say({"seq": 1, "message": READY})
        await there.answers(1)
        await asyncio.sleep(0.1)
        assert gone.sent == []
        assert host.pulse()["pages"] == 1

    in_host(play, {"gone": lambda: let_go.wait(20)})


def test_a_host_tells_how_long_a_frame_is_worked_on_and_does_not_count_the_waiting() -> None:
    let_go = threading.Event()
    waited: dict[int, float] = {}

    async def play(host: SeatHost) -> None:
        host.waiting = lambda: waited
        probe = Comm()
        host.open_probe(probe, {})
        page(host, "slow").say({"seq": 1, "message": READY})
        await asyncio.sleep(0.3)
        probe.say({})
        assert probe.sent[-1]["pages"] == 1
        assert 0.2 < probe.sent[-1]["longest"] < 5
        (thread,) = host._works  # noqa: SLF001 -- a thread has no name outside
        waited[thread] = probe.sent[-1]["longest"]
        probe.say({})
        assert probe.sent[-1]["longest"] < 0.1
        let_go.set()
        while host._works:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0.01)
        probe.say({})
        assert probe.sent[-1]["longest"] == 0

    in_host(play, {"slow": lambda: let_go.wait(20)})
