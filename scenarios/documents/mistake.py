"""What is said of a mistake in a document, in every language.

The languages of the lab are themselves read from a document, so that what is said of documents cannot wait
for them: a `Mistake` is English as a text, and has the same in each language that its catalogue has. Whoever
tells a reader of it takes it through `scenarios.sentence.in_language`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Self

import yaml

FILE = Path(__file__).with_name("mistakes.yaml")

_ENGLISH = "en"


class Mistake(str):
    """A clause about a mistake, in English. texts: the same by the tag of each language."""

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Self:
        """A clause of these texts."""
        mistake = super().__new__(cls, texts[_ENGLISH])
        mistake.texts = texts
        return mistake

    def __reduce__(self) -> tuple[type[Self], tuple[Mapping[str, str]]]:
        """How it goes to another process."""
        return type(self), (self.texts,)


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    catalogue: Mapping[str, Mapping[str, str]] = yaml.load(FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return catalogue


def mistake(name: str, /, **values: object) -> Mistake:
    """The clause `name` of the catalogue, with `values` filled in. Raises KeyError where there is none."""
    texts = _catalogue()[name]
    return Mistake({tag: text.format(**_in(values, tag)) for tag, text in texts.items()})


def _in(values: Mapping[str, object], tag: str) -> Mapping[str, object]:
    """Values as a language has them: what is said in each of them, in its own words."""
    return {name: words_in(value, tag) for name, value in values.items()}


def words_in(value: object, tag: str) -> object:
    """A value in a language, where it is a sentence that has it; itself where it is not."""
    texts = getattr(value, "texts", None)
    try:
        return value if texts is None else texts[tag]
    except (LookupError, ValueError):
        return value
