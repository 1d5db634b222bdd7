"""A card that was replaced opens nothing: not by its code, and not by a cookie that came of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from release.workshop.data_folder import cards_of
from release.workshop.seats.card_numbers import CardNumbers, CardsError
from release.workshop.seats.seat import maker_in

SEAT, OTHER = "a" * 32, "b" * 32


def test_a_first_card_has_number_0_and_writes_nothing(tmp_path: Path) -> None:
    assert CardNumbers(cards_of(tmp_path)).of(SEAT) == 0
    assert list(tmp_path.iterdir()) == []


def test_each_card_that_is_replaced_counts_for_its_seat_alone(tmp_path: Path) -> None:
    numbers = CardNumbers(cards_of(tmp_path))
    for seat in (SEAT, OTHER, SEAT):
        numbers.replace_card(seat)

    assert [numbers.of(seat) for seat in (SEAT, OTHER, "c" * 32)] == [2, 1, 0]
    assert stat.S_IMODE(cards_of(tmp_path).stat().st_mode) == 0o600


def test_whoever_has_read_the_numbers_before_sees_what_another_process_replaced(tmp_path: Path) -> None:
    early = CardNumbers(cards_of(tmp_path))
    before = early.of(SEAT)
    CardNumbers(cards_of(tmp_path)).replace_card(SEAT)

    assert (before, early.of(SEAT)) == (0, 1)


def test_numbers_that_cannot_be_read_open_no_seat(tmp_path: Path) -> None:
    maker = maker_in(tmp_path)
    token = maker.cookie.sign(SEAT)
    cards_of(tmp_path).write_text("{", "utf-8")

    with pytest.raises(CardsError, match=r"cards\.json"):
        maker.resume_code(SEAT)
    with pytest.raises(CardsError, match=r"cards\.json"):
        maker.cookie.value_of(token)


def test_a_replaced_card_has_another_code_and_the_cookie_of_the_lost_one_stands_for_nobody(
    tmp_path: Path,
) -> None:
    maker = maker_in(tmp_path)
    code, token, other = maker.resume_code(SEAT), maker.cookie.sign(SEAT), maker.cookie.sign(OTHER)

    CardNumbers(cards_of(tmp_path)).replace_card(SEAT)

    assert maker.resume_code(SEAT) != code
    assert maker.cookie.value_of(token) is None
    assert maker.cookie.value_of(maker.cookie.sign(SEAT)) == SEAT
    assert maker.cookie.value_of(other) == OTHER
