"""A guesser who goes by the words of all other cases."""

from __future__ import annotations

import pytest

from graders.proof.guessing.bayes import WordWeights, guesses_by_words, is_guessed, word_picks
from graders.proof.guessing.guess import Guess
from graders.proof.guessing.library_gate import library_leaks
from graders.proof.guessing.question import KeyedCase, by_case, questions_of
from tests.parts.guessed_library import fair_library, keyed_case, single, with_right

KIND = ("Menanyakan kabarnya", "Menunggu supaya reda", "Menegur supaya jera", "Pergi supaya aman")


def kind_library(cases: int = 12) -> list[KeyedCase]:
    """A library in which the right option asks, and each other one tells why."""
    pairs = []
    for number in range(cases):
        order = [(number + place) % 4 for place in range(4)]
        options = {f"o{at}": KIND[at] for at in order}
        pairs.append(keyed_case(f"kasus-{number}", [single("satu", options, "o0")]))
    return pairs


def test_words_that_tell_what_is_right_in_another_case_are_told_with_their_counts() -> None:
    pairs = kind_library()

    leaks = [leak for leak in library_leaks(pairs, [], set(by_case(pairs))) if leak.rule == "words"]

    assert [leak.way for leak in leaks] == ["one id"]
    assert "hit what is keyed in 100% of 12 decisions of the library" in leaks[0].fault
    assert "any pick hits 25%" in leaks[0].fault
    assert "“supaya” 0:36" in leaks[0].fault
    assert "“kabarnya” 12:0" in leaks[0].fault
    assert "Hit are kasus-0/satu o0, kasus-1/satu o0" in leaks[0].fault


def test_words_that_stand_alike_tell_nothing() -> None:
    pairs = fair_library()

    assert [leak for leak in library_leaks(pairs, [], set(by_case(pairs))) if leak.rule == "words"] == []


def test_a_case_is_guessed_by_the_others_alone() -> None:
    one, other = kind_library(2)
    alone = guesses_by_words(word_picks(questions_of([one])))
    both = guesses_by_words(word_picks(questions_of([one, with_right(other, {"satu": "o1"})])))

    assert alone[0].mean == 1.0  # nothing is learnt, so that the first option is taken
    assert both[0].mean == 0.0  # each learns from the other, where another option is right


def test_a_guess_that_fits_one_of_two_variants_hits_in_half() -> None:
    pairs = [pair for one in kind_library() for pair in (one, with_right(one, {"satu": "o2"}))]

    one, _, somewhere = guesses_by_words(word_picks(questions_of(pairs)))

    assert (one.decisions, one.mean, one.chance) == (12, 0.5, 0.25)
    assert (somewhere.decisions, somewhere.mean, somewhere.chance) == (12, 1.0, 0.5)


def test_a_word_that_was_never_read_weighs_nothing() -> None:
    weights = WordWeights(questions_of(kind_library()))

    assert weights.weight("payung") == 0.0
    assert weights.weight("supaya") < 0 < weights.weight("menanyakan")


@pytest.mark.parametrize(
    ("decisions", "mean", "z", "is_too_many"),
    [(60, 0.34, 2.0, False), (60, 0.36, 1.9, True), (3, 0.67, 1.6, False), (60, 0.64, 7.0, True)],
)
def test_ten_points_over_chance_are_allowed_and_more_where_it_may_be_chance(
    decisions: int, mean: float, z: float, *, is_too_many: bool
) -> None:
    assert is_guessed(Guess("words", decisions, mean, 0.25, z)) is is_too_many
