"""The people of a story: whom a text names by a title and a letter, and the chip that the letter is shown as.

The colours stand in ``people.css``; for player and board `widgets/player/people.js` draws the same chips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from scenarios.language import LANGUAGES, Language, read_catalogue
from scenarios.library import SCENARIOS

PEOPLE = SCENARIOS / "people.yaml"
PEOPLE_SHEET = SCENARIOS / "people.css"
_TITLES = "people_titles"


def people_titles(language: Language) -> str:
    """The titles of a language, as alternatives of a regular expression. Raises ProblemsError."""
    return read_catalogue(PEOPLE)[_TITLES][language]


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a text, each with the letter of the person whom it ends in; "" behind the last one.

    The titles of every language count: none of them is another's word for what is no person.
    """
    at = 0
    for match in _search().finditer(text):
        yield text[at : match.start(1)], match[1]
        at = match.end()
    yield text[at:], ""


def chip_class(letter: str) -> str:
    """The classes of the chip of a letter."""
    return f"kasuslab-person kasuslab-person-{letter}"


def with_chips(text: str) -> Markup:
    """A text as HTML, escaped, in which each letter of a person is a chip: a filter of templates."""
    chip = Markup('<span class="{}">{}</span>')
    parts = (
        escape(piece) + (chip.format(chip_class(letter), letter) if letter else Markup())
        for piece, letter in pieces(text)
    )
    return Markup().join(parts)


@lru_cache(maxsize=1)
def _search() -> re.Pattern[str]:
    titles = "|".join(map(people_titles, LANGUAGES))
    return re.compile(rf"(?<![A-Za-z])(?:{titles}) ([A-Z])(?![A-Za-z0-9])")
