"""What can be guessed of one case without its story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.key.key import Key
from graders.proof.guessing.consequences import GAIN, Avoidance, avoidance
from graders.proof.guessing.cues import CueUse, cue_name, cue_uses, telling_cues
from graders.proof.guessing.guess import Guess
from graders.proof.guessing.leak import Leak
from graders.proof.guessing.places import rule_of, standing_out, telling_guesses
from graders.proof.guessing.question import KeyedCase, Question, pairs_of, questions_of
from graders.proof.guessing.same_answer import SameAnswer, same_answer
from scenarios.case import Case
from scenarios.documents.document import Document
from scenarios.documents.problem import Level, Problem
from scenarios.language import Language
from scenarios.sentence import Sentence, sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class CaseGuessing:
    """The figures of one case.

    variants: how many it has; avoidance: what keeping away from consequences is worth; same: what the same
    answer for all variants reaches, None where there is one alone.
    """

    case: str
    variants: int
    avoidance: Avoidance
    same: SameAnswer | None

    @property
    def level(self) -> Level:
        """How its leaks are told: a case with variants is held to the measures, another is told of them."""
        return level_of(self.variants)


def level_of(variants: int) -> Level:
    """How the leaks of a case with so many variants are told."""
    return "error" if variants > 1 else "warning"


def case_guessing(case: Case, key: Key) -> CaseGuessing:
    """The figures of a case by its key."""
    variants = pairs_of(case, key)
    return CaseGuessing(case.id, len(variants), avoidance(variants), same_answer(variants))


def guessing_problems(document: Document, case: Case, key: Key, figures: CaseGuessing) -> Iterator[Problem]:
    """The problems of a case that can be guessed; `document` is the key's."""
    for leak in case_leaks(pairs_of(case, key), figures):
        yield leak.problem(document, figures.level)


def case_leaks(variants: Sequence[KeyedCase], figures: CaseGuessing) -> Iterator[Leak]:
    """How one case, a pair for each variant, can be guessed."""
    for language in variants[0][0].languages:
        questions = questions_of(variants, language)
        yield from text_leaks(questions, language, _finding("where_case"))
        for decision in standing_out(variants, language):
            fault = _finding("right_option_much_longer", language=language)
            remedy = _finding("shorten_or_let_another")
            yield Leak("length", f"{decision} {language}", fault, remedy, ("decisions", decision, "right"))
    if figures.variants > 1:
        # What a case of one variant tells by its structure is said once, for the library.
        yield from _structure_leaks(figures.avoidance)
    if figures.same is not None and figures.same.is_guessed:
        yield _same_answer_leak(figures.same)


def text_leaks(questions: Sequence[Question], language: Language, where: str) -> Iterator[Leak]:
    """How these questions, in `language`, can be guessed by place, length and cues."""
    for result in telling_guesses(questions, language):
        yield _place_leak(result, language, where)
    for use, words in telling_cues(cue_uses(questions, language)):
        yield _cue_leak(use, words, language, where)


def _place_leak(result: Guess, language: Language, where: str) -> Leak:
    fault = _finding(
        "who_always_picks_gets",
        strategy=_finding(f"strategy_{result.strategy}"),
        language=language,
        mean=f"{result.mean:.2f}",
        where=where,
        chance=f"{result.chance:.2f}",
        z=f"{result.z:.1f}",
        decisions=result.decisions,
    )
    remedy = _finding("move_some_right_options")
    return Leak(rule_of(result), f"{result.strategy} {language}", fault, remedy)


def _cue_leak(use: CueUse, words: Sequence[CueUse], language: Language, where: str) -> Leak:
    more, fewer, places = ("others", "keyed", use.other_places)
    if use.keyed > use.expected:
        more, fewer, places = ("keyed", "others", use.keyed_places)
    counts = ", ".join(
        f"“{word.cue}” {word.keyed}:{word.others}" for word in words if word.keyed or word.others
    )
    fault = _finding(
        "stand_keyed_options_others",
        cue=cue_name(use.cue),
        language=language,
        keyed=use.keyed,
        keyed_options=use.keyed_options,
        where=where,
        others=use.others,
        other_options=use.other_options,
        expected=f"{use.expected:.1f}",
        p=f"{use.p:.2g}",
        counts=counts,
        more=_finding(f"ones_{more}"),
        listed=listed(places),
    )
    remedy = _finding("take_them_out_most", fewer=_finding(f"ones_{fewer}"))
    return Leak("cue", f"{use.cue} {language}", fault, remedy)


def _structure_leaks(figures: Avoidance) -> Iterator[Leak]:
    if figures.gain > GAIN:
        fault = _finding(
            "case_keeps_away_from",
            reader=f"{figures.reader:.0f}",
            chance=f"{figures.chance:.0f}",
            gain=f"{GAIN:g}",
            never=len(figures.wrong),
            wrong=listed(figures.wrong),
            keyed=len(figures.right),
            right=listed(figures.right),
        )
        yield Leak("consequences", "effects and next", fault, _finding("let_right_picks_lead"))


def _same_answer_leak(figures: SameAnswer) -> Leak:
    fault = _finding(
        "key_decisions_change_what",
        changing=figures.changing,
        len=len(figures.decisions),
        listed=listed(figures.alike),
    )
    remedy = _finding("let_other_facts_change")
    return Leak("same-answer", "variants", fault, remedy)


def listed(names: Sequence[str]) -> Sentence:
    """The first few of `names`, and how many more there are."""
    if len(names) > _MOST_NAMED:
        return _finding("listed_more", names=", ".join(names[:_MOST_NAMED]), more=len(names) - _MOST_NAMED)
    return _finding("listed", names=", ".join(names)) if names else _finding("listed_none")
