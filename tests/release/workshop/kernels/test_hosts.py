"""The hosts without any kernel: who is seated where, what ends, and who is tried for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import pytest

from release.workshop.comms import PROBE_TARGET, SentFrame
from release.workshop.kernels.host import Host, PageLine
from release.workshop.kernels.host_channel import Ear
from release.workshop.kernels.hosts import GROWTH, LEAST, MOST, STUCK_SECONDS, Hosts, host_count
from release.workshop.kernels.trial import TOGETHER, TRIAL_SECONDS


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class ToyKernel:
    """The channel to a host, and its process. said: the frames that came; deaf: it answers no probe."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.ears: dict[str, Ear] = {}
        self.probes: set[str] = set()
        self.said: dict[str, list[Mapping[str, Any]]] = {}
        self.runs, self.bytes, self.deaf, self.longest = True, 50_000_000, False, 0.0

    def open(self, target: str, data: Mapping[str, Any], ear: Ear) -> str:
        comm = f"comm {next(self.numbers)} for {data.get('seat_pass')}"
        self.ears[comm], self.said[comm] = ear, []
        if target == PROBE_TARGET:
            self.probes.add(comm)
        return comm

    def say(self, comm: str, data: Mapping[str, Any]) -> None:
        if comm not in self.probes:
            self.said[comm].append(data)
        elif not self.deaf:
            self.ears[comm]({"pages": 0, "longest": self.longest, "seat": 1})

    def answer(self, comm: str) -> None:
        """Answer the first frame of a comm that was not answered yet."""
        frame = self.said[comm].pop(0)
        self.ears[comm]({"seq": frame["seq"], "frame": json.dumps({"seq": frame["seq"], "replies": []})})

    def close_comm(self, comm: str) -> None:
        self.ears.pop(comm, None)

    def close(self) -> None:
        self.ears.clear()

    def lives(self) -> bool:
        return self.runs

    def size(self) -> int:
        return self.bytes

    async def end(self) -> None:
        self.runs = False


class ShownPage:
    """A page that keeps what it is shown."""

    def __init__(self, seat_id: str) -> None:
        self.seat_id = seat_id
        self.shown: list[dict[str, Any]] = []
        self.is_gone = False

    def show(self, text: str) -> None:
        self.shown.append(json.loads(text))

    def on_gone(self) -> None:
        self.is_gone = True

    @property
    def resends(self) -> int:
        return self.shown.count({"push": "resend"})

    @property
    def refusals(self) -> list[int]:
        return [
            told["seq"]
            for told in self.shown
            for reply in told.get("replies", ())
            if reply["type"] == "refused"
        ]


class HostRoom:
    """Hosts of two and a spare, on a clock that a test sets."""

    def __init__(self) -> None:
        self.clock, self.kernels, self.seats = HandClock(), list[ToyKernel](), count(1)
        self.hosts = Hosts(self.prepare, 2, clock=self.clock)
        self.pages: dict[PageLine, ShownPage] = {}

    async def prepare(self) -> Host:
        kernel: Any = ToyKernel()
        self.kernels.append(kernel)
        return Host(kernel, kernel, clock=self.clock)

    def join(self, seat: str = "") -> PageLine:
        page = ShownPage(seat or f"seat {next(self.seats)}")
        line = self.hosts.join(page, page.seat_id)
        self.pages[line] = page
        return line

    def kernel(self, line: PageLine) -> ToyKernel:
        assert line.host is not None
        kernel: Any = line.host.channel
        assert isinstance(kernel, ToyKernel)
        return kernel

    def answer(self, line: PageLine) -> None:
        self.kernel(line).answer(line.comm)

    async def look(self, seconds: float = 0.1) -> None:
        """Let time go by, a tenth of a second after the other, and hosts be started."""
        for _ in range(max(1, round(seconds / 0.1))):
            self.clock.now += 0.1
            self.hosts.look()
            await settled()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def frame(seq: int) -> SentFrame:
    text = json.dumps({"seq": seq, "at": None, "message": {"type": "begin", "n": 0}})
    return SentFrame(seq=seq, frame=text)


def in_room(do: Callable[[HostRoom], Awaitable[None]]) -> None:
    async def run() -> None:
        room = HostRoom()
        await room.hosts.start()
        await settled()
        await do(room)
        await room.hosts.stop()

    asyncio.run(run())


@pytest.mark.parametrize(("cores", "hosts"), [(1, LEAST), (2, 2), (3, 3), (4, 4), (64, MOST)])
def test_there_is_a_host_for_each_core_of_a_few(cores: int, hosts: int) -> None:
    assert host_count(cores) == hosts


def test_pages_are_spread_over_the_hosts_and_none_is_seated_on_the_spare_one() -> None:
    async def fill(room: HostRoom) -> None:
        lines = [room.join() for _ in range(6)]
        room.hosts.leave(lines[0])
        room.hosts.leave(lines[2])
        more = [room.join() for _ in range(2)]

        counts = [len(host.lines) for host in room.hosts]
        assert counts == [3, 3, 0]
        assert {room.kernel(line) for line in more} == {room.kernels[0]}

    in_room(fill)


