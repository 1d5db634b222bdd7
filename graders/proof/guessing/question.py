"""A decision as a guesser sees it: question and options without the story, so that all variants are one.

A case with variants is as many pairs of a case and a key as it has variants, all of one id. Whoever guesses
cannot tell them apart and gives each the same answer, so that a guess is worth its mean over the variants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from graders.key.decision import DecisionKey
from graders.key.key import Key
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.language import SOURCE, Language
from scenarios.pick import picked_ids

KeyedCase: TypeAlias = tuple[Case, Key]


@dataclass(frozen=True, slots=True)
class Question:
    """A key decision of a case, in one language, with its key in each variant."""

    case: str
    decision: Decision
    keys: tuple[DecisionKey, ...]

    @property
    def name(self) -> str:
        """Its place in the library: the case and the decision."""
        return f"{self.case}/{self.decision.id}"

    @property
    def taken(self) -> int:
        """How many options a guesser takes: as many as in the variant that lets him take most."""
        return max(key.taken(self.decision) for key in self.keys)

    @property
    def is_choice(self) -> bool:
        """Whether some of the options are to be taken, and they are no steps from low to high.

        Where all are taken, as in a rank, there is nothing to guess by place, length or words.
        """
        return not self.decision.has_levels and self.taken < len(self.decision.option_ids)

    @property
    def has_texts(self) -> bool:
        """Whether its options have texts of the case; services have the names of the directory."""
        return bool(self.decision.option_texts)

    def keyed_in(self, option: str) -> int:
        """In how many variants an option is keyed: part of the pick that follows the key in all."""
        return sum(option in picked_ids(key.best_pick()) for key in self.keys)

    def choices(self) -> Iterator[tuple[str, ...]]:
        """Every choice of as many options as a guesser takes."""
        yield from combinations(self.decision.option_ids, self.taken)

    def worth(self, choice: Sequence[str]) -> float:
        """The score of a choice, 0..1, 0 where it is harmful: the mean over the variants."""
        return sum(key.choice_score(self.decision, choice) for key in self.keys) / len(self.keys)

    def hits(self, choice: Sequence[str]) -> float:
        """The share of a choice that is keyed, 0..1: the mean over the variants."""
        return sum(map(self.keyed_in, choice)) / (len(choice) * len(self.keys))

    def hits_somewhere(self, choice: Sequence[str]) -> float:
        """The share of a choice that is keyed in some variant, 0..1."""
        return sum(self.keyed_in(option) > 0 for option in choice) / len(choice)


def pairs_of(case: Case, key: Key) -> tuple[KeyedCase, ...]:
    """A case and its key as a pair for each variant; one pair where there are none."""
    return tuple(zip(case.in_each_variant(), key.in_each_variant(), strict=True))


def by_case(pairs: Iterable[KeyedCase]) -> Mapping[str, tuple[KeyedCase, ...]]:
    """The pairs of each case, one a variant, by the id of the case."""
    cases: dict[str, tuple[KeyedCase, ...]] = {}
    for case, key in pairs:
        cases[case.id] = (*cases.get(case.id, ()), (case, key))
    return cases


def questions_of(pairs: Iterable[KeyedCase], language: Language = SOURCE) -> tuple[Question, ...]:
    """The key decisions of these cases, in one language. Raises NoSuchLanguageError."""
    return tuple(
        Question(case_id, decision, tuple(key.decisions[decision.id] for _, key in variants))
        for case_id, variants in by_case(pairs).items()
        for decision in variants[0][0].in_language(language).key_decisions()
    )
