"""Prove cases and their keys: every problem of every file, told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from graders.key import load_key
from scenarios.case import Case
from scenarios.checks import case_problems
from scenarios.loader import load_case
from scenarios.problem import Problem, ProblemsError
from scenarios.services import load_directory

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked:
    """One case that was checked: its folder, the case where it could be loaded, and its problems."""

    folder: Path
    case: Case | None
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> bool:
        """Whether no error was found; warnings do not count."""
        return not any(problem.level == "error" for problem in self.problems)


def check_case(folder: Path, keys: Path) -> Checked:
    """Check the case in `folder` and its key in the folder `keys`."""
    problems: list[Problem] = []
    case = _collected(problems, lambda: load_case(folder))
    if case is not None:
        proven = case
        directory = _collected(problems, load_directory)
        if directory is not None:
            problems.extend(case_problems(folder, case, directory))
        _collected(problems, lambda: load_key(proven, keys))
    return Checked(folder, case, tuple(sorted(problems)))


def _collected(problems: list[Problem], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ProblemsError as error:
        problems.extend(error.problems)
        return None


def errors(checked: Iterable[Checked]) -> int:
    """How many errors were found in all."""
    found = (problem for one in checked for problem in one.problems)
    return sum(problem.level == "error" for problem in found)
