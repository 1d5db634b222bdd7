"""What a kind of decision is stands in its own modules: all others ask it, and know none by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
KINDS_ROOMS = (Path("scenarios/kinds"), Path("graders/key/kinds"), Path("widgets/player/kinds"))
# A kind that has an ordinary word for its name: the word may stand in a module, but none may ask for it.
ORDINARY = {"text"}


def _quoted(names: set[str]) -> str:
    return f"[\"'`](?:{'|'.join(sorted(names))})[\"'`]"


ASKED = _quoted(ORDINARY)
NAMED_IN_SCRIPT = re.compile(
    rf"{_quoted(KINDS.keys() - ORDINARY)}|case {ASKED}|[!=]= ?{ASKED}|{ASKED} ?[!=]="
)


def named_kinds(source: str) -> Iterator[tuple[int, str]]:
    """The line and the name, wherever a module names a kind, or imports the module of one."""
    for node in ast.walk(ast.parse(source)):
        for part, names in _candidates(node):
            if isinstance(part, ast.Constant) and part.value in names:
                yield part.lineno, part.value
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imported(node):
                room, _, kind = name.rpartition(".")
                if room.endswith(".kinds") and kind in KINDS:
                    yield node.lineno, name


def _candidates(node: ast.AST) -> Iterator[tuple[ast.AST, set[str]]]:
    """The parts of a node that may name a kind, and the names that none of them may be."""
    yield node, KINDS.keys() - ORDINARY
    if isinstance(node, ast.Compare):
        for side in (node.left, *node.comparators):
            for part in side.elts if isinstance(side, ast.Tuple | ast.List | ast.Set) else [side]:
                yield part, ORDINARY
    elif isinstance(node, ast.MatchValue):
        yield node.value, ORDINARY


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""
    for alias in node.names:
        yield f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_of_a_room_knows_a_kind_by_its_name(room: str) -> None:
    modules = [file.relative_to(ROOT) for file in sorted((ROOT / room).rglob("*.py"))]
    places = [
        f"{module}:{line}: {name}"
        for module in modules
        if module.parent not in KINDS_ROOMS
        for line, name in named_kinds((ROOT / module).read_text(encoding="utf-8"))
    ]

    assert modules
    assert places == []


def test_no_script_knows_a_kind_by_its_name() -> None:
    scripts = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.js"))]
    places = [
        f"{script.relative_to(ROOT)}: {match.group()}"
        for script in scripts
        if script.relative_to(ROOT).parent not in KINDS_ROOMS
        for match in NAMED_IN_SCRIPT.finditer(script.read_text(encoding="utf-8"))
    ]

    assert scripts
    assert places == []


@pytest.mark.parametrize(
    "source",
    [
        'if (kind === "rank") a();',
        "const shown = { a: 'single' };",
        'case "text": a();',
        'b = "text" != kind;',
    ],
)
def test_a_script_that_knows_a_kind_by_its_name_is_found(source: str) -> None:
    assert NAMED_IN_SCRIPT.search(source)


@pytest.mark.parametrize(
    "source",
    [
        'if decision.kind == "rank": pass',
        'if decision.kind in ("single", "multi"): pass',
        'if "text" != decision.kind: pass',
        'if decision.kind in {"text"}: pass',
        'match decision.kind:\n case "referral": pass',
        'match decision.kind:\n case "text" | "free": pass',
        'shown = {"rating": 1}[decision.kind]',
        "from scenarios.kinds.text import TextDecision",
        "from graders.key.kinds import multi",
        "import scenarios.kinds.single",
    ],
)
def test_a_module_that_knows_a_kind_by_its_name_is_found(source: str) -> None:
    assert list(named_kinds(source))
