"""The texts of the lab itself: what lacks a language, told all at once to whoever translates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenarios.documents.document import Data, DataPath, Document, read_document
from scenarios.documents.problem import Problem
from scenarios.language import KNOWN, LANGUAGES, SOURCE, card_of
from scenarios.sentence import sentences_of

_word = sentences_of(Path(__file__).with_name("author.yaml"))

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("scenarios", "graders", "widgets", "notebooks", "release")
# Cases and keys have translations that are files of their own; what a container reads is not for persons.
_APART = frozenset({"cases", "keys", "container"})


def lab_files(checkout: Path = CHECKOUT) -> tuple[Path, ...]:
    """The data files in which texts stand language beside language."""
    files = (file for folder in FOLDERS for file in (checkout / folder).rglob("*.yaml"))
    return tuple(sorted(file for file in files if not _APART & set(file.relative_to(checkout).parts)))


def untranslated(document: Document) -> Iterator[Problem]:
    """Each text of a document that stands in the language of the cases and lacks another."""
    yield from _lacking(document, (), document.data)


def _lacking(document: Document, path: DataPath, data: Data) -> Iterator[Problem]:
    if isinstance(data, dict) and SOURCE in data and data.keys() <= set(KNOWN):
        for language in LANGUAGES:
            if language not in data:
                fault = _word("no_text", name=card_of(language).name)
                remedy = _word("write_text", language=language)
                yield document.problem((*path, language), fault, remedy, "translation")
        return
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, part in parts:
        yield from _lacking(document, (*path, name), part)


def lab_text_problems() -> Iterator[Problem]:
    """What lacks a language in all texts of the lab. Raises ProblemsError for a file that cannot be read."""
    for file in lab_files():
        yield from untranslated(read_document(file))
