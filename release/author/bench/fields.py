"""What there is to fill in of a case, and in which file, at which path, each value of it stands.

A field is asked for by where it stands in a case that has no variants. Where the case tells it apart by
variant, at the field itself or above it, it has a cell for each of them (`scenarios.documents.variants`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from release.author.bench.case_files import CASE, GUIDE, KEY
from release.author.bench.edit import value_at
from release.author.bench.messages import CellMessage, FieldKind, FieldMessage
from scenarios.documents.document import Data, DataPath
from scenarios.documents.variants import VARIANTS
from scenarios.language import SOURCE, TRANSLATIONS, Language
from scenarios.loader import VARIED, mapping
from scenarios.proof.unfinished import PLACEHOLDER

_KEY_ROOT = "decisions"


@dataclass(frozen=True, slots=True)
class CaseText:
    """What the files of a case say, by their names, see `CaseFiles`; and the ids of its variants."""

    data: Mapping[str, Data]

    @property
    def case(self) -> dict[str, Data]:
        """What the public half says."""
        return mapping(self.data.get(CASE))

    @property
    def variants(self) -> tuple[str, ...]:
        """The ids of its variants."""
        return tuple(mapping(self.case.get(VARIANTS)))

    def varies(self, data: Data) -> bool:
        """Whether that is told apart by variant."""
        return bool(self.variants) and isinstance(data, dict) and data.keys() == set(self.variants)

    def place(self, file: str, path: DataPath, variant: str) -> tuple[DataPath, bool]:
        """Where `path` stands in a file for a variant, and whether variants are told apart there or above."""
        data, real, apart = self.data.get(file), tuple[str | int, ...](), False
        for part in path:
            data, real, apart = self._settled(data, real, variant, apart=apart)
            data, real = value_at(data, (part,)), (*real, part)
        data, real, apart = self._settled(data, real, variant, apart=apart)
        return real, apart

    def _settled(
        self, data: Data, real: DataPath, variant: str, *, apart: bool
    ) -> tuple[Data, DataPath, bool]:
        if variant and may_vary(real) and self.varies(data):
            return value_at(data, (variant,)), (*real, variant), True
        return data, real, apart

    def value(self, file: str, path: DataPath, variant: str = "") -> Data:
        """What stands at `path` for a variant; for the first where none is named and they differ."""
        first = self.variants[0] if self.variants else ""
        return value_at(self.data.get(file), self.place(file, path, variant or first)[0])

    def cells(self, file: str, path: DataPath, language: Language | str = "") -> Iterator[CellMessage]:
        """A cell for the value at `path`, or one for each variant."""
        each = [(name, *self.place(file, path, name)) for name in self.variants]
        apart = [(name, real) for name, real, is_apart in each if is_apart]
        for name, real in apart or [("", path)]:
            value = value_at(self.data.get(file), real)
            hint = value if isinstance(value, str) and PLACEHOLDER.match(value) else ""
            yield CellMessage(
                file=file,
                path=[*real],
                language=str(language),
                variant=name,
                value=None if hint else value.rstrip("\n") if isinstance(value, str) else value,
                hint=hint.strip(),
            )

    def is_apart_at(self, file: str, path: DataPath) -> bool:
        """Whether the variants are told apart at the field itself, so that it can be joined again."""
        first = self.variants[0] if self.variants else ""
        return self.place(file, path, first)[0] == (*self.place(file, path[:-1], first)[0], path[-1], first)


def may_vary(path: DataPath) -> bool:
    """Whether a value at `path` may be told apart by variant."""
    return bool(path) and path[0] in {*VARIED, _KEY_ROOT}


def field(  # noqa: PLR0913 -- what a field is
    text: CaseText,
    name: str,
    kind: FieldKind,
    places: Sequence[tuple[str, DataPath, str]],
    *,
    choices: str = "",
    optional: bool = False,
    splits: bool = True,
) -> FieldMessage:
    """A field whose values stand at `places`: a file, a path, and the language of what stands there."""
    file, path, _ = places[0]
    cells = [cell for place in places for cell in text.cells(*place)]
    varies = any(cell["variant"] for cell in cells)
    may = bool(text.variants) and may_vary(path) and splits
    return FieldMessage(
        id=f"{file}|{'.'.join(map(str, path))}",
        name=name,
        kind=kind,
        choices=choices,
        optional=optional,
        varies=varies,
        splits=may and (not varies or text.is_apart_at(file, path)),
        cells=cells,
    )


def in_each_language(file: str, path: DataPath) -> tuple[tuple[str, DataPath, str], ...]:
    """The places of a text that stands in `file` and, at the same path, in its translations."""
    others = ((f"{KEY}.{tag}" if file == KEY else tag, path, tag) for tag in TRANSLATIONS)
    return ((file, path, SOURCE), *others)


def in_guide(path: DataPath) -> tuple[tuple[str, DataPath, str], ...]:
    """The places of a text of the guide, where all languages stand in one file."""
    return tuple((GUIDE, (*path, tag), tag) for tag in (SOURCE, *TRANSLATIONS))
