"""Of no two interim reports the difference tells what fewer than five people picked."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from graders.key.key import load_key
from graders.people.cohort import Cohort, CourseCase, JudgedPlay, Member
from graders.people.groups import LEAST
from graders.report.data import ReportData
from graders.report.decision import ReportLibrary
from graders.report.interim import first_moments, interim_report_of
from graders.score import score
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.engine.event import Event
from scenarios.engine.play import Play
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.parts.past_workshop import play_of
from tests.parts.report_class import (
    CASE,
    DAY,
    HARMFUL,
    RIGHT,
    WRONG,
    Picks,
    empty_class,
    part_of,
    played,
)
from tests.places import VARIANTS

PICKS = (RIGHT, WRONG, HARMFUL, {**RIGHT, "bicara": "catat"}, {**RIGHT, "serah": None})


def reported(cohort: Cohort, moments: Mapping[tuple[str, str], Mapping[str, str]]) -> ReportData | None:
    library, competencies = ReportLibrary.of_the_lab(), load_competencies()
    return interim_report_of(cohort, moments, {}, library, competencies, made=DAY)


def one_by_one(cohort: Cohort, last: int) -> ReportData | None:
    """The report once the first `last` plays of a class were played, one after the other."""
    handed = cohort.handed[:last]
    moments = {
        (one.member.id, one.case): dict.fromkeys(one.play.first, f"2026-11-22T07:{number:02}:00Z")
        for number, one in enumerate(handed)
    }
    return reported(replace(cohort, handed=handed), moments)


def test_whoever_comes_after_five_is_told_with_four_others() -> None:
    cohort = empty_class().plus(5, "police", RIGHT).plus(5, "police", HARMFUL).cohort()

    after_five = one_by_one(cohort, 5)

    assert after_five is not None
    assert (after_five.judged, after_five.harms) == (5, 0)
    assert [one_by_one(cohort, last) for last in (6, 7, 8, 9)] == [after_five] * 4
    after_ten = one_by_one(cohort, 10)
    assert after_ten is not None
    assert (after_ten.judged, after_ten.harms) == (10, 15)


def test_of_fewer_than_five_nothing_is_told() -> None:
    assert one_by_one(empty_class().plus(4, None, RIGHT).cohort(), 4) is None


def while_they_play(part: CourseCase, picks: Sequence[Picks], chance: random.Random) -> list[ReportData]:
    """The reports of a room that plays all at once, one after each move that somebody makes."""
    case = part.case
    waiting = {
        f"p{number:02}": list(play_of(case, f"{number:032x}", "uji", own)) for number, own in enumerate(picks)
    }
    done: dict[str, list[Event]] = {name: [] for name in waiting}
    reports: list[ReportData] = []
    moves = 0
    while left := [name for name, events in waiting.items() if events]:
        name = chance.choice(left)
        moves += 1
        done[name].append(waiting[name].pop(0).model_copy(update={"at": f"2026-11-22T07:00:00.{moves:06}Z"}))
        report = reported(*_class(part, done))
        reports += [report] if report is not None else []
    return reports


def _class(
    part: CourseCase, done: Mapping[str, Sequence[Event]]
) -> tuple[Cohort, Mapping[tuple[str, str], Mapping[str, str]]]:
    case, handed, moments = part.case, [], {}
    for name, events in done.items():
        play = Play.replay(case, events)
        if play.started is not None:
            result = score(case, play, part.key, attempt="first")
            handed.append(JudgedPlay(Member(name), case.id, play, result, result))
            moments[name, case.id] = first_moments(events)
    members = tuple(Member(name) for name in done)
    return Cohort("uji", {case.id: part}, members, tuple(handed), (), {case.id: 0}), moments


def figures(report: ReportData) -> dict[str, tuple[int, tuple[int, ...]]]:
    """How many people stand behind each figure, and how they part."""
    (case,) = report.cases
    decisions = {
        one.id: (one.n, tuple(option.share.count for option in one.options)) for one in case.decisions
    }
    harmed, neglected = case.harmed, case.neglected
    return {
        **decisions,
        "harmed": (0, ()) if harmed is None else (harmed.n, (harmed.count,)),
        "neglected": (0, ()) if neglected is None else (neglected.n, (neglected.count,)),
    }


@pytest.mark.parametrize("seed", range(3))
def test_while_a_room_plays_each_figure_moves_by_five_people_and_none_is_taken_back(seed: int) -> None:
    chance = random.Random(seed)
    part = part_of(load_case(CASE))

    reports = while_they_play(part, [chance.choice(PICKS) for _ in range(14)], chance)

    states = [figures(report) for report in reports]
    assert sum(before != after for before, after in pairwise(states)) > 5
    for before, after in pairwise(states):
        for name, (n, counts) in after.items():
            earlier, earlier_counts = before[name]
            assert n == earlier or n - earlier >= LEAST, name
            assert n != earlier or counts == earlier_counts, name
            assert all(now >= then for now, then in zip(counts, earlier_counts, strict=False)), name


def test_means_count_whole_plays_alone_and_five_of_them_at_a_time() -> None:
    cohort = empty_class().plus(5, None, RIGHT).plus(4, None, WRONG).plus(1, None, {**RIGHT, "serah": None})
    (case,) = (one_by_one(cohort.cohort(), 10) or pytest.fail("nothing is told")).cases

    assert (case.judged, case.incomplete, case.mean) == (10, 5, 100)


def test_before_and_after_count_five_people_at_a_time() -> None:
    forms = empty_class(CASES / "bentuk-a", CASES / "bentuk-b")
    members = tuple(Member(f"p{number:02}") for number in range(7))
    plays = [
        played(part, member, {}, hour=7 + hour) for member in members for hour, part in enumerate(forms.parts)
    ]
    cohort = replace(forms, members=members, handed=tuple(plays)).cohort()

    told_of = [one_by_one(cohort, 2 * people) for people in (5, 6, 7)]

    changes = [report.compared.change for report in told_of if report is not None and report.compared]
    assert [change.n for change in changes if change is not None] == [5, 5, 5]


def test_variants_are_told_apart_only_where_each_of_them_moves_by_five(varied_case: Case) -> None:
    part = CourseCase(varied_case, load_key(varied_case, VARIANTS / "keys"))
    tellings = [CourseCase(case, part.key) for case in varied_case.in_each_variant()]
    members = [Member(f"p{number:02}") for number in range(16)]
    plays = tuple(
        played(tellings[number % len(tellings)], member, RIGHT) for number, member in enumerate(members)
    )
    cohort = Cohort("uji", {varied_case.id: part}, tuple(members), plays, (), {varied_case.id: 0})

    assert one_by_one(cohort, 11) is None, "five of each are told neither, as five of both would be too near"
    later = one_by_one(cohort, 16)
    assert later is not None
    assert {one.n for one in later.cases[0].decisions} == {8, 7}
