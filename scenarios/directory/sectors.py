"""The sectors that people come from, and the families that small groups are merged into (scoring.md)."""

from __future__ import annotations

import re
import unicodedata
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
    """One sector: its name, the id of its family, and the words by which people write that they are of it.

    roles: those of the cases that its people play as their own.
    """

    name: Texts
    family: str
    words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Sectors(Part):
    """All families and all sectors by their ids."""

    families: Mapping[str, Family]
    sectors: Mapping[str, Sector]


@lru_cache(maxsize=8)
def load_sectors(file: Path = SCENARIOS / "sectors.yaml") -> Sectors:
    """Load families and sectors. Raises ProblemsError."""
    return read_model(file, Sectors)


def roles_of(sector: str | None) -> frozenset[str]:
    """The roles of the cases that people of a sector play as their own; none for whoever is of no sector."""
    known = load_sectors().sectors.get(sector) if sector is not None else None
    return frozenset(known.roles) if known is not None else frozenset()


def sector_of(text: str) -> str | None:
    """The id of the sector that a person wrote down: by id, name or word; None where it is none of them.

    A longer text, such as “UPTD Puskesmas Oesapa”, is of the sector whose words stand in it; the longest of
    these decides (“Dinas Pendidikan” before “Pendidikan”), and where they are of two sectors, nothing does.
    """
    words = _words()
    given = _plain(text)
    if given in words:
        return words[given]
    inside = [(len(word), sector) for word, sector in words.items() if f" {word} " in f" {given} "]
    longest = max((length for length, _ in inside), default=0)
    sectors = {sector for length, sector in inside if length == longest}
    return next(iter(sectors)) if len(sectors) == 1 else None


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for ident, sector in load_sectors().sectors.items():
        for word in (ident, *(name for _, name in sector.name.items()), *sector.words):
            words.setdefault(_plain(word), ident)
    return words


def _plain(text: str) -> str:
    """Letters and digits alone, small, with single spaces."""
    return " ".join(re.sub(r"[^\w]|_", " ", unicodedata.normalize("NFKC", text).casefold()).split())
