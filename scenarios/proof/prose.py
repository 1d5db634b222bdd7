"""How much there is to read in a text, and how hard it is to read.

Reading ease is Björnsson's LIX (1968): words a sentence plus the percentage of words of more than six
letters. It needs no syllables, so that one formula serves every language; lower is easier. Its bands
were made for European languages: for Bahasa Indonesia, whose words carry affixes, it compares texts
of one library and is no school grade. The highest that is wanted of a case, and how long a scene may be,
stands in ``scenarios/languages.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.documents.problem import Problem
from scenarios.language import card_of
from scenarios.proof.texts import TextKind, Written
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

LONGEST_SENTENCE = 25
LONGEST_OPTION = 20
LONG_WORD = 6
WORDS_A_MINUTE = 90

_WORD = re.compile(r"\w+(?:[-’'.:/]\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]*[A-ZÀ-Þ0-9])|\n\s*\n")
_RUNNING: frozenset[TextKind] = frozenset(
    {"note", "you", "fact", "scene", "ask", "own_note", "why", "guide", "lesson"}
)


@dataclass(frozen=True, slots=True)
class Prose:
    """Counts over some texts: words, sentences, and words of more than `LONG_WORD` letters."""

    words: int
    sentences: int
    long_words: int

    @property
    def lix(self) -> float:
        """LIX = words/sentences + 100 · long words/words; 0 where there is no word."""
        if self.words == 0:
            return 0.0
        return self.words / max(1, self.sentences) + 100 * self.long_words / self.words


def words(text: str) -> list[str]:
    """The words of a text; numbers, times and “3x24” are words too."""
    return _WORD.findall(text)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text, each with the place where it begins."""
    at = 0
    for end in _SENTENCE_END.finditer(text):
        yield at, text[at : end.start()]
        at = end.end()
    if text[at:].strip():
        yield at, text[at:]


def prose_of(texts: Iterable[str]) -> Prose:
    """The counts over `texts`."""
    all_words, all_sentences, long_words = 0, 0, 0
    for text in texts:
        text_words = words(text)
        all_words += len(text_words)
        all_sentences += sum(1 for _ in sentences(text))
        long_words += sum(sum(map(str.isalpha, word)) > LONG_WORD for word in text_words)
    return Prose(all_words, all_sentences, long_words)


def prose_problems(texts: Iterable[Written]) -> Iterator[Problem]:
    """Warnings for long scenes, options and sentences. Whether they are too long is for a reader to say."""
    for written in texts:
        count = len(words(written.text))
        most = card_of(written.language).scene
        if written.kind == "scene" and count > most:
            remedy = _finding("keep_scene_under_words", most=most)
            yield written.problem(_finding("scene_has_words", count=count), remedy, "long-scene", "warning")
        if written.kind == "option" and count > LONGEST_OPTION:
            remedy = _finding("keep_option_under_words", longest_option=LONGEST_OPTION)
            yield written.problem(_finding("option_has_words", count=count), remedy, "long-option", "warning")
        if written.kind in _RUNNING:
            yield from _long_sentences(written)


def _long_sentences(written: Written) -> Iterator[Problem]:
    for at, sentence in sentences(written.text):
        count = len(words(sentence))
        if count > LONGEST_SENTENCE:
            begin = " ".join(sentence.split()[:5])
            fault = _finding("sentence_has_words", begin=begin, count=count)
            remedy = _finding("make_two_words_are", longest_sentence=LONGEST_SENTENCE)
            yield written.problem(fault, remedy, "long-sentence", "warning", at)
