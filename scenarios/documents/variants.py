"""A document that says in places one thing for each variant of a case, settled into one of them.

A *variation* is a mapping whose keys are exactly the ids of the variants; it stands in place of a value. A
document that is settled in a variant has the variant's value in each of these places, and knows for each
path the line and the dotted name that it has in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scenarios.documents.document import Data, DataPath, Document
from scenarios.documents.mistake import mistake
from scenarios.documents.problem import Problem

VARIANTS = "variants"
"""The key at the top of a case under which its variants stand; the same in a translation of it."""

Settled = Mapping[str | None, Document]
"""The document of each variant; of a case that has none, the document itself under None."""


@dataclass(frozen=True, slots=True)
class Variations:
    """Where variations may stand. names: the ids of the variants; roots: keys at the top of the document."""

    names: tuple[str, ...]
    roots: tuple[str, ...]

    def settled(self, document: Document) -> Settled:
        """The document in each variant."""
        if not self.names:
            return {None: document}
        return {name: _Settling(self, document, name).document() for name in self.names}

    def paths(self, document: Document) -> tuple[DataPath, ...]:
        """Where the variations stand."""
        paths: dict[DataPath, None] = {}
        for path, part in _mappings(document.data):
            if self.may_vary(path) and self.varies(part) and not _is_inside(path, paths):
                paths[path] = None
        return tuple(paths)

    def problems(self, document: Document) -> Iterator[Problem]:
        """Mappings that name some of the variants, and variations that stand where none may."""
        varied = set(self.paths(document))
        for path, part in _mappings(document.data):
            if not path or path[0] == VARIANTS or part.keys().isdisjoint(self.names):
                continue
            if _is_inside(path, varied):
                fault, remedy = mistake("inside_variant"), mistake("inside_variant_do")
            elif not self.may_vary(path):
                fault, remedy = mistake("never_varies"), mistake("never_varies_do", roots=_listed(self.roots))
            elif not self.varies(part):
                lacking = [name for name in self.names if name not in part]
                spare = [name for name in part if name not in self.names]
                fault = mistake("some_variants", names=_listed((*lacking, *spare)))
                remedy = mistake("some_variants_do", names=_listed(self.names))
            else:
                continue
            yield document.problem(path, fault, remedy, "variant")

    def may_vary(self, path: DataPath) -> bool:
        """Whether a variation may stand at `path`."""
        return bool(path) and path[0] in self.roots

    def varies(self, part: Data) -> bool:
        """Whether `part` is a variation."""
        return bool(self.names) and isinstance(part, dict) and part.keys() == set(self.names)

    def unlike_problems(self, original: Document, translation: Document, name: str) -> Iterator[Problem]:
        """Texts that vary in one of two languages only. name: that of the original in a sentence."""
        if not self.names:
            return
        here, there = set(self.paths(original)), set(self.paths(translation))
        for path in self.paths(translation):
            if path not in here:
                remedy = mistake("varies_here_do", names=_listed(self.names))
                yield translation.problem(path, mistake("varies_here", name=name), remedy, "variant")
        for path in self.paths(original):
            if path not in there and _at(translation.data, path) is not None:
                remedy = mistake("varies_there_do", names=_listed(self.names))
                yield translation.problem(path, mistake("varies_there", name=name), remedy, "variant")


@dataclass(slots=True)
class _Settling:
    variations: Variations
    original: Document
    name: str
    lines: dict[DataPath, int] = field(default_factory=dict)
    origins: dict[DataPath, DataPath] = field(default_factory=dict)

    def document(self) -> Document:
        data = self.data(self.original.data, (), ())
        return Document(self.original.file, data, self.lines, self.origins, self.original.folded)

    def data(self, data: Data, origin: DataPath, path: DataPath) -> Data:
        if isinstance(data, dict) and self.variations.may_vary(path) and self.variations.varies(data):
            return self.data(data[self.name], (*origin, self.name), path)
        if origin in self.original.lines:
            self.lines[path] = self.original.lines[origin]
        if origin != path:
            self.origins[path] = origin
        if isinstance(data, dict):
            return {key: self.data(part, (*origin, key), (*path, key)) for key, part in data.items()}
        if isinstance(data, list):
            return [self.data(part, (*origin, at), (*path, at)) for at, part in enumerate(data)]
        return data


def variant_names(document: Document) -> tuple[str, ...]:
    """The ids of the variants that a case names; none where it names none, or nothing that could be ids."""
    top = document.data if isinstance(document.data, dict) else {}
    variants = top.get(VARIANTS)
    return tuple(variants) if isinstance(variants, dict) else ()


def once(
    problems: Mapping[str | None, Sequence[Problem]], anywhere: Callable[[Problem], bool] = lambda _: False
) -> list[Problem]:
    """The problems of all variants, each told once; what only some of them have is told with their names.

    anywhere: whether a problem counts only where every variant has it, as that of a scene that no play comes
    to: its story may well be that of another variant.
    """
    variants: dict[Problem, list[str]] = {}
    for name, own in problems.items():
        for problem in dict.fromkeys(own):
            variants.setdefault(problem, []).append(name or "")
    places = [{(problem.file, problem.path, problem.rule) for problem in own} for own in problems.values()]
    each_once: list[Problem] = []
    for problem, names in variants.items():
        place = (problem.file, problem.path, problem.rule)
        if anywhere(problem) and not all(place in own for own in places):
            continue
        each_once.append(problem if len(names) == len(problems) else _of_variants(problem, names))
    return each_once


def _of_variants(problem: Problem, names: Sequence[str]) -> Problem:
    which = "in_variant" if len(names) == 1 else "in_variants"
    return replace(problem, fault=mistake(which, names=_listed(names), fault=problem.fault))


def _is_inside(path: DataPath, others: Collection[DataPath]) -> bool:
    return any(path[:length] in others for length in range(len(path)))


def _mappings(data: Data, path: DataPath = ()) -> Iterator[tuple[DataPath, dict[str, Data]]]:
    if isinstance(data, dict):
        yield path, data
        for key, part in data.items():
            yield from _mappings(part, (*path, key))
    elif isinstance(data, list):
        for at, part in enumerate(data):
            yield from _mappings(part, (*path, at))


def _at(data: Data, path: DataPath) -> Data:
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
