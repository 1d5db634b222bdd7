"""Whether words give an option away: reasons, absolutes, soft verbs, as often in keyed as in other options.

Within each question, options that hold a cue are compared with those that do not: were cues spread by chance,
any as many options could hold them. How many keyed ones do so is added up over the questions, and its exact
distribution with it: a permutation test stratified by question, which for one variant is that of the common
odds ratio in several 2×2 tables (Mehta, Patel and Gray, J. Am. Stat. Assoc. 80 (1985) 969). It is exact for
small numbers too, so that no margin is needed. Many cues are tested, so that the level of 5 % is divided
among them (Bonferroni): of twenty libraries without any cue at most one is alarmed, in each language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import fsum, lcm
from pathlib import Path
from re import Pattern

from graders.proof.guessing.bayes import word_questions
from graders.proof.guessing.question import Question
from scenarios.documents.part import Id, Part
from scenarios.language import Language
from scenarios.library import read_model
from scenarios.proof.wording import WordList
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).parents[1] / "findings.yaml")

CUES = Path(__file__).with_name("cues.yaml")
LEVEL = 0.05
_SAME = 1e-9


class CuesFile(Part):
    """``cues.yaml`` as it is written."""

    cues: Mapping[Id, WordList]


@lru_cache(maxsize=4)
def load_cues(file: Path = CUES) -> Mapping[str, WordList]:
    """The groups of cues. Raises ProblemsError."""
    return read_model(file, CuesFile).cues


@dataclass(frozen=True, slots=True)
class CueUse:
    """How often a cue stands in options, each variant counting once.

    cue: a word, or the group of several; keyed of keyed_options and others of other_options hold it;
    expected: how many keyed ones would by chance; p: how often chance is as far from that or farther;
    places: the options that hold it, as ``case/decision option``, keyed ones apart.
    """

    cue: str
    keyed: int
    keyed_options: int
    others: int
    other_options: int
    expected: float
    p: float
    keyed_places: tuple[str, ...]
    other_places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueGroup:
    """How the words of a group stand in options: all of them together, and each alone."""

    whole: CueUse
    words: tuple[CueUse, ...]


def cue_uses(questions: Iterable[Question], language: Language) -> tuple[CueGroup, ...]:
    """How the cues of each group stand in the options of these questions.

    language: that of the questions. Raises ProblemsError where the cues cannot be read.
    """
    asked = word_questions(questions)
    groups: list[CueGroup] = []
    for name, words in load_cues().items():
        alone = [(word, WordList({language: (word,)}).pattern(language)) for word in words[language]]
        uses = tuple(_use(word, pattern, asked) for word, pattern in alone)
        groups.append(CueGroup(_use(name, words.pattern(language), asked), uses))
    return tuple(groups)


def telling_cues(groups: Sequence[CueGroup]) -> Iterator[tuple[CueUse, Sequence[CueUse]]]:
    """What stands in keyed and in other options unlike, beyond chance, with the words that it is made of.

    A group, or a word of it where the group as a whole does not.
    """
    level = LEVEL / max(1, sum(1 + len(group.words) for group in groups))
    for group in groups:
        if group.whole.p < level:
            yield group.whole, group.words
        else:
            yield from ((word, (word,)) for word in group.words if word.p < level)


def cue_name(cue: str) -> str:
    """What a group of cues is called in a sentence; a single word stands for itself."""
    return _finding(f"cue_{cue}") if cue in load_cues() else cue


def _use(cue: str, pattern: Pattern[str], questions: Sequence[Question]) -> CueUse:
    total: Counter[str] = Counter()
    places: dict[bool, list[str]] = {True: [], False: []}
    strata: list[tuple[list[int], list[int], int]] = []
    for question in questions:
        texts, variants = question.decision.option_texts, len(question.keys)
        keyed = {option: question.keyed_in(option) for option in texts}
        marked = [option for option, text in texts.items() if pattern.search(text)]
        for option in texts:
            total["keyed options"] += keyed[option]
            total["other options"] += variants - keyed[option]
        for option in marked:
            total["keyed"] += keyed[option]
            total["others"] += variants - keyed[option]
            places[keyed[option] > 0].append(f"{question.name} {option}")
        strata.append(([*keyed.values()], [keyed[option] for option in marked], variants))
    expected, p = exact(strata)
    counts = (total["keyed"], total["keyed options"], total["others"], total["other options"])
    return CueUse(cue, *counts, expected, p, tuple(places[True]), tuple(places[False]))


def exact(strata: Iterable[tuple[Sequence[int], Sequence[int], int]]) -> tuple[float, float]:
    """What chance would give over `strata`, and how often it is as far from that as what they hold.

    Each of `strata`: in how many variants each option is keyed, the same of those that are marked, and how
    many variants there are. Returned are the expected sum over marked options, variants counting once, and
    the two-sided p: the share of all ways of marking as many whose sum lies as far from the mean or farther.
    A stratum counts by its mean over the variants, since one guess is made for all of them.
    """
    rows = [row for row in strata if row[1]]
    whole = lcm(*(variants for _, _, variants in rows))
    sums: Mapping[int, float] = {0: 1.0}
    observed, expected = 0, 0.0
    for keyed, marked, variants in rows:
        share = whole // variants
        sums = _added(sums, Counter(share * sum(some) for some in combinations(keyed, len(marked))))
        observed += share * sum(marked)
        expected += len(marked) * sum(keyed) / len(keyed)
    mean = fsum(value * chance for value, chance in sums.items())
    far = abs(observed - mean) - _SAME
    return expected, fsum(chance for value, chance in sums.items() if abs(value - mean) >= far)


def _added(sums: Mapping[int, float], ways: Mapping[int, int]) -> Mapping[int, float]:
    count = sum(ways.values())
    added: dict[int, float] = defaultdict(float)
    for value, chance in sums.items():
        for more, number in ways.items():
            added[value + more] += chance * number / count
    return added
