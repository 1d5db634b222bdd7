"""Letters that nobody sees, or that look like others: what a word processor leaves in a text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
HYPHENS: Final = "\u2010\u2011\u2012\u2212\ufe63\uff0d"
UNSEEN: Final = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
BREAKS: Final = "\u000b\u000c\u0085\u2028\u2029"

ODD_SPACE: Final = re.compile(f"[{SPACES}{UNSEEN}]")
"""A sign that looks like a space, or like nothing, and is none to whatever reads a file."""

UNREADABLE: Final = re.compile(f"[{BREAKS}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""A sign that no text of a file may hold: it ends a line unseen, or means something to a machine alone."""

_SPACE, _HYPHEN = re.compile(f"[{SPACES}\t]"), re.compile(f"[{HYPHENS}]")
_UNSEEN, _BREAK = re.compile(f"[{UNSEEN}]"), re.compile(f"[{BREAKS}]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_ODD = re.compile(f"[{SPACES}{HYPHENS}{UNSEEN}{BREAKS}]")
_DASHES = re.compile("[\u2013\u2014\u2015]")  # a dash of a sentence; between figures it is a hyphen


def plain_letters(text: str) -> str:
    """`text` in letters that all are seen, and are what they look like; of the same words and lines."""
    made = _UNSEEN.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    made = _HYPHEN.sub("-", _SPACE.sub(" ", _BREAK.sub("\n", made)))
    return unicodedata.normalize("NFC", made)


def comparable(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` as a search for numbers and addresses reads it, and where each of its letters stands in `text`.

    Letters that are not seen are left out; figures of any script are 0 to 9; spaces, hyphens and dashes are
    those of a keyboard.
    """
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        if _UNSEEN.match(letter) or _CONTROL.match(letter):
            continue
        figure = unicodedata.decimal(letter, None)
        if figure is not None:
            seen = str(figure)
        elif _SPACE.match(letter):
            seen = " "
        else:
            seen = "-" if _HYPHEN.match(letter) or _DASHES.match(letter) else letter
        # A wide or styled letter is a letter: only what stays one is put in, so that places hold.
        wide = unicodedata.normalize("NFKC", seen)
        letters.append(wide if len(wide) == 1 and wide != "…" else seen)
        places.append(at)
    return "".join(letters), tuple(places)


def odd_letters(text: str) -> tuple[tuple[int, str], ...]:
    """Each letter of `text` that is not seen or looks like another, with where it stands."""
    return tuple((match.start(), match.group()) for match in _ODD.finditer(text))


def letter_name(letter: str) -> str:
    """What a letter is called, such as “U+00A0 NO-BREAK SPACE”."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, 'CONTROL CHARACTER')}"
