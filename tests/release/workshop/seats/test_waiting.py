from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.key.key import KEYS
from release.workshop.kernels.capacity import (
    SEATS_UNASKED,
    Capacity,
    Machine,
    TooManySeatsError,
    capacity_in,
    capacity_of,
    free_memory,
    measured,
    room_line,
    settled_seats,
)
from release.workshop.seats.throttle import MAX_ADDRESSES, Rate, Throttle, network_of
from release.workshop.seats.waiting import ARRIVE_SECONDS, AWAY_SECONDS, SILENT_SECONDS, WaitingLine
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Visitor, Workshop, running_workshop

MB = 1 << 20


class SetClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def full(clock: SetClock, *seats: str) -> WaitingLine:
    """A room that is full, each seat with a page open."""
    line = WaitingLine(len(seats), clock=clock)
    for seat in seats:
        assert line.come(seat) == 0
        line.open_page(seat, "page")
    return line


# The line


def test_whoever_comes_to_a_full_room_waits_in_the_order_of_coming(clock: SetClock) -> None:
    line = full(clock, "a", "b")

    assert [line.come(seat) for seat in ("c", "d", "e", "d", "c")] == [1, 2, 3, 2, 1]
    assert (line.present, line.waiting) == (2, 3)


def test_the_first_in_line_goes_in_first_even_where_another_asks_before(clock: SetClock) -> None:
    line = full(clock, "a")
    line.come("b")
    line.come("c")
    line.leave("a")
    line.close_page("a", "page")

    assert line.come("c") == 2
    assert line.come("new") == 3
    assert line.come("b") == 0
    assert line.come("c") == 1


def test_a_place_in_the_line_is_kept_for_two_minutes_of_silence(clock: SetClock) -> None:
    line = full(clock, "a")
    line.come("b")
    line.come("c")
    clock.now += SILENT_SECONDS - 1
    assert line.come("b") == 1

    clock.now += 2

    assert line.come("d") == 2
    assert line.come("c") == 3


def test_a_seat_whose_pages_are_closed_keeps_its_place_for_some_minutes(clock: SetClock) -> None:
    line = full(clock, "a")
    line.close_page("a", "page")
    clock.now += AWAY_SECONDS - 1
    assert line.come("b") == 1
    assert line.come("a") == 0
    clock.now += ARRIVE_SECONDS - 1
    assert line.come("b") == 1

    clock.now += 2

    assert line.come("b") == 0
    assert line.come("a") == 1


def test_a_seat_with_a_page_open_stays_however_long_it_takes(clock: SetClock) -> None:
    line = full(clock, "a")
    line.open_page("a", "another page")
    line.close_page("a", "page")
    clock.now += 10 * AWAY_SECONDS

    assert line.come("b") == 1


def test_whoever_was_let_in_and_never_opened_a_page_gives_the_place_up(clock: SetClock) -> None:
    line = WaitingLine(1, clock=clock)
    line.come("a")
    clock.now += ARRIVE_SECONDS + 1

    assert line.come("b") == 0


def test_a_phone_that_is_handed_on_gives_its_place_up_with_its_last_page(clock: SetClock) -> None:
    line = full(clock, "a")
    line.leave("a")
    assert line.come("b") == 1

    line.close_page("a", "page")

    assert line.come("b") == 0


def test_a_page_that_opens_late_keeps_no_place_for_a_phone_that_was_handed_on(clock: SetClock) -> None:
    line = WaitingLine(1, clock=clock)
    line.come("a")
    line.leave("a")
    assert line.present == 0
    line.open_page("a", "late")
    line.close_page("a", "late")

    assert line.come("b") == 0


def test_a_seat_that_comes_back_before_its_page_was_closed_stays(clock: SetClock) -> None:
    line = full(clock, "a")
    line.leave("a")
    line.come("a")
    line.close_page("a", "page")

    assert line.come("b") == 1


