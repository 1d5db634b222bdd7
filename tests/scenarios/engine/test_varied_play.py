"""A play in a variant: the record names it, and the story is that variant's."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.graph import graph_of
from scenarios.engine.play import Play
from scenarios.engine.random_plays import random_plays
from scenarios.engine.record import parse_record, record_bytes
from scenarios.engine.walk import walk
from scenarios.pick import RefusedError
from tests.conftest import MOMENT

Steps = Callable[..., Iterable[Event]]


def begun(case: Case, variant: str | None) -> Started:
    return Started(
        at=MOMENT,
        play="0" * 32,
        case=case.id,
        version=case.version,
        course="uji",
        mode="practice",
        variant=variant,
    )


def test_a_play_is_told_in_the_variant_of_its_first_event(varied_case: Case, steps: Steps) -> None:
    low = tuple(steps(("mendesak", "rendah")))
    early = Play.replay(varied_case, (begun(varied_case, "baru"), *low))
    late = Play.replay(varied_case, (begun(varied_case, "lama"), *low))

    assert (early.scene_id, late.scene_id) == ("grup_lain", "bicara")
    assert (early.counters["percaya"], late.counters["percaya"]) == (1, 3)
    assert late.case == varied_case.in_variant("lama")


def test_a_play_keeps_its_language(varied_case: Case) -> None:
    play = Play.of(varied_case.in_language("en")).after(begun(varied_case, "lama"))

    assert "deleted them a month ago" in play.scene.text


def test_a_record_without_a_variant_is_told_in_the_first(varied_case: Case) -> None:
    play = Play.of(varied_case.in_variant("lama")).after(begun(varied_case, None))

    assert play.case.variant == "baru"


@pytest.mark.parametrize("name", ["besok", "baru"])
def test_a_variant_that_the_case_lacks_is_refused(varied_case: Case, small_case: Case, name: str) -> None:
    case = varied_case if name == "besok" else small_case
    with pytest.raises(RefusedError, match=f"other_variant: {name}"):
        Play.of(case).after(begun(case, name))


def test_the_variant_stands_in_the_record_only_where_there_is_one(varied_case: Case) -> None:
    late, plain = record_bytes([begun(varied_case, "lama")]), record_bytes([begun(varied_case, None)])

    assert b'"variant":"lama"' in late
    assert parse_record(late).events == (begun(varied_case, "lama"),)
    assert b"variant" not in plain


def test_each_variant_is_walked_by_its_own_rules(varied_case: Case) -> None:
    early, late = (walk(case, graph_of(case)) for case in varied_case.in_each_variant())

    assert "grup_lain" in early.scenes
    assert "grup_lain" not in late.scenes
    assert "grup_lain" in random_plays(varied_case, 200).scenes
    assert "grup_lain" not in random_plays(varied_case.in_variant("lama"), 200).scenes
