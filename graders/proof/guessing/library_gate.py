"""What can be guessed of a library without its stories: by the words of other cases, by steps, by structure.

The cases with variants are held to the measures by themselves: what can be guessed of them is an error. What
can be guessed of all cases together is a warning, until all of them have variants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.proof.guessing.bayes import (
    SEVERAL,
    WordUse,
    WordWeights,
    guesses_by_words,
    is_guessed,
    word_picks,
    word_questions,
)
from graders.proof.guessing.case_gate import CaseGuessing, level_of, listed, text_leaks
from graders.proof.guessing.consequences import GAIN, mean_points
from graders.proof.guessing.leak import Leak
from graders.proof.guessing.question import KeyedCase, Question, by_case, questions_of
from graders.proof.guessing.steps import MOST_RIGHT, best_step, idle_steps, ratings_of
from scenarios.case import common_languages
from scenarios.documents.document import Document
from scenarios.documents.problem import Level, Problem
from scenarios.language import Language
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")


def library_problems(
    place: Document, pairs: Sequence[KeyedCase], figures: Sequence[CaseGuessing]
) -> tuple[Problem, ...]:
    """The problems of a library that can be guessed.

    place: a file to name, such as a key's; pairs: all its cases, a pair for each variant; figures: those of
    its cases.
    """
    count = {case: len(variants) for case, variants in by_case(pairs).items()}
    varied = {case for case, variants in count.items() if variants > 1}
    problems: dict[tuple[str, str], Problem] = {}
    levels: tuple[tuple[set[str], Level], ...] = ((varied, level_of(2)), (set(count), level_of(1)))
    for cases, level in levels:
        for leak in library_leaks(pairs, figures, cases) if cases else ():
            problems.setdefault((leak.rule, leak.way), leak.problem(place, level))
    return tuple(problems.values())


def library_leaks(
    pairs: Sequence[KeyedCase], figures: Sequence[CaseGuessing], cases: set[str]
) -> Iterator[Leak]:
    """How `cases`, some ids of a library, can be guessed by whoever knows the others of it."""
    where = _finding("where_library" if cases == set(by_case(pairs)) else "where_varied")
    for language in common_languages(case for case, _ in pairs):
        questions = questions_of(pairs, language)
        guessed = [question for question in questions if question.case in cases]
        yield from text_leaks(guessed, language, where)
        yield from _word_leaks(questions, cases, language, where)
    guessed = [question for question in questions_of(pairs) if question.case in cases]
    yield from _step_leaks(guessed, where)
    yield from _structure_leaks([one for one in figures if one.case in cases], where)


def _word_leaks(
    questions: Sequence[Question], cases: set[str], language: Language, where: str
) -> Iterator[Leak]:
    picks = word_picks(questions, cases)
    telling = ", ".join(map(_word, WordWeights(word_questions(questions)).telling()))
    for result in guesses_by_words(picks):
        if not is_guessed(result):
            continue
        one = result.strategy != SEVERAL
        right = [pick.name for pick in picks if pick.hits and pick.question.decision.is_exclusive is one]
        fault = _finding(
            "words_all_other_cases",
            language=language,
            mean=f"{result.mean:.0%}",
            decisions=result.decisions,
            where=where,
            strategy=_finding(f"strategy_{result.strategy}"),
            chance=f"{result.chance:.0%}",
            telling=telling,
            listed=listed(right),
        )
        remedy = _finding("use_these_words_alike")
        yield Leak("words", f"{result.strategy} {language}", fault, remedy)


def _word(use: WordUse) -> str:
    return f"“{use.word}” {use.keyed}:{use.others}"


def _step_leaks(questions: Sequence[Question], where: str) -> Iterator[Leak]:
    ratings = ratings_of(questions)
    best = best_step(ratings)
    if best.is_guessed:
        places = listed(list(dict.fromkeys(best.right)))
        fault = _finding(
            "who_always_takes_right",
            step=best.step,
            len=len(best.right),
            ratings=best.ratings,
            where=where,
            share=f"{best.share:.0%}",
            most_right=f"{MOST_RIGHT:.0%}",
            places=places,
        )
        yield Leak("steps", "same step", fault, _finding("write_facts_another_step"))
    for idle in idle_steps(ratings):
        fault = _finding("right_none", step=idle.step, ratings=idle.ratings, where=where)
        yield Leak("steps", idle.step, fault, _finding("write_facts_right_somewhere"))


def _structure_leaks(figures: Sequence[CaseGuessing], where: str) -> Iterator[Leak]:
    chance, reader = mean_points([one.avoidance for one in figures])
    if reader - chance > GAIN:
        worst = sorted(figures, key=lambda one: -one.avoidance.gain)
        gains = listed([f"{one.case} {one.avoidance.gain:+.0f}" for one in worst])
        fault = _finding(
            "who_keeps_away_from",
            reader=f"{reader:.0f}",
            where=where,
            chance=f"{chance:.0f}",
            gain=f"{GAIN:g}",
            gains=gains,
        )
        remedy = _finding("let_right_picks_lead")
        yield Leak("consequences", "effects and next", fault, remedy)
