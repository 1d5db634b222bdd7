"""The rooms: every name resolves to this checkout, imports flow one way, and the workshop's walls stand."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
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
JUPYTER = ("IPython", "ipykernel", "ipywidgets", "jupyter", "nbconvert", "nbformat", "nbgrader", "voila")
DATABASE = ("sqlalchemy", "sqlite3", "psycopg", "alembic")
SERVER = tuple(f"release.workshop.{room}" for room in ("kernels", "web", "serve", "desk"))
# What no module of a room reaches, by whatever way: the workshop's processes are walled by what they import.
WALLS = {
    "scenarios": (*JUPYTER, "pandas", *DATABASE),
    "release.workshop.kernel": (*SERVER, *DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.kernels": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.seats": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.web": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.serve": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.writer": (*SERVER, *JUPYTER, "zmq", "release.workshop.kernel"),
    "release.workshop.desk": ("jupyter_server", "nbgrader", "voila", "release.workshop.kernel"),
    "graders.gradebook": ("nbgrader", "pandas"),
    "graders.grading": ("nbgrader", *DATABASE),
    "graders.key": ("nbgrader", "pandas", *DATABASE),
    "widgets": ("graders", *DATABASE, "nbgrader", "pandas"),
}
MOST_MODULES = 12


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for room in ROOMS for file in (ROOT / room).rglob("*.py")}
FOLDERS = sorted({name.rpartition(".")[0] for name in MODULES if "." in name})


def imports(file: Path, *, everywhere: bool) -> set[str]:
    """Modules that `file` imports, ours and others': when it is imported itself, or anywhere in it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names.update(inner & MODULES.keys() or {node.module})
    return names


EVERYWHERE = {name: imports(file, everywhere=True) for name, file in MODULES.items()}


def reached(name: str) -> set[str]:
    """Every module that `name` reaches: by its imports, theirs, and the packages that hold them."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        for other in (*EVERYWHERE.get(one, ()), one.rpartition(".")[0]):
            if other and other not in found:
                found.add(other)
                waiting.append(other)
    return found


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def children(folder: str) -> Iterator[tuple[str, set[str]]]:
    """What stands in a folder, a module or a room, with what it imports of the others that stand there."""
    for name in MODULES:
        if name != folder and within(name, folder):
            here = name.removeprefix(f"{folder}.").split(".")[0]
            others = {
                other.removeprefix(f"{folder}.").split(".")[0]
                for other in EVERYWHERE[name]
                if other in MODULES and other != folder and within(other, folder)
            }
            yield here, others - {here}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_resolves_to_this_checkout(room: str) -> None:
    assert Path(importlib.import_module(room).__file__ or "").parent == ROOT / room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    for name, others in EVERYWHERE.items():
        if within(name, room):
            rooms = {other.split(".")[0] for other in others if other in MODULES}
            assert rooms <= MAY_IMPORT[room] | {room}, name


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_import_between_the_rooms_of_a_folder_makes_a_circle(folder: str) -> None:
    graph: dict[str, set[str]] = {}
    for here, others in children(folder):
        graph.setdefault(here, set()).update(others)

    order = tuple(TopologicalSorter(graph).static_order())

    assert len(order) == len(graph)


def test_no_import_makes_a_circle() -> None:
    graph = {
        name: imports(file, everywhere=False) & MODULES.keys() - {name} for name, file in MODULES.items()
    }

    order = tuple(TopologicalSorter(graph).static_order())

    assert len(order) == len(MODULES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_a_dozen_modules_at_most(folder: str) -> None:
    modules = [name for name, file in MODULES.items() if file.parent == ROOT.joinpath(*folder.split("."))]

    assert len([name for name in modules if name != folder]) <= MOST_MODULES


@pytest.mark.parametrize("room", WALLS)
def test_a_room_reaches_nothing_behind_its_wall(room: str) -> None:
    inside = [name for name in MODULES if within(name, room)]
    assert inside

    for name in inside:
        for other in reached(name):
            assert not any(within(other, wall) for wall in WALLS[room]), f"{name} reaches {other}"
