"""An assignment as it lies on a trainee's Jupyter server: a case, its notebook, and what became of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from scenarios.case import Case
from scenarios.course_card import CARD_NAME, CourseCard, case_of, read_course_card
from scenarios.documents.problem import ProblemsError
from scenarios.engine.hand_in import HandIn, HandInError, hand_in_name, read_hand_in
from scenarios.engine.record import RECORD_NAME
from scenarios.library import CASE_FOLDER

# What stands in a facilitator's course, and is nobody's assignment to play.
_COURSE_FOLDERS = frozenset({"source", "release", "submitted", "autograded", "feedback", "exchange"})
_DEEP = 3


@dataclass(frozen=True)
class Assignment:
    """A folder that holds a case and its notebook. path: as the server's own addresses name it, with “/”."""

    folder: Path
    path: str

    @cached_property
    def case(self) -> Case:
        """The case. Raises ProblemsError."""
        return case_of(self.folder)

    @cached_property
    def card(self) -> CourseCard:
        """What its course says of itself. Raises ProblemsError."""
        return read_course_card(self.folder / CASE_FOLDER)

    @property
    def due(self) -> datetime | None:
        """When it is due, None where nothing was said."""
        return self.card.due.get(self.case.id)

    @property
    def notebook(self) -> str | None:
        """The path of its notebook: the one that is called as its case, or else the first."""
        names = sorted(file.name for file in self.folder.glob("*.ipynb"))
        own = f"{self.case.id}.ipynb"
        name = own if own in names else next(iter(names), None)
        return None if name is None else f"{self.path}/{name}"

    @property
    def record(self) -> bytes:
        """The record as it stands on disk; nothing where none does."""
        file = self.folder / RECORD_NAME
        return file.read_bytes() if file.exists() else b""

    def newest_file(self) -> tuple[HandIn, bytes] | None:
        """What “Serahkan” wrote last beside the notebook: its card, and the record in it."""
        files: list[tuple[HandIn, bytes]] = []
        for file in self.folder.glob(hand_in_name(self.case.id, "*")):
            with contextlib.suppress(HandInError, OSError):
                files.append(read_hand_in(file.read_bytes()))
        return max(files, key=lambda each: each[0].made, default=None)


def assignment_at(root: Path, path: str) -> Assignment | None:
    """The assignment at `path` below `root`, the folder that a server serves; None where there is none."""
    parts = [part for part in path.split("/") if part]
    if not parts or any(part.startswith(".") for part in parts):
        return None
    folder = root.joinpath(*parts)
    # A link that leads out of what the server serves leads nowhere.
    if not folder.resolve().is_relative_to(root.resolve()):
        return None
    return Assignment(folder, "/".join(parts)) if is_assignment(folder) else None


def is_assignment(folder: Path) -> bool:
    """Whether an assignment of the lab stands in `folder`."""
    return all((folder / CASE_FOLDER / name).is_file() for name in ("case.yaml", CARD_NAME))


def assignments_below(root: Path) -> list[Assignment]:
    """Every assignment that a server with the folder `root` has, sorted by path."""
    return sorted(_below(root, root, _DEEP), key=lambda each: each.path)


def _below(root: Path, folder: Path, deep: int) -> Iterator[Assignment]:
    with contextlib.suppress(OSError):
        for child in folder.iterdir():
            if child.name.startswith(".") or child.name in _COURSE_FOLDERS or not child.is_dir():
                continue
            here = assignment_at(root, child.relative_to(root).as_posix())
            if here is not None and _is_readable(here):
                yield here
            elif deep > 1:
                yield from _below(root, child, deep - 1)


def _is_readable(assignment: Assignment) -> bool:
    with contextlib.suppress(ProblemsError):
        return bool(assignment.case and assignment.card)
    return False