def test_a_page_that_was_never_noted_or_is_closed_twice_changes_nothing(clock: SetClock) -> None:
    line = full(clock, "a")
    line.close_page("a", "unknown")
    line.close_page("nobody", "page")
    line.leave("nobody")

    assert (line.present, line.waiting) == (1, 0)


# What one address keeps

PHONE, OTHER = "192.0.2.1", "192.0.2.2"


def test_one_phone_keeps_few_places_without_a_page_and_keeps_nobody_out(clock: SetClock) -> None:
    line = WaitingLine(80, clock=clock)
    assert {line.come(f"phone-{number}", PHONE) for number in range(80)} == {0}

    assert line.present == 8
    assert [line.come(f"other-{number}", f"192.0.2.{number + 10}") for number in range(72)] == [0] * 72


def test_a_class_behind_one_address_comes_in_at_once(clock: SetClock) -> None:
    line = WaitingLine(80, clock=clock)
    seats = [f"seat-{number}" for number in range(80)]

    assert [line.come(seat, PHONE) for seat in seats] == [0] * 80
    assert all(line.open_page(seat, "page", PHONE) for seat in seats)

    assert line.come("late", PHONE) == 1
    assert not line.open_page("late", "page", PHONE)


def test_pages_that_were_opened_and_closed_keep_no_room_from_others(clock: SetClock) -> None:
    line = WaitingLine(80, clock=clock)
    for number in range(80):
        line.open_page(f"phone-{number}", "page", PHONE)
        line.close_page(f"phone-{number}", "page")
    assert line.present == 80

    for number in range(72):
        assert line.come(f"other-{number}", OTHER) == 0
        assert line.open_page(f"other-{number}", "page", OTHER)

    assert line.come("one more", OTHER) == 1
    assert [line.come(f"phone-{number}", PHONE) for number in (79, 72)] == [0, 0], "the last ones stay"


def test_phones_that_are_put_aside_keep_their_places_while_nobody_else_comes(clock: SetClock) -> None:
    line = full(clock, *(f"seat-{number}" for number in range(40)))
    for number in range(40):
        line.close_page(f"seat-{number}", "page")

    assert line.present == 40
    assert {line.come(f"seat-{number}") for number in range(40)} == {0}


def test_whoever_waits_is_let_in_before_those_that_come_later_take_what_is_given_up(clock: SetClock) -> None:
    line = WaitingLine(10, clock=clock)
    for number in range(10):
        line.open_page(f"phone-{number}", "page", PHONE)
    assert [line.come(name, OTHER) for name in ("first", "second")] == [1, 2]
    for number in range(6):
        line.close_page(f"phone-{number}", "page")

    assert line.come("second", OTHER) == 2
    assert line.come("first", OTHER) == 0


# Throttles


def test_so_many_tries_at_once_and_then_so_many_a_minute(clock: SetClock) -> None:
    throttle = Throttle(Rate(3, 6), Rate(100, 100), clock=clock)
    assert [throttle.take("192.0.2.1") for _ in range(4)] == [0, 0, 0, 10]
    assert throttle.take("192.0.2.2") == 0

    clock.now += 10

    assert [throttle.take("192.0.2.1") for _ in range(2)] == [0, 10]


def test_many_addresses_together_are_held_up_too(clock: SetClock) -> None:
    throttle = Throttle(Rate(3, 6), Rate(5, 60), clock=clock)

    assert [throttle.take(f"192.0.2.{number}") for number in range(6)] == [0, 0, 0, 0, 0, 1]


def test_whoever_uses_up_what_all_have_together_keeps_nobody_from_a_share_of_it(clock: SetClock) -> None:
    throttle = Throttle(Rate(100, 10), Rate(200, 20), clock=clock)
    for address in ("192.0.2.1", "192.0.2.2"):
        assert [throttle.take(address) > 0 for _ in range(110)] == [False] * 100 + [True] * 10

    assert [throttle.take("192.0.2.3") for _ in range(66)] == [0] * 66
    assert throttle.take("192.0.2.3") > 0


