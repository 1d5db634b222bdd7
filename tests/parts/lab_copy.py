"""A copy of the lab, to which a test adds files as one who extends it does: no code of it is changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.workshop_server import PERSON, Workshop, running_workshop
from tests.places import EARLIER

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
CASE = "teman-gim"
_ONE_BY_ONE = """
import json
import sys
from release.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
"""


@dataclass(frozen=True)
class LabCopy:
    """The copy, at `root`; its library is one case."""

    root: Path

    @property
    def keys(self) -> Path:
        """The folder of its keys."""
        return self.root / "graders" / "keys"

    @property
    def cases(self) -> Path:
        """The folder of its cases."""
        return self.root / "scenarios" / "cases"

    @property
    def environ(self) -> dict[str, str]:
        """What leads a new process to the copy's own modules."""
        return {"PYTHONPATH": str(self.root), "KASUSLAB_KEYS": str(self.keys), "COLUMNS": "400"}

    def python(self, *arguments: str | Path, status: int = 0) -> str:
        """What Python prints, run in the copy, where it ends with `status`."""
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.root,
            env={**os.environ, **self.environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def kasuslab(self, *arguments: str | Path, status: int = 0) -> str:
        """What a command prints that ends with `status`."""
        return self.python("-m", "release.cli", *arguments, status=status)

    def one_by_one(self, *commands: Sequence[str | Path]) -> str:
        """What commands print that end well, in one process: most of a command's time is its start."""
        return self.python("-c", _ONE_BY_ONE, json.dumps([[*map(str, words)] for words in commands]))

    def graded_course(self, folder: Path) -> Path:
        """`folder`, made a course in which a simulated class has handed in, and was graded."""
        self.one_by_one(
            ("course", folder, "--person", PERSON),
            ("simulate", folder, "--trainees", "8"),
            ("grade", folder),
        )
        return folder

    @contextmanager
    def workshop(self, data: Path) -> Iterator[Workshop]:
        """A running workshop of the copy."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.root)
            patch.setenv("PYTHONPATH", str(self.root))
            with running_workshop(data, folder=self.cases, keys=self.keys, cases=[CASE]) as running:
                yield running


def copy_lab(root: Path) -> LabCopy:
    """Make the copy in `root`."""
    for folder in ROOMS:
        shutil.copytree(CHECKOUT / folder, root / folder, ignore=_left_out)
    return LabCopy(root)


def copy_earlier_lab(root: Path) -> LabCopy:
    """Make a copy in `root` whose case is the one of the first release, with its key and its guide.

    For tests that edit the case, as an author would: its texts change no more.
    """
    lab = copy_lab(root)
    shutil.rmtree(lab.cases / CASE)
    shutil.copytree(EARLIER / "cases" / CASE, lab.cases / CASE)
    for folder in ("keys", "guides"):
        for file in (CHECKOUT / "graders" / folder / "earlier" / "1.0.0").glob(f"{CASE}*.yaml"):
            shutil.copy(file, lab.root / "graders" / folder)
    return lab


def _left_out(folder: str, names: list[str]) -> set[str]:
    place = Path(folder)
    left = {name for name in names if name in {"pictures", "graphs", "fingerprints"}}
    if place.name in {"cases", "keys", "guides"} and place.parent.name in {"scenarios", "graders"}:
        left |= {name for name in names if name.partition(".")[0] != CASE}
    return left
