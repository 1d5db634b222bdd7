"""Where each rule comes from, of which kind, and how surely it was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scenarios.documents.part import Part
from scenarios.language import Language, Texts
from scenarios.library import SCENARIOS, read_model


class Source(Part):
    """One source. ``mark``: how surely it was read; ``read``: the day up to which, or None.

    title: by which a reader looks it up; reading: how it was read, where not in the primary text.
    """

    title: Texts
    reading: Texts | None = None
    kind: Literal["law", "safeguarding", "procedure", "programme", "lab"]
    mark: Literal["seen", "second_hand", "known", "prop"]
    read: date | None
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
def load_sources(file: Path = SCENARIOS / "sources.yaml") -> Mapping[str, Source]:
    """Load the sources by code. Raises ProblemsError."""
    return read_model(file, Sources).sources