def test_all_shares_together_are_no_more_than_what_all_may_do(clock: SetClock) -> None:
    throttle = Throttle(Rate(100, 10), Rate(200, 20), clock=clock)

    tries = sum(throttle.take(f"192.0.2.{number}") == 0 for _ in range(100) for number in range(50))

    assert 200 <= tries <= 400


def test_a_seat_has_tries_of_its_own_where_its_address_has_none_left(clock: SetClock) -> None:
    throttle = Throttle(Rate(3, 6), Rate(100, 100), clock=clock)
    while not throttle.take("192.0.2.1"):
        pass

    assert [throttle.take("192.0.2.1", "seat") for _ in range(5)] == [0] * 5
    assert throttle.take("192.0.2.1", "seat") > 0
    throttle.give_back("192.0.2.1", "seat")
    assert throttle.take("192.0.2.1") > 0, "what was right was the seat's try, not the address's"
    assert throttle.take("192.0.2.1", "seat") == 0


def test_many_seats_of_one_phone_are_no_way_around(clock: SetClock) -> None:
    throttle = Throttle(Rate(3, 6), Rate(100, 100), clock=clock)

    tries = sum(throttle.take("192.0.2.1", f"seat-{number}") == 0 for number in range(500))

    assert tries == 3 + 60


def test_the_count_begins_anew_once_it_is_lifted(clock: SetClock) -> None:
    throttle = Throttle(Rate(1, 1), Rate(1, 1), clock=clock)
    assert [throttle.take("192.0.2.1") > 0 for _ in range(3)] == [False, True, True]
    assert throttle.refusals == 2

    throttle.lift()

    assert throttle.refusals == 0
    assert throttle.take("192.0.2.1") == 0


