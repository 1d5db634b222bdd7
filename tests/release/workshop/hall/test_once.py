"""What is handed out under a code is taken once, and for a short time."""

from __future__ import annotations

import pytest

from release.workshop.hall.once import Once


def test_a_code_works_until_it_is_taken() -> None:
    codes: Once[str] = Once(60)
    code = codes.put("ratih")

    assert (codes.look(code), codes.take(code), codes.take(code), codes.look(code)) == (
        "ratih",
        "ratih",
        None,
        None,
    )


def test_a_code_ends_with_its_time() -> None:
    moment = [0.0]
    codes: Once[str] = Once(600, clock=lambda: moment[0])
    code = codes.put("ratih")
    moment[0] = 600.0

    assert codes.look(code) is None
    assert codes.take(code) is None


def test_so_many_wait_and_the_oldest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.workshop.hall.once.MOST_WAITING", 3)
    codes: Once[int] = Once(60)
    handed_out = [codes.put(number) for number in range(5)]

    assert [codes.take(code) for code in handed_out] == [None, None, 2, 3, 4]
    assert codes.take("") is None
