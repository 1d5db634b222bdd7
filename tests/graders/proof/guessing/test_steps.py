"""Whether the steps of ratings can be guessed."""

from __future__ import annotations

from collections.abc import Sequence

from graders.proof.guessing.library_gate import library_leaks
from graders.proof.guessing.question import KeyedCase, by_case, questions_of
from graders.proof.guessing.steps import LEAST_RATINGS, best_step, ratings_of, right_counts
from tests.parts.guessed_library import STEPS, fair_library, keyed_case, rating


def library(rights: Sequence[str], steps: Sequence[str] = STEPS) -> list[KeyedCase]:
    return [keyed_case(f"kasus-{at}", [rating("mendesak", right, steps)]) for at, right in enumerate(rights)]


def faults(pairs: list[KeyedCase]) -> list[str]:
    return [leak.fault for leak in library_leaks(pairs, [], set(by_case(pairs))) if leak.rule == "steps"]


def test_a_step_that_is_right_too_often_is_told_with_its_ratings() -> None:
    listed = faults(library(["tinggi"] * 5 + ["rendah", "kritis"] + ["sedang"] * 3))

    assert len(listed) == 1
    assert "who always takes step 3 from below is right in 5 of 10 ratings of the library" in listed[0]
    assert "(50%; 40% are allowed): kasus-0/mendesak, kasus-1/mendesak" in listed[0]


def test_a_step_that_is_right_nowhere_is_told() -> None:
    listed = faults(library(["sedang", "tinggi"] * 5))

    assert "the lowest step is right in none of 10 ratings of the library" in listed
    assert "the highest step is right in none of 10 ratings of the library" in listed
    assert "step 4 of 4 is right in none of 10 ratings of 4 steps of the library" in listed


def test_steps_that_are_all_right_as_often_tell_nothing() -> None:
    assert faults(fair_library()) == []
    assert right_counts(ratings_of(questions_of(fair_library()))) == {4: (6, 6, 6, 6)}


def test_a_few_ratings_tell_nothing() -> None:
    assert faults(library(["tinggi"] * (LEAST_RATINGS - 3))) == []


def test_the_highest_step_is_the_same_whatever_the_number_of_steps() -> None:
    three = library(["tinggi"] * 6, STEPS[:3])
    four = [(case.model_copy(update={"id": f"lain-{case.id}"}), key) for case, key in library(["kritis"] * 6)]

    best = best_step(ratings_of(questions_of([*three, *four])))

    assert (best.share, best.ratings, best.step) == (1.0, 12, "step 4 from below")
