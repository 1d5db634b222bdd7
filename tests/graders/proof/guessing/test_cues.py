"""Words that give an option away."""

from __future__ import annotations

from math import comb

import pytest

from graders.proof.guessing.case_gate import text_leaks
from graders.proof.guessing.cues import cue_uses, exact, load_cues, telling_cues
from graders.proof.guessing.question import KeyedCase, questions_of
from scenarios.language import LANGUAGES, Language
from tests.parts.guessed_library import fair_library, keyed_case, single, with_right

REASONS = {"id": "supaya", "en": "so that"}


def library(word: str, *, with_keyed: bool = False, cases: int = 10) -> list[KeyedCase]:
    """Cases in which two wrong options have the word, and the right one too where `with_keyed`."""
    pairs = []
    for number in range(cases):
        options = {
            "benar": f"Datang {word} jelas" if with_keyed and number % 2 else "Datang",
            "satu": f"Diam {word} reda",
            "dua": f"Pergi {word} aman",
            "tiga": "Kembali",
        }
        pairs.append(keyed_case(f"kasus-{number}", [single("pilih", options, "benar")]))
    return pairs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_the_wrong_options_is_told_with_its_counts_and_places(language: Language) -> None:
    questions = questions_of(library(REASONS[language]))

    (fault,) = (leak.fault for leak in text_leaks(questions, language, "the library") if leak.rule == "cue")

    assert f"reasons ({language}) stand in 0 of 10 keyed options of the library and in 20 of 30" in fault
    assert "by chance 5.0 of the keyed would have them" in fault
    assert f"As keyed:others: “{REASONS[language]}” 0:20. Of the others: kasus-0/pilih satu" in fault


def test_a_word_of_the_right_options_is_told_too() -> None:
    pairs = [
        keyed_case(f"kasus-{at}", [single("pilih", {"a": "Menjelaskan ini", "b": "Diam", "c": "Pergi"}, "a")])
        for at in range(8)
    ]

    (leak,) = (each for each in text_leaks(questions_of(pairs), "id", "the library") if each.rule == "cue")

    assert "soft verbs (id) stand in 8 of 8 keyed options of the library and in 0 of 16 others" in leak.fault
    assert "Of the keyed ones: kasus-0/pilih a" in leak.fault
    assert "write as many of the others with them" in leak.remedy


def test_words_that_stand_as_often_in_right_and_in_wrong_options_tell_nothing() -> None:
    for pairs in (library("supaya", with_keyed=True), fair_library()):
        assert [leak for leak in text_leaks(questions_of(pairs), "id", "it") if leak.rule == "cue"] == []


def test_options_that_are_right_in_one_of_two_variants_each_give_no_word_away() -> None:
    pairs = []
    for one in library("supaya"):
        pairs += [one, with_right(one, {"pilih": "satu"})]
    (use,) = (group.whole for group in cue_uses(questions_of(pairs), "id") if group.whole.cue == "reasons")

    assert (use.keyed, use.keyed_options, use.others, use.other_options) == (10, 20, 30, 60)
    assert (use.expected, use.p) == (10.0, 1.0)


def test_one_case_tells_nothing_by_chance() -> None:
    assert list(telling_cues(cue_uses(questions_of(library("supaya", cases=3)), "id"))) == []


def test_the_test_is_that_of_fisher_where_there_is_one_question() -> None:
    # Of 8 options 3 are keyed and 4 marked, none of them keyed: the hypergeometric distribution.
    expected, p = exact([([1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0], 1)])

    far = comb(5, 4) + comb(3, 3) * comb(5, 1)  # none of the keyed ones, and all of them
    assert expected == pytest.approx(1.5)
    assert p == pytest.approx(far / comb(8, 4))


def test_the_test_over_questions_is_exact() -> None:
    one = ([1, 0, 0, 0], [0, 0], 1)  # by chance one of two has it in half of all ways

    assert exact([one] * 10)[1] == pytest.approx(2 * 0.5**10)
    assert exact([]) == (0.0, 1.0)


def test_every_group_has_words_in_every_language() -> None:
    assert load_cues().keys() == {"reasons", "absolutes", "soft_verbs"}
    assert all(words[language] for words in load_cues().values() for language in LANGUAGES)
