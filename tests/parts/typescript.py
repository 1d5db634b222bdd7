"""TypeScript declarations of the messages between Python and a page: what an editor and tsc read.

``python -m tests.parts.typescript`` writes them anew; a test fails while a file is not what would be written.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin
from typing import NotRequired as NotRequiredToo

from typing_extensions import get_type_hints, is_typeddict

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "release.author.bench.messages",
    "release.author.reviewers.messages",
    "widgets.messages",
    "release.workshop.frames",
    "release.workshop.web.board_view",
    "release.author.preview",
)
_PLAIN: Mapping[object, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    object: "unknown",
    NoneType: "null",
    None: "null",
}


def file_of(module: str) -> Path:
    """The file that declares the types of a module: beside it, and of its name."""
    return (ROOT / module.replace(".", "/")).with_suffix(".d.ts")


def declarations(module: ModuleType) -> str:
    """Every TypedDict and every alias of a module, and all that they are made of, as TypeScript."""
    names = [name for name, value in vars(module).items() if name[0] != "_" and _is_declared(value, module)]
    made = _Declarations(module.__name__, {name: getattr(module, name) for name in names})
    types = list(made.all())
    head = f"// The types of {module.__name__}, written by tests/parts/typescript.py. Do not edit.\n"
    return "\n".join([head, *made.imports(), *types])


def _is_declared(value: object, module: ModuleType) -> bool:
    if is_typeddict(value):
        return value.__module__ == module.__name__
    return get_origin(value) in {Literal, Union, UnionType}


@dataclass
class _Declarations:
    """The names that are declared, in order; what they are made of joins them on the way."""

    module: str
    named: dict[str, Any]
    others: dict[str, set[str]] = field(default_factory=dict)

    def imports(self) -> Iterator[str]:
        """What comes from the declarations of other modules."""
        here = file_of(self.module).parent
        for other, names in sorted(self.others.items()):
            path = Path(os.path.relpath(file_of(other), here)).as_posix().removesuffix(".d.ts")
            yield f'import type {{ {", ".join(sorted(names))} }} from "{path}";\n'

    def all(self) -> Iterator[str]:
        """Each declaration."""
        for name, value in self._growing():
            yield self._interface(name, value) if is_typeddict(value) else self._alias(name, value)

    def _growing(self) -> Iterator[tuple[str, Any]]:
        written: set[str] = set()
        while rest := [name for name in self.named if name not in written]:
            written.add(rest[0])
            yield rest[0], self.named[rest[0]]

    def _alias(self, name: str, value: Any) -> str:  # noqa: ANN401 -- any type
        return f"export type {name} = {self._made_of(value)};\n"

    def _interface(self, name: str, value: Any) -> str:  # noqa: ANN401 -- any TypedDict
        lines = [f"  {key}{self._member(hint)};\n" for key, hint in _hints(value).items()]
        about = " ".join((inspect.getdoc(value) or "").split())
        return f"/** {about} */\nexport interface {name} {{\n{''.join(lines)}}}\n"

    def _member(self, hint: Any) -> str:  # noqa: ANN401 -- any type
        optional = get_origin(hint) in {NotRequired, NotRequiredToo}
        return f"?: {self._type(get_args(hint)[0])}" if optional else f": {self._type(hint)}"

    def _type(self, hint: Any) -> str:  # noqa: ANN401 -- any type
        """A type by its name where it has one, else by what it is made of. Raises TypeError."""
        if is_typeddict(hint):
            if hint.__module__ != self.module and hint.__module__ in MODULES:
                self.others.setdefault(hint.__module__, set()).add(hint.__name__)
                return str(hint.__name__)
            self.named.setdefault(hint.__name__, hint)
            return str(hint.__name__)
        for name, value in self.named.items():
            if get_origin(hint) is not None and hint == value:
                return name
        return self._made_of(hint)

    def _made_of(self, hint: Any) -> str:  # noqa: ANN401 -- any type
        origin, parts = get_origin(hint), get_args(hint)
        if hint in _PLAIN:
            return _PLAIN[hint]
        if origin is Annotated:
            return self._type(parts[0])
        if origin is Literal:
            return " | ".join(f'"{part}"' for part in parts)
        if origin in {Union, UnionType}:
            return " | ".join(self._type(part) for part in parts)
        if origin is list:
            inner = self._type(parts[0])
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        if origin is dict and self._type(parts[0]) == "string":
            return f"Record<string, {self._type(parts[1])}>"
        raise TypeError(f"{hint!r} has no TypeScript here: tests/parts/typescript.py knows JSON's types")


def _hints(value: Any) -> dict[str, Any]:  # noqa: ANN401 -- any TypedDict
    return get_type_hints(value, include_extras=True)


def main() -> None:
    """Write the declarations of every module."""
    for module in MODULES:
        file_of(module).write_text(declarations(import_module(module)), encoding="utf-8")


if __name__ == "__main__":
    main()
