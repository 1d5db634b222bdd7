"""nbgrader's zip collection, which puts what was handed in where its other steps look for it.

nbgrader takes a submission's owner and file from names that it is told a pattern for, and drops all but
notebooks unless it is told otherwise. Whose a file is has been settled before (``collect.py``); here it
is laid out as nbgrader wants it, under names of our own, and nbgrader makes ``submitted/<id>/<case>``
and its ``timestamp.txt`` in a folder beside the course's, from which each is moved to its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.apps import ZipCollectApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from scenarios.documents.problem import BadInputError
from scenarios.engine.record import RECORD_NAME
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("hand_ins.yaml"))
_STAGE = "placing"
_ARCHIVE, _DONE = "archive", "submitted"
_OWNER = r".*[\\/]extracted[\\/](?P<student_id>[^\\/]+)[\\/]"
_PATTERN = _OWNER + r"(?P<timestamp>[0-9]{8}T[0-9]{6}Z)_(?P<file_id>[^\\/]+)$"


class PlacingError(BadInputError):
    """A hand-in cannot be put into its course; a sentence."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A record to be placed: whose, for which case, and when it was handed in, in UTC."""

    person: str
    case: str
    record: bytes
    at: datetime


@contextmanager
def collected(course: Path, inbox: Path, placements: Iterable[Placement]) -> Iterator[Path]:
    """Let nbgrader lay out ``<id>/<case>`` for each placement; gives the folder of them, for a while.

    inbox: a folder of the course's own disk. Raises PlacingError.
    """
    stage = inbox / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    try:
        cases = sorted({_lay_out(course, stage, placement) for placement in placements})
        for case in cases:
            _collect(course, stage, case)
        yield stage / _DONE
    except OSError as error:
        raise PlacingError(_sentence("not_placed", file=error.filename, reason=error.strerror)) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _lay_out(course: Path, stage: Path, placement: Placement) -> str:
    folder = stage / placement.case / _ARCHIVE / placement.person
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{placement.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    (folder / f"{stamp}_{RECORD_NAME}").write_bytes(placement.record)
    notebook = f"{placement.case}.ipynb"
    shutil.copyfile(course / "release" / placement.case / notebook, folder / f"{stamp}_{notebook}")
    return placement.case


def _collect(course: Path, stage: Path, case: str) -> None:
    config: Any = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = case
    config.CourseDirectory.submitted_directory = str(stage / _DONE)
    # nbgrader formats the whole of this path, in which a brace of the course's own is doubled.
    folder = str(stage).replace("{", "{{").replace("}", "}}")
    config.ZipCollectApp.collect_directory_structure = f"{folder}/{{assignment_id}}/{{collect_step}}"
    config.ZipCollectApp.archive_directory = _ARCHIVE
    config.ZipCollectApp.log_level = "CRITICAL"
    config.FileNameCollectorPlugin.valid_ext = [".ipynb", Path(RECORD_NAME).suffix]
    config.FileNameCollectorPlugin.named_regexp = _PATTERN
    app = ZipCollectApp(config=config)
    app.coursedir = CourseDirectory(parent=app)
    try:
        app.init_plugins()
        app.extract_archive_files()
        app.process_extracted_files()
    except SystemExit:
        raise PlacingError(_sentence("not_collected", case=case)) from None
