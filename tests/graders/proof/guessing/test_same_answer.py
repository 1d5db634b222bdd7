"""What the same answer for all variants of a case can reach."""

from __future__ import annotations

import pytest

from graders.key.key import load_key
from graders.key.kinds.referral import Packet, ReferralKey
from graders.proof.guessing.case_gate import CaseGuessing, case_leaks
from graders.proof.guessing.consequences import avoidance
from graders.proof.guessing.question import KeyedCase, by_case
from graders.proof.guessing.same_answer import same_answer
from scenarios.case import Case
from tests.parts.guessed_library import (
    fair_library,
    keyed_case,
    multi,
    rating,
    single,
    with_right,
    with_wrong,
)
from tests.places import KEYS

OPTIONS = {"satu": "Diam", "dua": "Pergi", "tiga": "Kembali"}


def leaks(*variants: KeyedCase) -> list[str]:
    figures = CaseGuessing(variants[0][0].id, len(variants), avoidance(variants), same_answer(variants))
    return [leak.fault for leak in case_leaks(variants, figures) if leak.rule == "same-answer"]


def test_a_case_with_one_story_has_no_same_answer() -> None:
    assert same_answer([keyed_case("kasus", [single("pilih", OPTIONS, "satu")])]) is None


def test_singles_that_change_leave_half_to_the_same_answer_and_a_rating_what_lies_between() -> None:
    one = keyed_case("kasus", [single("pilih", OPTIONS, "satu"), rating("mendesak", "rendah")])
    other = with_right(one, {"pilih": "dua", "mendesak": "kritis"})

    result = same_answer([one, other])

    assert result is not None
    # The step above the lowest is worth 2/3 in the one, 1 − 2·2/3 and so 0 in the other; the highest 0 and 1.
    assert result.ceiling == pytest.approx(100 * (0.5 + 0.5) / 2)
    assert (result.changing, result.alike) == (2, ())
    assert leaks(one, other) == []


def test_the_same_answer_to_a_multi_takes_of_both_right_sets() -> None:
    letters = {letter: letter.upper() for letter in "abcdef"}
    one = keyed_case("kasus", [multi("langkah", letters, ["a", "b"])])
    other = with_wrong(with_right(one, {"langkah": {"b": 1.0, "c": 1.0}}), "langkah", ["a", "d", "e", "f"])

    result = same_answer([one, other])

    assert result is not None
    assert result.ceiling == pytest.approx(100 * (1 + (0.5 - 0.25)) / 2)


def test_a_case_whose_decisions_stay_alike_is_told_with_their_names() -> None:
    one = keyed_case("kasus", [single(name, OPTIONS, "satu") for name in ("awal", "tengah", "ujung")])

    (fault,) = leaks(one, with_right(one, {"tengah": "dua"}))

    assert "1 of 3 key decisions change what is right between the variants" in fault
    assert "in awal, ujung the same answer is right in all of them" in fault


def test_a_case_of_which_half_changes_passes() -> None:
    for variants in by_case(fair_library()).values():
        assert leaks(*variants) == []


def test_the_best_referral_for_two_variants_calls_what_is_right_in_both(small_case: Case) -> None:
    key = load_key(small_case, KEYS)
    serah = key.decisions["serah"]
    assert isinstance(serah, ReferralKey)
    packet = {**serah.packet, "psikolog": Packet(right=("usia",), wrong=("tidur",))}
    changed = serah.model_copy(update={"urgency": {**serah.urgency, "psikolog": "pekan"}, "packet": packet})
    other = key.model_copy(update={"decisions": {**key.decisions, "serah": changed}})

    alike, apart = same_answer([(small_case, key)] * 2), same_answer([(small_case, key), (small_case, other)])

    assert alike is not None
    assert apart is not None
    assert alike.ceiling == pytest.approx(100)
    assert alike.changing == 0
    assert apart.alike == ("mendesak", "bicara", "langkah", "urutan")
    # Of the referral, one service of two: its urgency (a step too soon earns half in the other), its packet.
    lost = (1 / 4) * (1 / 2) * (1 - 0.5) / 2 + (1 / 4) * (1 / 2) * (1 - 0.5) / 2
    assert apart.ceiling == pytest.approx(100 * (1 - 3 / 12 * lost), abs=0.5)
