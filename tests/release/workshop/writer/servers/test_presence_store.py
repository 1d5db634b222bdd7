"""Who is here, as the next writer finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from release.workshop.hall.board_memory import BoardMemory
from release.workshop.seats.seat import Seat
from release.workshop.writer.lines import Caller
from release.workshop.writer.servers.hall import RoomHall
from release.workshop.writer.servers.presence_store import SeatPresence
from release.workshop.writer.store import WorkshopStore
from tests.parts.stored import add_seat

ANA, BUDI, CITRA = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def store(url: str) -> Iterator[WorkshopStore]:
    store = WorkshopStore(url)
    for number, seat in enumerate((ANA, BUDI, CITRA)):
        add_seat(store, Seat(seat, f"Kepodang {number}"), str(number))
    yield store
    store.close()


def hall() -> RoomHall:
    return RoomHall(BoardMemory(), lambda _: None)


def test_the_next_writer_knows_who_is_here_and_who_waits_in_their_order(store: WorkshopStore) -> None:
    presence = store.presence()
    presence.keep(
        {
            ANA: SeatPresence(is_waiting=False, since=100.0),
            CITRA: SeatPresence(is_waiting=True, since=101.0),
            BUDI: SeatPresence(is_waiting=True, since=102.0),
        }
    )
    presence.keep(
        {ANA: SeatPresence(is_waiting=False, since=103.0), BUDI: SeatPresence(is_waiting=True, since=102.0)}
    )

    again = store.presence().read()

    assert again == {
        ANA: SeatPresence(is_waiting=False, since=100.0),
        BUDI: SeatPresence(is_waiting=True, since=102.0),
    }


def test_the_places_of_a_server_whose_line_broke_are_kept_and_its_seats_are_not() -> None:
    one, other, room = Caller(server=True), Caller(server=True), hall()
    for caller in (one, other):
        room.answer({"ask": "offer", "seats": 1, "pages": []}, caller)
    room.answer({"ask": "open_page", "seat": ANA, "page": "1", "address": ""}, one)

    room.end_line(one)

    assert (room.line.seats, room.line.present) == (1, 1)
    assert room.answer({"ask": "come", "seat": ANA, "address": ""}, other) == {"answer": "place", "place": 0}
    assert room.answer({"ask": "come", "seat": BUDI, "address": ""}, other) == {"answer": "place", "place": 1}


def test_a_writer_that_has_just_begun_hears_which_pages_are_open_whether_there_is_room_or_not() -> None:
    server, room = Caller(server=True), hall()
    pages = [{"seat": seat, "page": seat[:1], "address": ""} for seat in (ANA, BUDI)]

    room.answer({"ask": "offer", "seats": 1, "pages": pages}, server)  # type: ignore[typeddict-item]

    assert (room.line.seats, room.line.present) == (1, 2)
