"""The pass of a seat: the server alone can make one, and it is good for one seat."""

from __future__ import annotations

import pytest

from release.workshop.seats.seat_pass import seat_of, seat_pass

SECRET, SEAT, OTHER = "of this run", "a" * 32, "b" * 32
PASS = seat_pass(SECRET, SEAT)


def test_a_pass_names_its_seat() -> None:
    assert seat_of(SECRET, PASS) == SEAT


def test_a_pass_does_not_tell_the_secret() -> None:
    assert SECRET not in PASS


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        SEAT,
        f"{SEAT}.",
        PASS[:-1],
        f"{PASS}0",
        PASS.upper(),
        PASS.replace(SEAT, OTHER),
        f"{OTHER}.{PASS}",
        seat_pass("of another run", SEAT),
        seat_pass(SECRET, ""),
        f"{SEAT}é.{PASS}",
        f"\ud800.{PASS}",
        "a" * 100_000,
    ],
)
def test_what_was_not_made_with_the_secret_is_no_pass(text: str) -> None:
    assert seat_of(SECRET, text) is None
