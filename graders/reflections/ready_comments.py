"""Comments that a reader of reflections may begin an answer with: the lab's own, and those that fit anybody.

A comment that names somebody, or repeats what a trainee wrote, is none to be used again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from scenarios.language import Language, read_catalogue
from scenarios.personal import find_personal

TEXTS = Path(__file__).with_name("ready_comments.yaml")
QUOTED_WORDS = 5
_LEAST_NAME = 3
_WORD = re.compile(r"[^\W_]+")


def ready_comments(language: Language) -> Sequence[str]:
    """The lab's own, in one language."""
    return [text[language] for text in read_catalogue(TEXTS).values()]


def name_in(text: str, names: Iterable[str]) -> str | None:
    """What of `text` is one of `names`, part of one, or looks like another personal detail; None for none."""
    words = {word.casefold(): word for word in _WORD.findall(text)}
    folded = text.casefold()
    for name in names:
        whole = name.strip().casefold()
        if len(whole) >= _LEAST_NAME and re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", folded):
            return name.strip()
        for part in _WORD.findall(name):
            if len(part) >= _LEAST_NAME and part[0].isupper() and words.get(part.casefold()) == part:
                return str(part)
    return next((finding.text for finding in find_personal(text)), None)


def quote_in(text: str, trainee_texts: Iterable[str]) -> str | None:
    """The first run of words of `text` that one of the trainee's texts holds too, or None."""
    own = [match.group().casefold() for match in _WORD.finditer(text)]
    for other in trainee_texts:
        words = [match.group().casefold() for match in _WORD.finditer(other)]
        runs = {tuple(words[at : at + QUOTED_WORDS]) for at in range(len(words) - QUOTED_WORDS + 1)}
        for at in range(len(own) - QUOTED_WORDS + 1):
            run = tuple(own[at : at + QUOTED_WORDS])
            if run in runs:
                return " ".join(run)
    return None
