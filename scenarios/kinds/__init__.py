"""The kinds of decisions: each module of this folder is one, and is found because it stands here.

A module has the name of its kind and names its class as `KIND`. Beside it stands in each language what the
kind is called, ``name`` in a drawn case and ``about`` in an editor, and what an editor says of its fields.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from functools import reduce
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import GenericAlias
from typing import Annotated, Any, Final, get_args

from pydantic import Field

from scenarios.decision import Decision, PartText
from scenarios.documents.part import Part, ReadAs
from scenarios.language import Catalogue, read_catalogue


def kinds_in(package: str, folder: Path) -> Mapping[str, Any]:
    """The model that each module in the folder of a package names as ``KIND``, by the name of the kind.

    Raises TypeError where a module names none, or one of another kind.
    """
    kinds: dict[str, type[Part]] = {}
    for name in sorted(module.name for module in iter_modules([str(folder)])):
        kind = getattr(import_module(f"{package}.{name}"), "KIND", None)
        if not (isinstance(kind, type) and issubclass(kind, Part)):
            raise TypeError(f"{package}.{name} names no model as KIND, as every module of its folder does.")
        if get_args(kind.model_fields["kind"].annotation) != (name,):
            raise TypeError(f'{kind.__name__} of {package}.{name} has another kind: write Literal["{name}"].')
        kinds[name] = kind
    return kinds


def union_of(kinds: Mapping[str, type[Part]]) -> object:
    """The type of whatever is of one of `kinds`, told apart by its field ``kind``: for pydantic to read."""
    return Annotated[reduce(operator.or_, kinds.values()), Field(discriminator="kind")]


def _pick_union(kinds: Iterable[type[Decision]]) -> object:
    parts = [kind.pick_part for kind in kinds if kind.pick_part is not None]
    shapes: list[object] = [str, *(GenericAlias(tuple, (part, ...)) for part in parts), tuple[str, ...]]
    return Annotated[reduce(operator.or_, shapes), Field(union_mode="left_to_right")]


KINDS: Final[Mapping[str, type[Decision]]] = kinds_in(__name__, Path(__file__).parent)
"""Every kind of decision by its name."""

TRANSLATED: Final[Mapping[str, PartText]] = {
    name: text for kind in KINDS.values() for name, text in kind.translated.items()
}
"""The fields of a decision of any kind whose texts a translation repeats, and what texts they hold."""

AS_KIND: Final = ReadAs(union_of(KINDS))
"""Reads a decision as the model of the kind that it names."""

AS_PICK: Final = ReadAs(_pick_union(KINDS.values()))
"""Reads a pick as whichever of its shapes it has: records do not say of which kind its decision is."""


def kind_words(kind: str) -> Catalogue:
    """What a kind is called, and what an editor says of its fields."""
    return read_catalogue(Path(__file__).with_name(f"{kind}.yaml"))
