"""The folder that grading leaves of one submission, ``autograded/<student>/<case>``: whole, or not there.

What stands in it is what ``nbgrader autograde`` leaves with the lab's preprocessors, letter by letter.
Neither nbgrader nor a database is imported here, since every worker process imports this.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, TypeAlias

from graders.grading.case_grader import Grading
from graders.grading.cell_names import REFLECTION
from graders.grading.graded_cells import cell_outputs, reflection_source
from graders.grading.note import NOTE, note_text
from graders.nbgrader.companions import companions
from scenarios.documents.whole_file import whole_folder
from scenarios.engine.record import RECORD_NAME

Json: TypeAlias = dict[str, Any]

_GROUP_WRITES = 0o2770


@dataclass(frozen=True, slots=True)
class Blank:
    """What every graded folder of a case starts from.

    notebook: the released one as plain JSON, with no outputs; files: those of the assignment's source
    that stand beside it, by relative path; permissions: of each file; shared: whether a group of
    facilitators writes in the folders.
    """

    case: str
    notebook: Json
    files: Mapping[str, bytes]
    permissions: int
    shared: bool

    def answers(self) -> Iterator[str]:
        """The names of the cells that trainees answer in words."""
        for name, cell in named_cells(self.notebook).items():
            if cell["metadata"]["nbgrader"].get("solution"):
                yield name


def named_cells(notebook: Json) -> dict[str, Json]:
    """The cells of a notebook that nbgrader knows, by their names."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    }


def cell_checksum(cell: Json) -> str:
    """The checksum that nbgrader gives a cell: of its source, kind, role, name and points."""
    about = cell["metadata"]["nbgrader"]
    grade, solution = bool(about.get("grade")), bool(about.get("solution"))
    locked = not solution and (grade or bool(about.get("locked")))
    parts = ["".join(cell["source"]), cell["cell_type"], str(grade), str(solution), str(locked)]
    parts.append(about["grade_id"])
    if grade:
        parts.append(str(float(about["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def source_files(assignment: Path, ignore: Sequence[str]) -> dict[str, bytes]:
    """The files of ``source/<case>`` that go with every notebook, but for those that `ignore` names."""
    contents: dict[str, bytes] = {}
    for place, folders, files in os.walk(assignment):
        folders[:] = sorted(name for name in folders if not _ignored(name, ignore))
        for name in sorted(files):
            file = Path(place) / name
            if name != RECORD_NAME and not _ignored(name, (*ignore, "*.ipynb")) and not file.is_symlink():
                contents[file.relative_to(assignment).as_posix()] = file.read_bytes()
    return contents


def _ignored(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def write_graded(place: Path, submitted: Path, blank: Blank, grading: Grading) -> None:
    """Make `place` the graded folder of `submitted`, whole or not at all, though not yet on disk.

    Raises OSError where it cannot be written.
    """
    with whole_folder(place, synced=False) as draft:
        for name, data in _files(submitted, blank, grading):
            file = draft / name
            if file.parent != draft:
                file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        _set_permissions(draft, blank)


def _files(submitted: Path, blank: Blank, grading: Grading) -> Iterator[tuple[str, bytes]]:
    yield from blank.files.items()
    yield f"{blank.case}.ipynb", graded_text(blank, grading).encode()
    yield from companions(submitted)
    yield NOTE, note_text(grading.note).encode()


def graded_text(blank: Blank, grading: Grading) -> str:
    """The notebook of a grading, as nbformat writes it."""
    outputs = cell_outputs(grading)
    cells = []
    for cell in blank.notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in outputs:
            cells.append({**cell, "outputs": [_as_lines(output) for output in outputs[name]]})
        elif name == REFLECTION and grading.reflections:
            cells.append({**cell, "source": reflection_source(grading.reflections).splitlines(keepends=True)})
        else:
            cells.append(cell)
    nb = {**blank.notebook, "cells": cells}
    return json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"


def _as_lines(output: Mapping[str, Any]) -> Json:
    data = {kind: text.splitlines(keepends=True) for kind, text in output["data"].items()}
    return {**output, "data": data}


def _set_permissions(folder: Path, blank: Blank) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            (Path(place) / name).chmod(blank.permissions)
        if blank.shared:
            here = Path(place)
            here.chmod((here.stat().st_mode | _GROUP_WRITES) & 0o2777)
