"""nbgrader's own lists in every language: what they say, for the script that says it anew in the browser."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from scenarios.language import LANGUAGES, SOFTWARE, Language, Texts, card_of, read_catalogue

TEXTS = Path(__file__).with_name("lists.yaml")
# The language of the page that this server was started from, where it was by a button.
LANGUAGE_VARIABLE = "KASUSLAB_LANGUAGE"
# What stands where a person has no name, or nothing was handed in: the gradebook of a course knows ids alone.
NOBODY = ("None, None", "None")
DASH = "–"


def in_order(languages: Iterable[Language]) -> tuple[Language, ...]:
    """Languages as a reader is offered them: that of the page that started this server comes first."""
    chosen = os.environ.get(LANGUAGE_VARIABLE)
    return tuple(sorted(languages, key=lambda tag: tag != chosen))


def back_text() -> Texts:
    """What leads back to that page."""
    return read_catalogue(TEXTS.with_name("formgrader.yaml"))["back_to_course"]


def list_words() -> str:
    """As JSON, by language: its name, and in pairs nbgrader's text and what stands in its place."""
    texts = (*read_catalogue(TEXTS).values(), back_text())
    words = {
        language: {
            "name": card_of(language).short,
            "pairs": [
                *((name, DASH) for name in NOBODY),
                *((text[SOFTWARE], text[language]) for text in texts if text[SOFTWARE] != text[language]),
            ],
        }
        for language in in_order(LANGUAGES)
    }
    return json.dumps(words, ensure_ascii=False)
