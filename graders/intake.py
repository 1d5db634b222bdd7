"""What nbgrader gets to see of a class while it autogrades: the released notebook and a moment, no more.

nbgrader copies a submission, and follows its links, before the first preprocessor runs. Its converter
makes its exporter earlier still, and an exporter is a setting of a course (``Autograde.exporter_class``).
So this exporter puts a clean folder in the place of ``submitted/`` for the length of one run.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from graders.grading.submission import shared_plays
from graders.nbgrader.companions import companions

FROM_RELEASE = "graders.autograde.FromRelease"

_PREFIX = ".intake-"
_A_DAY = 86_400.0
_EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'


class Intake(NotebookExporter):
    """nbgrader's exporter of notebooks, which for one run holds the gradebook's engine and who shares a play.

    It does nothing of its own where a course grades with other preprocessors than the lab's.
    """

    def __init__(self, config: Config | None = None, **kwargs: Any) -> None:  # noqa: ANN401 -- nbconvert's own
        """Look at the converter that makes this exporter, and take in what it is about to copy."""
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]
        self._shared: dict[str, frozenset[str]] = {}
        self._engine: sa.Engine | None = None
        converter: Any = self.parent
        if isinstance(self.parent, Autograde) and FROM_RELEASE in converter.sanitize_preprocessors:
            place = _clean_folder(Path(converter.coursedir.root))
            weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
            _take_in(converter, place)

    def shared(self, submitted: Path, assignment: str) -> frozenset[str]:
        """The plays of `assignment` that more than one trainee handed in, looked for once in a run."""
        if assignment not in self._shared:
            self._shared[assignment] = shared_plays(submitted, assignment)
        return self._shared[assignment]

    def engine(self) -> sa.Engine:
        """The engine of the run's gradebook, one for all its steps: nbgrader would make one for each."""
        if self._engine is None:
            converter: Any = self.parent
            self._engine = sa.create_engine(converter.coursedir.db_url)
            weakref.finalize(self, self._engine.dispose)
        return self._engine


def _clean_folder(course: Path) -> Path:
    for left in course.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _A_DAY:
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=course))


def _take_in(converter: Any, place: Path) -> None:  # noqa: ANN401 -- Autograde, whose traits have no types
    """Let `converter` read from `place`, where each submission is the released notebook and a moment."""
    course = converter.coursedir
    taken: dict[str, list[str]] = {}
    for folder in _handed_in(converter):
        goal = place / folder.parent.name / folder.name
        goal.mkdir(parents=True)
        taken[str(goal)] = _notebooks(Path(course.root), folder, goal, course.notebook_id)
        for name, content in companions(folder):
            (goal / name).write_bytes(content)
        if str(folder) not in converter.assignments:
            converter.log.warning("No notebook was handed in, only its record is graded: %s", folder)
    clean = CourseDirectory(parent=converter)
    for name in course.trait_names(config=True):
        setattr(clean, name, getattr(course, name))
    clean.submitted_directory = place.name
    converter.coursedir, converter.assignments = clean, taken


def _handed_in(converter: Any) -> Iterator[Path]:  # noqa: ANN401 -- the same
    """Every submission that the run is for, those too in which nbgrader found no notebook."""
    course = converter.coursedir
    names = sorted({Path(folder).name for folder in converter.assignments})
    for trainee in sorted((Path(course.root) / course.submitted_directory).iterdir()):
        if not trainee.name.startswith(".") and fnmatch(trainee.name, course.student_id):
            yield from (trainee / name for name in names if os.path.lexists(trainee / name))


def _notebooks(course: Path, folder: Path, goal: Path, wanted: str) -> list[str]:
    released = sorted((course / "release" / folder.name).glob("*.ipynb"))
    for file in released:
        shutil.copyfile(file, goal / file.name)
    if not released:
        # Told in a sentence by the first step of grading, for which nbgrader wants a notebook.
        (goal / f"{folder.name}.ipynb").write_text(_EMPTY, encoding="utf-8")
    return [str(file) for file in sorted(goal.glob("*.ipynb")) if fnmatch(file.stem, wanted)]
