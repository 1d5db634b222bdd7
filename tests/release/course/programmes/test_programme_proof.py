"""What a broken library or a broken plan is told of a programme, with file, line and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from release.course.programmes.programme import PLANS
from release.course.programmes.programme_proof import programmes_problems
from scenarios.case import Case
from scenarios.documents.problem import Problem
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case

LIBRARY = {name: load_case(CASES / name) for name in case_ids()}


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.level == "error"]


def with_case(name: str, **changes: object) -> list[Case]:
    return [case.model_copy(update=changes) if case.id == name else case for case in LIBRARY.values()]


@pytest.fixture
def plans(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """The plans with a piece of one of them written otherwise."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "plans"
        shutil.copytree(PLANS, folder, ignore=lambda _, names: [n for n in names if not n.endswith(".yaml")])
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return change


def test_the_library_and_its_programmes_fit() -> None:
    assert [str(problem) for problem in errors(programmes_problems(list(LIBRARY.values())))] == []


def test_a_case_that_does_not_name_the_programme_of_a_plan_is_told_with_its_line() -> None:
    everything = list(programmes_problems(with_case("arisan-ibu", programmes=("A4",))))
    problems = errors(everything)
    line = (PLANS / "a3.yaml").read_text(encoding="utf-8").split("[arisan-ibu]")[0].count("\n") + 1

    problem = next(problem for problem in problems if problem.file.endswith("a3.yaml"))
    assert (problem.line, problem.path) == (line, "sessions.0.cases.0")
    assert problem.fault == "the case “arisan-ibu” does not name A3 in its “programmes”"
    # A case beside every plan is no mistake of the library: its author is told, and no check fails.
    assert [(problem.level, problem.fault) for problem in everything if problem.file.endswith("a4.yaml")] == [
        ("warning", "the case “arisan-ibu” names A4, but no session plays it")
    ]


def test_a_case_that_is_not_there_or_retired_is_told() -> None:
    without = [case for case in LIBRARY.values() if case.id != "tiga-petunjuk"]
    retired = with_case("tiga-petunjuk", status="retired")

    assert "the library has no case “tiga-petunjuk”" in {
        p.fault for p in errors(programmes_problems(without))
    }
    assert "“tiga-petunjuk” is no case for practice" in {
        p.fault for p in errors(programmes_problems(retired))
    }
    assert errors(programmes_problems(without, ["tiga-petunjuk"])) == []


def test_a_programme_with_no_case_in_the_role_of_its_participants_is_an_error() -> None:
    cases = [
        case.model_copy(update={"role": "uptd_ppa"}) if case.role == "police" else case
        for case in LIBRARY.values()
    ]

    (problem,) = errors(programmes_problems(cases))
    assert problem.fault == "no case of A2 is in a role of its own participants"
    assert problem.remedy == "Plan one in a role of: police"


def test_a_programme_with_two_cases_is_an_error(plans: Callable[[str, str, str], Path]) -> None:
    folder = plans("a2.yaml", "cases: [lowongan-kilat]", "cases: []")
    text = (folder / "a2.yaml").read_text(encoding="utf-8").replace("cases: [surat-somasi]", "cases: []")
    (folder / "a2.yaml").write_text(text, encoding="utf-8")

    faults = {problem.fault for problem in errors(programmes_problems(list(LIBRARY.values()), (), folder))}
    assert "A2 has 2 cases, fewer than 3" in faults


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("a1.yaml", "lessons: [K3]", "lessons: [K9]", "there is no lesson on “K9”"),
        ("a4.yaml", "services: [uptd_ppa,", "services: [kantor,", "there is no service “kantor”"),
        ("a0.yaml", "code: A0", "code: A1", "the programme is “A1”, but its file is that of “A0”"),
        ("a1.yaml", "tests: [bentuk-a,", "tests: [teman-gim,", "“teman-gim” is no case for tests"),
    ],
)
def test_a_plan_that_names_what_is_not_there_is_told(
    plans: Callable[[str, str, str], Path], file: str, old: str, new: str, fault: str
) -> None:
    problems = errors(programmes_problems(list(LIBRARY.values()), (), plans(file, old, new)))

    assert [problem.fault for problem in problems] == [fault]
    assert problems[0].file.endswith(file)


def test_a_test_that_is_still_to_be_written_is_a_warning() -> None:
    without = [case for case in LIBRARY.values() if case.id != "bentuk-a"]
    warnings = [problem for problem in programmes_problems(without) if problem.level == "warning"]

    assert "the library has no test “bentuk-a”, so that courses of A1 have none" in {
        p.fault for p in warnings
    }
    assert errors(programmes_problems(without)) == []


def test_what_a_facilitator_says_is_held_to_the_words_of_the_lab(
    plans: Callable[[str, str, str], Path],
) -> None:
    folder = plans("a3.yaml", "Look closely who gives", "Look closely at the predator, who gives")

    (problem,) = errors(programmes_problems(list(LIBRARY.values()), (), folder))
    assert problem.rule == "label"
    assert problem.path == "sessions.3.opening.en"
