"""Names say what they hold: no participle stands for a value, and no two modules call a class the same."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from tests.figures import HERE, ROOMS

# What each says of a value is that something was done with it, never what it is.
WORDS = {
    "told": "a progress callback, a report, a sentence and a truth were all called so: say which of them",
    "said": "say message, sentence, answer, or whose words they are",
    "found": "say problems, match, files: what was looked for; of a document that is wrong: fault",
    "kept": "say stored, earlier, standing, or what is kept",
    "held": "say what is held: conversations, known, workshops",
    "met": "say reach of a walk, names, or what was met",
    "shown": "say view, page, is_revealed, or what is shown",
}
# Fields of messages: a page's script reads them by these names.
WIRE = {
    ("widgets/messages.py", "told"),
    ("release/author/bench/messages.py", "found"),
    ("release/workshop/web/board_view.py", "shown"),
}
# Tests whose names are not all mended yet.
NOT_YET = ("tests/benchmarks", "tests/graders", "tests/release/workshop")


# Every module of the product and of its tests.
MODULES = [
    file.relative_to(HERE).as_posix()
    for folder in (*ROOMS, "tests")
    for file in sorted((HERE / folder).rglob("*.py"))
]


@cache
def tree_of(path: str) -> ast.Module:
    """A module, read when a test first asks for it: each worker collects these tests, one runs them."""
    return ast.parse((HERE / path).read_text(encoding="utf-8"))


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The line and the name of every value, parameter, field, function and class that a module makes."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.arg(arg=name)
                | ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
            ):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name


def participles(path: str, tree: ast.AST) -> list[str]:
    """The names in a module that are such a word, with their place and what to say instead."""
    plain = ((line, name, name.strip("_").lower()) for line, name in names(tree))
    return [
        f"{path}:{line}: {name}: {WORDS[word]}"
        for line, name, word in plain
        if word in WORDS and (path, name) not in WIRE
    ]


@pytest.mark.parametrize("path", [path for path in MODULES if not path.startswith(NOT_YET)])
def test_no_name_is_a_participle(path: str) -> None:
    assert participles(path, tree_of(path)) == []


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "def f(found): ...",
        "class Told: ...",
        "self.kept = 1",
        "for _shown in (): ...",
        "def said(): ...",
    ],
)
def test_a_participle_is_noticed_wherever_a_name_is_made(source: str) -> None:
    assert len(participles("a.py", ast.parse(source))) == 1


def test_what_is_exempt_is_there() -> None:
    assert [one for one in WIRE if one[1] not in {name for _, name in names(tree_of(one[0]))}] == []


def test_a_class_name_stands_in_one_module() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        tree = tree_of(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name.strip("_")].add(path)

    assert {name: sorted(paths) for name, paths in places.items() if len(paths) > 1} == {}
