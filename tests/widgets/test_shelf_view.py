"""The view of the shelf: a row for each case, in the order in which somebody looks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scenarios.case import Case
from tests.parts.review_round import reviewed
from widgets.messages import ShelfView
from widgets.shelf import CaseProgress, ShelfState
from widgets.shelf_view import shelf_rows, shelf_view
from widgets.view import Surroundings

AROUND = Surroundings(language="id", today=date(2026, 11, 22))


@pytest.fixture
def library(small_case: Case) -> list[Case]:
    """Six cases that differ in role, level and minutes."""
    about = {
        "sulit": {"level": 3, "role": "police", "minutes": 30},
        "sedang": {"level": 2, "role": "police", "minutes": 30},
        "mudah": {"level": 1, "role": "school", "minutes": 30},
        "pemanasan": {"level": 1, "role": "patbm", "minutes": 10, "use": "practice"},
        "dimulai": {"level": 2, "role": "health", "minutes": 30},
        "selesai": {"level": 1, "role": "police", "minutes": 30},
    }
    return [small_case.model_copy(update={"id": name, **changes}) for name, changes in about.items()]


STATE = ShelfState({"dimulai": CaseProgress("begun", 3), "selesai": CaseProgress("finished", 8)}, "police")


def order(cases: list[Case], state: ShelfState) -> list[tuple[str, str]]:
    return [(row["group"], row["id"]) for row in shelf_rows(AROUND, cases, state)]


def test_what_was_begun_is_first_then_the_own_sector_with_the_warm_up_then_by_level(
    library: list[Case],
) -> None:
    assert order(library, STATE) == [
        ("begun", "dimulai"),
        ("own", "pemanasan"),
        ("own", "sedang"),
        ("own", "sulit"),
        ("other", "mudah"),
        ("finished", "selesai"),
    ]


def test_whoever_named_no_sector_has_the_warm_up_first_and_then_the_levels(library: list[Case]) -> None:
    order_of_all = [name for _, name in order(library, ShelfState())]

    assert order_of_all[0] == "pemanasan"
    assert order_of_all[-1] == "sulit"


def test_a_case_that_the_room_does_not_play_now_is_last(library: list[Case]) -> None:
    state = replace(STATE, progress={**STATE.progress, "pemanasan": CaseProgress("closed")})

    assert order(library, state)[-1] == ("closed", "pemanasan")


def test_a_row_says_how_far_a_case_has_come(small_case: Case) -> None:
    (row,) = shelf_rows(AROUND, [small_case], ShelfState({small_case.id: CaseProgress("begun", 2)}))

    assert (row["title"], row["decided"], row["decisions"]) == ("Daftar Nilai", 2, 6)
    assert row["role"]
    assert row["heaviness"] in {"ringan", "bisa berat", "berat"}


def test_drafts_are_counted_once_for_the_whole_shelf(small_case: Case) -> None:
    other = reviewed(small_case).model_copy(update={"id": "lain"})
    shelf: ShelfView | None = shelf_view(AROUND, [small_case, other], ShelfState())["shelf"]

    assert shelf is not None
    assert shelf["drafts"] == 1