def test_a_frame_reaches_the_host_and_its_answer_the_page_that_sent_it() -> None:
    async def play(room: HostRoom) -> None:
        one, other = room.join(), room.join()
        one.say(frame(1))
        one.say(frame(2))
        room.answer(one)

        assert [told["seq"] for told in room.pages[one].shown] == [1]
        assert [each["seq"] for each in one.unanswered] == [2]
        assert room.pages[other].shown == []

    in_room(play)


def test_an_answer_to_what_was_not_asked_is_shown_to_nobody() -> None:
    async def play(room: HostRoom) -> None:
        line = room.join()
        ear = room.kernel(line).ears[line.comm]
        ear({"seq": 1, "frame": "{}"})
        line.say(frame(1))
        ear({"seq": 2, "frame": "{}"})

        assert room.pages[line].shown == []

    in_room(play)


def test_the_pages_of_a_host_that_ended_are_spread_over_the_other_and_the_spare_one() -> None:
    async def end(room: HostRoom) -> None:
        lines = [room.join() for _ in range(8)]
        room.kernels[0].runs = False
        await room.look()

        assert sorted(len(host.lines) for host in room.hosts) == [0, 4, 4]
        assert [room.pages[line].resends for line in lines] == [1, 0] * 4
        assert len(room.kernels) == 4

    in_room(end)


async def suspects(room: HostRoom, count: int) -> list[PageLine]:
    """Pages of one host that ended while something of theirs was unanswered, and that send it again."""
    lines = [room.join() for _ in range(2 * count)][::2]
    for line in lines:
        line.say(frame(1))
    await ended_under(room, lines, kernel=0)
    return lines


async def ended_under(room: HostRoom, lines: list[PageLine], kernel: int) -> None:
    """That host ends, and each of the pages sends again what is unanswered."""
    resends = [room.pages[line].resends + 1 for line in lines]
    room.kernels[kernel].runs = False
    await room.look()
    assert [room.pages[line].resends for line in lines] == resends
    for line in lines:
        room.hosts.say(line, frame(1))


def test_those_who_had_something_unanswered_are_let_on_a_few_at_a_time() -> None:
    async def end(room: HostRoom) -> None:
        lines = await suspects(room, TOGETHER + 2)
        for number in range(3):
            assert [each.host is not None for each in lines[TOGETHER:]] == [number > 0, number > 1]
            room.answer(lines[number])

        for line in lines[3:]:
            room.answer(line)
        assert {room.kernel(line) for line in lines} == {room.kernels[2]}
        assert {len(room.pages[line].shown) for line in lines} == {2}

    in_room(end)


def test_where_a_host_ends_again_those_few_are_let_on_one_after_the_other_before_the_rest() -> None:
    async def end(room: HostRoom) -> None:
        lines = await suspects(room, TOGETHER + 1)
        await ended_under(room, lines[:TOGETHER], kernel=2)
        for number in range(TOGETHER):
            assert [each.host is not None for each in lines[: number + 2]] == [True] * (number + 1) + [False]
            room.answer(lines[number])

        assert {room.kernel(line) for line in lines} == {room.kernels[3]}
        assert not any(room.pages[line].refusals for line in lines)

    in_room(end)


def test_nobody_new_is_seated_beside_those_on_trial() -> None:
    async def end(room: HostRoom) -> None:
        suspect = room.join()
        suspect.say(frame(1))
        room.kernels[0].runs = False
        await room.look()
        room.hosts.say(suspect, frame(1))
        others = [room.join() for _ in range(4)]

        assert room.kernel(suspect) not in {room.kernel(line) for line in others}

    in_room(end)


def test_whoever_sends_nothing_again_holds_up_nobody_and_is_let_on_after_two_seconds() -> None:
    async def end(room: HostRoom) -> None:
        asleep, awake = [room.join() for _ in range(4)][::2]
        for line in (asleep, awake):
            line.say(frame(1))
        room.kernels[0].runs = False
        await room.look()
        room.hosts.say(awake, frame(1))
        room.answer(awake)
        assert asleep.host is None

        await room.look(TRIAL_SECONDS + 0.2)

        assert room.kernel(asleep) is room.kernel(awake)

    in_room(end)


def test_a_page_that_leaves_while_it_is_on_trial_lets_the_next_one_on() -> None:
    async def end(room: HostRoom) -> None:
        first, second = await suspects(room, 2)
        await ended_under(room, [first, second], kernel=2)
        assert second.host is None
        room.hosts.leave(first)

        assert second.host is not None

    in_room(end)


async def convicted(room: HostRoom) -> tuple[PageLine, list[PageLine]]:
    """A page that brought three hosts down, and two that had something unanswered beside it."""
    lines = await suspects(room, 3)
    await ended_under(room, lines, kernel=2)
    room.kernels[3].runs = False
    await room.look()
    return lines[0], lines[1:]


