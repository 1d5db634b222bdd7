"""The score: every formula of scoring.md against values worked out by hand, and the totals of a play."""

from __future__ import annotations

import itertools
import timeit
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import EllipsisType
from typing import TypeAlias

import pytest

from graders.key.decision import MismatchError
from graders.key.key import Key, Panel, load_key
from graders.key.kinds.multi import multi
from graders.key.kinds.rank import rank
from graders.key.kinds.rating import rating
from graders.key.kinds.referral import ReferralKey, referral_parts, urgency
from graders.key.kinds.single import by_votes, single
from graders.score import Verdict, formula, score
from scenarios.case import Case
from scenarios.engine.event import Event, Reopened
from scenarios.engine.play import Play
from scenarios.kinds.multi import MultiDecision
from scenarios.kinds.rank import RankDecision
from scenarios.kinds.referral import Handover, ReferralDecision
from scenarios.pick import Pick
from tests.parts.experts import BEST, PSYCHOLOGIST, SCHOOL
from tests.parts.review_round import reviewed as as_reviewed
from tests.places import KEYS

MOMENT = "2026-11-22T07:00:00Z"

Change: TypeAlias = Pick | EllipsisType | None
Answered = Callable[..., Play]
Playing = Callable[..., Play]
Steps = Callable[..., tuple[Event, ...]]


@pytest.fixture(scope="session")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def reviewed(small_case: Case) -> Case:
    return as_reviewed(small_case)


@pytest.fixture
def answered(small_case: Case) -> Answered:
    """A factory: a play with the best picks, some of them changed, skipped (None) or left out (...)."""

    def play(**changes: Change) -> Play:
        merged: dict[str, Change] = {**BEST, **changes}
        picks = {name: pick for name, pick in merged.items() if not isinstance(pick, EllipsisType)}
        return replace(Play.of(small_case), picks=picks, first=picks)

    return play


def verdict_of(case: Case, play: Play, key: Key, decision: str) -> Verdict:
    return next(verdict for verdict in score(case, play, key).verdicts if verdict.decision == decision)


def test_a_single_pick_earns_all_part_or_nothing() -> None:
    partial = {"catat": 0.5}

    assert single("dengar", "dengar", partial) == 1
    assert single("catat", "dengar", partial) == 0.5
    assert single("marah", "dengar", partial) == 0


def test_a_panel_gives_each_option_its_share_of_the_mode() -> None:
    votes = {"dengar": 8, "catat": 2}

    assert by_votes("dengar", votes) == 1
    assert by_votes("catat", votes) == 0.25
    assert by_votes("marah", votes) == 0


def test_choosing_everything_and_choosing_nothing_both_score_0() -> None:
    right, wrong = dict.fromkeys("abcd", 1.0), dict.fromkeys("ef", 1.0)

    assert multi("abcdef", right, wrong) == 0
    assert multi("", right, wrong) == 0


def test_a_multi_is_the_right_share_minus_the_wrong_share() -> None:
    right, wrong = {"a": 2.0, "b": 1.0, "c": 1.0}, {"d": 1.0, "e": 3.0}

    assert multi("abc", right, wrong) == 1
    assert multi("ab", right, wrong) == 0.75
    assert multi("abd", right, wrong) == 0.75 - 0.25
    assert multi("ae", right, wrong) == 0  # 0.5 - 0.75
    assert multi("abz", right, wrong) == 0.75  # z is neutral


def test_where_nothing_is_wrong_only_the_right_share_counts() -> None:
    assert multi("az", {"a": 1.0, "b": 1.0}, {}) == 0.5


def test_where_nothing_is_right_an_empty_hand_is_right() -> None:
    assert multi("", {}, {"a": 1.0, "b": 1.0}) == 1
    assert multi("a", {}, {"a": 1.0, "b": 1.0}) == 0.5


def test_a_rating_that_is_too_low_counts_its_distance_twice() -> None:
    levels = ("a", "b", "c", "d", "e")

    assert rating("c", "c", levels) == 1
    assert rating("d", "c", levels) == 0.75
    assert rating("b", "c", levels) == 0.5
    assert rating("a", "c", levels) == 0
    assert rating("a", "d", levels) == 0  # 1 - 6/4, never below 0


def test_a_rating_across_the_line_scores_0() -> None:
    levels = ("a", "b", "c", "d", "e")

    assert rating("c", "d", levels, "d") == 0
    assert rating("d", "e", levels, "d") == 0.5
    assert rating("e", "d", levels, "d") == 0.75


def test_a_rating_above_the_ceiling_scores_0() -> None:
    levels = ("a", "b", "c", "d", "e")

    assert rating("e", "d", levels, "b", "d") == 0
    assert rating("d", "c", levels, "b", "d") == 0.75


