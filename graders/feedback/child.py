"""What the case's own texts say of the child: which paragraph of a scene, and whether a reason speaks of one.

Children go by code names (“Anak A”, “Child A”: content-safety.md), so that a text that says nothing of any
child is told apart from one that does, and none is passed off as what it meant for the child.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from scenarios.language import Language, read_catalogue

WORDS = Path(__file__).with_name("child.yaml")


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a scene, each on one line."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def child_paragraph(text: str, language: Language) -> str:
    """The paragraph of a scene that names a child most often, of equals the first; "" where none does.

    Code names count before other words: those may be of children in general.
    """

    def names(paragraph: str) -> tuple[int, int]:
        patterns = (_code_name(language), _any_child(language))
        return (len(patterns[0].findall(paragraph)), len(patterns[1].findall(paragraph)))

    paragraph = max(paragraphs_of(text), key=names, default="")
    return paragraph if any(names(paragraph)) else ""


def speaks_of_child(text: str, language: Language) -> bool:
    """Whether a reason of a key, or a rule, speaks of a child, by a code name or not."""
    return _any_child(language).search(text) is not None


@lru_cache(maxsize=8)
def _code_name(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\b(?i:{_word(language)}) [A-Z]\b")


@lru_cache(maxsize=8)
def _any_child(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\b{_word(language)}", re.IGNORECASE)


def _word(language: Language) -> str:
    return re.escape(read_catalogue(WORDS)["child"][language])
