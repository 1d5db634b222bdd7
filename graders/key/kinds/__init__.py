"""The keys of the kinds of decisions: each module of this folder is one, and is found because it stands here.

A module has the name of its kind and names its class as `KIND`, as in `scenarios/kinds/`. Beside it stands in
each language what the class report calls the kind, ``name``, what its figures count where that needs a word,
``note``, and what an editor says of the fields of its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field, create_model

from graders.key.decision import DecisionKey, DecisionWhys, Whys
from scenarios.documents.part import ReadAs
from scenarios.kinds import KINDS, kinds_in, union_of
from scenarios.language import Catalogue, read_catalogue

KEY_KINDS: Final[Mapping[str, type[DecisionKey]]] = kinds_in(__name__, Path(__file__).parent)
"""The key of every kind of decision that is scored, by the name of the kind."""

if lacking := [name for name, kind in KINDS.items() if kind.is_scored and name not in KEY_KINDS]:
    raise TypeError(f"The kind “{lacking[0]}” is scored: write graders/key/kinds/{lacking[0]}.py, its key.")

AS_KEY: Final = ReadAs(union_of(KEY_KINDS))
"""Reads the key of a decision as the model of its kind."""

WHYS: Final = tuple(dict.fromkeys(name for kind in KEY_KINDS.values() for name in kind.whys))
"""The fields of a key of any kind that hold texts, each a mapping of whys."""

_FURTHER_WHYS: Mapping[str, Any] = {
    name: (Whys, Field(default_factory=dict)) for name in WHYS if name not in DecisionWhys.model_fields
}
FullWhys: Final = create_model("FullWhys", __base__=DecisionWhys, **_FURTHER_WHYS)

AS_WHYS: Final = ReadAs(FullWhys)
"""Reads the texts of a decision's key with those that only some kinds have."""


def whys_of(key: DecisionKey) -> DecisionWhys:
    """The texts of `key` itself, in the language that it is written in."""
    return FullWhys(**{name: getattr(key, name) for name in key.whys})


def key_words(kind: str) -> Catalogue:
    """What the class report says of a kind, and what an editor says of the fields of its key."""
    return read_catalogue(Path(__file__).with_name(f"{kind}.yaml"))
