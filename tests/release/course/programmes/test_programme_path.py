"""The path through a programme: what is open follows from what was done, what comes next from decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from graders.path import CaseOffer, NamedSlip, Practice, Walked
from release.course.programmes.programme import load_programme
from release.course.programmes.programme_path import Deeds, ProgrammePath, StepState, programme_path
from scenarios.language import Texts

A2 = load_programme("A2")
TESTED: dict[str, StepState] = {"before": "done"}
LESSONS = ("K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8")
ABOUT = {"tiga-petunjuk": "K1", "laporan-luar-negeri": "K5", "lowongan-kilat": "K6", "surat-somasi": "K8"}
OFFERS = {
    case: CaseOffer(case, Texts.same(case), "police", 2, 30, decisions={code: 3})
    for case, code in ABOUT.items()
}


def path(deeds: Deeds, *, tests: bool = True) -> ProgrammePath:
    return programme_path(A2, OFFERS, deeds, {"police"}, tests=tests)


def played(case: str, *slips: NamedSlip) -> Practice:
    return Practice(case, 2, None, frozenset(slips), {ABOUT[case]: 3}, is_sound=not slips)


def states(way: ProgrammePath, kind: str) -> list[StepState]:
    return [step.state for step in way.steps if step.kind == kind]


def next_of(way: ProgrammePath) -> tuple[str, str] | None:
    return (way.next.kind, way.next.id) if way.next is not None else None


def test_the_test_before_comes_first_and_closes_the_rest_until_it_is_over() -> None:
    for state in ("open", "begun"):
        way = path(Deeds(tests={"before": state}))

        assert next_of(way) == ("test", "before")
        assert set(states(way, "case") + states(way, "lesson")) == {"closed"}
    assert set(states(path(Deeds(tests=TESTED)), "case")) == {"open"}


def test_without_tests_a_programme_begins_with_its_lessons_and_has_no_step_more() -> None:
    way = path(Deeds(), tests=False)

    assert states(way, "test") == []
    assert next_of(way) == ("lesson", "K1")


def test_the_lessons_of_its_session_come_before_a_case() -> None:
    order = [next_of(path(Deeds(lessons=read, tests=TESTED))) for read in ((), ("K1",))]

    assert order == [("lesson", "K1"), ("lesson", "K4")]
    assert next_of(path(Deeds(lessons=("K1", "K4"), tests=TESTED))) == ("case", "tiga-petunjuk")


def test_a_case_that_was_begun_is_gone_on_with_the_latest_first() -> None:
    deeds = Deeds(Walked(begun=("lowongan-kilat", "surat-somasi")), tests=TESTED)

    assert next_of(path(deeds)) == ("case", "surat-somasi")
    assert path(deeds).begun == 2


@pytest.mark.parametrize(("slip", "case"), [("K6", "lowongan-kilat"), ("K8", "surat-somasi")])
def test_what_went_wrong_leads_to_the_case_that_practises_it_after_the_lesson_on_it(
    slip: str, case: str
) -> None:
    walked = Walked((played("tiga-petunjuk", NamedSlip("harm", slip)),))
    unread = [code for code in LESSONS if code != slip]

    first = path(Deeds(walked, lessons=unread, tests=TESTED))
    then = path(Deeds(walked, lessons=LESSONS, tests=TESTED))

    assert (next_of(first), first.then, next_of(then)) == (("lesson", slip), case, ("case", case))
    assert then.suggestion is not None
    assert then.suggestion.why == "harm"


def test_where_no_case_left_practises_what_went_wrong_the_plan_goes_on() -> None:
    walked = Walked((played("tiga-petunjuk", NamedSlip("missed", "K2")),))

    unread = path(Deeds(walked, lessons=("K1",), tests=TESTED))
    read = path(Deeds(walked, lessons=LESSONS, tests=TESTED))

    assert next_of(unread) == ("lesson", "K2")
    assert next_of(read) == ("case", "laporan-luar-negeri")
    assert read.suggestion is None


def deeds_of_all(cases: Sequence[str], **tests: StepState) -> Deeds:
    return Deeds(Walked(tuple(map(played, cases))), lessons=LESSONS, tests={**TESTED, **tests})


def test_the_test_after_opens_once_all_the_rest_is_done_however_it_went() -> None:
    cases = list(ABOUT)
    harmed = Walked(tuple(played(case, NamedSlip("harm", code)) for case, code in ABOUT.items()))

    assert states(path(deeds_of_all(cases[:3])), "test") == ["done", "closed"]
    assert states(path(Deeds(harmed, lessons=LESSONS[:7], tests=TESTED)), "test") == ["done", "closed"]
    assert next_of(path(Deeds(harmed, lessons=LESSONS, tests=TESTED))) == ("test", "after")


def test_a_case_that_was_left_out_is_no_step_and_neither_done_nor_missing() -> None:
    whole = deeds_of_all([case for case in ABOUT if case != "surat-somasi"], after="done")
    assert next_of(path(whole)) == ("case", "surat-somasi")

    way = path(replace(whole, left={"surat-somasi"}))

    assert way.next is None
    assert way.is_whole
    assert way.length == way.done == len(way.steps) - 1
    assert way.steps != path(whole).steps


def test_what_was_left_out_and_played_after_all_is_done() -> None:
    assert "left" not in states(path(replace(deeds_of_all(list(ABOUT)), left={"surat-somasi"})), "case")


def test_whoever_has_done_everything_has_no_step_left() -> None:
    way = path(deeds_of_all(list(ABOUT), after="done"))

    assert way.is_whole
    assert next_of(way) is None
    assert way.done == 2 + 8 + 4


def test_every_plan_is_gone_through_to_its_end_by_taking_what_comes_next() -> None:
    for code in ("A0", "A1", "A2", "A3", "A4"):
        plan = load_programme(code)
        offers = {
            case: CaseOffer(case, Texts.same(case), "uptd_ppa", 1, 10, decisions={"K1": 1})
            for case in plan.cases
        }
        practised: list[Practice] = []
        lessons: list[str] = []
        tests: dict[str, StepState] = {}
        for _ in range(60):
            way = programme_path(plan, offers, Deeds(Walked(tuple(practised)), lessons, tests), tests=True)
            if way.next is None:
                break
            assert way.next.state == "open"
            if way.next.kind == "case":
                practised.append(Practice(way.next.id, 1, None, frozenset(), {"K1": 1}, is_sound=True))
            elif way.next.kind == "lesson":
                lessons.append(way.next.id)
            else:
                tests[way.next.id] = "done"
        assert way.is_whole, code
