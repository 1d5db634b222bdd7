"""Every text that a person wrote into a case, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scenarios.documents.document import Data, DataPath, Document
from scenarios.documents.problem import Level, Problem
from scenarios.documents.variants import VARIANTS
from scenarios.kinds import TRANSLATED
from scenarios.language import Language
from scenarios.loader import mapping

TextKind: TypeAlias = Literal[
    "title", "note", "you", "fact", "scene", "ask", "option", "urgency", "own_note", "fiction", "why", "guide"
]


@dataclass(frozen=True, slots=True)
class Written:
    """One text in a file: where it stands, what kind of text it is, and in which language."""

    document: Document
    path: DataPath
    text: str
    kind: TextKind
    language: Language

    def problem(self, fault: str, remedy: str, rule: str, level: Level = "error", at: int = 0) -> Problem:
        """A problem with this text, on the line of its character `at`."""
        line, name = self.document.place(self.path)
        breaks = self.text.count("\n", 0, at)
        # A text of several lines is a block, which begins on the line after its name.
        line += breaks + 1 if "\n" in self.text else 0
        return Problem(str(self.document.file), line, name, fault, remedy, rule, level)


def case_texts(document: Document, language: Language) -> Iterator[Written]:
    """The texts of a case file or of its translation, in the order of the file."""
    top = mapping(document.data)
    yield from _one(document, ("title",), top.get("title"), "title", language)
    yield from _one(document, ("note",), top.get("note"), "note", language)
    yield from _one(document, ("you",), top.get("you"), "you", language)
    yield from _several(document, (VARIANTS,), top.get(VARIANTS), "guide", language)
    changed = mapping(top.get("fiction")).get("changed")
    yield from _several(document, ("fiction", "changed"), changed, "fiction", language)
    yield from _several(document, ("facts",), top.get("facts"), "fact", language)
    for scene_id, scene in mapping(top.get("scenes")).items():
        yield from _scene(document, ("scenes", scene_id), mapping(scene), language)


def _scene(
    document: Document, path: DataPath, scene: dict[str, Data], language: Language
) -> Iterator[Written]:
    yield from _one(document, (*path, "title"), scene.get("title"), "title", language)
    yield from _one(document, (*path, "text"), scene.get("text"), "scene", language)
    decision, at = mapping(scene.get("decision")), (*path, "decision")
    yield from _one(document, (*at, "ask"), decision.get("ask"), "ask", language)
    for name, kind in TRANSLATED.items():
        yield from _several(document, (*at, name), decision.get(name), kind, language)
    yield from _one(document, (*path, "own_note"), scene.get("own_note"), "own_note", language)


def _one(
    document: Document, path: DataPath, data: Data, kind: TextKind, language: Language
) -> Iterator[Written]:
    if isinstance(data, str):
        yield Written(document, path, data, kind, language)


def _several(
    document: Document, path: DataPath, data: Data, kind: TextKind, language: Language
) -> Iterator[Written]:
    pairs = enumerate(data) if isinstance(data, list) else mapping(data).items()
    for name, text in pairs:
        yield from _one(document, (*path, name), text, kind, language)
