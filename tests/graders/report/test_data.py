"""The report's figures: first attempts, of those who answered, about the class and never about anybody."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from graders.key.key import Panel
from graders.people.cohort import Member, NotJudged
from graders.report.data import CaseReport, ReportData
from graders.report.decision import DecisionReport, answers_of, share_of
from scenarios.library import CASES
from tests.parts.report_class import (
    CASE,
    DAY,
    HARMFUL,
    REFLECTION,
    RIGHT,
    WRONG,
    ReportClass,
    empty_class,
    mixed_class,
    part_of,
    played,
)

LONELY = {**RIGHT, "mendesak": "tinggi"}


@lru_cache(maxsize=1)
def mixed() -> ReportData:
    return mixed_class().data()


def case_of(made: ReportClass) -> CaseReport:
    return made.data().cases[0]


def decision(case: CaseReport, name: str) -> DecisionReport:
    return next(one for one in case.decisions if one.id == name)


def test_shares_are_of_those_who_answered() -> None:
    serah = decision(mixed().cases[0], "serah")

    assert mixed().cases[0].judged == 24
    assert serah.n == 23
    assert [(one.letter, one.share.count) for one in serah.options] == [
        ("A", 7),
        ("B", 16),
        ("C", 0),
        ("D", 13),
    ]


def test_shares_come_with_wilsons_interval() -> None:
    share = share_of(15, 148)  # Newcombe 1998, table I

    assert share is not None
    assert (round(share.low, 4), round(share.high, 4)) == (0.0624, 0.1605)
    assert share_of(0, 0) is None


def test_the_first_attempt_counts_and_not_the_last() -> None:
    made = empty_class().plus(5, "police", {**RIGHT, "langkah": ("umumkan",)}, again=RIGHT)

    case = case_of(made)

    assert made.handed[0].result.H == 0
    assert case.harms == 5
    assert decision(case, "langkah").harmed == 1


def test_what_nobody_did_comes_with_the_bound_that_is_left() -> None:
    case = case_of(empty_class().plus(30, "police", RIGHT))

    flags = [flag for one in case.decisions for flag in (*one.harms, *one.missed)]

    assert flags
    assert {round(flag.bound or 0, 3) for flag in flags} == {0.095}  # scoring.md: 9.5 % at 30
    assert case.harms == 0


def test_a_harm_is_counted_with_its_critical_error_and_what_was_handed_over() -> None:
    case = case_of(empty_class().plus(5, "police", HARMFUL).plus(5, "social", RIGHT))

    made = {(one.id, flag.letter, flag.fact is not None) for one, flag in case.flags}

    assert made == {("bicara", "B", False), ("langkah", "A", False), ("serah", "B", True)}
    assert all(flag.share.count == 5 for _, flag in case.flags)
    assert case.harmed is not None
    assert case.harmed.value == 0.5


def test_a_missed_must_is_no_harm_and_stands_apart() -> None:
    case = case_of(empty_class().plus(6, "police", WRONG))

    assert (case.harms, case.missed) == (0, 6)
    assert [flag.grade for _, flag in case.flags] == ["must"]
    assert decision(case, "serah").neglected == 1


def test_a_mistake_of_practice_is_no_harm() -> None:
    case = case_of(empty_class().plus(5, "police", {**RIGHT, "langkah": ("tppk",)}))

    assert case.flags == ()
    assert decision(case, "langkah").harmed == 0


def test_incomplete_is_one_figure_for_skipped_and_for_not_handed_in() -> None:
    made = empty_class().plus(1, "police", {**RIGHT, "serah": None}).plus(5, "police", RIGHT)

    case = case_of(replace(made, missing={"daftar-nilai": 3}))

    assert (case.judged, case.incomplete) == (6, 4)
    assert case.mean == pytest.approx(100)


def test_what_was_not_judged_is_listed_by_reason_with_ids_alone() -> None:
    refused = tuple(
        NotJudged(Member(name, "police"), "daftar-nilai", "unreadable", "baris 3") for name in ("p90", "p80")
    )

    data = replace(empty_class().plus(5, "police", RIGHT), refused=refused).data()

    assert [(one.reason, one.ids) for one in data.refused] == [("unreadable", ("p80", "p90"))]
    assert data.not_judged == 2
    assert "baris 3" not in repr(data)


def test_no_reflection_and_no_id_of_a_judged_person_is_in_the_report() -> None:
    text = repr(mixed())

    assert REFLECTION not in text
    assert "p00" not in text


def test_no_group_below_five_is_shown_and_none_that_subtraction_would_reveal() -> None:
    case = mixed().cases[0]
    groups = [group for one in case.decisions for group in one.groups]

    assert {group.id for group in groups} >= {"police", "social"}
    assert all(group.n >= 5 for group in groups)
    assert not {"health", "village", "community"} & {group.id for group in groups}
    assert all(one.hidden == 0 or one.hidden >= 5 for one in case.decisions)


def test_a_right_service_is_told_with_its_time_and_its_packet() -> None:
    made = empty_class().plus(5, "police", HARMFUL).plus(6, "social", RIGHT).plus(5, "police", WRONG)

    handovers = {one.letter: one for one in decision(case_of(made), "serah").handovers}

    assert sorted(handovers) == ["B", "D"]
    assert (handovers["B"].in_time.count, handovers["B"].in_time.n) == (11, 11)
    assert (handovers["B"].fitting.count, handovers["B"].fitting.n) == (
        6,
        11,
    )  # the harmful handed over a secret
    assert handovers["B"].urgency["id"] == "Dalam hitungan jam"
    assert (handovers["D"].in_time.n, len(handovers["D"].packet)) == (6, 2)


def contested(*names: str) -> ReportClass:
    """A class whose panel disagreed in some decisions."""
    part = empty_class().parts[0]
    keys = {
        name: key.model_copy(update={"weight": 0} if name in names else {})
        for name, key in part.key.decisions.items()
    }
    panel = Panel(size=12, played=DAY)
    key = part.key.model_copy(update={"decisions": keys, "panel": panel})
    return ReportClass((replace(part, key=key),)).plus(6, "police", HARMFUL).plus(6, "social", RIGHT)


def test_where_the_panel_disagreed_nothing_is_right_or_wrong_but_harm_stays() -> None:
    case = case_of(contested("bicara", "urutan", "serah"))

    assert [one.standing for one in decision(case, "bicara").options] == ["neutral", "harmful", "neutral"]
    assert {(one.standing, one.place) for one in decision(case, "urutan").options} == {("neutral", None)}
    assert decision(case, "serah").handovers == ()
    assert decision(case, "bicara").harmed == 0.5
    assert case.panel == 12
    assert case.reliability is not None
    assert case.reliability.items == 2
    assert [skill.code for skill in contested("bicara").data().skills] == ["K1", "K4", "K5", "K6"]


def test_a_talk_about_what_the_panel_disagreed_on_closes_without_a_right_answer() -> None:
    talks = case_of(contested("bicara")).script.talks

    key = next(talk.key for talk in talks if talk.decision.id == "bicara")

    assert key[0]["id"].startswith("Panel ahli tidak sepakat")
    assert "membahayakan" in key[1]["id"]


def test_two_groups_that_choose_opposite_things_lie_one_apart() -> None:
    bicara = decision(case_of(empty_class().plus(5, "police", WRONG).plus(5, "social", RIGHT)), "bicara")

    assert bicara.distance == 1
    assert bicara.apart is not None
    assert {group.id for group in bicara.apart} == {"police", "social"}
    assert bicara.spread == 1


def test_a_class_that_agrees_has_no_spread() -> None:
    one = decision(case_of(empty_class().plus(6, "police", RIGHT)), "bicara")

    assert (one.spread, one.agreement, one.mean) == (0, 1, 1)
    assert one.distance is None


def test_a_decision_that_nobody_answered_has_no_figure() -> None:
    one = case_of(empty_class()).decisions[0]

    assert (one.n, one.mean, one.agreement, one.spread, one.options) == (0, None, None, None, ())


def test_picks_are_compared_option_by_option_where_several_count() -> None:
    decisions = {one.id: one for one in part_of(empty_class().parts[0].case).case.key_decisions()}

    assert answers_of(decisions["bicara"], "dengar") == ("dengar",)
    assert answers_of(decisions["langkah"], ("catat",)) == ("no", "yes", "no", "no", "no", "no")
    assert answers_of(decisions["urutan"], ("aman", "setuju", "sekolah", "pantau")) == ("3", "0", "2", "1")
    assert answers_of(decisions["bicara"], None) == (None,)


def test_a_competency_below_five_decisions_has_no_figure() -> None:
    skills = mixed().skills

    assert [skill.code for skill in skills] == ["K1", "K2", "K4", "K5", "K6"]
    assert all((skill.decisions, skill.mean) == (1, None) for skill in skills)


def test_a_competency_with_five_decisions_has_the_class_mean() -> None:
    part = empty_class().parts[0]
    renamed = {name: key.model_copy(update={"competency": "K1"}) for name, key in part.key.decisions.items()}
    whole = replace(part, key=part.key.model_copy(update={"decisions": renamed}))

    skill = ReportClass((whole,)).plus(5, "police", RIGHT).data().skills[0]

    assert (skill.code, skill.decisions) == ("K1", 5)
    assert skill.mean == pytest.approx(1)


def test_before_and_after_are_two_forms_by_when_each_was_begun() -> None:
    forms = empty_class(CASES / "bentuk-a", CASES / "bentuk-b")
    part_a, part_b = forms.parts
    handed = []
    for number in range(6):
        member, order = Member(f"p{number}", "police"), (part_a, part_b) if number % 2 else (part_b, part_a)
        handed.append(played(order[0], member, {}, hour=7))
        handed.append(played(order[1], member, {}, hour=9))
    made = replace(forms, members=tuple({one.member for one in handed}), handed=tuple(handed))

    compared = made.data(guides={}).compared

    assert compared is not None
    assert compared.change is not None
    assert (compared.change.n, compared.change.balanced) == (6, True)
    assert compared.change.change == pytest.approx(0)  # each form is as hard before as it is after


def test_without_two_forms_there_is_nothing_to_compare() -> None:
    assert mixed().compared is None
    assert empty_class(CASES / "bentuk-a", CASES / "bentuk-b").data(guides={}).compared is not None


def test_only_the_cases_that_were_asked_for_are_told() -> None:
    made = empty_class(CASE, CASES / "bentuk-a")

    assert [case.id for case in made.data(case_ids=["bentuk-a"], guides={}).cases] == ["bentuk-a"]
    with pytest.raises(KeyError):
        made.data(case_ids=["teman-gim"])


def test_reliability_and_items_to_look_at_are_about_the_case() -> None:
    made = empty_class().plus(10, "police", WRONG).plus(10, "social", RIGHT).plus(4, "social", LONELY)

    case = case_of(made)

    assert case.reliability is not None
    assert case.reliability.persons == 24
    assert all(item.correlation < 0.2 for item in case.reviews)
