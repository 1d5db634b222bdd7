"""What is proven of a case beyond its shape: every path, every fact, every service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.checks import case_problems
from scenarios.graph import graph_of
from scenarios.library import case_folder, case_ids
from scenarios.loader import load_case
from scenarios.problem import Problem
from scenarios.services import load_directory

Edited = Callable[..., Path]


def problems(folder: Path) -> list[Problem]:
    return list(case_problems(folder, load_case(folder), load_directory()))


def rules(folder: Path) -> set[str]:
    return {problem.rule for problem in problems(folder)}


@pytest.mark.parametrize("case_id", case_ids())
def test_a_case_of_the_library_has_no_problem(case_id: str) -> None:
    assert problems(case_folder(case_id)) == []


def test_scenes_that_lead_back_to_themselves_are_told_with_their_way(edited: Edited) -> None:
    folder = edited("    next: [{go: langkah}]", "    next: [{go: bicara}]")

    told = problems(folder)

    assert [problem.rule for problem in told] == ["circle"]
    assert "bicara → diam → bicara" in told[0].found


def test_a_branch_that_passes_a_key_decision_by_is_told(edited: Edited) -> None:
    folder = edited("{if: mendesak is rendah, go: grup_lain}", "{if: mendesak is rendah, go: langkah}")

    told = [problem for problem in problems(folder) if problem.rule == "every-path"]

    assert [problem.found for problem in told] == ["a path ends here without the key decision “bicara”"]


def test_a_scene_that_nothing_leads_to_is_told(edited: Edited) -> None:
    folder = edited("{if: percaya < 2, go: diam}", "{if: percaya < 2, go: langkah}")

    assert {(problem.rule, problem.path) for problem in problems(folder)} >= {("reachable", "scenes.diam")}


def test_a_fact_that_some_path_has_not_learned_is_told(edited: Edited) -> None:
    folder = edited("    learn: [usia, tindakan]\n", "    learn: [usia]\n")

    assert "learned" in rules(folder)


def test_a_service_that_the_directory_lacks_is_told(edited: Edited) -> None:
    folder = edited("services: [puspaga, sekolah,", "services: [puspaga, klinik_baru,")

    assert "link" in rules(folder)


def test_on_arrival_every_path_has_met_the_same(small_case_folder: Path) -> None:
    graph = graph_of(load_case(small_case_folder))

    assert graph.decided["langkah"] == {"mendesak", "bicara"}
    assert graph.learned["rujukan"] == {"usia", "tindakan", "tidur", "konseling"}