def test_a_rank_of_five_equals_twelve_minus_the_displacement() -> None:
    for order in itertools.permutations(range(5)):
        words = [str(place) for place in order]
        displacement = sum(abs(place - keyed) for place, keyed in enumerate(order))

        assert rank(words, list("01234")) == pytest.approx((12 - displacement) / 12)


def test_a_rank_turned_round_scores_0() -> None:
    assert rank("dcba", "abcd") == 0
    assert rank("bacd", "abcd") == 0.75
    assert rank("cba", "abc") == 0


def test_calling_a_service_too_late_costs_more_than_too_soon() -> None:
    levels = ("jam", "hari", "pekan")

    assert urgency("hari", "hari", levels) == 1
    assert urgency("jam", "hari", levels) == 0.5
    assert urgency("pekan", "hari", levels) == 0


def test_a_right_service_that_was_not_chosen_has_no_urgency_and_no_packet(key: Key) -> None:
    part = key.decisions["serah"]
    assert isinstance(part, ReferralKey)
    school = Handover(service="sekolah", urgency="jam", packet=("tindakan", "tidur"))

    parts = referral_parts(part, (school,), ("jam", "hari", "pekan"))

    # tidur is one of two facts that the school should not get, so its packet is 1 - 1/2.
    assert parts == {"services": pytest.approx(2 / 3), "urgency": 0.5, "packet": 0.25}


def test_the_parts_of_a_referral_are_weighted_by_the_key(small_case: Case, key: Key) -> None:
    decision = small_case.decision("serah")
    assert decision is not None
    school = Handover(service="sekolah", urgency="jam", packet=("tindakan", "tidur"))

    s, _ = formula(decision, key.decisions["serah"], (school,))

    assert s == pytest.approx((2 * 2 / 3 + 1 * 0.5 + 1 * 0.25) / 4)


def test_the_best_play_scores_100(small_case: Case, answered: Answered, key: Key) -> None:
    result = score(small_case, answered(), key)

    assert (result.S, result.H, result.M, result.raw, result.max) == (100, 0, 0, 12, 12)
    assert not result.incomplete
    assert result.key_version == "1.0.0"


def test_a_harmful_pick_sets_its_decision_to_0_and_is_counted(
    small_case: Case, answered: Answered, key: Key
) -> None:
    result = score(small_case, answered(langkah=("catat", "minta", "umumkan")), key)
    verdict = next(verdict for verdict in result.verdicts if verdict.decision == "langkah")

    assert verdict.s == 0
    assert [(flag.option, flag.code, flag.grade) for flag in verdict.harm] == [("umumkan", "E02", "harm")]
    assert result.H == 1
    assert pytest.approx(75) == result.S  # 9 of 12 points


def test_a_practice_error_costs_the_decision_but_is_no_harm(
    small_case: Case, answered: Answered, key: Key
) -> None:
    result = score(small_case, answered(langkah=("catat", "minta", "tppk")), key)
    verdict = next(verdict for verdict in result.verdicts if verdict.decision == "langkah")

    assert (verdict.s, verdict.harm, result.H) == (0, (), 0)
    assert [(flag.code, flag.grade) for flag in verdict.practice] == [("E21", "practice")]


@pytest.mark.parametrize("service", ["sekolah", "puspaga", "unit_ppa"])
def test_a_fact_that_a_service_must_never_get_is_harm_whether_the_service_is_right_or_not(
    small_case: Case, answered: Answered, key: Key, service: str
) -> None:
    handover = Handover(service=service, urgency="jam", packet=("konseling",))
    others = tuple(part for part in (SCHOOL, PSYCHOLOGIST) if part.service != service)

    result = score(small_case, answered(serah=(*others, handover)), key)

    flags = result.verdicts[-1].harm
    assert [(flag.option, flag.fact, flag.code) for flag in flags] == [(service, "konseling", "E15")]
    assert (result.verdicts[-1].s, result.H) == (0, 1)


def test_the_same_fact_to_a_service_that_may_have_it_is_no_harm(
    small_case: Case, answered: Answered, key: Key
) -> None:
    handover = PSYCHOLOGIST.model_copy(update={"packet": ("usia", "tidur", "konseling")})

    verdict = verdict_of(small_case, answered(serah=(SCHOOL, handover)), key, "serah")

    assert (verdict.s, verdict.harm) == (1, ())


def test_a_missed_must_is_counted_and_nothing_else_is_deducted(
    small_case: Case, answered: Answered, key: Key
) -> None:
    result = score(small_case, answered(serah=(PSYCHOLOGIST,)), key)
    verdict = result.verdicts[-1]

    assert result.M == 1
    assert [(flag.option, flag.code, flag.grade) for flag in verdict.missed] == [("sekolah", None, "must")]
    assert verdict.s == pytest.approx((2 * 1 / 3 + 0.5 + 0.5) / 4)


