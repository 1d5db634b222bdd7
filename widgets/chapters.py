"""A page's script or style sheet that is written in chapters, as the one text that a browser gets.

A chapter is an ES module, as editors and tsc understand it. anywidget hands a script on as one string, from
which no relative import resolves, so Python joins the chapters when it imports or serves them: each after
those that it imports from, without its imports and exports, comments and indents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# What stands alone on its lines, and the types that JSDoc gives to a part of a line.
_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n|/\*\*(?:(?!\*/).)*\*/ ?", re.MULTILINE | re.DOTALL
)
_BLANK = re.compile(r"\n\s+")
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_DECLARATION = re.compile(r"^(export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import\b|export (?!default\b)).*", re.MULTILINE)


class ChapterError(ValueError):
    """Chapters that make no script; a sentence that says which, and why."""


def plain(text: str) -> str:
    """A script or a style sheet without its comments, empty lines and indents, which weigh on a first visit.

    No literal in it goes over several lines.
    """
    return _BLANK.sub("\n", _COMMENT.sub("", text)).lstrip()


def joined_script(folder: Path) -> str:
    """The script whose chapters are all the ``.js`` in `folder`, and those that they import from.

    The chapter of the folder's own name comes last. Raises OSError, and ChapterError where a chapter imports
    what is not there, two give the same name to different things, or they import from each other in a circle.
    """
    chapters = _ordered(folder)
    _check_names(chapters)
    return "".join(chapter.body for chapter in chapters)


def joined_sheet(folder: Path) -> str:
    """The style sheets that stand beside the chapters of `folder`, in the order of the chapters.

    Raises OSError, and ChapterError where a sheet stands beside no chapter.
    """
    sheets = [chapter.file.with_suffix(".css") for chapter in _ordered(folder)]
    alone = sorted(set(folder.resolve().rglob("*.css")) - set(sheets))
    if alone:
        raise ChapterError(
            f"{alone[0]} stands beside no chapter: give it the name of the .js that it is for."
        )
    return "".join(plain(sheet.read_text("utf-8")) for sheet in sheets if sheet.exists())


@dataclass(frozen=True)
class _Chapter:
    """One file of a script, as it is written."""

    file: Path
    text: str

    @cached_property
    def imports(self) -> Mapping[Path, tuple[str, ...]]:
        """The names that it imports, by the file that each is to come from."""
        names: dict[Path, tuple[str, ...]] = {}
        for each in _IMPORT.finditer(self.text):
            source = (self.file.parent / each[2]).resolve()
            if not source.is_file():
                raise ChapterError(f"{self._place(each)}: imports from {each[2]}, but there is no such file.")
            names[source] = tuple(name.strip() for name in each[1].split(",") if name.strip())
        return names

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that it gives to something, outside of its functions."""
        return frozenset(each[2] for each in _DECLARATION.finditer(self.text))

    @cached_property
    def exports(self) -> frozenset[str]:
        """Those of its names that others may import."""
        return frozenset(each[2] for each in _DECLARATION.finditer(self.text) if each[1])

    @property
    def body(self) -> str:
        """What it adds to the script. Raises ChapterError for an import or export of another form."""
        text = _EXPORT.sub("", _IMPORT.sub("", self.text))
        if other := _LEFT_OVER.search(text):
            raise ChapterError(
                f'{self.file}: "{other[0]}" cannot be joined: write import {{ names }} from "./chapter.js"; '
                "and export before a function, const, let or class."
            )
        return plain(text)

    def _place(self, match: re.Match[str]) -> str:
        return f"{self.file}, line {self.text.count(chr(10), 0, match.start()) + 1}"


def _ordered(folder: Path) -> list[_Chapter]:
    """Every chapter, after those that it imports from."""
    chapters: dict[Path, _Chapter] = {}
    waiting = sorted(file.resolve() for file in folder.rglob("*.js"))
    while waiting:
        file = waiting.pop(0)
        if file not in chapters:
            chapters[file] = _Chapter(file, file.read_text("utf-8"))
            waiting += chapters[file].imports
    main = (folder / f"{folder.name}.js").resolve()
    graph = {file: set(chapter.imports) for file, chapter in chapters.items()}
    graph.get(main, set()).update(set(chapters) - {main})
    try:
        return [chapters[file] for file in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = ", which imports from ".join(file.name for file in reversed(error.args[1]))
        raise ChapterError(f"{folder}: {circle}: move what they share into a chapter of its own.") from error


def _check_names(chapters: list[_Chapter]) -> None:
    by_file = {chapter.file: chapter for chapter in chapters}
    owners: dict[str, Path] = {}
    for chapter in chapters:
        for source, names in chapter.imports.items():
            missing = sorted(set(names) - by_file[source].exports)
            if missing:
                known = ", ".join(sorted(by_file[source].exports))
                raise ChapterError(
                    f"{chapter.file} imports {missing[0]} from {source.name}, which exports {known}."
                )
        for name in sorted(chapter.names):
            if name in owners:
                raise ChapterError(
                    f"{chapter.file} and {owners[name]} both name something {name}: joined they share "
                    "one scope, so call one of them otherwise."
                )
            owners[name] = chapter.file