def test_tries_that_are_held_up_leave_one_line_a_minute_that_names_nobody(
    clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    throttle = Throttle(Rate(1, 0.01), Rate(9, 9), clock=clock, what="a code")
    for _ in range(50):
        throttle.take("192.0.2.1")
        clock.now += 1

    assert [record.message for record in caplog.records] == [
        "Too many tries of a code: more are held up for a while."
    ]
    clock.now += 20
    throttle.take("192.0.2.1")
    assert len(caplog.records) == 2


def test_a_try_that_was_right_is_counted_no_more(clock: SetClock) -> None:
    throttle = Throttle(Rate(1, 1), Rate(1, 1), clock=clock)
    for _ in range(5):
        assert throttle.take("192.0.2.1") == 0
        throttle.give_back("192.0.2.1")


def test_no_more_addresses_are_kept_than_make_sense(clock: SetClock) -> None:
    throttle = Throttle(Rate(1, 60), Rate(10 * MAX_ADDRESSES, 60), clock=clock)
    for number in range(3 * MAX_ADDRESSES):
        clock.now += 1.5
        throttle.take(f"192.0.{number % 250}.{number // 250}")

    assert len(throttle) <= MAX_ADDRESSES


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_tries_are_counted_by_what_one_device_has_to_itself(address: str, network: str) -> None:
    assert network_of(address) == network


# How many there is room for

MACHINE = Machine(memory=4000 * MB, seat=MB // 4, descriptors=65536)


def with_(**changed: int) -> Machine:
    return Machine(**{**{name: getattr(MACHINE, name) for name in Machine.__slots__}, **changed})


@pytest.mark.parametrize(
    ("machine", "limit"),
    [
        (MACHINE, "memory"),
        (with_(descriptors=1024), "descriptors"),
        (with_(memory=500 * MB), "memory"),
    ],
)
def test_the_room_ends_where_the_first_thing_runs_out(machine: Machine, limit: str) -> None:
    assert capacity_of(machine).limit == limit


def test_half_the_memory_holds_about_half_the_seats() -> None:
    whole, half = capacity_of(MACHINE).seats, capacity_of(with_(memory=2000 * MB)).seats

    assert 0.4 < half / whole < 0.6
    assert whole * MB // 4 < 4000 * MB


def test_four_files_may_be_open_for_each_phone() -> None:
    few, more = (capacity_of(with_(descriptors=count)).seats for count in (1024, 1424))

    assert more - few == 100


def test_what_a_server_tells_of_its_room_is_read_again() -> None:
    capacity = Capacity(412, "descriptors")

    assert capacity_in(f"ready http://x/\n{room_line(capacity)}\n") == capacity
    assert capacity_in("ready http://x/\n") is None


def test_a_machine_without_memory_has_room_for_nobody() -> None:
    with pytest.raises(TooManySeatsError, match=r"no participant.*Close other programs"):
        settled_seats(None, capacity_of(with_(memory=100 * MB)))


def test_seats_are_those_asked_for_or_what_there_is_room_for() -> None:
    assert settled_seats(12, Capacity(40, "memory")) == 12
    assert settled_seats(None, Capacity(40, "memory")) == 40
    assert settled_seats(None, Capacity(400, "memory")) == SEATS_UNASKED


def test_more_seats_than_there_is_room_for_are_refused_with_the_remedy() -> None:
    with pytest.raises(TooManySeatsError, match=r"room for 40 .* not for 70: .*--seats 40"):
        settled_seats(70, Capacity(40, "memory"))


def test_this_machine_is_measured() -> None:
    machine = measured(seat=MB)

    assert machine.seat == MB
    assert machine.memory > MB
    assert machine.descriptors > 0


def test_a_container_ends_before_its_machine_does(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("5000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("2000\n", encoding="ascii")
    assert free_memory(tmp_path) == 3000

    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")

    assert free_memory(tmp_path) > MB


def test_a_workshop_with_more_seats_than_the_machine_holds_does_not_start(tmp_path: Path) -> None:
    environ = {**os.environ, "KASUSLAB_HOME": str(tmp_path), "KASUSLAB_KEYS": str(KEYS)}
    options = ["--no-browser", "--port", "0", "--person", "Ibu R.", "--seats", "1000000"]
    command = [sys.executable, "-m", "release.cli", "workshop", *options, "--cases", "tawaran-nongkrong"]

    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)

    assert ended.returncode == 1
    assert re.search(r"room for \d+ participants at once, not for 1000000: .*--seats \d+", ended.stderr)
    assert "Traceback" not in ended.stderr


# A room with one seat


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("waiting"), seats=1) as running:
        yield running


def place(visitor: Visitor) -> int:
    """The place that the waiting page's script is told."""
    told = json.loads(visitor.read("/antre"))
    assert 2 < told["after"] < 15
    return int(told["place"])


def test_the_next_arrival_waits_and_goes_in_once_there_is_room(workshop: Workshop) -> None:
    ana, beo, citra = (Visitor(workshop.port) for _ in range(3))
    code, _, _ = (visitor.join() for visitor in (ana, beo, citra))
    with ana.play() as line:
        line.move(type="begin")
        page = beo.read("/kasus")
        assert re.search(r'id="ws-place" data-after="\d+">1<', page)
        assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+; url=/kasus"></noscript>', page)
        assert "ws-player" not in page
        assert (place(citra), place(beo)) == (2, 1)
        before = line.move(type="decide", decision="mendesak", pick="sedang")["scene"]["id"]
    assert place(beo) == 1, "who closes a page has the place for some minutes"
    ana.ask("/keluar", {})
    wait_until(lambda: place(beo) == 0, "there is room for the next")

    with beo.play() as line:
        assert line.view["n"] == 0
        ana.ask("/lanjut", {"code": code})
        assert (place(citra), place(ana)) == (1, 2)
    for visitor in (beo, citra):
        visitor.ask("/keluar", {})
    wait_until(lambda: place(ana) == 0, "there is room for whoever comes back")
    with ana.play() as line:
        assert line.view["scene"]["id"] == before


def test_somebody_without_a_seat_has_no_place(workshop: Workshop) -> None:
    visitor = Visitor(workshop.port)

    assert place(visitor) == 0
    assert visitor.ask("/kasus").headers["Location"] == "/"
