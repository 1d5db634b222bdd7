"""Print what a checkout measures: its size, its shape, its types, its tests, and what a change of it touches.

``python tests/figures.py [CHECKOUT…]`` gives each checkout a column, and a table of its rooms; left out, it
is this one. Nothing of a checkout is imported or run: its files are read.

A line is a physical one; a function's length is without its docstring; a p90 is interpolated, as numpy does.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import re
import statistics
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
ROOMS = ("scenarios", "graders", "widgets", "notebooks", "release")
WORKSHOP = ("release", "workshop")
LONG, LONGEST = 40, 60
# Texts of the library: they name kinds of decisions because that is what they are made of.
LIBRARY = {"cases", "keys", "guides", "graphs", "first_case"}
PAGES = {".js", ".css", ".yaml", ".j2", ".html", ".ts"}
KIND = "rank"
OPTION = re.compile(r"keep[_-]days")
# How a page, a stylesheet or a catalogue names the kind: as a word of its own, or as a part of a longer name.
KIND_IN_PAGE = re.compile(r"""["']rank["']|\brank:|\bRank[A-Z]\w|[-_]rank\b|[a-z]Rank\b""")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file, parsed. path: where it stands in its checkout."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What is written in it."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """Its name as an import says it."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def filled_lines(self) -> int:
        """How many of them are not blank."""
        return sum(1 for line in self.text.splitlines() if line.strip())

    @property
    def functions(self) -> Iterator[FunctionNode]:
        """Every function and method in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))

    @property
    def classes(self) -> Iterator[ast.ClassDef]:
        """Every class in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef))

    @property
    def public(self) -> Iterator[FunctionNode | ast.ClassDef]:
        """Its public functions and classes, and the public methods of those classes."""
        for node in _public(self.tree.body):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _public(body: Sequence[ast.stmt]) -> Iterator[FunctionNode | ast.ClassDef]:
    for node in body:
        if isinstance(node, FunctionNode | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@dataclass(frozen=True)
class Checkout:
    """The files of one checkout, in whatever layout."""

    root: Path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The product's modules."""
        return tuple(
            self._parsed(file) for room in ROOMS for file in sorted((self.root / room).rglob("*.py"))
        )

    @cached_property
    def tests(self) -> tuple[Module, ...]:
        """The modules of the tests."""
        return tuple(self._parsed(file) for file in sorted((self.root / "tests").rglob("*.py")))

    @cached_property
    def pages(self) -> Mapping[Path, str]:
        """The product's scripts, styles, catalogues and templates; the library's texts are not among them."""
        return {
            file.relative_to(self.root): file.read_text(encoding="utf-8")
            for room in ROOMS
            for file in sorted((self.root / room).rglob("*"))
            if file.suffix in PAGES and not LIBRARY & set(file.parts)
        }

    def room(self, room: str) -> tuple[Module, ...]:
        """The modules of a room; those of the workshop stand apart from those of `release`."""
        return tuple(module for module in self.modules if _room(module.path) == room)

    def _parsed(self, file: Path) -> Module:
        return Module(file.relative_to(self.root), file.read_text(encoding="utf-8"))


def _room(path: Path) -> str:
    return "release/workshop" if path.parts[:2] == WORKSHOP else path.parts[0]


def _length(node: FunctionNode) -> int:
    last, first = node.end_lineno or node.lineno, node.lineno
    if ast.get_docstring(node) is None:
        return last - first + 1
    doc = node.body[0]
    return last - first + 1 - ((doc.end_lineno or doc.lineno) - doc.lineno + 1)


def _spread(values: Iterable[int]) -> str:
    """Median, p90 and most of whole numbers."""
    numbers = sorted(values)
    if len(numbers) < 2:
        return "/".join(str(number) for number in numbers) or "none"
    p90 = statistics.quantiles(numbers, n=10, method="inclusive")[-1]
    return f"{statistics.median(numbers):.0f}/{p90:.0f}/{numbers[-1]}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"


def module_lines(modules: Sequence[Module]) -> str:
    """Median, p90 and most lines of a module."""
    return _spread(module.lines for module in modules)


def lines(modules: Sequence[Module]) -> str:
    """Lines, and in brackets those that are not blank."""
    return f"{sum(module.lines for module in modules):,} ({sum(module.filled_lines for module in modules):,})"


def _lengths(modules: Sequence[Module]) -> list[int]:
    return [_length(node) for module in modules for node in module.functions]


def functions(modules: Sequence[Module]) -> str:
    """How many functions, and the median, p90 and most of their lines."""
    lengths = _lengths(modules)
    return f"{len(lengths):,}, {_spread(lengths)}"


def long_functions(modules: Sequence[Module]) -> str:
    """How many functions are longer than 40 lines, and than 60."""
    lengths = _lengths(modules)
    return "/".join(str(sum(length > most for length in lengths)) for most in (LONG, LONGEST))


def classes(modules: Sequence[Module]) -> str:
    """How many classes."""
    return f"{sum(1 for module in modules for _ in module.classes):,}"


def public(modules: Sequence[Module]) -> str:
    """How many public functions and classes, without and with the public methods."""
    top = sum(1 for module in modules for _ in _public(module.tree.body))
    return f"{top:,}/{sum(1 for module in modules for _ in module.public):,}"


def typed(modules: Sequence[Module]) -> str:
    """The shares of arguments and of returns that have a type."""
    arguments, results = Counter[bool](), Counter[bool]()
    for module in modules:
        for node in module.functions:
            every = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            every += [each for each in (node.args.vararg, node.args.kwarg) if each]
            arguments.update(each.annotation is not None for each in every if each.arg not in {"self", "cls"})
            results[node.returns is not None] += 1
    return f"{_share(arguments[True], arguments.total())}, {_share(results[True], results.total())}"


def documented(modules: Sequence[Module]) -> str:
    """The share of public functions, classes and methods that have a docstring."""
    nodes = [node for module in modules for node in module.public]
    return _share(sum(ast.get_docstring(node) is not None for node in nodes), len(nodes))


def _imports(module: Module, names: set[str], *, everywhere: bool = True) -> set[str]:
    """Which of `names` a module imports: anywhere in it, or only where it is imported itself."""
    imported: set[str] = set()
    for node in ast.walk(module.tree) if everywhere else module.tree.body:
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & names
            imported.update(inner or {node.module})
    return (imported & names) - {module.name}


def cycles(checkout: Checkout) -> str:
    """How many modules stand in a circle of imports, taking out one circle after the other."""
    names = {module.name for module in checkout.modules}
    graph = {module.name: _imports(module, names, everywhere=False) for module in checkout.modules}
    caught: set[str] = set()
    while True:
        try:
            tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = error.args[1]
            caught.update(circle)
            graph[circle[1]] = graph[circle[1]] - {circle[0]}
        else:
            return str(len(caught))


def imports(checkout: Checkout) -> str:
    """How many of our modules a module imports in the mean, and who imports the most."""
    names = {module.name for module in checkout.modules}
    counts = {module.name: len(_imports(module, names)) for module in checkout.modules}
    most = max(counts, key=lambda name: counts[name])
    return f"{statistics.mean(counts.values()):.1f}; {most} {counts[most]}"


def named_tests(checkout: Checkout, modules: Sequence[Module]) -> str:
    """How many modules have a test of their name, in the same place of the tests' tree or flat in it."""
    files = {module.path for module in checkout.tests}
    tests = Path("tests")
    single = [module.path for module in modules if module.path.stem != "__init__"]
    with_test = [
        path
        for path in single
        if files
        & {
            tests / path.parent / f"test_{path.stem}.py",
            tests / f"test_{path.stem}.py",
            tests / f"test_{path.parent.name}_{path.stem}.py",
        }
    ]
    return f"{len(with_test)}/{len(single)} = {_share(len(with_test), len(single))}"


def largest_folder(checkout: Checkout) -> str:
    """The folder with the most modules, its `__init__` not counted."""
    counts = Counter(module.path.parent for module in checkout.modules if module.path.stem != "__init__")
    folder, count = counts.most_common(1)[0]
    return f"{count} in {folder.as_posix()}"


def class_twins(checkout: Checkout) -> str:
    """How many names of classes two modules or more have (`_Place` is `Place`), and the most frequent."""
    places: dict[str, set[Path]] = {}
    for module in checkout.modules:
        for node in module.classes:
            places.setdefault(node.name.lstrip("_"), set()).add(module.path)
    twins = {name: len(paths) for name, paths in places.items() if len(paths) > 1}
    most = sorted(twins, key=lambda name: (-twins[name], name))[:4]
    named = ", ".join(f"{name} ×{twins[name]}" for name in most)
    return f"{len(twins)} ({named})" if twins else "0"


def _names_kind(module: Module) -> bool:
    """Whether a module names the kind: as a text, by one of its classes, or as a module or function."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant):
            named = node.value == KIND
        elif isinstance(node, ast.Name):
            named = re.match(r"Rank[A-Z]", node.id) is not None
        elif isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            named = KIND in names
        else:
            named = isinstance(node, FunctionNode) and node.name == KIND
        if named:
            return True
    return False


def kind_files(checkout: Checkout) -> list[Path]:
    """The files that name the kind `rank`, other than the modules and scripts that are its own."""
    files = [
        module.path
        for module in checkout.modules
        if not LIBRARY & set(module.path.parts) and _names_kind(module)
    ]
    files += [path for path, text in checkout.pages.items() if KIND_IN_PAGE.search(text)]
    return sorted(path for path in files if path.stem != KIND)


def own_kind_files(checkout: Checkout) -> list[Path]:
    """The modules, scripts and catalogues that are the kind `rank`, and so have its name."""
    paths = [*(module.path for module in checkout.modules), *checkout.pages]
    return sorted(path for path in paths if path.stem == KIND and not LIBRARY & set(path.parts))


def kind_count(checkout: Checkout) -> str:
    """How many files the kind has of its own, and how many others name it."""
    return f"{len(own_kind_files(checkout))} of its own, {len(kind_files(checkout))} other"


def option_files(checkout: Checkout) -> list[Path]:
    """The workshop's files that name its option `--keep-days`."""
    modules = {module.path: module.text for module in checkout.modules}
    return sorted(
        path
        for path, text in itertools.chain(modules.items(), checkout.pages.items())
        if OPTION.search(text)
        and (path.parts[:2] == WORKSHOP or (path.parts[0] == "release" and path.stem.startswith("workshop")))
    )


def _count(modules: Sequence[Module], pattern: str) -> str:
    return f"{sum(len(re.findall(pattern, module.text)) for module in modules):,}"


def _page_lines(checkout: Checkout, *suffixes: str) -> str:
    count = sum(len(text.splitlines()) for path, text in checkout.pages.items() if path.suffix in suffixes)
    return f"{count:,}"


def _markdown_lines(checkout: Checkout) -> str:
    files = [
        *checkout.root.glob("*.md"),
        *(f for room in (*ROOMS, "tests") for f in (checkout.root / room).rglob("*.md")),
    ]
    return f"{sum(len(file.read_text(encoding='utf-8').splitlines()) for file in files):,}"


def _dependencies(checkout: Checkout) -> str:
    project = tomllib.loads((checkout.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(len(project["dependencies"]))


def tests_per_code(checkout: Checkout) -> str:
    """Lines of tests for each line of code, blank ones not counted."""
    tests = sum(module.filled_lines for module in checkout.tests)
    return f"{tests / sum(module.filled_lines for module in checkout.modules):.2f}"


def test_functions(checkout: Checkout) -> str:
    """How many test functions, and the median, p90 and most of their lines."""
    lengths = [
        _length(node)
        for module in checkout.tests
        for node in module.functions
        if node.name.startswith("test_")
    ]
    return f"{len(lengths):,}, {_spread(lengths)}"


FIGURES: Mapping[str, Callable[[Checkout], str]] = {
    "modules": lambda checkout: str(len(checkout.modules)),
    "lines (not blank)": lambda checkout: lines(checkout.modules),
    "lines of a module: median/p90/most": lambda checkout: module_lines(checkout.modules),
    "functions, lines: median/p90/most": lambda checkout: functions(checkout.modules),
    f"functions over {LONG} / {LONGEST} lines": lambda checkout: long_functions(checkout.modules),
    "classes": lambda checkout: classes(checkout.modules),
    "public / with methods": lambda checkout: public(checkout.modules),
    "typed arguments, returns": lambda checkout: typed(checkout.modules),
    "public documented": lambda checkout: documented(checkout.modules),
    "modules in an import cycle": cycles,
    "own imports of a module: mean; most": imports,
    "modules with a test of their name": lambda checkout: named_tests(checkout, checkout.modules),
    "test files, lines": lambda checkout: f"{len(checkout.tests)}, {lines(checkout.tests)}",
    "test functions, lines: median/p90/most": test_functions,
    "tests/code": tests_per_code,
    "largest folder": largest_folder,
    "class names in two modules or more": class_twins,
    f"files that the kind {KIND} touches": kind_count,
    "files that a workshop's option touches": lambda checkout: str(len(option_files(checkout))),
    "noqa": lambda checkout: _count(checkout.modules, "# noqa"),
    "noqa PLR0913 (many parameters)": lambda checkout: _count(checkout.modules, "# noqa.*PLR0913"),
    "noqa PLC0415 (late imports)": lambda checkout: _count(checkout.modules, "# noqa.*PLC0415"),
    "Any": lambda checkout: _count(checkout.modules, r"\bAny\b"),
    "type: ignore": lambda checkout: _count(checkout.modules, "type: ignore"),
    "JavaScript lines": lambda checkout: _page_lines(checkout, ".js", ".ts"),
    "CSS lines": lambda checkout: _page_lines(checkout, ".css"),
    "Markdown lines": _markdown_lines,
    "runtime dependencies": _dependencies,
}
ROOM_FIGURES: Mapping[str, Callable[[Checkout, Sequence[Module]], str]] = {
    "modules": lambda _, modules: str(len(modules)),
    "lines (not blank)": lambda _, modules: lines(modules),
    "module": lambda _, modules: module_lines(modules),
    "functions": lambda _, modules: functions(modules),
    "over 40/60": lambda _, modules: long_functions(modules),
    "classes": lambda _, modules: classes(modules),
    "public": lambda _, modules: public(modules),
    "typed": lambda _, modules: typed(modules),
    "documented": lambda _, modules: documented(modules),
    "same-named test": named_tests,
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns as wide as what stands in them."""
    every = [list(head), *map(list, rows)]
    widths = [max(len(row[place]) for row in every) for place in range(len(head))]
    padded = [
        "| " + " | ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)) + " |"
        for row in every
    ]
    return "\n".join([padded[0], "|" + "|".join("-" * (wide + 2) for wide in widths) + "|", *padded[1:]])


def room_table(checkout: Checkout) -> str:
    """The figures of each room of a checkout."""
    rooms = [*ROOMS, "release/workshop"]
    return table(
        ["room", *ROOM_FIGURES],
        [
            [room, *(figure(checkout, checkout.room(room)) for figure in ROOM_FIGURES.values())]
            for room in rooms
        ],
    )


def _listed(title: str, files: Sequence[Path]) -> str:
    return "\n".join([f"{title}:\n", *(f"- {file.as_posix()}" for file in files)])


def main() -> int:
    """Print the figures of the checkouts that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkouts", nargs="*", type=Path, default=[HERE], metavar="CHECKOUT")
    checkouts = [Checkout(root.resolve()) for root in parser.parse_args().checkouts]
    names = [checkout.root.name for checkout in checkouts]
    parts = [table(["", *names], [[name, *map(figure, checkouts)] for name, figure in FIGURES.items()])]
    for name, checkout in zip(names, checkouts, strict=True):
        parts += [
            f"{name}, room by room:\n\n{room_table(checkout)}",
            _listed(f"{name}, files that the kind {KIND} touches", kind_files(checkout)),
            _listed(f"{name}, files that the workshop's option --keep-days touches", option_files(checkout)),
        ]
    sys.stdout.write("\n\n".join(parts) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
