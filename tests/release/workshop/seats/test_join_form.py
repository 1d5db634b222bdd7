"""The form of a seat: whether a pseudonym can be seen at all."""

from __future__ import annotations

import pytest

from release.workshop.seats.join_form import JoinForm, plain_name


@pytest.mark.parametrize("sign", ["\u2800", "\u3164", "\uffa0", "\u115f", "\u034f", "\ufe0f", "\U000e0100"])
def test_a_sign_that_shows_nothing_is_no_part_of_a_name(sign: str) -> None:
    assert plain_name(sign * 4) == ""
    assert plain_name(f"Be{sign}o") == "Beo"


@pytest.mark.parametrize("name", ["\u0301\u0302", "..", "\U0001f426", "B\u0301"])
def test_a_name_has_two_letters_or_digits(name: str) -> None:
    assert JoinForm.read("-", name, name).problem([]) == "lobby_name_length"


@pytest.mark.parametrize("name", ["Beo", "B2", "\uac00\ub098", "Beo \U0001f426"])
def test_a_name_that_can_be_read_is_taken(name: str) -> None:
    assert JoinForm.read("-", name, name).problem([]) is None
