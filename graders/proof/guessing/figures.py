"""The figures of a library that `kasuslab check` prints: what a guesser gets, measure by measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.proof.guessing.bayes import GAIN as WORD_GAIN
from graders.proof.guessing.bayes import guesses_by_words, word_picks
from graders.proof.guessing.case_gate import CaseGuessing
from graders.proof.guessing.consequences import GAIN, mean_points
from graders.proof.guessing.cues import cue_name, cue_uses
from graders.proof.guessing.places import guesses, rule_of
from graders.proof.guessing.question import KeyedCase, Question, by_case, questions_of
from graders.proof.guessing.steps import MOST_RIGHT, best_step, ratings_of, right_counts
from scenarios.case import common_languages
from scenarios.language import SOURCE, Language
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class GuessFigure:
    """One figure of a library: measure, over what, what came of it, what chance gives, what is allowed.

    Each is written as it is printed; "" where there is no such thing.
    """

    measure: str
    over: str
    value: str
    chance: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class WordHits:
    """What the words of all other cases hit in one case: of so many decisions, those with what they pick."""

    case: str
    language: Language
    decisions: int
    hits: tuple[str, ...]


def word_hits(pairs: Sequence[KeyedCase]) -> tuple[WordHits, ...]:
    """What words hit in each case, in each language; of several options, where over half of them are keyed.

    pairs: all cases of a library, a pair for each variant.
    """
    rows: list[WordHits] = []
    for language in common_languages(case for case, _ in pairs):
        picks = word_picks(questions_of(pairs, language))
        for case in by_case(pairs):
            own = [pick for pick in picks if pick.question.case == case]
            hits = tuple(pick.name.removeprefix(f"{case}/") for pick in own if pick.hits > _HALF)
            rows.append(WordHits(case, language, len(own), hits))
    return tuple(rows)


def library_figures(pairs: Sequence[KeyedCase], figures: Sequence[CaseGuessing]) -> tuple[GuessFigure, ...]:
    """What a guesser gets of a library.

    pairs: all its cases, a pair for each variant; figures: those of its cases.
    """
    rows: list[GuessFigure] = []
    for language in common_languages(case for case, _ in pairs):
        questions = questions_of(pairs, language)
        rows += (*_words(questions, language), *_places(questions, language), *_cues(questions, language))
    return (*rows, *_steps(questions_of(pairs)), *_structure(figures))


def _words(questions: Sequence[Question], language: Language) -> Iterator[GuessFigure]:
    for result in guesses_by_words(word_picks(questions)):
        if result.decisions:
            allowed = f"{result.chance + WORD_GAIN:.0%}"
            values = (f"{result.mean:.0%}", f"{result.chance:.0%}", allowed)
            strategy = _finding(f"strategy_{result.strategy}")
            name = _finding("figure_words", language=language, strategy=strategy)
            yield GuessFigure(name, _finding("some_decisions", count=result.decisions), *values)


def _places(questions: Sequence[Question], language: Language) -> Iterator[GuessFigure]:
    # Of the steps of ratings more is said below.
    for result in guesses(question for question in questions if not question.decision.has_levels):
        if result.decisions and (language == SOURCE or rule_of(result) == "length"):
            values = (f"{result.mean:.2f}", f"{result.chance:.2f}")
            strategy = _finding(f"strategy_{result.strategy}")
            name = _finding("figure_always", language=language, strategy=strategy)
            yield GuessFigure(name, _finding("some_decisions", count=result.decisions), *values)


def _cues(questions: Sequence[Question], language: Language) -> Iterator[GuessFigure]:
    for group in cue_uses(questions, language):
        use = group.whole
        yield GuessFigure(
            _finding("figure_cue", cue=cue_name(use.cue), language=language),
            _finding("some_options", keyed=use.keyed_options, others=use.other_options),
            _finding("both", one=use.keyed, other=use.others),
            _finding("both", one=f"{use.expected:.1f}", other=f"{use.keyed + use.others - use.expected:.1f}"),
        )


def _steps(questions: Sequence[Question]) -> Iterator[GuessFigure]:
    ratings = ratings_of(questions)
    if ratings:
        best = best_step(ratings)
        values = (f"{best.share:.0%}", "", f"{MOST_RIGHT:.0%}")
        some = _finding("some_ratings", count=len(ratings))
        yield GuessFigure(_finding("figure_step", step=best.step), some, *values)
    for steps, counts in right_counts(ratings).items():
        some = _finding("some_ratings", count=sum(counts))
        yield GuessFigure(_finding("figure_steps", steps=steps), some, " ".join(map(str, counts)))


def _structure(figures: Sequence[CaseGuessing]) -> Iterator[GuessFigure]:
    if figures:
        chance, reader = mean_points([one.avoidance for one in figures])
        values = (f"{reader:.1f}", f"{chance:.1f}", f"{chance + GAIN:.1f}")
        some = _finding("some_cases", count=len(figures))
        yield GuessFigure(_finding("figure_structure"), some, *values)
