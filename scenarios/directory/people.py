"""The people of a story: whom a text names by a title and a letter, and the chip that the letter is shown as.

The colours stand in ``people.css``; for player and board `widgets/player/people.js` draws the same chips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from scenarios.language import LANGUAGES, Language, read_catalogue
from scenarios.library import SCENARIOS

PEOPLE = SCENARIOS / "people.yaml"
PEOPLE_SHEET = SCENARIOS / "people.css"
JOINT = "kasuslab-joint"  # around the blank before a letter, at which no line ends
_TITLES = "people_titles"


def people_titles(language: Language) -> str:
    """The titles of a language, as alternatives of a regular expression. Raises ProblemsError."""
    return read_catalogue(PEOPLE)[_TITLES][language]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text up to a person. letter: of whom its last words are the title, "" in the last one."""

    text: str
    letter: str = ""

    @property
    def chip(self) -> str:
        """The classes of the letter's chip."""
        return f"kasuslab-person kasuslab-person-{self.letter}"


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text; between a title and its letter stands a blank, which is in none of them.

    The titles of every language count: none of them is another's word for what is no person.
    """
    at = 0
    for match in _search().finditer(text):
        yield Piece(text[at : match.end(1)], match[2])
        at = match.end()
    yield Piece(text[at:])


def with_chips(text: str) -> Markup:
    """A text as HTML, escaped, in which each letter of a person is a chip: a filter of templates."""
    return Markup().join(map(_with_chip, pieces(text)))


def _with_chip(piece: Piece) -> Markup:
    if not piece.letter:
        return escape(piece.text)
    chip = Markup('{}<span class="{}"> </span><span class="{}">{}</span>')
    return chip.format(piece.text, JOINT, piece.chip, piece.letter)


@lru_cache(maxsize=1)
def _search() -> re.Pattern[str]:
    titles = "|".join(map(people_titles, LANGUAGES))
    return re.compile(rf"(?<![A-Za-z])({titles}) ([A-Z])(?![A-Za-z0-9])")
