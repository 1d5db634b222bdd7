"""Whether a key can be guessed without reading: by the place or the length of the options.

A guesser who always takes the first options, the last, the longest or the shortest is scored on every
decision, and compared with one who takes any. Over n decisions the difference of the means is divided
by its standard error under chance (mean and variance are exact, over all choices), which gives a z.
One case has few decisions, so that only a large z is told; over the library a smaller one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from graders.key.decision import DecisionKey
from graders.key.key import Key
from scenarios.case import Case, common_languages
from scenarios.decision import Decision
from scenarios.documents.document import Document
from scenarios.documents.problem import Problem
from scenarios.language import SOURCE, Language

CASE_Z = 2.5
LIBRARY_Z = 2.5
STANDS_OUT = 1.3
LEAST_DECISIONS = 3

Strategy = Callable[[Decision, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Guess:
    """How one strategy did: decisions guessed, its mean score and that of chance, both 0..1, and z."""

    strategy: str
    decisions: int
    mean: float
    chance: float
    z: float


def _first(decision: Decision, count: int) -> Sequence[str]:
    return decision.option_ids[:count]


def _last(decision: Decision, count: int) -> Sequence[str]:
    return decision.option_ids[-count:]


def _middle(decision: Decision, count: int) -> Sequence[str]:
    options = decision.option_ids
    begin = (len(options) - count + 1) // 2
    return options[begin : begin + count]


def _longest(decision: Decision, count: int) -> Sequence[str]:
    return _by_length(decision)[-count:]


def _shortest(decision: Decision, count: int) -> Sequence[str]:
    return _by_length(decision)[:count]


def _by_length(decision: Decision) -> list[str]:
    texts = decision.option_texts
    return sorted(texts, key=lambda option: len(texts[option]))


def _highest(decision: Decision, _: int) -> Sequence[str]:
    return decision.option_ids[-1:]


def _second_highest(decision: Decision, _: int) -> Sequence[str]:
    return decision.option_ids[-2:-1]


_BY_PLACE: Mapping[str, Strategy] = {
    "the first options": _first,
    "those in the middle": _middle,
    "the last options": _last,
}
_BY_LENGTH: Mapping[str, Strategy] = {"the longest options": _longest, "the shortest options": _shortest}
_BY_LEVEL: Mapping[str, Strategy] = {
    "the highest level": _highest,
    "the second highest level": _second_highest,
}


def guesses(pairs: Iterable[tuple[Case, Key]], language: Language = SOURCE) -> tuple[Guess, ...]:
    """How each strategy does over all decisions of these cases, in one language."""
    parts = [
        (decision, key.decisions[decision.id])
        for case, key in pairs
        for decision in case.in_language(language).key_decisions()
    ]
    levels = [(decision, key) for decision, key in parts if decision.has_levels]
    # Where all options are taken, as in a rank, there is nothing to guess by place or length.
    some = [
        (decision, key)
        for decision, key in parts
        if not decision.has_levels and key.taken(decision) < len(decision.option_ids)
    ]
    texts = [(decision, key) for decision, key in some if decision.option_texts]
    groups = ((_BY_PLACE, some), (_BY_LENGTH, texts), (_BY_LEVEL, levels))
    return tuple(_guess(name, way, guessed) for ways, guessed in groups for name, way in ways.items())


def _guess(name: str, strategy: Strategy, parts: Sequence[tuple[Decision, DecisionKey]]) -> Guess:
    got, chance, variance = 0.0, 0.0, 0.0
    for decision, key in parts:
        scores = [key.choice_score(decision, choice) for choice in key.choices(decision)]
        mean = sum(scores) / len(scores)
        got += key.choice_score(decision, strategy(decision, key.taken(decision)))
        chance += mean
        variance += sum((value - mean) ** 2 for value in scores) / len(scores)
    count = max(1, len(parts))
    z = (got - chance) / sqrt(variance) if variance else 0.0
    return Guess(name, len(parts), got / count, chance / count, z)


def hint_problems(document: Document, case: Case, key: Key) -> Iterator[Problem]:
    """Warnings for a case whose key can be guessed; `document` is the key's."""
    for language in case.languages:
        for guess in guesses([(case, key)], language):
            if _tells(guess, language, CASE_Z):
                yield _guess_problem(document, guess, language, "this case")
        yield from _standing_out(document, case.in_language(language), key, language)


def library_hints(place: Document, pairs: Sequence[tuple[Case, Key]]) -> Iterator[Problem]:
    """Warnings for a library whose keys can be guessed; `place` is a file to name, such as a key's."""
    for language in common_languages(case for case, _ in pairs):
        for guess in guesses(pairs, language):
            if _tells(guess, language, LIBRARY_Z):
                yield _guess_problem(place, guess, language, "the library")


def _tells(guess: Guess, language: Language, least: float) -> bool:
    # A place is the same in every language, so that it is told once.
    again = language != SOURCE and guess.strategy not in _BY_LENGTH
    return guess.decisions >= LEAST_DECISIONS and guess.z > least and not again


def _guess_problem(document: Document, guess: Guess, language: Language, where: str) -> Problem:
    fault = (
        f"who always picks {guess.strategy} ({language}) gets {guess.mean:.2f} a decision in {where}, "
        f"where any pick gets {guess.chance:.2f} (z {guess.z:.1f} over {guess.decisions} decisions)"
    )
    line, path = document.place(("decisions",))
    rule = "length" if guess.strategy in _BY_LENGTH else "position"
    remedy = "Move some right options, or even out the lengths"
    return Problem(str(document.file), line, path, fault, remedy, rule, "warning")


def _standing_out(document: Document, case: Case, key: Key, language: Language) -> Iterator[Problem]:
    for decision in case.key_decisions():
        right, texts = key.decisions[decision.id].best_pick(), decision.option_texts
        if decision.has_levels or not isinstance(right, str) or right not in texts:
            continue
        longest = max(len(text) for option, text in texts.items() if option != right)
        if len(texts[right]) > STANDS_OUT * longest:
            fault = f"the right option is much longer than every other one ({language})"
            line, path = document.place(("decisions", decision.id, "right"))
            remedy = "Shorten it, or let another one say more"
            yield Problem(str(document.file), line, path, fault, remedy, "length", "warning")
