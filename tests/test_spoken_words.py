"""What a person reads in a terminal stands in a catalogue: no module says it in one language alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.figures import HERE

ROOMS = ("scenarios", "graders", "release", "widgets", "notebooks")
# Names that hold what is wrong and what to do, wherever they are given a value.
FAULTS = frozenset({"fault", "remedy", "message"})
PRINTING = frozenset({"print", "echo", "prompt", "status", "update"})
CONSOLES = frozenset({"out", "err", "console", "typer", "status", "progress"})
# Two words are a saying, and a word after a file or a number; one alone is the name of a sentence.
_SAYING = re.compile(r"[A-Za-z]{2,}[^A-Za-z_]* [A-Za-z]|[:.] [a-z]{2,}")


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the product by its path."""
    files = (file for room in ROOMS for file in sorted((HERE / room).rglob("*.py")))
    return {file.relative_to(HERE).as_posix(): ast.parse(file.read_text("utf-8")) for file in files}


@cache
def bad_input_errors() -> frozenset[str]:
    """The errors whose text is for a person: `BadInputError`, and whatever is one of them."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"BadInputError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


def literal(node: ast.expr) -> str:
    """The words that stand in an expression as they are, "" where it has none."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, right=right):
            return literal(left) + literal(right)
        case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
            return literal(one) or literal(other)
    return ""


def sayings(tree: ast.Module) -> Iterator[ast.expr]:
    """The expressions of a module that a person gets to read."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in bad_input_errors():
                yield first
            case ast.Call(func=ast.Name(id="Problem" | "Leak"), args=[_, _, _, *args]):
                yield from args[:2]
            case ast.Call(func=ast.Attribute(attr="problem"), args=[_, *args]):
                yield from args[:2]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=where), attr=what), args=[first, *_]) if (
                where in CONSOLES and what in PRINTING
            ):
                yield first
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in FAULTS:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=False)
                yield from (
                    value for name, value in pairs if isinstance(name, ast.Name) and name.id in FAULTS
                )


def spoken(tree: ast.Module) -> list[tuple[int, str]]:
    """The line and the words of each saying of a module that stands in it in one language."""
    return [(node.lineno, text) for node in sayings(tree) if _SAYING.search(text := literal(node))]


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_speaks_one_language_to_a_person(room: str) -> None:
    assert [
        f"{path}:{line}: {text}"
        for path, tree in trees().items()
        if Path(path).parts[0] == room
        for line, text in spoken(tree)
    ] == []


@pytest.mark.parametrize(
    "code",
    [
        'raise BadInputError("Not here.")',
        'raise NoSuchCaseError(f"{case} is not here.")',
        'fault = "not here"',
        'fault, remedy = finding("x"), "Take it out"',
        'yield document.problem(path, f"no case {name}", remedy, "rule")',
        'Problem(file, 1, "", fault, "Take it out", "rule")',
        'out.print(f"{file}: written.", markup=False)',
        'typer.echo("all done")',
        'message = "Not " + "here."',
    ],
)
def test_a_saying_is_found_wherever_it_may_stand(code: str) -> None:
    assert len(spoken(ast.parse(code))) == 1


def test_what_a_catalogue_says_is_no_finding() -> None:
    code = 'out.print(sentence("written", file=file)); raise BadInputError(sentence("not_here"))'

    assert spoken(ast.parse(code)) == []
