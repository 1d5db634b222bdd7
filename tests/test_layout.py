"""The rooms: every name resolves to this checkout, and imports flow one way."""

from __future__ import annotations

import ast
import importlib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
MAY_IMPORT = {
    "scenarios": set(),
    "graders": {"scenarios"},
    "widgets": {"scenarios"},
    "notebooks": {"scenarios", "widgets", "graders"},
    "release": {"scenarios", "widgets", "graders", "notebooks"},
}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for room in ROOMS for file in (ROOT / room).rglob("*.py")}


def imports(file: Path, *, everywhere: bool) -> set[str]:
    """Modules of ours that `file` imports: when it is imported itself, or anywhere in it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inner & MODULES.keys() or {node.module})
    return {name for name in found if name in MODULES}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_resolves_to_this_checkout(room: str) -> None:
    assert Path(importlib.import_module(room).__file__ or "").parent == ROOT / room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    for name, file in MODULES.items():
        if name.split(".")[0] == room:
            rooms = {found.split(".")[0] for found in imports(file, everywhere=True)}
            assert rooms <= MAY_IMPORT[room] | {room}, name


def test_no_import_makes_a_circle() -> None:
    graph = {name: imports(file, everywhere=False) - {name} for name, file in MODULES.items()}

    order = tuple(TopologicalSorter(graph).static_order())

    assert len(order) == len(MODULES)


def test_the_core_knows_neither_jupyter_nor_pandas() -> None:
    for name, file in MODULES.items():
        if name.startswith("scenarios"):
            text = file.read_text(encoding="utf-8")
            for stranger in ("IPython", "ipywidgets", "jupyter", "nbgrader", "nbformat", "pandas", "voila"):
                assert f"import {stranger}" not in text, name
                assert f"from {stranger}" not in text, name


def test_each_room_says_what_it_is() -> None:
    for room in (*ROOMS, "tests"):
        lines = (ROOT / room / "README.md").read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 60, room
