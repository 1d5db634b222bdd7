"""The room of several servers is one: its seats, its line, its limits, its board and its tables."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from release.workshop.writer.servers.hall import BOARD_TRIES
from tests.parts.machine import wait_until
from tests.parts.several import BOARD_PASSWORD, ServersRoom, at
from tests.parts.workshop_server import Visitor, Workshop


@contextmanager
def seated(server: Workshop, address: str) -> Iterator[Visitor]:
    """Somebody who has a seat, from an address of this machine, and hands the phone on at the end."""
    visitor = Visitor(server.port, source=address)
    visitor.join()
    yield visitor
    visitor.ask("/keluar", {})


def board(server: Workshop) -> Visitor:
    facilitator = Visitor(server.port)
    assert facilitator.ask("/board/masuk", {"password": BOARD_PASSWORD}).status == 303
    return facilitator


def figures(visitor: Visitor, case: str = "daftar-nilai") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.read(f"/board/data.json?kasus={case}&sektor="))
    return found


def place(visitor: Visitor) -> int:
    """The place in the waiting line, 0 for whoever is in the room."""
    return int(json.loads(visitor.read("/antre"))["place"])


def test_the_seats_of_the_room_are_those_of_all_its_servers_and_the_line_is_one(
    small_room: ServersRoom,
) -> None:
    one, other = small_room.servers
    with ExitStack() as stack:
        inside = [stack.enter_context(seated((one, other)[n % 2], f"127.0.1.{n + 1}")) for n in range(8)]
        pages = [stack.enter_context(visitor.play()) for visitor in inside]
        first, second = (stack.enter_context(seated(one, f"127.0.2.{n}")) for n in (1, 2))
        assert (place(first), place(second), place(at(first, other))) == (1, 2, 1)

        # The next writer hears of each page from its server, and reads who waits.
        time.sleep(1.5)
        small_room.leader.writer().kill()
        assert (place(second), place(first)) == (2, 1)
        assert all(page.is_answered() for page in pages)

        pages[0].socket.close()
        inside[0].ask("/keluar", {})
        wait_until(lambda: place(at(first, other)) == 0, "the first is let in")
        assert place(second) == 1


def test_wrong_passwords_are_counted_at_all_servers_together(small_room: ServersRoom) -> None:
    guesses = [
        Visitor(small_room.servers[n % 2].port, source="127.0.3.1")
        .ask("/board/masuk", {"password": "salah"})
        .status
        for n in range(BOARD_TRIES + 1)
    ]

    assert guesses == [422] * BOARD_TRIES + [429]
    board(small_room.servers[0]).ask("/board/lift", {})
    assert figures(board(small_room.servers[1]))["refusals"] == 0


def test_what_is_revealed_at_one_server_shows_on_the_pages_of_another(small_room: ServersRoom) -> None:
    here, there = board(small_room.servers[0]), board(small_room.servers[1])
    with seated(small_room.servers[1], "127.0.4.1") as visitor, visitor.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang")
        page.pushes.clear()

        change = {"case": "daftar-nilai", "decision": "mendesak", "state": "revealed"}
        assert here.ask("/board/room", change).status == 204

        page.until(lambda frame: frame.get("push") == "refresh")
    assert figures(there)["case"] == figures(here)["case"]
    here.ask("/board/show", {"case": "daftar-nilai", "decision": "mendesak"})
    assert json.loads(there.read("/board/projector.json"))["shown"] is not None


def test_who_logs_out_at_one_server_is_out_at_all(small_room: ServersRoom) -> None:
    facilitator = board(small_room.servers[0])
    elsewhere = at(facilitator, small_room.servers[1])
    assert elsewhere.ask("/board/data.json?kasus=&sektor=").status == 200

    facilitator.ask("/board/keluar", {})

    assert elsewhere.ask("/board/data.json?kasus=&sektor=").status == 403


def test_the_members_of_a_table_play_at_different_servers(small_room: ServersRoom) -> None:
    one, other = small_room.servers
    with seated(one, "127.0.5.1") as ana, seated(other, "127.0.5.2") as budi:
        ana.ask("/kelompok", {"deed": "make"})
        code = re.search(r'class="ws-code ws-team">([A-Z]+)<', ana.read("/"))
        assert code, "a table has a code"
        assert budi.ask("/kelompok", {"deed": "join", "team": code.group(1)}).status == 303
        with ana.play() as first, budi.play() as second:
            first.move(type="begin")

            second.until(lambda frame: frame.get("push") == "refresh")
            second.send({"type": "ready"})
            assert second.next_view()["play"] == first.view["play"]