def test_whose_turn_it_was_when_a_host_ended_again_is_refused_and_seated_alone() -> None:
    async def end(room: HostRoom) -> None:
        culprit, others = await convicted(room)
        assert room.pages[culprit].refusals == [1]
        for line in others:
            room.answer(line)

        assert [room.pages[line].refusals for line in others] == [[], []]
        assert culprit.host is not None
        assert list(culprit.host.lines) == [culprit]
        culprit.say(frame(2))
        room.answer(culprit)
        for _ in range(6):
            assert room.kernel(room.join()) is not room.kernel(culprit)

    in_room(end)


def test_a_host_for_one_seat_ends_with_its_last_page() -> None:
    async def end(room: HostRoom) -> None:
        culprit, _ = await convicted(room)
        kernel, second = room.kernel(culprit), room.join(culprit.seat)
        assert room.kernel(second) is kernel
        room.hosts.leave(culprit)
        assert kernel.runs
        room.hosts.leave(second)
        await settled()

        assert not kernel.runs

    in_room(end)


def test_a_page_that_ends_its_own_host_twice_is_gone() -> None:
    async def end(room: HostRoom) -> None:
        culprit, _ = await convicted(room)
        for number in (2, 3):
            assert not room.pages[culprit].is_gone
            culprit.say(frame(number))
            room.kernel(culprit).runs = False
            await room.look()

        assert room.pages[culprit].refusals == [1, 2, 3]
        assert room.pages[culprit].is_gone

    in_room(end)


def test_where_every_host_has_ended_pages_wait_for_the_next() -> None:
    async def end(room: HostRoom) -> None:
        line = room.join()
        for kernel in room.kernels:
            kernel.runs = False
        room.clock.now += 0.1
        room.hosts.look()
        late = room.join()
        late.say(frame(1))
        await settled()

        assert (room.pages[line].resends, room.pages[late].resends) == (1, 0)
        line.say(frame(1))
        for each in (line, late):
            room.answer(each)

    in_room(end)


def test_a_host_that_answers_nothing_is_ended_and_no_other() -> None:
    async def end(room: HostRoom) -> None:
        room.kernels[0].deaf = True
        await room.look(STUCK_SECONDS - 0.2)
        assert room.kernels[0].runs

        await room.look(1.4)

        assert [kernel.runs for kernel in room.kernels[:3]] == [False, True, True]

    in_room(end)


def test_a_host_that_works_on_one_frame_for_too_long_is_ended() -> None:
    async def end(room: HostRoom) -> None:
        room.kernels[1].longest = STUCK_SECONDS
        await room.look(1.2)

        assert [kernel.runs for kernel in room.kernels[:3]] == [True, False, True]

    in_room(end)


def test_a_server_that_was_held_up_gives_its_hosts_their_time_once_more() -> None:
    async def end(room: HostRoom) -> None:
        room.kernels[0].deaf = True
        room.clock.now += 60.0
        room.hosts.look()
        await settled()
        assert room.kernels[0].runs

        await room.look(STUCK_SECONDS + 0.2)

        assert not room.kernels[0].runs

    in_room(end)


def test_a_host_may_grow_with_its_pages_and_no_further() -> None:
    async def end(room: HostRoom) -> None:
        line = room.join()
        room.kernels[0].bytes += GROWTH + 1
        await room.look(1.2)
        assert room.kernels[0].runs

        room.kernels[0].bytes += 10 * 1024 * 1024
        await room.look(1.2)

        assert not room.kernels[0].runs
        assert room.pages[line].resends == 1

    in_room(end)


def test_a_host_that_cannot_be_started_is_started_later(caplog: pytest.LogCaptureFixture) -> None:
    async def end(room: HostRoom) -> None:
        failures = [OSError("no descriptor is left")]
        prepare = room.prepare

        async def fail_first() -> Host:
            if failures:
                raise failures.pop()
            return await prepare()

        room.hosts._prepare = fail_first  # noqa: SLF001 -- the machine's trouble begins after the start
        room.kernels[0].runs = False
        await room.look()
        await asyncio.sleep(0.6)

        assert len(list(room.hosts)) == 3

    with caplog.at_level("ERROR", "kasuslab.workshop"):
        in_room(end)
    assert "A kernel could not be started: OSError" in caplog.text


def test_hosts_that_settle_answer_what_arrived_and_take_nothing_in_any_more() -> None:
    async def settle(room: HostRoom) -> None:
        line = room.join()
        room.hosts.say(line, frame(1))
        settling = asyncio.create_task(room.hosts.settle(20.0))
        await settled()
        room.hosts.say(line, frame(2))
        assert not settling.done()

        room.answer(line)
        await settling

        assert [told["seq"] for told in room.pages[line].shown] == [1]
        assert room.kernel(line).said[line.comm] == []

    in_room(settle)


def test_hosts_that_owe_an_answer_settle_for_no_longer_than_they_may() -> None:
    async def settle(room: HostRoom) -> None:
        line = room.join()
        room.hosts.say(line, frame(1))
        await room.hosts.settle(0.05)
        assert len(line.unanswered) == 1

    in_room(settle)
