"""What the file of a key of several variants is to hold after the changes of each of them.

A change is written once where all variants agree on it, and as a variation where they do not. A part that
already varies is changed inside its own variant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, cast

from graders.key.key import VARIED_KEY
from graders.panel.key_edit import Edits, data_of
from scenarios.documents.document import Data, DataPath, Document
from scenarios.documents.variants import Variations

Values: TypeAlias = Mapping[str, Data]
"""What a path holds in each variant; None for nothing."""

_FIELD = 3
"""How long the path of a field of a decision's key is, such as (``decisions``, ``mendesak``, ``right``)."""


def varied_edits(text: str, by_variant: Mapping[str | None, Edits]) -> Edits:
    """The edits of `text`, the file of a key, that give each variant what its own edits ask for.

    by_variant: by the id of the variant, what each path of its settled document is to hold; None takes the
    entry out. Raises KeyError where something else than a mapping stands in the way of a path.
    """
    names = tuple(name for name in by_variant if name is not None)
    document = Document(Path(), data_of(text), {})
    variations = Variations(names, VARIED_KEY)
    varied = variations.paths(document)
    after = {name: variations.settled(document)[name].data for name in names}
    for name in names:
        for path, value in by_variant[name].items():
            after[name] = _with(after[name], path, value)
    edits: dict[DataPath, Data] = {}
    for name in names:
        for path in by_variant[name]:
            edits |= _edit(path, name, after, varied)
    return _without_parts(edits)


def _edit(path: DataPath, name: str, after: Values, varied: tuple[DataPath, ...]) -> Edits:
    """What the file is to hold so that the variant `name` holds what it does at `path` afterwards."""
    above = next((place for place in varied if path[: len(place)] == place), None)
    if above is not None:
        value = _at(after[name], path)
        empty: Data = {} if path == above and value is None else value
        return {(*above, name, *path[len(above) :]): empty}
    values = {each: _at(data, path) for each, data in after.items()}
    first, *others = values.values()
    if all(value == first for value in others):
        return {path: first}
    if None not in values.values():
        return {path: values}
    # What one variant lacks cannot vary by itself: the mapping that it would stand in does.
    if len(path) > _FIELD:
        return _edit(path[:-1], name, after, varied)
    return {path: {each: {} if value is None else value for each, value in values.items()}}


def _without_parts(edits: Edits) -> Edits:
    """The edits without those of a path inside another one, which holds them already."""
    return {
        path: value
        for path, value in edits.items()
        if not any(path[:length] in edits for length in range(len(path)))
    }


def _with(data: Data, path: DataPath, value: Data) -> Data:
    """`data` with `value` at `path`; without what stands there where that is None."""
    if not path:
        return value
    name = str(path[0])
    if data is not None and not isinstance(data, dict):
        raise KeyError(path)
    inner = _with((data or {}).get(name), path[1:], value)
    entries = _entries(data or {}, name, inner)
    return cast("Data", dict(entries))


def _entries(data: Mapping[str, Data], name: str, value: Data) -> Iterator[tuple[str, Data]]:
    for key, part in data.items():
        if key != name:
            yield key, part
        elif value is not None:
            yield key, value
    if name not in data and value is not None:
        yield name, value


def _at(data: Data, path: DataPath) -> Data:
    for part in path:
        data = data.get(str(part)) if isinstance(data, dict) else None
    return data
