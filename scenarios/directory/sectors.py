"""The sectors that people come from, and the families that small groups are merged into (scoring.md)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.documents.part import Part
from scenarios.language import Texts
from scenarios.library import SCENARIOS, read_model


class Family(Part):
    """Sectors that belong together."""

    name: Texts


class Sector(Part):
    """One sector: its name, and the id of its family."""

    name: Texts
    family: str


class Sectors(Part):
    """All families and all sectors by their ids."""

    families: Mapping[str, Family]
    sectors: Mapping[str, Sector]


@lru_cache(maxsize=8)
def load_sectors(file: Path = SCENARIOS / "sectors.yaml") -> Sectors:
    """Load families and sectors. Raises ProblemsError."""
    return read_model(file, Sectors)