def test_a_must_is_not_missed_where_its_decision_was_not_answered(
    small_case: Case, answered: Answered, key: Key
) -> None:
    assert score(small_case, answered(serah=None), key).M == 0
    assert score(small_case, answered(serah=...), key).M == 0


def test_every_path_has_the_same_denominator(
    small_case: Case, key: Key, playing: Playing, steps: Steps
) -> None:
    rest = (
        ("langkah", list(BEST["langkah"])),
        ("urutan", list(BEST["urutan"])),
        ("serah", [SCHOOL.model_dump(), PSYCHOLOGIST.model_dump()]),
        ("refleksi", "Lebih cepat."),
    )
    straight = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar"), *rest))
    astray = playing(*steps(("mendesak", "rendah"), "grup_lain", ("bicara", "marah"), "diam", *rest))

    results = [score(small_case, play, key) for play in (straight, astray)]

    assert [result.max for result in results] == [12, 12]
    assert [result.S for result in results] == [100, pytest.approx(100 * 8 / 12, abs=1e-6)]
    assert [len(result.verdicts) for result in results] == [5, 5]


def test_a_skipped_decision_leaves_the_denominator(small_case: Case, answered: Answered, key: Key) -> None:
    result = score(small_case, answered(mendesak=None, bicara="catat"), key)
    skipped = result.verdicts[0]

    # 2 x 0.5 + 3 + 2 + 3 of 10 points are earned.
    assert result.S == 90
    assert (skipped.status, skipped.s, skipped.points) == ("skipped", None, 1.8)
    assert not result.incomplete


def test_an_unanswered_decision_counts_as_0_and_makes_the_play_incomplete(
    reviewed: Case, answered: Answered, key: Key
) -> None:
    result = score(reviewed, answered(langkah=...), key)

    assert (result.verdicts[2].status, result.verdicts[2].s, result.verdicts[2].points) == (
        "unanswered",
        0,
        0,
    )
    assert result.S == 75
    assert result.incomplete
    assert result.meets is None


@pytest.mark.parametrize(
    ("changes", "incomplete"),
    [
        ({"mendesak": None, "bicara": None}, False),  # 4 of 12: a third, and no more
        ({"mendesak": None, "langkah": None}, True),  # 5 of 12
        ({"serah": None}, True),  # a must was skipped
        ({"urutan": ...}, True),
        ({}, False),
    ],
)
def test_a_play_is_incomplete_by_three_rules(
    reviewed: Case, answered: Answered, key: Key, changes: dict[str, Change], *, incomplete: bool
) -> None:
    result = score(reviewed, answered(**changes), key)

    assert result.incomplete == incomplete
    assert result.meets == (None if incomplete else True)


def test_an_empty_play_scores_0_of_all(small_case: Case, key: Key) -> None:
    result = score(small_case, Play.of(small_case), key)

    assert (result.S, result.raw, result.max, result.incomplete) == (0, 0, 12, True)


def test_a_play_skipped_whole_has_no_score(small_case: Case, answered: Answered, key: Key) -> None:
    result = score(small_case, answered(**dict.fromkeys(BEST, None)), key)

    assert (result.S, result.raw, result.incomplete, result.meets) == (None, 0, True, None)


@pytest.mark.parametrize(
    ("changes", "meets"),
    [
        ({}, True),
        ({"langkah": ("kabar",)}, False),  # S is 75
        ({"mendesak": "rendah"}, True),  # S is 83.3
        ({"bicara": "marah"}, False),  # S is 83.3, with one harm
        ({"langkah": ("catat", "minta", "tppk"), "mendesak": "sedang"}, False),  # S is 75
        ({"serah": (PSYCHOLOGIST,)}, False),  # one must missed
    ],
)
def test_meeting_the_standard_needs_the_cut_no_harm_and_no_missed_must(
    reviewed: Case, answered: Answered, key: Key, changes: dict[str, Change], *, meets: bool
) -> None:
    assert score(reviewed, answered(**changes), key).meets is meets


def test_a_cut_is_met_when_it_is_just_reached(reviewed: Case, answered: Answered, key: Key) -> None:
    exact = key.model_copy(update={"cut": 75})

    assert score(reviewed, answered(langkah=("kabar",)), exact).meets is True


def test_a_draft_meets_nothing(small_case: Case, answered: Answered, key: Key) -> None:
    assert score(small_case, answered(), key).meets is None


