"""What a case and its key prove together."""

from __future__ import annotations

from typing import Any

import pytest

from graders.key.critical_errors import load_critical_errors
from graders.key.key import KEYS as LIBRARY_KEYS
from graders.key.key import Key, load_key
from graders.key.kinds.multi import MultiKey
from graders.key.kinds.single import SingleKey
from graders.proof.case_proof import best_play, proof_problems
from graders.proof.coverage import coverage
from graders.score import score
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.documents.document import read_document
from scenarios.documents.problem import Problem
from scenarios.engine.graph import graph_of
from scenarios.engine.walk import walk
from scenarios.library import CASES, practice_ids
from scenarios.loader import load_case
from scenarios.proof.wording import load_wording
from tests.places import KEYS


@pytest.fixture
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


def changed(key: Key, decision: str, **update: Any) -> Key:  # noqa: ANN401 -- fields of a key
    part = key.decisions[decision].model_copy(update=update)
    return key.model_copy(update={"decisions": {**key.decisions, decision: part}})


def problems(case: Case, key: Key) -> list[Problem]:
    document = read_document(KEYS / f"{case.id}.yaml")
    return list(proof_problems(document, case, key, walk(case, graph_of(case)), load_wording()))


@pytest.mark.parametrize("case_id", practice_ids())
def test_the_best_play_of_a_case_is_full_and_safe(case_id: str) -> None:
    case = load_case(CASES / case_id)
    key = load_key(case, LIBRARY_KEYS)

    result = score(case, best_play(case, key), key)

    assert (result.S, result.H, result.M) == (100, 0, 0)


def test_a_best_play_that_does_harm_is_told(small_case: Case, key: Key) -> None:
    bicara = key.decisions["bicara"]
    assert isinstance(bicara, SingleKey)
    faults = problems(small_case, changed(key, "bicara", right="marah"))

    assert [problem.rule for problem in faults] == ["maximum"]
    assert "H 1" in faults[0].fault


def test_a_best_play_that_the_story_refuses_is_told(small_case: Case, key: Key) -> None:
    langkah = key.decisions["langkah"]
    assert isinstance(langkah, MultiKey)
    faults = problems(small_case, changed(key, "langkah", right={**langkah.right, "kabar": 1}))

    assert "the story refuses what the key holds for best (too_many: 3)" in faults[0].fault


def test_coverage_counts_what_a_case_and_its_key_do(small_case: Case, key: Key) -> None:
    rows = coverage([(small_case, key)], load_competencies(), load_critical_errors())
    counts = {(row.group, row.item): row.count for row in rows}

    assert counts["stage", "planning"] == 2
    assert counts["kind", "referral"] == 1
    assert counts["competency", "K8"] == 0
    assert counts["critical error", "E15"] == 1
    assert counts["programme", "A0"] == 1
    assert {row.cases for row in rows if row.group == "trait"} == {()}
    assert sum(1 for row in rows if row.group == "critical error") == 22


def test_a_case_for_tests_covers_nothing(small_case: Case, key: Key) -> None:
    case = small_case.model_copy(update={"use": "test"})

    rows = coverage([(case, key)], load_competencies(), load_critical_errors())

    assert not any(row.cases for row in rows)
