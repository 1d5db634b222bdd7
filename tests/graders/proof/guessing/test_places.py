"""How a key could be guessed by the place or the length of its options."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.key.key import Key, load_key
from graders.proof.guessing.case_gate import case_guessing, guessing_problems
from graders.proof.guessing.library_gate import library_problems
from graders.proof.guessing.places import guesses
from graders.proof.guessing.question import questions_of
from scenarios.case import Case
from scenarios.documents.document import read_document
from tests.places import KEYS

PLACES = {"position", "length"}


@pytest.fixture
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


def many(case: Case, key: Key) -> Iterator[tuple[Case, Key]]:
    """The same case many times, each under an id of its own."""
    for number in range(40):
        yield case.model_copy(update={"id": f"{case.id}-{number}"}), key


def changed(key: Key, decision: str, right: str) -> Key:
    part = key.decisions[decision].model_copy(update={"right": right})
    return key.model_copy(update={"decisions": {**key.decisions, decision: part}})


def test_a_key_that_can_be_guessed_by_place_and_length_is_told(small_case: Case, key: Key) -> None:
    guessed = {guess.strategy: guess for guess in guesses(questions_of(many(small_case, key)))}
    first = {
        guess.strategy: guess
        for guess in guesses(questions_of(many(small_case, changed(key, "bicara", "catat"))))
    }

    assert guessed["last"].z > 3
    assert first["first"].mean > guessed["first"].mean
    assert {"longest", "second_highest"} <= guessed.keys()
    assert guessed["first"].chance == pytest.approx(guessed["last"].chance)


def test_a_library_that_can_be_guessed_is_told_once_a_strategy(small_case: Case, key: Key) -> None:
    document = read_document(KEYS / f"{small_case.id}.yaml")

    problems = library_problems(document, list(many(small_case, key)), [])
    faults = [problem for problem in problems if problem.rule in PLACES]

    assert {problem.rule for problem in faults} == {"position", "length"}
    assert {problem.level for problem in faults} == {"warning"}
    assert len({problem.fault for problem in faults}) == len(faults)
    assert library_problems(document, [(small_case, key)], []) == ()


def test_one_short_case_tells_nothing_by_chance(small_case: Case, key: Key) -> None:
    document = read_document(KEYS / f"{small_case.id}.yaml")

    assert list(guessing_problems(document, small_case, key, case_guessing(small_case, key))) == []


def test_a_guess_is_scored_as_a_pick_is(small_case: Case, key: Key) -> None:
    bicara, langkah = small_case.decision("bicara"), small_case.decision("langkah")
    assert bicara is not None
    assert langkah is not None

    scores = {choice: key.decisions["bicara"].choice_score(bicara, choice) for choice in
              key.decisions["bicara"].choices(bicara)}  # fmt: skip
    assert scores == {("catat",): 0.5, ("marah",): 0.0, ("dengar",): 1.0}
    assert len(list(key.decisions["langkah"].choices(langkah))) == 20
    assert key.decisions["langkah"].choice_score(langkah, ("catat", "minta", "umumkan")) == 0.0
