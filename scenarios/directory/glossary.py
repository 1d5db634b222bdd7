"""The glossary: professional terms of the cases, and which of them occur in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from scenarios.documents.document import read_document
from scenarios.documents.part import Id, Part, Text
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import LANGUAGES, ByLanguage, Language, Texts
from scenarios.library import SCENARIOS
from scenarios.sentence import sentences_of

GLOSSARY = SCENARIOS / "glossary.yaml"

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

Spellings: TypeAlias = Annotated[tuple[Text, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Terms(ByLanguage[Spellings]):
    """The ways in which a term is written in each language; the first is the name shown."""


class GlossaryEntry(Part):
    """One term, and what it means in one or two plain sentences."""

    terms: Terms
    text: Texts


class GlossaryFile(Part):
    """``glossary.yaml`` as it is written."""

    entries: Mapping[Id, GlossaryEntry]


@dataclass(frozen=True, slots=True)
class Term:
    """A term in one language: its id, the name shown, and its explanation."""

    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TermPlace:
    """Where a term first stands in a text: its words are ``text[start:end]``."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _TermSearch:
    """How one language is searched: one pattern of all spellings, and the term of each."""

    pattern: re.Pattern[str]
    terms: Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of the lab in all its languages."""

    entries: Mapping[str, GlossaryEntry]
    searches: Mapping[Language, _TermSearch]

    @classmethod
    def of(cls, entries: Mapping[str, GlossaryEntry]) -> Glossary:
        """The glossary of these entries, whose spellings are each the spelling of one term only."""
        return cls(entries, {language: _search(entries, language) for language in LANGUAGES})

    def terms_in(self, text: str, language: Language) -> tuple[Term, ...]:
        """The terms that occur in `text`, each once, in the order in which they first occur."""
        return tuple(place.term for place in self.places_in(text, language))

    def places_in(self, text: str, language: Language) -> tuple[TermPlace, ...]:
        """Where each of the terms that occur in `text` first stands, in the order of the text.

        Only whole words count, in small or capital letters. Where several spellings begin at one place
        the longest is meant: “Unit PPA” hides no “PPA”.
        """
        search = self.searches[language]
        places: dict[str, TermPlace] = {}
        for match in search.pattern.finditer(text):
            term = search.terms[_plain(match.group())]
            places.setdefault(term.id, TermPlace(term, match.start(), match.end()))
        return tuple(places.values())


@lru_cache(maxsize=4)
def load_glossary(file: Path = GLOSSARY) -> Glossary:
    """Load the glossary. Raises ProblemsError, also where two terms share a spelling."""
    document = read_document(file)
    problems: list[Problem] = []
    read = validated(document, GlossaryFile, problems)
    if read is not None:
        remedy = _finding("keep_spelling_one_term")
        for name, language, spelling, first in _shared(read.entries):
            fault = _finding("spelling_of_another", spelling=spelling, term=first)
            problems.append(document.problem(("entries", name, "terms", language), fault, remedy, "glossary"))
    if problems or read is None:
        raise ProblemsError(problems)
    return Glossary.of(read.entries)


def terms_in(text: str, language: Language) -> tuple[Term, ...]:
    """The terms of the lab's glossary that occur in `text`; see Glossary.terms_in."""
    return load_glossary().terms_in(text, language)


def term_places(text: str, language: Language) -> tuple[TermPlace, ...]:
    """Where the terms of the lab's glossary first stand in `text`; see Glossary.places_in."""
    return load_glossary().places_in(text, language)


def _shared(entries: Mapping[str, GlossaryEntry]) -> Iterator[tuple[str, Language, str, str]]:
    for language in LANGUAGES:
        owners: dict[str, str] = {}
        for name, entry in entries.items():
            for spelling in entry.terms[language]:
                first = owners.setdefault(_plain(spelling), name)
                if first != name:
                    yield name, language, spelling, first


def _search(entries: Mapping[str, GlossaryEntry], language: Language) -> _TermSearch:
    terms: dict[str, Term] = {}
    for name, entry in entries.items():
        term = Term(name, entry.terms[language][0], entry.text[language])
        terms.update((_plain(spelling), term) for spelling in entry.terms[language])
    longest_first = sorted(terms, key=len, reverse=True)
    # A line may break within a term, as anywhere in a text.
    spelled = "|".join(r"\s+".join(map(re.escape, spelling.split())) for spelling in longest_first)
    return _TermSearch(re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE), terms)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
