"""A leak: one way in which a key can be guessed without its story, and the problem that it is of a file."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.documents.document import DataPath, Document
from scenarios.documents.problem import Level, Problem


@dataclass(frozen=True, slots=True)
class Leak:
    """One way to guess.

    rule: the short name of what is broken; way: which way of it, by the same words in any library; fault and
    remedy: what was counted, and what to do; path: where to look, in the key.
    """

    rule: str
    way: str
    fault: str
    remedy: str
    path: DataPath = ("decisions",)

    def problem(self, document: Document, level: Level) -> Problem:
        """The problem that it is of `document`, a key."""
        line, path = document.place(self.path)
        return Problem(str(document.file), line, path, self.fault, self.remedy, self.rule, level)
