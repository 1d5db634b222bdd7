"""The law card: the laws that cases rest on most often, in plain words, with their dates and sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from scenarios.documents.part import Id, Part
from scenarios.language import Texts
from scenarios.library import SCENARIOS, read_model

LAW_CARD = SCENARIOS / "law_card.yaml"


class Law(Part):
    """One law, or laws that belong together. since: when it came into force or was made, or None."""

    name: Texts
    since: date | None
    says: Texts
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class LawCard(Part):
    """``law_card.yaml`` as it is written."""

    laws: Annotated[Mapping[Id, Law], Field(min_length=1)]


@lru_cache(maxsize=8)
def load_law_card(file: Path = LAW_CARD) -> Mapping[str, Law]:
    """Load the laws by their ids, in the order of the card. Raises ProblemsError."""
    return read_model(file, LawCard).laws