def test_the_first_and_the_last_attempt_are_told_apart(
    small_case: Case, key: Key, playing: Playing, steps: Steps
) -> None:
    before = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["kabar"])))
    after = before.after(Reopened(at=MOMENT, decision="langkah"))
    for event in steps(("langkah", ["catat", "minta", "sandi"])):
        after = after.after(event)

    assert score(small_case, after, key).verdicts[2].s == 1
    assert score(small_case, after, key, attempt="first").verdicts[2].s == 0


def test_a_decision_taken_back_is_unanswered_until_it_is_settled_again(
    small_case: Case, key: Key, playing: Playing, steps: Steps
) -> None:
    play = playing(*steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["kabar"])))

    taken_back = play.after(Reopened(at=MOMENT, decision="langkah"))

    assert score(small_case, taken_back, key).verdicts[2].status == "unanswered"


def test_a_contested_decision_weighs_nothing_but_its_harm_stands(
    small_case: Case, answered: Answered, key: Key
) -> None:
    part = key.decisions["bicara"].model_copy(
        update={"weight": 0, "partial": {}, "votes": {"dengar": 6, "marah": 6}}
    )
    panel = Panel.model_validate({"size": 12, "played": "2026-10-01"})
    voted = key.model_copy(update={"panel": panel, "decisions": {**key.decisions, "bicara": part}})

    result = score(small_case, answered(bicara="marah"), voted)

    assert (result.verdicts[1].s, result.H, result.max, result.S) == (0, 1, 10, 100)


def test_case_play_and_key_must_belong_together(small_case: Case, answered: Answered, key: Key) -> None:
    newer = key.model_copy(update={"case_version": "2.0.0"})

    with pytest.raises(MismatchError, match=r"The key is of “daftar-nilai” 2\.0\.0, but the case is"):
        score(small_case, answered(), newer)


def test_a_pick_of_another_kind_is_never_scored(small_case: Case, key: Key) -> None:
    decision = small_case.decision("bicara")
    assert decision is not None

    with pytest.raises(MismatchError, match=r"“bicara” is a single decision"):
        formula(decision, key.decisions["bicara"], ("dengar",))


def all_picks(case: Case) -> Iterator[tuple[str, Pick]]:
    """Every pick that some decision of the case lets in; of a referral those of up to two services."""
    for decision in case.key_decisions():
        match decision:
            case MultiDecision():
                for size in range(1, decision.pick + 1):
                    yield from (
                        (decision.id, pick) for pick in itertools.combinations(decision.options, size)
                    )
            case RankDecision():
                yield from ((decision.id, order) for order in itertools.permutations(decision.options))
            case ReferralDecision():
                packets = [
                    packet for size in range(5) for packet in itertools.combinations(decision.facts, size)
                ]
                handed = [
                    Handover(service=service, urgency=level, packet=packet)
                    for service, level, packet in itertools.product(
                        decision.services, decision.urgency, packets
                    )
                ]
                yield from ((decision.id, (one,)) for one in handed)
                pairs = zip(handed, handed[len(handed) // 4 :], strict=False)
                yield from ((decision.id, pair) for pair in pairs)
            case _:
                yield from ((decision.id, option) for option in getattr(decision, "options", ()))


def test_no_pick_scores_below_0_or_above_1(small_case: Case, answered: Answered, key: Key) -> None:
    count = 0
    for decision, pick in all_picks(small_case):
        result = score(small_case, answered(**{decision: pick}), key)
        verdict = next(verdict for verdict in result.verdicts if verdict.decision == decision)
        count += 1

        assert verdict.s is not None
        assert 0 <= verdict.s <= 1
        assert 0 <= (result.S or 0) <= 100
        assert verdict.s == 0 or not (verdict.harm or verdict.practice)
    assert count > 300


def test_raw_of_max_is_the_score_whatever_was_skipped(small_case: Case, answered: Answered, key: Key) -> None:
    worse: Mapping[str, Pick] = {
        "mendesak": "tinggi",
        "bicara": "catat",
        "langkah": ("catat", "kabar"),
        "urutan": ("setuju", "aman", "sekolah", "pantau"),
        "serah": (SCHOOL,),
    }
    for size in range(len(worse)):
        for skipped in itertools.combinations(worse, size):
            result = score(small_case, answered(**{**worse, **dict.fromkeys(skipped, None)}), key)

            assert result.S is not None
            assert result.raw / result.max == pytest.approx(result.S / 100, abs=1e-6)
            assert result.raw == pytest.approx(sum(verdict.points for verdict in result.verdicts))


def test_scoring_a_play_takes_well_under_a_millisecond(
    small_case: Case, answered: Answered, key: Key
) -> None:
    play = answered()

    fastest = min(timeit.repeat(lambda: score(small_case, play, key), number=100, repeat=5)) / 100

    assert fastest < 0.001
