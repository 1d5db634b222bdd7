"""The five programmes: the order of their cases, their lessons, their length, and what they leave behind."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graders.key.guide import load_guide
from graders.key.key import KEYS, load_key
from release.course.programmes.programme import Programme, ProgrammeSession, load_programmes
from scenarios.case import PROGRAMMES, Case
from scenarios.case import Programme as ProgrammeCode
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import load_directory
from scenarios.library import CASES
from scenarios.loader import load_case

PLANS = load_programmes()
HEAVY = 2
ALL = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
IN_A_ROOM = pytest.mark.parametrize(
    "plan", [plan for plan in PLANS.values() if not plan.is_self_study], ids=lambda plan: plan.code
)


def cases_of(session: ProgrammeSession) -> list[Case]:
    return [load_case(CASES / name) for name in session.cases]


def minutes_of(plan: Programme, session: ProgrammeSession) -> int:
    """The length of a session, with a test of twenty minutes where it has one."""
    exercise = session.exercise.minutes if session.exercise else 0
    talk = [plan.feedback or load_guide(name).minutes for name in session.cases]
    played = sum(case.minutes for case in cases_of(session))
    test = 20 if session.test else 0
    return session.other + exercise + played + sum(talk) + plan.lesson * len(session.lessons) + test


def test_there_is_a_plan_for_each_programme() -> None:
    assert tuple(PLANS) == PROGRAMMES
    assert [plan.code for plan in PLANS.values()] == list(PROGRAMMES)
    assert [code for code, plan in PLANS.items() if plan.is_self_study] == ["A0"]


@ALL
def test_a_plan_plays_each_case_that_names_it_once(plan: Programme) -> None:
    library = [load_case(folder) for folder in sorted(CASES.iterdir()) if folder.is_dir()]
    wanted = [case.id for case in library if plan.code in case.programmes and case.use == "practice"]

    assert sorted(plan.cases) == sorted(wanted)


@ALL
def test_difficulty_rises(plan: Programme) -> None:
    levels = [[case.level for case in cases_of(session)] for session in plan.sessions if session.cases]

    assert all(min(after) >= max(before) for before, after in pairwise(levels))


@ALL
def test_the_most_intense_cases_stand_neither_first_nor_last_and_alone(plan: Programme) -> None:
    heavy = [
        number
        for number, session in enumerate(plan.sessions)
        if any(case.intensity == HEAVY for case in cases_of(session))
    ]

    assert all(0 < number < len(plan.sessions) - 1 for number in heavy)
    assert all(len(plan.sessions[number].cases) == 1 for number in heavy)
    days = [number // plan.a_day for number in heavy]
    assert len(set(days)) == len(days)


@ALL
def test_every_lesson_is_read_once(plan: Programme) -> None:
    lessons = [code for session in plan.sessions for code in session.lessons]

    assert sorted(lessons) == sorted(load_competencies())


@ALL
def test_every_competency_comes_back(plan: Programme) -> None:
    trained = [
        {
            part.competency
            for name in session.cases
            for part in load_key(load_case(CASES / name), KEYS).decisions.values()
        }
        for session in plan.sessions
    ]

    assert [code for code in load_competencies() if sum(code in codes for codes in trained) < 2] == []


@IN_A_ROOM
def test_a_session_has_no_more_than_three_hours_and_a_day_no_more_than_seven(plan: Programme) -> None:
    sessions = [minutes_of(plan, session) for session in plan.sessions]

    assert [minutes for minutes in sessions if not 90 <= minutes <= 180] == []
    days = [sessions[at : at + plan.a_day] for at in range(0, len(sessions), plan.a_day)]
    assert [day for day in days if sum(day) > 7 * 60] == []


def test_whoever_learns_alone_sits_for_no_more_than_an_hour_and_a_half() -> None:
    plan = PLANS["A0"]

    assert max(minutes_of(plan, session) for session in plan.sessions) <= 90


@pytest.mark.parametrize(("code", "days"), [("A1", 6), ("A2", 2), ("A3", 2)])
def test_a_programme_lasts_as_many_days_as_it_says(code: ProgrammeCode, days: int) -> None:
    plan = PLANS[code]

    assert -(-len(plan.sessions) // plan.a_day) == days


@ALL
def test_the_tests_stand_in_the_first_and_the_last_session(plan: Programme) -> None:
    assert [session.test for session in plan.sessions] == [True, *[False] * (len(plan.sessions) - 2), True]


def test_volunteers_begin_with_prevention_and_with_what_is_not_urgent() -> None:
    assert PLANS["A3"].cases[:2] == ("arisan-ibu", "warung-malam")


def test_services_end_in_their_own_referral_map_and_form() -> None:
    plan = PLANS["A4"]
    titles = [sheet.title["en"] for sheet in plan.sheets]

    assert plan.sessions[-1].exercise is not None
    assert titles[:2] == ["Our district's referral map", "Our district's referral form"]
    assert set(plan.sheets[0].services) <= set(load_directory().services)
    assert len(plan.sheets[0].services) >= 10
