"""Where each rule comes from, how surely and when it was read, and whether it has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from scenarios.documents.part import Part
from scenarios.language import Language, Texts
from scenarios.library import SCENARIOS, read_model

SOURCES = SCENARIOS / "sources.yaml"


Reading: TypeAlias = Literal["opened", "excerpts"]
"""Whether the text of a source was itself opened when it was read, or excerpts of it."""


class SourceChange(Part):
    """A source that says something else than it did. day: from when on; what: the change, in a sentence.

    cases: those that rest on it. Their keys know it, and a trainee's machine has none of them, so that it
    stands here; ``kasuslab check`` holds it to the keys.
    """

    day: date
    what: Texts
    cases: tuple[str, ...] = ()


class Source(Part):
    """One source. ``mark``: how surely it was read; ``read``: the day up to which, or None.

    title: by which a reader looks it up; how: whether the text itself was opened on that day, or excerpts of
    it; reading: what was read in its place, where not the primary text; changed: None where nobody has told
    of a change.
    """

    title: Texts
    reading: Texts | None = None
    kind: Literal["law", "safeguarding", "procedure", "programme", "lab"]
    mark: Literal["seen", "second_hand", "known", "prop"]
    read: date | None
    how: Reading | None = None
    changed: SourceChange | None = None
    links: tuple[str, ...] = ()

    def described(self, language: Language) -> str:
        """Its title and how it was read, for those who write and check keys."""
        return f"{self.title[language]} ({self.reading[language]})" if self.reading else self.title[language]

    @property
    def carries_a_flag(self) -> bool:
        """Whether a harm or a must may rest on it (scoring.md, “Harm and must”)."""
        return self.kind in {"law", "safeguarding"} and self.mark in {"seen", "second_hand"}


class Sources(Part):
    """All sources by their code."""

    sources: Mapping[str, Source]


@lru_cache(maxsize=8)
def load_sources(file: Path = SOURCES) -> Mapping[str, Source]:
    """Load the sources by code. Raises ProblemsError."""
    return read_model(file, Sources).sources
