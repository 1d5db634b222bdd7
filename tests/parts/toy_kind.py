"""A copy of the lab with a further kind of decision, the pair, in which one case asks for two options.

The kind is what stands in `tests/toy_kind/`, in the folders of the lab where a kind stands: files are added,
and no line of the lab is changed. The case and its key are then edited as an author would.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.parts.lab_copy import CASE, LabCopy, copy_earlier_lab
from tests.places import TESTS

FILES = TESTS / "toy_kind"
KIND, DECISION = "pair", "langkah"

_CASE_EDITS = {
    f"id: {DECISION}\n      kind: multi\n      pick: 3\n": f"id: {DECISION}\n      kind: {KIND}\n",
    "version: 1.0.0": "version: 1.1.0",
}
_KEY_EDITS = {
    "    right: {catat: 2, simpan: 2, pegang: 1}\n    wrong: {blokir: 1, balas: 1, hapus: 1, tahan: 1}\n": (
        "    right: [catat, simpan]\n"
    ),
    "version: 1.0.0": "version: 1.1.0",
}


def pair_lab(root: Path) -> LabCopy:
    """Make the copy in `root`."""
    lab = copy_earlier_lab(root)
    for file in kind_files():
        target = root / file.relative_to(FILES)
        assert not target.exists(), f"{target} is there already: a kind only adds files"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    _edit(lab.cases / CASE / "case.yaml", _CASE_EDITS)
    _edit(lab.keys / f"{CASE}.yaml", _KEY_EDITS)
    return lab


def kind_files() -> list[Path]:
    """The files that are the kind."""
    return sorted(file for file in FILES.rglob("*.*") if file.is_file() and file.suffix != ".pyc")


def _edit(file: Path, edits: dict[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text, f"{file} no longer says {old!r}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
