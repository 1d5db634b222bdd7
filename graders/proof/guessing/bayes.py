"""A guesser who has read the options of all other cases with their keys, and goes by the words alone.

Naive Bayes over words, multinomial with one added to each count (Manning, Raghavan and Schütze, Introduction
to Information Retrieval, 2008, chapter 13). It learns from every case but the one that it guesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log

from graders.proof.guessing.guess import Guess, guess
from graders.proof.guessing.question import Question
from scenarios.proof.prose import words

GAIN = 0.10
BEYOND_CHANCE = 1.645
TELLING = 8
ONE = "one"
SEVERAL = "several"
SOMEWHERE = "somewhere"
_LEAST_USES = 3


@dataclass(frozen=True, slots=True)
class WordUse:
    """How often a word stands in options: in keyed ones and in others, each variant counting once."""

    word: str
    keyed: int
    others: int


class WordWeights:
    """How much each word speaks for an option being keyed, learnt from some questions."""

    def __init__(self, questions: Iterable[Question]) -> None:
        """Count the words of the options of `questions`."""
        self._keyed: Counter[str] = Counter()
        self._others: Counter[str] = Counter()
        for question in questions:
            for option, text in question.decision.option_texts.items():
                keyed = question.keyed_in(option)
                for word in bare_words(text):
                    self._keyed[word] += keyed
                    self._others[word] += len(question.keys) - keyed
        self._known = {word for counts in (self._keyed, self._others) for word in counts}
        self._keyed_size = self._keyed.total() + len(self._known)
        self._others_size = self._others.total() + len(self._known)

    def weight(self, word: str) -> float:
        """The logarithm of how many times likelier it is in a keyed option; 0 for a word never read."""
        if word not in self._known:
            return 0.0
        keyed = (self._keyed[word] + 1) / self._keyed_size
        return log(keyed / ((self._others[word] + 1) / self._others_size))

    def best(self, question: Question) -> tuple[str, ...]:
        """The options of `question` whose words speak most for them, as many as a guesser takes."""
        texts = question.decision.option_texts
        sums = {option: sum(map(self.weight, bare_words(text))) for option, text in texts.items()}
        return tuple(sorted(sums, key=lambda option: -sums[option])[: question.taken])

    def telling(self, count: int = TELLING) -> tuple[WordUse, ...]:
        """The words, used three times at least, that weigh most for or against; the heaviest first."""
        uses = [WordUse(word, self._keyed[word], self._others[word]) for word in sorted(self._known)]
        common = [use for use in uses if use.keyed + use.others >= _LEAST_USES]
        return tuple(sorted(common, key=lambda use: -abs(self.weight(use.word)))[:count])


def bare_words(text: str) -> list[str]:
    """The words of a text in small letters."""
    return [word.lower() for word in words(text)]


def word_questions(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Those of `questions` that can be guessed by words: some options are taken, and they have texts."""
    return tuple(question for question in questions if question.is_choice and question.has_texts)


@dataclass(frozen=True, slots=True)
class WordPick:
    """What the words of all other cases pick in a question, and the share of it that is keyed, 0..1."""

    question: Question
    options: tuple[str, ...]

    @property
    def hits(self) -> float:
        """The share of the options that is keyed, the mean over the variants."""
        return self.question.hits(self.options)

    @property
    def name(self) -> str:
        """The place of the question, and the options."""
        return f"{self.question.name} {'+'.join(self.options)}"


def word_picks(questions: Iterable[Question], guessed: Collection[str] | None = None) -> tuple[WordPick, ...]:
    """What the words of all other cases pick, in questions for one option and for several.

    guessed: the ids of the cases that are guessed, all where left out; it learns from the others too.
    """
    asked = word_questions(questions)
    picks: list[WordPick] = []
    for case in dict.fromkeys(question.case for question in asked):
        if guessed is None or case in guessed:
            weights = WordWeights(question for question in asked if question.case != case)
            own = [question for question in asked if question.case == case]
            picks += (WordPick(question, weights.best(question)) for question in own)
    return tuple(picks)


def guesses_by_words(picks: Sequence[WordPick]) -> tuple[Guess, ...]:
    """How these picks do: where one option is picked, where several are, and where one is, in some variant.

    The last asks, of cases with variants, whether the option is keyed in any of them.
    """
    options = {pick.question.name: pick.options for pick in picks}
    questions = [pick.question for pick in picks]
    one = [question for question in questions if question.decision.is_exclusive]
    several = [question for question in questions if not question.decision.is_exclusive]
    varied = [question for question in one if len(question.keys) > 1]

    def picked(question: Question) -> tuple[str, ...]:
        return options[question.name]

    return (
        guess(ONE, picked, one, Question.hits),
        guess(SEVERAL, picked, several, Question.hits),
        guess(SOMEWHERE, picked, varied, Question.hits_somewhere),
    )


def is_guessed(result: Guess) -> bool:
    """Whether it hits over ten points more often than chance (scoring.md), and not by chance alone.

    Of few decisions ten points more are nothing: z has to be what chance exceeds once in twenty times too.
    """
    return result.gain > GAIN and result.z > BEYOND_CHANCE
