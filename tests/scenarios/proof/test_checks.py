"""What is proven of a case beyond its shape: every path, every fact, every service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scenarios.case import Case
from scenarios.directory.services import Contact, load_directory
from scenarios.documents.document import read_document
from scenarios.documents.problem import Problem
from scenarios.documents.variants import once
from scenarios.engine.graph import graph_of
from scenarios.engine.random_plays import random_plays
from scenarios.engine.walk import walk
from scenarios.library import SCENARIOS, case_folder, case_ids
from scenarios.loader import load_case
from scenarios.proof.checks import (
    case_problems,
    counts_in_all,
    helpline_problems,
    play_problems,
    walk_problems,
)

Edited = Callable[..., Path]


def problems(folder: Path) -> list[Problem]:
    directory = load_directory()
    variants = load_case(folder).in_each_variant()
    faults = {case.variant: list(case_problems(folder, case, directory)) for case in variants}
    return once(faults, counts_in_all)


def rules(folder: Path) -> set[str]:
    return {problem.rule for problem in problems(folder)}


@pytest.mark.parametrize("case_id", case_ids())
def test_a_case_of_the_library_has_no_problem(case_id: str) -> None:
    assert problems(case_folder(case_id)) == []


def test_scenes_that_lead_back_to_themselves_are_told_with_their_way(edited: Edited) -> None:
    folder = edited("    next: [{go: langkah}]", "    next: [{go: bicara}]")

    faults = problems(folder)

    assert [problem.rule for problem in faults] == ["circle"]
    assert "bicara → diam → bicara" in faults[0].fault


def test_a_branch_that_passes_a_key_decision_by_is_told(edited: Edited) -> None:
    folder = edited("{if: mendesak is rendah, go: grup_lain}", "{if: mendesak is rendah, go: langkah}")

    faults = [problem for problem in problems(folder) if problem.rule == "every-path"]

    assert [problem.fault for problem in faults] == ["a path ends here without the key decision “bicara”"]


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


def test_a_scene_and_an_option_that_hardly_any_play_meets_are_warnings(
    small_case: Case, small_case_folder: Path
) -> None:
    document = read_document(small_case_folder / "case.yaml")
    hits = random_plays(small_case, 400)
    never = replace(
        hits,
        scenes={**hits.scenes, "diam": 1},
        options={**hits.options, "bicara": {**hits.options["bicara"], "marah": 0}},
    )

    assert list(play_problems(document, small_case, hits)) == []
    assert [
        (problem.path, problem.rule, problem.level) for problem in play_problems(document, small_case, never)
    ] == [
        ("scenes.diam", "rare", "warning"),
        ("scenes.bicara.decision.options.marah", "rare", "warning"),
    ]


def test_a_case_with_too_many_states_and_a_counter_out_of_range_are_told(
    small_case: Case, small_case_folder: Path
) -> None:
    document = read_document(small_case_folder / "case.yaml")
    graph = graph_of(small_case)
    reach = walk(small_case, graph)
    wild = replace(reach, values={"percaya": frozenset({2, 9})})
    endless = replace(reach, complete=False)

    assert [problem.rule for problem in walk_problems(document, small_case, graph, reach)] == []
    assert [problem.rule for problem in walk_problems(document, small_case, graph, wild)] == ["counter"]
    assert [problem.rule for problem in walk_problems(document, small_case, graph, endless)] == ["states"]


@pytest.mark.parametrize(
    ("checked", "fault"),
    [
        (None, "nobody has called 129 yet"),
        ("belum tahu kapan", "nobody has called 129 yet"),
        (date(2026, 11, 1), None),
        ("2026-11-01, petugas piket", None),
        (date(2026, 5, 26), None),
        (date(2026, 5, 25), "129 was last called 181 days ago"),
    ],
)
def test_a_helpline_is_called_twice_a_year(checked: str | date | None, fault: str | None) -> None:
    directory = load_directory()
    contact = Contact(kind="phone", value="129", checked=checked)
    service = directory.services["sapa129"].model_copy(update={"contacts": (contact,)})
    directory = directory.model_copy(update={"services": {"sapa129": service}, "help": ("sapa129",)})
    document = read_document(SCENARIOS / "services.yaml")

    faults = [problem.fault for problem in helpline_problems(document, directory, date(2026, 11, 22))]

    assert faults == ([] if fault is None else [fault])
