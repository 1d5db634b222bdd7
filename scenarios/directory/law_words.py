"""What a reader is told of the law of something: its date in words, and that it is to be read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from scenarios.directory.law_age import MONTHS, Aged
from scenarios.directory.sources import Source
from scenarios.language import Language, read_catalogue

TEXTS = Path(__file__).with_name("law_words.yaml")


def law_due(aged: Sequence[Aged], sources: Mapping[str, Source], language: Language) -> list[str]:
    """Why the law of something is to be read again, a sentence a reason."""
    sentences: list[str] = []
    for day, code in aged:
        change = sources[code].changed if code else None
        if change is None:
            sentences.append(_sentence("law_aged", language, date=long_date(day, language), months=MONTHS))
        else:
            when = long_date(change.day, language)
            sentences.append(_sentence("law_changed", language, date=when, what=change.what[language]))
    return sentences


def long_date(day: date, language: Language) -> str:
    """A date in words, such as “31 Maret 2026”."""
    return f"{day.day} {_sentence('months', language).split()[day.month - 1]} {day.year}"


def _sentence(name: str, language: Language, /, **values: object) -> str:
    return read_catalogue(TEXTS)[name][language].format(**values)
