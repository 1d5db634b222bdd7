"""What a pick led to: only scenes that the case itself ties to it, and nothing where it tells nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graders.feedback.consequence import Consequence, consequences_of
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.loader import load_case
from tests.places import EARLIER

MOMENT = "2026-11-22T07:00:00Z"
Steps = Callable[..., tuple[Event, ...]]
POLICE = {"service": "unit_ppa", "urgency": "jam", "packet": []}
PLATFORM = {"service": "platform", "urgency": "hari", "packet": []}
# A whole play of the case without one branch: nobody's pick led anywhere else.
STRAIGHT = {
    "mendesak": "tinggi",
    "bicara": "lengkap",
    "tanya": ["tempat"],
    "langkah": ["catat"],
    "rencana": "tegur",
    "kades": "hormat",
    "serah": [POLICE],
    "tutup": "tinjau",
    "refleksi": "Lebih cepat.",
}


@pytest.fixture(scope="module")
def game_friend() -> Case:
    return load_case(EARLIER / "cases" / "teman-gim")


@pytest.fixture
def played(game_friend: Case, steps: Steps) -> Callable[..., Play]:
    """A factory: the straight play with some picks changed; None skips."""

    def play(**changes: object) -> Play:
        begin = Started(
            at=MOMENT, play="0" * 32, case="teman-gim", version="1.0.0", course="uji", mode="test"
        )
        now = Play.replay(game_friend, (begin,))
        picks = {**STRAIGHT, **changes}
        while now.ended is None:
            decision = now.scene.decision
            part = now.scene_id if decision is None else (decision.id, picks[decision.id])
            now = now.after(*steps(part))
        return now

    return play


def consequences_by_scene(play: Play) -> dict[str, tuple[tuple[str, ...], bool]]:
    return {each.scene: (each.decisions, each.together) for each in consequences_of(play)}


def test_where_no_pick_led_anywhere_nothing_is_told(played: Callable[..., Play]) -> None:
    assert consequences_by_scene(played()) == {}


def test_a_branch_is_the_consequence_of_the_pick_that_its_rule_names(played: Callable[..., Play]) -> None:
    assert consequences_by_scene(played(mendesak="rendah", langkah=["blokir"])) == {
        "malam": (("mendesak",), False),
        "hilang": (("langkah",), False),
        "tertutup": (("mendesak",), True),
    }


def test_a_scene_behind_a_counter_is_of_those_who_moved_it_that_way(played: Callable[..., Play]) -> None:
    low = consequences_by_scene(played(mendesak="kritis", bicara="jelas", rencana="kurung", kades="nama"))
    high = consequences_by_scene(played(bicara="jelas", rencana="jaga"))

    assert low["tertutup"] == (("mendesak", "rencana", "kades"), True)
    assert high == {"terbuka": (("bicara", "rencana"), True)}


def test_what_was_left_out_leads_somewhere_too(played: Callable[..., Play]) -> None:
    assert consequences_by_scene(played(serah=[PLATFORM]))["hari_tiga"] == (("serah",), False)


def test_a_skipped_decision_leads_nowhere(played: Callable[..., Play]) -> None:
    assert consequences_by_scene(played(mendesak=None, langkah=None, serah=None, rencana=None)) == {}


def test_the_scenes_after_a_branch_belong_to_it_until_all_meet_again(steps: Steps) -> None:
    case = load_case(EARLIER / "cases" / "lowongan-kilat")
    begin = Started(at=MOMENT, play="0" * 32, case=case.id, version=case.version, course="uji", mode="test")
    now = Play.replay(case, (begin,))
    while now.scene_id != "pelabuhan":
        decision = now.scene.decision
        picks = {"periksa": ["uji"], "mendesak": "tinggi"}
        part: object = now.scene_id
        if decision is not None:
            part = (decision.id, picks.get(decision.id))
        now = now.after(*steps(part))

    assert consequences_of(now) == (
        Consequence("kursi_kosong", ("periksa",), together=True),
        Consequence("pelabuhan", ("periksa",), together=True),
    )


def test_a_play_that_never_began_led_nowhere(small_case: Case) -> None:
    assert consequences_of(Play.of(small_case)) == ()
