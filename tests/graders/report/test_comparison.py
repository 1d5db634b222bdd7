"""Groups compared: who stands beside whom, that no small group is shown, and that nobody is subtracted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from graders.people.cohort import Cohort, JudgedPlay, Member
from graders.people.groups import LEAST, by_text
from graders.report.comparison import PARTINGS, Comparison, Parting, compare
from graders.report.comparison_page import comparison_page
from graders.report.statistics import mean_estimate
from scenarios.language import LANGUAGES
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.parts.report_class import CASE, HARMFUL, HOSTILE, RIGHT, WRONG, Picks, part_of, played

DAY = date(2026, 11, 22)
PART = part_of(load_case(CASE))


def cohort(name: str, *groups: tuple[int, str, Picks], team: str = "") -> Cohort:
    """A batch of the small case: so many people of a province who all chose these."""
    people = [
        (Member(f"p{place}-{number}", None, province, "", team or f"Meja {place}"), picks)
        for place, (count, province, picks) in enumerate(groups)
        for number in range(count)
    ]
    handed = tuple(played(PART, member, picks) for member, picks in people)
    members = tuple(member for member, _ in people)
    return Cohort(name, {PART.case.id: PART}, members, handed, (), {PART.case.id: 0})


def names(comparison: Comparison) -> list[tuple[str, int]]:
    return [(one.name["id"], one.mean.n) for one in comparison.cases[0].groups]


def test_batches_stand_beside_each_other_and_the_same_id_in_two_is_two_people() -> None:
    one, two = cohort("Angkatan 1", (6, "NTT", RIGHT)), cohort("Angkatan 2", (7, "NTT", WRONG))

    comparison = compare([one, two], "batch", made=DAY)

    assert comparison.people == 13
    assert names(comparison) == [("Angkatan 2", 7), ("Angkatan 1", 6)]
    better = {group.name["id"]: group.mean.mean for group in comparison.cases[0].groups}
    assert better["Angkatan 1"] == 100.0
    assert better["Angkatan 2"] < 50
    assert comparison.cases[0].everybody.mean.n == 13


def test_batches_of_the_same_name_are_told_apart() -> None:
    same = cohort("kursus", (5, "NTT", RIGHT))

    assert compare([same, same], "batch", made=DAY).batches == ("kursus", "kursus (2)")


def test_a_province_is_one_however_its_name_is_written() -> None:
    comparison = compare(
        [cohort("a", (3, "Jawa Tengah", RIGHT), (2, " jawa  tengah ", RIGHT))], "province", made=DAY
    )

    assert names(comparison) == [("Jawa Tengah", 5)]


def test_a_group_below_five_is_hidden_and_the_next_smallest_with_it() -> None:
    groups = ((8, "NTT", RIGHT), (6, "Bali", WRONG), (2, "Papua", HARMFUL))

    case = compare([cohort("a", *groups)], "province", made=DAY).cases[0]

    assert [one.name["id"] for one in case.groups] == ["NTT"]
    assert case.hidden == 8
    assert case.everybody.mean.n == 16


@pytest.mark.parametrize("sizes", [(5, 4), (9, 1), (5, 5, 1), (6, 2, 2, 1), (12, 3, 2), (4, 4), (1,)])
def test_what_is_left_after_the_groups_that_are_shown_is_nobody_or_five(sizes: tuple[int, ...]) -> None:
    members = [
        Member(f"{place}-{number}", None, f"P{place}") for place, n in enumerate(sizes) for number in range(n)
    ]

    groups = by_text(members, lambda member: member.province)

    assert all(group.size >= LEAST for group in groups.visible)
    assert groups.hidden == 0 or groups.hidden >= LEAST or sum(sizes) < LEAST
    assert groups.hidden + sum(group.size for group in groups.visible) == sum(sizes)


def test_a_team_of_one_batch_is_not_that_of_another() -> None:
    one, two = cohort("A", (5, "NTT", RIGHT), team="Meja 1"), cohort("B", (5, "NTT", RIGHT), team="Meja 1")

    assert names(compare([one, two], "team", made=DAY)) == [("A: Meja 1", 5), ("B: Meja 1", 5)]
    assert names(compare([one], "team", made=DAY)) == [("Meja 1", 5)]


def test_fewer_than_five_whole_plays_are_no_comparison() -> None:
    skipped = {**RIGHT, "serah": None, "langkah": None, "bicara": None}

    assert compare([cohort("a", (4, "NTT", RIGHT), (3, "NTT", skipped))], "province", made=DAY).cases == ()


def test_cases_that_were_judged_by_different_keys_are_not_compared() -> None:
    one = cohort("a", (6, "NTT", RIGHT))
    key = PART.key.model_copy(update={"version": "9.9.9"})
    other = replace(one, course="b", cases={PART.case.id: replace(PART, key=key)})

    comparison = compare([one, other], "batch", made=DAY)

    assert comparison.cases == ()
    assert [title["id"] for title in comparison.left_out] == [PART.case.title]


def both_forms(count: int, province: str) -> Cohort:
    """People who did both forms, a day apart."""
    forms = [part_of(load_case(CASES / name)) for name in ("bentuk-a", "bentuk-b")]
    members = tuple(Member(f"{province}-{number}", None, province) for number in range(count))
    handed = [later(played(form, one, {}), day) for one in members for day, form in enumerate(forms)]
    cases = {form.case.id: form for form in forms}
    return Cohort("a", cases, members, tuple(handed), (), dict.fromkeys(cases, 0))


def later(one: JudgedPlay, days: int) -> JudgedPlay:
    started = one.play.started
    assert started is not None
    at = datetime.fromisoformat(started.at) + timedelta(days=days)
    moved = started.model_copy(update={"at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    return replace(one, play=replace(one.play, started=moved))


def test_before_and_after_stand_beside_each_other_for_groups_of_five_alone() -> None:
    one, two = both_forms(6, "NTT"), both_forms(4, "Bali")

    comparison = compare([one, two], "province", made=DAY)
    alone = compare([one], "province", made=DAY)

    assert (comparison.changes, comparison.changes_hidden) == ((), 10)
    assert [(change.name["id"], change.change.n) for change in alone.changes] == [("NTT", 6)]


@pytest.mark.parametrize("parting", PARTINGS)
def test_no_text_of_a_person_becomes_part_of_the_page_and_nothing_is_loaded(parting: Parting) -> None:
    hostile = cohort(HOSTILE, (6, HOSTILE, RIGHT), team=HOSTILE)
    page = comparison_page(compare([hostile], parting, made=DAY))

    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"url\((?!#)|@import|<[^>]+\s(src|href=\"http)", page)
    assert page.count('<div class="page"') == len(LANGUAGES)


def test_the_page_names_no_member_and_says_that_two_ways_can_be_subtracted() -> None:
    page = comparison_page(compare([cohort("a", (6, "NTT", RIGHT))], "province", made=DAY))

    assert "p0-1" not in page
    assert "dapat dikurangkan" in page


def test_a_mean_has_students_interval() -> None:
    estimate = mean_estimate([2.0, 4.0, 6.0])

    assert estimate is not None
    assert estimate.mean == 4.0
    assert estimate.interval is not None
    # 4 ± 4.3027 · 2 / √3, the table's t for two degrees of freedom.
    assert estimate.interval.high == pytest.approx(8.968, abs=0.001)
    assert mean_estimate([]) is None
