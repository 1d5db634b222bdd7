from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from release.local_time import likely_zone


@pytest.fixture
def clocks_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put the clocks of this machine to another place."""

    def put(place: str) -> None:
        monkeypatch.setenv("TZ", place)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("place", "zone"), [("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT"), ("Europe/Berlin", "WIB")]
)
def test_a_training_is_given_where_the_clocks_of_this_machine_are(
    clocks_of: Callable[[str], None], place: str, zone: str
) -> None:
    clocks_of(place)

    assert likely_zone() == zone
    assert likely_zone("WIT") == "WIT"
