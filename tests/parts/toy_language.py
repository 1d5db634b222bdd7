"""A copy of the lab that speaks a third language, made of the English texts in capital letters.

Nothing of the code is changed in it: only data is added, as a translator would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from scenarios.documents.document import Data, read_document
from tests.parts.workshop_server import Workshop, running_workshop

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
TAG, NAME, CASE = "xx", "Bahasa Xx", "teman-gim"

_CARD = f"""  {TAG}:
    name: {NAME}
    short: Xx
    decimal: ","
    thousands: "."
    scene: 180
    ease: 32
"""
_FILLED = re.compile(r"(\{[^{}]*\}|\$\w+)")


@dataclass(frozen=True)
class ToyLab:
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


def copied_lab(root: Path) -> ToyLab:
    """Make a copy in `root` that speaks what the lab speaks."""
    for room in ROOMS:
        shutil.copytree(CHECKOUT / room, root / room, ignore=_left_out)
    return ToyLab(root)


def toy_lab(root: Path) -> ToyLab:
    """Make the copy in `root`."""
    lab = copied_lab(root)
    languages = root / "scenarios" / "languages.yaml"
    head, end, rest = languages.read_text(encoding="utf-8").partition("\n# The commands of the terminal")
    languages.write_text(f"{head}{_CARD}{end}{rest}", encoding="utf-8")
    for file in sorted(root.rglob("*.yaml")):
        if file != languages:
            file.write_text(translated(file.read_text(encoding="utf-8")), encoding="utf-8")
    for english, name in _translations(root):
        text = english.read_text(encoding="utf-8")
        if "first_case" not in english.parts:
            text = json.dumps(_in_capitals(read_document(english).data), ensure_ascii=False, indent=1)
        english.with_name(name).write_text(text.replace("_en", f"_{TAG}"), encoding="utf-8")
    return lab


@contextmanager
def toy_workshop(lab: ToyLab, data: Path) -> Iterator[Workshop]:
    """A running workshop of the copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(lab.root)
        patch.setenv("PYTHONPATH", str(lab.root))
        with running_workshop(data, folder=lab.cases, keys=lab.keys, cases=[CASE]) as running:
            yield running


def _left_out(folder: str, names: list[str]) -> set[str]:
    place = Path(folder)
    left = {name for name in names if name in {"__pycache__", "pictures", "graphs", "fingerprints"}}
    if place.name in {"cases", "keys", "guides"} and place.parent.name in {"scenarios", "graders"}:
        left |= {name for name in names if name.partition(".")[0] != CASE}
    return left


def _translations(root: Path) -> Iterator[tuple[Path, str]]:
    for english in root.rglob("en.yaml"):
        yield english, f"{TAG}.yaml"
    for english in root.rglob("*.en.yaml"):
        yield english, english.name.replace(".en.", f".{TAG}.")


def translated(text: str) -> str:
    """A document in which each text that is there in two languages is there in the third too."""
    places = sorted(_places(yaml.compose(text)), key=lambda place: place[0].start_mark.index, reverse=True)
    for key, value, in_braces in places:
        written = json.dumps(_in_capitals(_value(value)), ensure_ascii=False)
        at = key.start_mark.index
        between = ", " if in_braces else "\n" + " " * key.start_mark.column
        text = f"{text[:at]}{TAG}: {written}{between}{text[at:]}"
    return text


def _places(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
    """The key and the value of each English text beside an Indonesian one; whether they stand in braces."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _places(item)
    if isinstance(node, yaml.MappingNode):
        parts = {key.value: (key, value) for key, value in node.value}
        if parts.keys() == {"id", "en"}:
            yield (*parts["en"], bool(node.flow_style))
            return
        for _, value in node.value:
            yield from _places(value)


def _value(node: yaml.Node) -> Data:
    return [_value(part) for part in node.value] if isinstance(node, yaml.SequenceNode) else str(node.value)


def _in_capitals(data: Data) -> Data:
    if isinstance(data, str):
        parts = _FILLED.split(data)
        return "".join(part if number % 2 else part.upper() for number, part in enumerate(parts))
    if isinstance(data, list):
        return [_in_capitals(part) for part in data]
    if isinstance(data, dict):
        return {name: _in_capitals(part) for name, part in data.items()}
    return data
