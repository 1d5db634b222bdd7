"""The two languages of the lab, and the catalogues that hold every sentence shown to a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from scenarios.documents.document import read_document
from scenarios.documents.problem import ProblemsError

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Bilingual(BaseModel):
    """One text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    en: str

    def __getitem__(self, language: Language) -> str:
        """The text in `language`."""
        return self.en if language == "en" else self.id


Catalogue: TypeAlias = Mapping[str, Bilingual]


@lru_cache(maxsize=16)
def read_catalogue(file: Path) -> Catalogue:
    """Read a catalogue: a YAML mapping from a text's name to ``{id: ..., en: ...}``.

    Raises ProblemsError where an entry lacks a language or holds anything but two texts.
    """
    document = read_document(file)
    entries = document.data if isinstance(document.data, dict) else {}
    problems = []
    catalogue: dict[str, Bilingual] = {}
    for name, entry in entries.items():
        texts = entry if isinstance(entry, dict) else {}
        indonesian, english = texts.get("id"), texts.get("en")
        if isinstance(indonesian, str) and isinstance(english, str) and len(texts) == len(LANGUAGES):
            catalogue[name] = Bilingual(id=indonesian, en=english)
            continue
        remedy = "Write it as {id: …, en: …}"
        problems.append(document.problem((name,), "the text is not in both languages", remedy, "catalogue"))
    if problems:
        raise ProblemsError(problems)
    return catalogue
