"""The debrief script: which decisions it takes, what it reads aloud, and whom it never points at."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest

from graders.key.guide import load_guide
from graders.report.debrief import TEXTS, Why, reasons_of, script_of, sentence, worth_the_time
from graders.report.decision import DecisionReport, FlagShare, PeopleShare
from scenarios.language import LANGUAGES, read_catalogue
from tests.parts.report_class import GUIDES, HARMFUL, RIGHT, WRONG, Picks, empty_class, mixed_class

CASE = mixed_class().data().cases[0]
CALM = replace(CASE.decisions[1], harms=(), missed=(), spread=0.0, distance=0.0, mean=1.0, apart=None)


def numbered(**changes: float) -> list[DecisionReport]:
    """Five decisions in which nothing happened but in the last, where `changes` hold."""
    calm = [replace(CALM, number=number, id=f"d{number}") for number in range(1, 6)]
    changed: Any = changes
    return [*calm[:-1], replace(calm[-1], **changed)]


def flagged(share: PeopleShare, grade: str) -> FlagShare:
    harm = next(flag for one in CASE.decisions for flag in one.harms if flag.grade == "harm")
    return replace(harm, share=share, grade=grade)


def test_three_decisions_are_taken_and_told_in_the_order_of_the_story() -> None:
    chosen = [talk.decision.number for talk in CASE.script.talks]

    assert len(chosen) == 3
    assert chosen == sorted(chosen)


def test_harm_comes_before_disagreement_and_disagreement_before_low_points() -> None:
    harm = replace(CALM, id="harm", number=4, harms=(flagged(PeopleShare(5, 20, 0.1, 0.5), "harm"),))
    missed = replace(CALM, id="missed", number=5, missed=(flagged(PeopleShare(9, 20, 0.2, 0.7), "must"),))
    split, low = replace(CALM, id="split", spread=0.9, number=2), replace(CALM, id="low", mean=0.1, number=1)
    far = replace(CALM, id="far", distance=0.8, number=3)
    every = [low, split, far, harm, missed]

    order = [[one.id for one in worth_the_time(every, most)] for most in range(1, 6)]

    assert [set(more) - set(less) for less, more in zip([[], *order], order, strict=False)] == [
        {"harm"},
        {"missed"},
        {"split"},
        {"far"},
        {"low"},
    ]


@pytest.mark.parametrize("changes", [{"spread": 0.8}, {"distance": 0.5}, {"mean": 0.3}])
def test_each_step_of_the_rule_decides_where_those_before_leave_two_alike(changes: dict[str, float]) -> None:
    assert [one.id for one in worth_the_time(numbered(**changes), 1)] == ["d5"]


def test_one_person_more_or_less_does_not_change_the_choice() -> None:
    harms = [flagged(PeopleShare(count, 40, 0.0, 0.2), "harm") for count in (1, 2)]
    one, other = (
        replace(CALM, id=f"d{count}", number=count, harms=(harm,), spread=1.0 / count)
        for count, harm in enumerate(harms, start=1)
    )

    assert worth_the_time([one, other], 1) == (one,)


def test_every_reason_has_a_sentence_and_the_calm_one_stands_alone() -> None:
    for why in get_args(Why):
        assert all(sentence(f"why_{why}", language) for language in LANGUAGES)
    assert reasons_of(CALM) == ("calm",)


@pytest.mark.parametrize(
    ("picks", "count", "why", "wanted"),
    [
        (HARMFUL, 6, "harm", "Apa yang membuat pilihan itu terasa masuk akal"),
        ({**RIGHT, "serah": WRONG["serah"]}, 6, "missed", "hal itu kewajiban"),
        ({**RIGHT, "bicara": "catat"}, 6, "split", "Kita terbagi antara"),
        ({**RIGHT, "urutan": WRONG["urutan"]}, 6, "split", "Urutan kita berbeda"),
        ({**RIGHT, "langkah": ("kabar", "tppk")}, 6, "split", "separuh kelas memilih"),
    ],
)
def test_what_happened_is_asked_about(picks: Picks, count: int, why: Why, wanted: str) -> None:
    made = empty_class().plus(6, "police", RIGHT).plus(count, "police", picks)

    talks = [talk for talk in made.data().cases[0].script.talks if talk.why == why]

    assert any(wanted in question["id"] for talk in talks for question in talk.asks)
    assert all("{" not in question["en"] for talk in talks for question in talk.asks)


def test_sectors_that_part_are_asked_what_each_sees() -> None:
    made = empty_class().plus(6, "police", {**RIGHT, "bicara": "catat"}).plus(6, "social", RIGHT)

    asked = [question["id"] for talk in made.data().cases[0].script.talks for question in talk.asks]

    assert any("100% di kelompok Kepolisian" in question for question in asked)


def test_what_fewer_than_five_chose_is_told_without_a_number() -> None:
    made = empty_class().plus(4, "police", {**RIGHT, "bicara": "marah"}).plus(8, "police", RIGHT)

    talk = next(one for one in made.data().cases[0].script.talks if one.decision.id == "bicara")

    assert [sentence.text["id"] for sentence in talk.sentences] == [
        "8 dari 12 (67%) memilih “Ini bukan salahmu. Apa yang kamu perlukan?”.",
        "Ada yang memilih “Kata sandi itu mestinya kamu jaga sendiri”.",
    ]
    assert not re.search(r"\d", talk.asks[0]["id"])


def test_the_script_names_nobody() -> None:
    assert not re.search(r"\bp\d\d\b", repr(CASE.script))


def test_a_talk_ends_with_what_the_key_says_and_why() -> None:
    made = empty_class().plus(5, "police", {**RIGHT, "bicara": "marah"}).plus(5, "police", RIGHT)

    talk = next(one for one in made.data().cases[0].script.talks if one.decision.id == "bicara")

    assert talk.key[0]["id"].startswith("Menurut kunci, yang tepat: “Ini bukan salahmu.")
    assert talk.key[1]["id"].startswith("Anak A malu")
    assert "membahayakan" in talk.key[2]["id"]


def test_the_minutes_are_those_of_the_guide() -> None:
    guide = load_guide("daftar-nilai", GUIDES)

    script = script_of(CASE.decisions, guide)

    assert script.whole == guide.minutes
    assert set(script.minutes) == {"reactions", "description", "analysis", "summary"}
    assert script.minutes["analysis"] == max(script.minutes.values())
    assert (script.listen, script.sectors, script.guided) == (guide.listen, guide.sectors, True)


def test_a_case_without_a_guide_gets_the_questions_of_every_debrief() -> None:
    script = script_of(CASE.decisions, None)

    assert script.debrief.reactions == (read_catalogue(TEXTS)["any_reactions"],)
    assert (script.guided, script.whole) == (False, 30)


def test_a_class_that_has_not_answered_leaves_nothing_to_talk_about() -> None:
    assert empty_class().data().cases[0].script.talks == ()
