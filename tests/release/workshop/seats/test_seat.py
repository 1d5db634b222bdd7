from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from release.workshop.seats.seat import Seat, SeatMaker, load_words, plain_code, pseudonym, secret_in
from release.workshop.seats.seating import Seating, SeatsUnavailableError
from release.workshop.wire import Answer, Request

MAKER = SeatMaker(b"s" * 32)
SEAT = "a" * 32


def test_a_resume_code_is_shown_again_the_same() -> None:
    assert MAKER.resume_code(SEAT) == MAKER.resume_code(SEAT) != MAKER.resume_code("b" * 32)


def test_a_resume_code_is_two_groups_of_four_signs() -> None:
    first, second = MAKER.resume_code(SEAT).split("-")

    assert len(first) == len(second) == 4


def test_a_resume_code_is_read_however_it_was_typed() -> None:
    code = MAKER.resume_code(SEAT)

    assert MAKER.code_hash(f" {code.lower().replace('-', ' ')} ") == MAKER.code_hash(code)
    assert plain_code("o1il-u") == "0111V"


def test_a_longer_code_is_another_one() -> None:
    code = MAKER.resume_code(SEAT)

    assert MAKER.code_hash(code + "7") != MAKER.code_hash(code)


def test_the_hash_of_a_code_is_no_use_elsewhere() -> None:
    code = MAKER.resume_code(SEAT)

    assert SeatMaker(b"t" * 32).code_hash(code) != MAKER.code_hash(code)


def test_a_pseudonym_is_drawn_from_birds_and_colours() -> None:
    assert pseudonym(load_words(), lambda words: words[0]) == "Bangau Abu 10"


def test_the_secret_of_a_folder_stays_and_is_its_owners(tmp_path: Path) -> None:
    secret = secret_in(tmp_path / "data")

    assert len(secret) == 32
    assert secret_in(tmp_path / "data") == secret
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o077 == 0


def test_a_torn_secret_is_drawn_anew(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")

    assert len(secret_in(tmp_path)) == 32


class ReadyAnswers:
    """A line on which the answers stand ready."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), list[Request]()

    async def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.answers.pop(0)


def seating(*answers: Answer) -> Seating:
    def first(words: Sequence[str]) -> str:
        return words[0]

    return Seating(MAKER, load_words(), ReadyAnswers(*answers), first)


def test_a_pseudonym_that_is_taken_is_drawn_again() -> None:
    seat = asyncio.run(seating({"answer": "taken"}, {"answer": "done"}).new_seat())

    assert seat.pseudonym == "Bangau Abu 10"


def test_a_seat_that_could_not_be_kept_is_not_given() -> None:
    with pytest.raises(SeatsUnavailableError, match="disk is full"):
        asyncio.run(seating({"answer": "unwritable", "reason": "disk is full"}).new_seat())


def test_a_seat_is_asked_for_once() -> None:
    answer: Answer = {
        "answer": "seat",
        "seat": SEAT,
        "pseudonym": "Beo Biru 11",
        "sector": None,
        "typed": False,
    }
    room = seating({"answer": "nobody"}, answer)

    seats = [asyncio.run(room.seat(SEAT)) for _ in range(3)]

    assert seats == [None, Seat(SEAT, "Beo Biru 11"), Seat(SEAT, "Beo Biru 11")]


def test_the_code_goes_to_the_writer_only_as_its_hash() -> None:
    room = seating(
        {
            "answer": "seat",
            "seat": SEAT,
            "pseudonym": "Beo Biru 11",
            "sector": "health",
            "typed": False,
        }
    )

    assert asyncio.run(room.seat_by_code("K7QM-2XBR")) == Seat(SEAT, "Beo Biru 11", "health")
    assert isinstance(room.writer, ReadyAnswers)
    assert "K7QM" not in str(room.writer.asked)
