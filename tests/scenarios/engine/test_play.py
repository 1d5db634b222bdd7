"""The engine: a fold over events, that refuses what does not fit."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import ValidationError

from scenarios.case import Case
from scenarios.engine.event import (
    Continued,
    Decided,
    Estimated,
    Event,
    Mode,
    Paused,
    Reopened,
    Resumed,
    Skipped,
    Started,
)
from scenarios.engine.play import Play
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.referral import ReferralDecision
from scenarios.kinds.text import TextDecision
from scenarios.library import case_folder, case_ids
from scenarios.loader import load_case
from scenarios.pick import RefusedError

MOMENT = "2026-11-22T07:00:00Z"
Playing = Callable[..., Play]
Steps = Callable[..., tuple[Event, ...]]


def refused(play: Play, event: Event) -> str:
    with pytest.raises(RefusedError) as caught:
        play.after(event)
    return caught.value.code


def test_a_play_begins_in_the_start_scene_and_knows_its_facts(playing: Playing) -> None:
    play = playing()

    assert play.scene_id == "telepon"
    assert play.known == ("usia", "tindakan")


def test_a_branch_shows_its_consequence_and_folds_back(playing: Playing, steps: Steps) -> None:
    astray = playing(*steps(("mendesak", "rendah"), "grup_lain"))
    straight = playing(*steps(("mendesak", "sedang")))

    assert astray.path == ("telepon", "grup_lain", "bicara")
    assert straight.path == ("telepon", "bicara")
    assert astray.counters == {"percaya": 1}
    assert straight.counters == {"percaya": 2}


def test_a_counter_never_leaves_its_range(playing: Playing, steps: Steps) -> None:
    play = playing(*steps(("mendesak", "rendah"), "grup_lain", ("bicara", "marah")))

    assert play.counters == {"percaya": 0}
    assert play.scene_id == "diam"


@pytest.mark.parametrize(
    ("decision", "pick", "code"),
    [
        ("mendesak", "gawat", "unknown_option"),
        ("mendesak", ["rendah"], "shape"),
        ("bicara", "dengar", "not_here"),
    ],
)
def test_a_pick_that_does_not_fit_is_refused(
    playing: Playing, decision: str, pick: object, code: str
) -> None:
    event = Decided.model_validate({"at": MOMENT, "decision": decision, "pick": pick})

    assert refused(playing(), event) == code


@pytest.mark.parametrize(
    ("pick", "code"),
    [
        ([], "nothing"),
        (["catat", "catat"], "twice"),
        (["catat", "minta", "sandi", "kabar"], "too_many"),
        (["catat", "lain"], "unknown_option"),
        ("catat", "shape"),
    ],
)
def test_a_multi_keeps_its_limits(playing: Playing, steps: Steps, pick: object, code: str) -> None:
    play = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar")))

    assert refused(play, Decided.model_validate({"at": MOMENT, "decision": "langkah", "pick": pick})) == code


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "nothing"), ("a" * 4001, "too_long"), ("\ud800", "shape"), (["a"], "shape")]
)
def test_a_text_is_something_that_a_file_can_hold(text: object, code: str) -> None:
    decision = TextDecision(kind="text", id="refleksi", ask="Apa?")

    with pytest.raises(RefusedError) as caught:
        decision.fitting(text)

    assert caught.value.code == code


def test_a_rank_wants_every_option_once(playing: Playing, steps: Steps) -> None:
    play = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["catat"])))

    event = Decided(at=MOMENT, decision="urutan", pick=("aman", "setuju", "sekolah"))
    assert refused(play, event) == "incomplete_order"


@pytest.mark.parametrize(
    ("service", "urgency", "packet", "code"),
    [
        ("polisi", "jam", (), "unknown_option"),
        ("sekolah", "besok", (), "unknown_option"),
        ("sekolah", "jam", ("rahasia",), "unknown_option"),
        ("sekolah", "jam", ("usia", "usia"), "twice"),
    ],
)
def test_a_referral_hands_over_only_what_is_on_offer(
    playing: Playing, steps: Steps, service: str, urgency: str, packet: tuple[str, ...], code: str
) -> None:
    order = ["aman", "setuju", "sekolah", "pantau"]
    play = playing(
        *steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["catat"]), ("urutan", order))
    )

    pick = [{"service": service, "urgency": urgency, "packet": packet}]
    assert refused(play, Decided.model_validate({"at": MOMENT, "decision": "serah", "pick": pick})) == code


def test_a_confirmed_decision_is_final(playing: Playing, steps: Steps) -> None:
    play = playing(*steps(("mendesak", "sedang")))

    assert refused(play, Decided(at=MOMENT, decision="mendesak", pick="tinggi")) == "not_here"
    assert refused(play, Reopened(at=MOMENT, decision="mendesak")) == "not_revisable"


def test_a_decision_that_may_be_changed_is_taken_back_whole_and_keeps_its_first_pick(
    playing: Playing, steps: Steps
) -> None:
    before = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar")))
    after = before.after(Decided(at=MOMENT, decision="langkah", pick=("catat",)))

    again = after.after(Reopened(at=MOMENT, decision="langkah"))
    changed = again.after(Decided(at=MOMENT, decision="langkah", pick=("minta",)))

    assert (again.scene_id, again.counters, again.known) == (before.scene_id, before.counters, before.known)
    assert changed.picks["langkah"] == ("minta",)
    assert changed.first["langkah"] == ("catat",)


def test_in_practice_nothing_is_taken_back_since_its_feedback_was_seen(
    small_case: Case, started: Started, steps: Steps
) -> None:
    practice = started.model_copy(update={"mode": "practice"})
    picks = steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["catat"]))
    play = Play.replay(small_case, (practice, *picks))

    assert refused(play, Reopened(at=MOMENT, decision="langkah")) == "not_revisable"


def test_a_skipped_decision_has_no_pick_and_the_story_goes_on(playing: Playing) -> None:
    play = playing(Skipped(at=MOMENT, decision="mendesak"))

    assert play.picks == {"mendesak": None}
    assert play.scene_id == "bicara"


def test_while_paused_only_going_on_is_possible(playing: Playing) -> None:
    paused = playing(Paused(at=MOMENT))

    assert refused(paused, Decided(at=MOMENT, decision="mendesak", pick="sedang")) == "paused"
    assert not paused.after(Resumed(at=MOMENT)).paused
    assert refused(playing(), Resumed(at=MOMENT)) == "not_paused"


def test_a_record_of_another_case_or_version_is_refused(small_case: Case, started: Started) -> None:
    play = Play.of(small_case)

    assert refused(play, started.model_copy(update={"case": "lain"})) == "other_case"
    assert refused(play, started.model_copy(update={"version": "2.0.0"})) == "other_version"
    assert refused(play, Continued(at=MOMENT, scene="telepon")) == "not_started"
    assert refused(play.after(started), started) == "already_started"


@pytest.fixture
def panel(small_case: Case, started: Started) -> Playing:
    """A factory: the play of the small case in panel mode after some more events."""
    first = started.model_copy(update={"mode": "panel"})
    return lambda *events: Play.replay(small_case, (first, *events))


def estimated(decision: str, share: int = 60) -> Estimated:
    return Estimated(at=MOMENT, decision=decision, share=share)


def test_in_panel_mode_a_key_decision_owes_its_estimate_before_anything_else(
    panel: Playing, steps: Steps
) -> None:
    owing = panel(*steps(("mendesak", "rendah")))

    assert owing.owed == "mendesak"
    for event in (Continued(at=MOMENT, scene="grup_lain"), Skipped(at=MOMENT, decision="bicara")):
        assert refused(owing, event) == "estimate_owed"
    assert refused(owing, estimated("bicara")) == "no_estimate"
    given = owing.after(estimated("mendesak"))
    assert (given.owed, given.estimates, given.scene_id) == (None, {"mendesak": 60}, "grup_lain")
    assert refused(given, estimated("mendesak")) == "no_estimate"


def test_a_panel_play_that_owes_an_estimate_may_be_paused(panel: Playing, steps: Steps) -> None:
    paused = panel(*steps(("mendesak", "sedang")), Paused(at=MOMENT))

    assert refused(paused, estimated("mendesak")) == "paused"
    assert paused.after(Resumed(at=MOMENT)).after(estimated("mendesak")).estimates == {"mendesak": 60}


def test_in_panel_mode_neither_a_skip_nor_a_reflection_owes_an_estimate(
    panel: Playing, small_case: Case
) -> None:
    skips = [Skipped(at=MOMENT, decision=each.id) for each in small_case.key_decisions()]
    play = panel(*skips)
    assert play.owed is None

    whole = play.after(Decided(at=MOMENT, decision="refleksi", pick="Lebih cepat."))
    assert (whole.ended, whole.owed) == ("selesai", None)


def test_in_panel_mode_nothing_is_taken_back(panel: Playing, steps: Steps) -> None:
    skips = (Skipped(at=MOMENT, decision="mendesak"), Skipped(at=MOMENT, decision="bicara"))
    play = panel(*skips, *steps(("langkah", ["catat"])), estimated("langkah"))

    assert refused(play, Reopened(at=MOMENT, decision="langkah")) == "not_revisable"


@pytest.mark.parametrize("mode", ["practice", "discussion", "test"])
def test_no_other_mode_takes_an_estimate(small_case: Case, started: Started, steps: Steps, mode: str) -> None:
    first = started.model_copy(update={"mode": mode})
    play = Play.replay(small_case, (first, *steps(("mendesak", "sedang"))))

    assert play.owed is None
    assert refused(play, estimated("mendesak")) == "no_estimate"


@pytest.mark.parametrize("share", [-1, 101, 50.0, "50", True, None])
def test_an_estimate_is_a_whole_number_of_0_to_100(share: object) -> None:
    with pytest.raises(ValidationError):
        Estimated.model_validate({"at": MOMENT, "decision": "mendesak", "share": share})


def random_pick(play: Play, chance: random.Random) -> object:
    decision = play.scene.decision
    if isinstance(decision, TextDecision):
        return "Catatan latihan."
    if isinstance(decision, ReferralDecision):
        chosen = chance.sample(decision.services, chance.randint(1, decision.pick or len(decision.services)))
        return [
            {
                "service": service,
                "urgency": chance.choice(list(decision.urgency)),
                "packet": chance.sample(decision.facts, chance.randint(0, len(decision.facts))),
            }
            for service in chosen
        ]
    assert decision is not None
    options = list(decision.option_ids)
    if isinstance(decision, MultiDecision):
        return chance.sample(options, chance.randint(1, decision.pick))
    return chance.sample(options, len(options)) if decision.kind == "rank" else chance.choice(options)


@pytest.mark.parametrize("case_id", case_ids())
def test_every_random_play_of_a_case_ends_and_can_be_resumed_at_any_point(case_id: str) -> None:
    case = load_case(case_folder(case_id))
    chance = random.Random(7)
    modes: tuple[Mode, ...] = ("practice", "panel")
    for number in range(100):
        mode = modes[number % 2]
        start = Started(at=MOMENT, play="0" * 32, case=case.id, version=case.version, course="uji", mode=mode)
        events: list[Event] = [start]
        play = Play.of(case).after(start)
        while not play.ended or play.owed:
            decision = play.scene.decision
            if play.owed:
                event: Event = estimated(play.owed, chance.randint(0, 100))
            elif decision is None:
                event = Continued(at=MOMENT, scene=play.scene_id)
            elif chance.random() < 0.1:
                event = Skipped(at=MOMENT, decision=decision.id)
            else:
                pick = random_pick(play, chance)
                event = Decided.model_validate({"at": MOMENT, "decision": decision.id, "pick": pick})
            events.append(event)
            play = play.after(event)
        keyed = {decision.id for decision in case.key_decisions()}
        assert keyed <= play.picks.keys()
        answered = {name for name in keyed if play.picks[name] is not None}
        assert play.estimates.keys() == (answered if mode == "panel" else set())
        cut = chance.randrange(1, len(events))
        resumed = Play.replay(case, events[:cut])
        for event in events[cut:]:
            resumed = resumed.after(event)
        assert replace(resumed, before_last=None) == replace(play, before_last=None)
