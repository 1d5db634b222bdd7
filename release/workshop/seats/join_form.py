"""The form that gives a seat: a sector, and a pseudonym for whoever wants one of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from scenarios.personal import find_personal

UNSAID = "-"
# What shows nothing though it is no control sign: fillers, joiners, variation selectors (Unicode's
# Default_Ignorable_Code_Point), and the blank of Braille.
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
LEAST_SIGNS, MOST_SIGNS = 2, 24
_MAX_TYPED = 200

# Each is a text of the lobby.
Problem = Literal[
    "lobby_sector_missing", "lobby_name_length", "lobby_name_private", "lobby_name_doubt", "lobby_name_taken"
]


@dataclass(frozen=True, slots=True)
class JoinForm:
    """What was sent. sector: "" where none was chosen; name: "" where one is to be drawn.

    sure: the name that its writer says is nobody's, after having been asked.
    """

    sector: str = ""
    name: str = ""
    sure: str = ""

    @classmethod
    def read(cls, sector: str, name: str, sure: str) -> JoinForm:
        """The form as it was sent, its name without what cannot be seen."""
        return cls(sector[:_MAX_TYPED], plain_name(name), plain_name(sure))

    @property
    def chosen_sector(self) -> str | None:
        """The id of the sector, or None for whoever did not want to say."""
        return None if self.sector == UNSAID else self.sector

    def problem(self, sectors: Collection[str]) -> Problem | None:
        """What is to be changed before a seat is given; None where nothing is."""
        if self.sector != UNSAID and self.sector not in sectors:
            return "lobby_sector_missing"
        if not self.name:
            return None
        letters = sum(unicodedata.category(sign)[0] in "LN" for sign in self.name)
        if letters < LEAST_SIGNS or len(self.name) > MOST_SIGNS:
            return "lobby_name_length"
        # A capital at the start of a sentence tells nothing of a word, and a name is no sentence.
        kinds = {finding.kind for finding in find_personal(f"oleh {self.name}")}
        if kinds - {"name"}:
            return "lobby_name_private"
        return "lobby_name_doubt" if kinds and self.sure != self.name else None


def plain_name(typed: str) -> str:
    """A name on one line, without signs that are invisible or turn the text around."""
    composed = _BLANKS.sub("", unicodedata.normalize("NFKC", typed[:_MAX_TYPED]))
    signs = (" " if sign.isspace() else sign for sign in composed)
    return " ".join("".join(sign for sign in signs if unicodedata.category(sign)[0] != "C").split())
