"""Several servers of one workshop: a seat goes on at any, and none that dies costs what was confirmed."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from release.workshop.writer.servers.hall import BOARD_TRIES
from tests.parts.machine import wait_until
from tests.parts.several import BOARD_PASSWORD, Room, new_database, several_servers
from tests.parts.workshop_server import PageSocket, Visitor, Workshop


def at(visitor: Visitor, server: Workshop) -> Visitor:
    """The same browser at another server."""
    return Visitor(server.port, dict(visitor.cookies))


def test_a_seat_goes_on_at_another_server(room: Room) -> None:
    visitor = Visitor(room.leader.port)
    code = visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")

    elsewhere = at(visitor, room.follower)

    assert code in elsewhere.read("/")
    with elsewhere.play() as page:
        assert page.view["n"] == 2
        page.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert page.view["n"] == 3


def test_two_pages_of_a_seat_at_two_servers_are_never_written_by_both(room: Room) -> None:
    visitor = Visitor(room.leader.port)
    visitor.join()
    with visitor.play() as first:
        first.move(type="begin")
        with at(visitor, room.follower).play() as second:
            assert second.view["n"] == 1
            first.send({"n": 1, "type": "decide", "decision": "mendesak", "pick": "sedang"})
            assert first.next_view()["fault"]["code"] == "closed"
            second.move(type="decide", decision="mendesak", pick="tinggi")
            assert second.view["n"] == 2


# The room as a whole


def seated(server: Workshop, address: str = "") -> Visitor:
    visitor = Visitor(server.port, source=address)
    visitor.join()
    return visitor


def board(server: Workshop) -> Visitor:
    facilitator = Visitor(server.port)
    assert facilitator.ask("/board/masuk", {"password": BOARD_PASSWORD}).status == 303
    return facilitator


def figures(visitor: Visitor, case: str = "daftar-nilai") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.read(f"/board/data.json?kasus={case}&sektor="))
    return found


def test_the_seats_of_the_room_are_those_of_all_its_servers_and_the_line_is_one(room: Room) -> None:
    with ExitStack() as pages:
        for n in range(8):
            visitor = seated(room.servers[n % 2], f"127.0.1.{n}")
            last = pages.enter_context(visitor.play())
        waiting = [seated(server, f"127.0.2.{n}") for n, server in enumerate(room.servers)]
        first, second = (json.loads(visitor.read("/antre"))["place"] for visitor in waiting)
        assert (first, second) == (1, 2)
        assert json.loads(at(waiting[0], room.servers[1]).read("/antre"))["place"] == 1

        room.leader.writer().kill()

        # The next writer has heard of each page and of the line.
        time.sleep(1)
        wait_until(lambda: json.loads(waiting[1].read("/antre"))["place"] == 2, "the line goes on")
        assert json.loads(waiting[0].read("/antre"))["place"] == 1
        assert last.is_answered()
        visitor.ask("/keluar", {})
    wait_until(lambda: json.loads(waiting[0].read("/antre"))["place"] == 0, "the first is let in")
    for visitor in waiting:
        visitor.ask("/keluar", {})


def test_wrong_passwords_are_counted_at_all_servers_together(room: Room) -> None:
    guesses = [
        Visitor(room.servers[n % 2].port, source="127.0.3.1")
        .ask("/board/masuk", {"password": "salah"})
        .status
        for n in range(BOARD_TRIES + 1)
    ]

    assert guesses == [422] * BOARD_TRIES + [429]
    board(room.servers[0]).ask("/board/lift", {})
    assert figures(board(room.servers[1]))["refusals"] == 0


def test_what_is_revealed_at_one_server_shows_on_the_pages_of_another(room: Room) -> None:
    here, there = board(room.servers[0]), board(room.servers[1])
    visitor = seated(room.servers[1], "127.0.4.1")
    with visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")
        page.pushes.clear()

        change = {"case": "daftar-nilai", "decision": "mendesak", "state": "revealed"}
        assert here.ask("/board/room", change).status == 204

        page.until(lambda frame: frame.get("push") == "refresh")
    assert figures(there)["case"] == figures(here)["case"]
    here.ask("/board/show", {"case": "daftar-nilai", "decision": "mendesak"})
    assert json.loads(there.read("/board/projector.json"))["shown"] is not None


def test_who_logs_out_at_one_server_is_out_at_all(room: Room) -> None:
    facilitator = board(room.servers[0])
    elsewhere = at(facilitator, room.servers[1])
    assert elsewhere.ask("/board/data.json?kasus=&sektor=").status == 200

    facilitator.ask("/board/keluar", {})

    assert elsewhere.ask("/board/data.json?kasus=&sektor=").status == 403


def test_the_members_of_a_table_play_at_different_servers(room: Room) -> None:
    ana, budi = (seated(server, f"127.0.5.{n}") for n, server in enumerate(room.servers))
    ana.ask("/kelompok", {"deed": "make"})
    code = re.search(r'ws-code ws-team">([A-Z]+)<', ana.read("/"))
    assert code, "a table has a code"
    budi.ask("/kelompok", {"deed": "join", "team": code.group(1)})
    with ana.play() as first, budi.play() as second:
        first.move(type="begin")

        second.until(lambda frame: frame.get("push") == "refresh")
        second.send({"type": "refresh"})
        assert second.next_view()["play"] == first.view["play"]


# Faults


def decides_within_5_seconds(room: Room, page: PageSocket, harm: Callable[[], object]) -> None:
    """What is decided at once after `harm` is kept, by the next writer."""
    term, begun, kept = room.term, time.monotonic(), room.events()
    harm()
    page.move(type="decide", decision="mendesak", pick="sedang")
    assert time.monotonic() - begun < 5
    assert page.view["n"] == 2
    assert room.events() == kept + 1
    assert room.term > term


def test_a_writer_that_is_killed_costs_no_decision(room: Room) -> None:
    visitor = Visitor(room.follower.port)
    visitor.join()
    with visitor.play() as page:
        page.move(type="begin")

        decides_within_5_seconds(room, page, room.leader.writer().kill)


def test_a_writer_whose_sessions_the_database_ends_costs_no_decision(room: Room) -> None:
    visitor = Visitor(room.leader.port)
    visitor.join()
    cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'kas%'"
    with visitor.play() as page:
        page.move(type="begin")
        assert room.ask(cut) > 1
        page.move(type="decide", decision="mendesak", pick="sedang")
        assert page.view["n"] == 2


def test_a_writer_that_stands_still_is_replaced_and_writes_nothing_when_it_wakes(room: Room) -> None:
    stopped = room.leader.writer()
    there, here = Visitor(room.leader.port), Visitor(room.follower.port)
    there.join()
    here.join()
    with there.play() as at_it, here.play() as page:
        at_it.move(type="begin")
        page.move(type="begin")
        stopped.suspend()
        try:
            at_it.send({"n": 1, "type": "decide", "decision": "mendesak", "pick": "rendah"})

            decides_within_5_seconds(room, page, lambda: None)
        finally:
            kept = room.events()
            stopped.resume()
        stopped.wait(10)
        # Asked again of the next one, or refused where that took too long: once on disk, or not at all.
        assert at_it.is_answered()
        assert room.events() in {kept, kept + 1}
        with there.play() as later:
            assert later.view["n"] == 1 + room.events() - kept


@pytest.fixture
def own_room(postgres: str, tmp_path: Path) -> Iterator[Room]:
    """A room whose servers may be ended."""
    with several_servers(tmp_path, new_database(postgres)) as room:
        yield room


def test_a_server_that_is_killed_costs_no_decision(own_room: Room) -> None:
    leader, follower = own_room.leader, own_room.follower
    visitor = Visitor(leader.port)
    visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")
        killed = time.monotonic()
        leader.stop(signal.SIGKILL)

    with at(visitor, follower).play() as page:
        assert page.view["n"] == 2
        page.move(type="decide", decision="bicara", pick="dengar", sure=True)
        assert time.monotonic() - killed < 5
    assert own_room.events() == 3
