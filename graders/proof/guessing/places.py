"""Whether a key can be guessed without reading: by the place or the length of the options.

A guesser who always takes the first options, the last, the longest or the shortest is scored on every
decision, and compared with one who takes any. One case has few decisions, so that only a large z is told, and
over the library, where many strategies are tried in many ways, no smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graders.proof.guessing.guess import Guess, Strategy, guess
from graders.proof.guessing.question import KeyedCase, Question, questions_of
from scenarios.decision import Decision
from scenarios.language import SOURCE, Language

LEAST_Z = 2.5
STANDS_OUT = 1.3
LEAST_DECISIONS = 3


def _first(question: Question) -> Sequence[str]:
    return question.decision.option_ids[: question.taken]


def _last(question: Question) -> Sequence[str]:
    return question.decision.option_ids[-question.taken :]


def _middle(question: Question) -> Sequence[str]:
    options = question.decision.option_ids
    begin = (len(options) - question.taken + 1) // 2
    return options[begin : begin + question.taken]


def _longest(question: Question) -> Sequence[str]:
    return _by_length(question.decision)[-question.taken :]


def _shortest(question: Question) -> Sequence[str]:
    return _by_length(question.decision)[: question.taken]


def _by_length(decision: Decision) -> list[str]:
    texts = decision.option_texts
    return sorted(texts, key=lambda option: len(texts[option]))


def _highest(question: Question) -> Sequence[str]:
    return question.decision.option_ids[-1:]


def _second_highest(question: Question) -> Sequence[str]:
    return question.decision.option_ids[-2:-1]


_BY_PLACE: Mapping[str, Strategy] = {
    "first": _first,
    "middle": _middle,
    "last": _last,
}
_BY_LENGTH: Mapping[str, Strategy] = {"longest": _longest, "shortest": _shortest}
_BY_LEVEL: Mapping[str, Strategy] = {
    "highest": _highest,
    "second_highest": _second_highest,
}


def guesses(questions: Iterable[Question]) -> tuple[Guess, ...]:
    """How each strategy does over all of these questions."""
    asked = tuple(questions)
    levels = [question for question in asked if question.decision.has_levels]
    some = [question for question in asked if question.is_choice]
    texts = [question for question in some if question.has_texts]
    groups = ((_BY_PLACE, some), (_BY_LENGTH, texts), (_BY_LEVEL, levels))
    return tuple(
        guess(name, strategy, guessed, Question.worth)
        for strategies, guessed in groups
        for name, strategy in strategies.items()
    )


def rule_of(result: Guess) -> str:
    """The short name of the rule that a guess breaks."""
    return "length" if result.strategy in _BY_LENGTH else "position"


def telling_guesses(questions: Iterable[Question], language: Language) -> Iterator[Guess]:
    """The strategies that do better than chance alone, over questions in `language`."""
    for result in guesses(questions):
        # A place is the same in every language, so that it is told once.
        again = language != SOURCE and result.strategy not in _BY_LENGTH
        if result.decisions >= LEAST_DECISIONS and result.z > LEAST_Z and not again:
            yield result


def standing_out(variants: Sequence[KeyedCase], language: Language) -> Iterator[str]:
    """The decisions of one case whose right option is much longer than every other one."""
    for question in questions_of(variants, language):
        texts = question.decision.option_texts
        rights = {key.best_pick() for key in question.keys}
        if question.decision.has_levels or not question.decision.is_exclusive or not texts:
            continue
        others = [len(text) for option, text in texts.items() if option not in rights]
        longest = STANDS_OUT * max(others, default=0)
        if others and all(len(texts[right]) > longest for right in rights if isinstance(right, str)):
            yield question.decision.id
