"""Whom a name may mean: as the roster has it, or without its titles, in another order, in old letters.

A name that several may be called means all of them. Nobody is chosen here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from graders.people.roster import Person, folded
from release.course.hand_ins.moodle_name import cleaned_name
from scenarios.library import read_model

Ids: TypeAlias = frozenset[str]
NOBODY: Ids = frozenset()

_TITLES = Path(__file__).with_name("titles.yaml")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_WORDS = re.compile(r"[^\s,]+")
# How programs on Windows have written a name that an archive does not say the letters of.
_OLD_LETTERS = ("cp850", "cp1252")


class _Titles(BaseModel):
    """``titles.yaml``; the file tells what each is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameBook:
    """Who goes by what. exact: by what stands in the roster; loose: by the words of a name without titles."""

    exact: Mapping[str, Ids]
    loose: Mapping[str, Ids]

    @classmethod
    def of(cls, persons: Iterable[Person]) -> NameBook:
        """The book of these persons: an id, an e-mail, a name, or an id beside the name."""
        exact: dict[str, Ids] = {}
        loose: dict[str, Ids] = {}
        for person in persons:
            both = (f"{person.id} {person.name}", f"{person.name} {person.id}") if person.name else ()
            for name in {plain(name) for name in (person.id, person.email, person.name, *both) if name}:
                exact[name] = exact.get(name, NOBODY) | {person.id}
            if key := bare_words(person.name):
                loose[key] = loose.get(key, NOBODY) | {person.id}
        return cls(exact, loose)

    def called(self, name: str) -> Ids:
        """The ids of all whom `name` may mean."""
        for spelling in _spellings(name):
            if ids := self.exact.get(plain(spelling)) or self.loose.get(bare_words(spelling)):
                return ids
        return NOBODY


def plain(name: str) -> str:
    """A name as Moodle writes it into that of a file, without what apostrophes differ in."""
    return folded(cleaned_name(name).translate(_APOSTROPHES))


def bare_words(name: str) -> str:
    """The words of a name in the order of the alphabet, without its titles; all where it has titles alone."""
    text = plain(name)
    head, *tails = [part.strip() for part in text.split(",")]
    titles = _titles()
    # “S. Sos.” is one title of two words.
    named = " ".join([head, *(tail for tail in tails if _letters(tail) not in titles.after)])
    words = _WORDS.findall(named)
    while len(words) > 1 and _letters(words[0]) in titles.before:
        words = words[1:]
    while len(words) > 1 and _letters(words[-1]) in titles.after:
        words = words[:-1]
    every = titles.before | titles.after
    plain_words = [word for word in words if "." not in word or _letters(word) not in every]
    return " ".join(sorted(filter(None, (word.strip(".-") for word in plain_words or words))))


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _spellings(name: str) -> Iterator[str]:
    yield name
    if name.isascii():
        return
    for letters in _OLD_LETTERS:
        try:
            yield name.encode("cp437").decode(letters)
        except UnicodeError:
            continue


@lru_cache(maxsize=1)
def _titles() -> _Titles:
    return read_model(_TITLES, _Titles)
