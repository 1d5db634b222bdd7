"""Find what looks private in a free text, so that its writer can be asked once before it is kept.

A look at the surface only: it misses some names and doubts some words. Whoever wrote the text decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scenarios.documents.letters import comparable
from scenarios.documents.part import Part
from scenarios.language import ByLanguage
from scenarios.library import read_model

FindingKind = Literal["name", "number", "email", "link", "handle"]
MOST_FINDINGS = 8
LONGEST_FINDING = 60
FILE = Path(__file__).with_name("personal.yaml")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that looks private: what kind of thing, and the words as they were written."""

    kind: FindingKind
    text: str


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|ly|co\.id|go\.id|sch\.id|or\.id|id|org|net|me|app|io)\b(?:/\S*)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z0-9_][\w.]{2,}")
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ .()\-]{0,2}\d){5,}")
# The lines that the lab itself names; whoever writes them gives nothing away.
_PUBLIC_NUMBERS = frozenset({"021129", "08111129129"})
_LEAST_DIGITS = 6
_YEARS = re.compile(r"(?:19|20)\d\d ?-{1,2} ?(?:19|20)\d\d")

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\r•*\"“(–—]|(?:^|\n)\s*-)[\"'”’)]*\s*[\"'“‘(]*$")


@dataclass(frozen=True, slots=True)
class Vocabulary(ByLanguage[tuple[str, ...]]):
    """Some words of each language."""

    @property
    def all(self) -> frozenset[str]:
        """Those of all languages."""
        return frozenset(word for _, words in self.items() for word in words)


class PersonalWords(Part):
    """``personal.yaml``; the file tells what each part is for."""

    titles: Vocabulary
    common: Vocabulary
    called: Vocabulary
    between: Vocabulary
    follows: Vocabulary


@dataclass(frozen=True, slots=True)
class _NameSearch:
    """What is no name, what is none after a word that a name follows, and where such a word stands."""

    known: frozenset[str]
    never_called: frozenset[str]
    called: re.Pattern[str]


@lru_cache(maxsize=1)
def _name_search() -> _NameSearch:
    read = read_model(FILE, PersonalWords)
    known = read.titles.all | read.common.all
    called, between = _any_of(read.called.all), _any_of(read.between.all)
    pattern = re.compile(rf"\b(?:{called})\s+(?:(?:{between})\s+)?([^\W\d_]{{3,}})", re.IGNORECASE)
    return _NameSearch(known, known | read.follows.all, pattern)


def _any_of(phrases: frozenset[str]) -> str:
    if not phrases:
        return "(?!)"
    return "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, reverse=True))


def find_personal(text: str) -> tuple[Finding, ...]:
    """What looks like an e-mail address, a link, a handle, a number or a name; each once, in order."""
    unique = dict.fromkeys(finding for _, finding in all_findings(text))
    return tuple(unique)[:MOST_FINDINGS]


def all_findings(text: str) -> list[tuple[int, Finding]]:
    """Everything that looks private, as often as it stands there, each with its place in `text`."""
    findings: list[tuple[int, Finding]] = []
    rest = text
    # A word processor puts hyphens and spaces of its own into a number, and signs that nobody sees.
    plain, places = comparable(text)
    for kind, begin, words in (*_marked(plain), *_numbers(plain)):
        at, end = places[begin], places[begin + len(words) - 1] + 1
        findings.append((at, Finding(kind, text[at:end][:LONGEST_FINDING])))
        # What was found is blanked, so that no part of it is found again as something else.
        rest = rest[:at] + " " * (end - at) + rest[end:]
    findings.extend((at, Finding("name", words[:LONGEST_FINDING])) for at, words in _names(rest))
    return sorted(findings, key=lambda pair: pair[0])


def _marked(text: str) -> Iterator[tuple[FindingKind, int, str]]:
    taken: list[range] = []
    patterns: tuple[tuple[FindingKind, re.Pattern[str]], ...] = (
        ("email", _EMAIL),
        ("link", _LINK),
        ("handle", _HANDLE),
    )
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            if not any(match.start() in span for span in taken):
                taken.append(range(match.start(), match.end()))
                yield kind, match.start(), match.group().rstrip(".,;:!?)")


def _numbers(text: str) -> Iterator[tuple[FindingKind, int, str]]:
    for match in _NUMBER.finditer(text):
        words = match.group()
        digits = re.sub(r"\D", "", words)
        if len(digits) >= _LEAST_DIGITS and digits not in _PUBLIC_NUMBERS and not _YEARS.fullmatch(words):
            yield "number", match.start(), words


def _names(text: str) -> Iterator[tuple[int, str]]:
    for match in _name_search().called.finditer(text):
        if match.group(1).lower() not in _name_search().never_called:
            yield match.start(1), match.group(1)
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()].strip(" "):
            yield from _named(text, run)
            run = []
        if _CAPITALISED.fullmatch(word.group().rstrip(".")):
            run.append(word)
            if not word.group().endswith("."):
                continue
        yield from _named(text, run)
        run = []
    yield from _named(text, run)


def _named(text: str, run: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    # Capitalised words name somebody unless a title, a common word or the start of a sentence explains them.
    words, known = list(run), _name_search().known
    if words and _begins_sentence(text, words[0]) and (len(words) == 1 or _plain(words[1]) in known):
        words = words[1:]
    while words and _plain(words[0]) in known:
        words = words[1:]
    while words and _plain(words[-1]) in known:
        words = words[:-1]
    if words:
        yield words[0].start(), text[words[0].start() : words[-1].end()].rstrip(".")


def _plain(word: re.Match[str]) -> str:
    return word.group().rstrip(".").lower()


def _begins_sentence(text: str, word: re.Match[str]) -> bool:
    return _SENTENCE_END.search(text[max(0, word.start() - 8) : word.start()]) is not None
