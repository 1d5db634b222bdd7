"""A problem in a document that a person wrote, told so that the person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem in one file.

    file: the file as the reader should see it; line: counted from 1; path: the place in the
    document, such as ``scenes.telepon.next``; fault and remedy: what is wrong there, and what to do,
    each a clause without its full stop; rule: the short name of the broken rule.
    """

    file: str
    line: int
    path: str
    fault: str
    remedy: str
    rule: str
    level: Level = "error"

    def __str__(self) -> str:
        """The problem in one line: where, what is wrong, what to do."""
        place = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}: {place}{self.fault}. {self.remedy}. [{self.rule}]"


class BadInputError(Exception):
    """What a person gave cannot be used; the text is for that person: what was found, and what to do.

    Every mistake of an author or a facilitator is one of these, and nothing else is.
    """


class ProblemsError(BadInputError):
    """A document could not be read; carries every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems sorted by file and line."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
