"""The rooms: every name resolves to this checkout, imports flow one way, and the workshop's walls stand."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
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
WIDGETS = ("anywidget", "ipywidgets")
DATABASES = ("sqlalchemy", "psycopg", "alembic")
DATABASE = (*DATABASES, "sqlite3")
SERVER = tuple(f"release.workshop.{room}" for room in ("kernels", "web", "serve", "desk"))
# What no module of a room reaches, by whatever way: the workshop's processes are walled by what they import.
WALLS = {
    "scenarios": (*JUPYTER, "pandas", *DATABASE),
    "release.lms": (*JUPYTER, *DATABASE, "tornado", "graders", "pandas", "release.workshop"),
    "release.workshop.kernel": (*SERVER, *DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.kernels": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.seats": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.web": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.serve": (*DATABASE, "release.workshop.writer", "graders", "nbgrader"),
    "release.workshop.writer": (*SERVER, *JUPYTER, "zmq", "release.workshop.kernel"),
    "release.workshop.desk": ("jupyter_server", "nbgrader", "voila", "release.workshop.kernel"),
    "release.course_desk.web": (
        *("jupyter_server", "jupyterlab", "nbgrader", "voila", "release.workshop.kernel"),
    ),
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


@cache
def imports_everywhere() -> Mapping[str, Collection[str]]:
    """What each module imports anywhere in it, read when a test first asks for it."""
    return {name: imports(file, everywhere=True) for name, file in MODULES.items()}


HOST_KERNEL = """
import sys
sys.modules["debugpy"] = None
import ipykernel.kernelapp
import release.workshop.kernel.host
from release.workshop.kernel.rehearsal import rehearse, seat_size
from scenarios.directory.services import load_directory
from scenarios.library import CASES, case_folder
from scenarios.loader import load_case
case = load_case(case_folder("teman-gim", CASES))
rehearse(case, load_directory())
seat_size(case, load_directory())
"""
# What each process starts with, and what it never loads then, by whatever way, other people's packages too.
PROCESSES = {
    "every module of scenarios": (
        "\n".join(f"import {name}" for name in sorted(MODULES) if name.split(".")[0] == "scenarios"),
        (*JUPYTER, *DATABASE, "pandas", "numpy", "tornado", "graders", "widgets", "notebooks", "release"),
    ),
    "a kernel that hosts pages": (
        HOST_KERNEL,
        (
            *(*SERVER, *DATABASE, *WIDGETS, "release.workshop.writer", "graders", "nbgrader"),
            *("pandas", "voila", "jupyter_server"),
        ),
    ),
    # Jupyter's own server imports sqlite3 for its signatures of notebooks, which ours keeps nowhere.
    "the server": (
        "import release.workshop.serve.__main__",
        (
            *WIDGETS,
            *DATABASES,
            "release.workshop.writer",
            "graders",
            "nbgrader",
            "pandas",
        ),
    ),
    "the writer": (
        "import release.workshop.writer.writer",
        (*SERVER, *JUPYTER, "zmq", "release.workshop.kernel", "pandas"),
    ),
    "the start page": (
        "import release.course_desk.web.room",
        (*WIDGETS, "jupyter_server", "nbgrader", "voila", "zmq", "pandas", "release.workshop.kernel"),
    ),
}


def reached(name: str, graph: Mapping[str, Collection[str]] | None = None) -> set[str]:
    """Every module that `name` reaches: by its imports, theirs, and the packages that hold them.

    graph: what each module imports; as they stand, where it is not given.
    """
    graph = imports_everywhere() if graph is None else graph
    others: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        for other in (*graph.get(one, ()), one.rpartition(".")[0]):
            if other and other not in others:
                others.add(other)
                waiting.append(other)
    return others


def loaded(code: str) -> set[str]:
    """Every module that a Python of its own holds once it has run `code`."""
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def behind(wall: Collection[str], modules: Collection[str]) -> list[str]:
    """Those of `modules` that stand behind a wall, one of its names or within one."""
    return sorted(name for name in modules if any(within(name, part) for part in wall))


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def children(folder: str) -> Iterator[tuple[str, set[str]]]:
    """What stands in a folder, a module or a room, with what it imports of the others that stand there."""
    for name in MODULES:
        if name != folder and within(name, folder):
            here = name.removeprefix(f"{folder}.").split(".")[0]
            others = {
                other.removeprefix(f"{folder}.").split(".")[0]
                for other in imports_everywhere()[name]
                if other in MODULES and other != folder and within(other, folder)
            }
            yield here, others - {here}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_resolves_to_this_checkout(room: str) -> None:
    assert Path(importlib.import_module(room).__file__ or "").parent == ROOT / room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    for name, others in imports_everywhere().items():
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
        assert behind(WALLS[room], reached(name)) == [], name


@pytest.mark.parametrize("room", WALLS)
def test_an_import_behind_a_wall_is_found_whoever_makes_it(room: str) -> None:
    inside = next(name for name in MODULES if within(name, room) and imports_everywhere()[name])
    between = "scenarios.pick"

    for forbidden in WALLS[room]:
        more = {inside: {*imports_everywhere()[inside], between}, between: {f"{forbidden}.inner"}}
        graph = {**imports_everywhere(), **more}
        assert f"{forbidden}.inner" in behind(WALLS[room], reached(inside, graph))


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_loads_nothing_behind_its_wall(process: str) -> None:
    code, wall = PROCESSES[process]

    assert behind(wall, loaded(code)) == []


def test_what_a_kernel_loads_behind_its_wall_is_found_though_no_line_imports_it() -> None:
    hidden = ("sqlalchemy", "sqlite3", "graders.key.key")
    code, wall = PROCESSES["a kernel that hosts pages"]

    forbidden = behind(
        wall, loaded(f"{code}\nimport importlib\nfor name in {hidden}: importlib.import_module(name)")
    )

    assert set(hidden) <= set(forbidden)
