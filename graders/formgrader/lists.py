"""nbgrader's own lists in every language: what they say, for the script that says it anew in the browser."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.language import LANGUAGES, SOFTWARE, card_of, read_catalogue

TEXTS = Path(__file__).with_name("lists.yaml")
# What stands where a person has no name, or nothing was handed in: the gradebook of a course knows ids alone.
NOBODY = ("None, None", "None")
DASH = "–"


def list_words() -> str:
    """As JSON, by language: its name, and in pairs nbgrader's text and what stands in its place."""
    texts = read_catalogue(TEXTS).values()
    words = {
        language: {
            "name": card_of(language).short,
            "pairs": [
                *((name, DASH) for name in NOBODY),
                *((text[SOFTWARE], text[language]) for text in texts if text[SOFTWARE] != text[language]),
            ],
        }
        for language in LANGUAGES
    }
    return json.dumps(words, ensure_ascii=False)
