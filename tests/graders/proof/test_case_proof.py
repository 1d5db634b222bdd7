"""What a case and its key prove together, and how a key could be guessed."""

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
from graders.proof.hints import guesses, hint_problems, library_hints
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


def test_a_key_that_can_be_guessed_by_place_and_length_is_told(small_case: Case, key: Key) -> None:
    guessed = {guess.strategy: guess for guess in guesses([(small_case, key)] * 40)}
    first = {
        guess.strategy: guess for guess in guesses([(small_case, changed(key, "bicara", right="catat"))] * 40)
    }

    assert guessed["the last options"].z > 3
    assert first["the first options"].mean > guessed["the first options"].mean
    assert {"the longest options", "the second highest level"} <= guessed.keys()
    assert guessed["the first options"].chance == pytest.approx(guessed["the last options"].chance)


def test_a_library_that_can_be_guessed_is_told_once_a_strategy(small_case: Case, key: Key) -> None:
    document = read_document(KEYS / f"{small_case.id}.yaml")

    faults = list(library_hints(document, [(small_case, key)] * 40))

    assert {problem.rule for problem in faults} == {"position", "length"}
    assert {problem.level for problem in faults} == {"warning"}
    assert len({problem.fault for problem in faults}) == len(faults)
    assert list(library_hints(document, [(small_case, key)])) == []


def test_one_short_case_tells_nothing_by_chance(small_case: Case, key: Key) -> None:
    document = read_document(KEYS / f"{small_case.id}.yaml")

    assert list(hint_problems(document, small_case, key)) == []


def test_a_guess_is_scored_as_a_pick_is(small_case: Case, key: Key) -> None:
    bicara, langkah = small_case.decision("bicara"), small_case.decision("langkah")
    assert bicara is not None
    assert langkah is not None

    scores = {choice: key.decisions["bicara"].choice_score(bicara, choice) for choice in
              key.decisions["bicara"].choices(bicara)}  # fmt: skip
    assert scores == {("catat",): 0.5, ("marah",): 0.0, ("dengar",): 1.0}
    assert len(list(key.decisions["langkah"].choices(langkah))) == 20
    assert key.decisions["langkah"].choice_score(langkah, ("catat", "minta", "umumkan")) == 0.0


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
