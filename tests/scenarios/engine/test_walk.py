"""The walk through all states, and the random plays: both agree with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.event import Continued, Decided, Event, Skipped, Started
from scenarios.engine.graph import graph_of
from scenarios.engine.play import Play
from scenarios.engine.random_plays import RandomPlayer, Trace, random_plays
from scenarios.engine.walk import walk
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.rank import RankDecision
from scenarios.kinds.referral import Handover, ReferralDecision
from scenarios.kinds.text import TextDecision
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case
from scenarios.pick import Pick

MOMENT = "2026-11-22T07:00:00Z"


def started(case: Case) -> Started:
    return Started(at=MOMENT, play="0" * 32, case=case.id, version=case.version, course="", mode="practice")


def full_pick(decision: Decision, options: tuple[str, ...]) -> Pick:
    match decision:
        case TextDecision():
            return "Saya mendengarkan dulu."
        case RankDecision():
            return tuple(decision.options)
        case ReferralDecision():
            urgency = next(iter(decision.urgency))
            return tuple(Handover(service=name, urgency=urgency, packet=()) for name in options)
        case MultiDecision():
            return options
    return options[0]


def events(case: Case, trace: Trace) -> Iterator[Event]:
    """The record that a person would have made who played as `trace` did."""
    yield started(case)
    for scene_id in trace.path:
        scene = case.scenes[scene_id]
        if scene.end is not None:
            return
        if scene.decision is None:
            yield Continued(at=MOMENT, scene=scene_id)
            continue
        chosen = trace.picks[scene.decision.id]
        if chosen is None:
            yield Skipped(at=MOMENT, decision=scene.decision.id)
        else:
            yield Decided(at=MOMENT, decision=scene.decision.id, pick=full_pick(scene.decision, chosen))


@pytest.mark.parametrize("case_id", case_ids())
def test_a_random_play_is_a_play_of_the_engine(case_id: str) -> None:
    case = load_case(CASES / case_id)
    player = RandomPlayer(case)

    for _ in range(60):
        trace = player.play()
        play = Play.replay(case, events(case, trace))
        assert play.path == trace.path
        assert play.counters == trace.counters
        assert play.ended is not None


@pytest.mark.parametrize("case_id", case_ids())
def test_random_plays_meet_nothing_that_the_walk_has_not_met(case_id: str) -> None:
    case = load_case(CASES / case_id)
    reach = walk(case, graph_of(case))
    player = RandomPlayer(case)

    for _ in range(300):
        trace = player.play()
        assert reach.scenes.issuperset(trace.path)
        for scene_id, step in zip(trace.path, range(len(trace.path)), strict=True):
            assert reach.before[scene_id].issubset(trace.path[:step])
        for name, value in trace.counters.items():
            assert value in reach.values[name]


def test_the_same_seed_gives_the_same_plays(small_case: Case) -> None:
    assert random_plays(small_case, 200) == random_plays(small_case, 200)
    assert random_plays(small_case, 200) != random_plays(small_case, 200, seed=2)


def test_hits_add_up(small_case: Case) -> None:
    hits = random_plays(small_case, 500)

    assert hits.scenes["telepon"] == hits.plays == sum(hits.endings.values()) == 500
    assert hits.ways["telepon", "grup_lain"] == hits.options["mendesak"]["rendah"]
    assert hits.options["bicara"].keys() == {"catat", "marah", "dengar"}
    assert sum(hits.options["mendesak"].values()) + hits.skips["mendesak"] == 500
    assert 0 < hits.scenes["diam"] < 500


def test_picks_that_no_condition_tells_apart_are_one_state(small_case: Case) -> None:
    reach = walk(small_case, graph_of(small_case))

    # telepon, grup_lain, then bicara with percaya 2 or 1; after it only the counter differs.
    assert reach.states < 40
    assert reach.values["percaya"] == {0, 1, 2, 3}
    assert reach.before["rujukan"] == {"telepon", "bicara", "langkah", "urutan"}
    assert not reach.stuck


def test_a_state_without_a_way_out_is_found(small_case: Case) -> None:
    scene = small_case.scenes["telepon"]
    stuck = scene.model_copy(update={"next": scene.next[:1]})
    case = small_case.model_copy(update={"scenes": {**small_case.scenes, "telepon": stuck}})

    assert walk(case, graph_of(case)).stuck == {"telepon"}


@pytest.mark.parametrize("case_id", case_ids())
def test_every_way_that_plays_can_take_is_taken_by_the_walk(case_id: str) -> None:
    """A second, slower walk over full picks of the first decisions, by chance: no rule is missed."""
    case = load_case(CASES / case_id)
    reach = walk(case, graph_of(case))
    chance = Random(7)
    play = Play.of(case).after(started(case))
    while play.ended is None:
        before, decision = play.scene_id, play.scene.decision
        if decision is None:
            play = play.after(Continued(at=MOMENT, scene=before))
        else:
            options = (chance.choice(decision.option_ids),) if decision.option_ids else ()
            pick = full_pick(decision, options)
            play = play.after(Decided(at=MOMENT, decision=decision.id, pick=pick))
        goals = [case.scenes[before].next[index].go for place, index in reach.taken if place == before]
        assert play.scene_id in goals
