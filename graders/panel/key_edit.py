"""Change single values in the text of a YAML document, and leave every other letter of it as it stands.

Comments, order and line breaks are the author's, and so are indents and texts folded over several lines,
which ruamel.yaml's round trip would write anew. A document is read again after each change, so that no change
has to know what another one moved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import yaml

from scenarios.documents.document import Data, DataPath

Edits: TypeAlias = Mapping[DataPath, Data]
"""What each path is to hold; None takes the entry out."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|\d+\.\d+\.\d+|\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def edited(text: str, edits: Edits, order: Sequence[str] = ()) -> str:
    """`text` after `edits`, in their order.

    order: where a new entry goes in a mapping, after the last entry that stands before it here; else it
    goes to the end. A mapping that a path lies in is made where it is not there. Raises KeyError where
    something else than a mapping stands in the way.
    """
    for path, value in edits.items():
        text = _edited(text, path, value, order)
    return text


def _edited(text: str, path: DataPath, value: Data, order: Sequence[str]) -> str:
    name = str(path[-1])
    parent = _node(text, path[:-1])
    if parent is None:
        return text if value is None else _edited(text, path[:-1], {name: value}, order)
    pair = next((pair for pair in parent.value if pair[0].value == name), None)
    if pair is None:
        return text if value is None else _added(text, path, value, parent, order)
    if parent.flow_style or (value is None and len(parent.value) == 1):
        return _rewritten(text, path, value)
    key, old = pair
    start, end = key.end_mark.index, _end(old)
    if value is None:
        line = text.rfind("\n", 0, key.start_mark.index) + 1
        return text[:line] + text[_line_end(text, end) + 1 :]
    return f"{text[:start]}: {flow(value)}{text[end:]}"


def _added(text: str, path: DataPath, value: Data, parent: yaml.MappingNode, order: Sequence[str]) -> str:
    if parent.flow_style or not parent.value:
        return _rewritten(text, path, value)
    name = str(path[-1])
    before = order[: order.index(name)] if name in order else ()
    key, sibling = next(
        (pair for pair in reversed(parent.value) if pair[0].value in before), parent.value[-1]
    )
    place = _line_end(text, _end(sibling))
    return f"{text[:place]}\n{' ' * key.start_mark.column}{name}: {flow(value)}{text[place:]}"


def _rewritten(text: str, path: DataPath, value: Data) -> str:
    """`text` with the whole mapping that `path` lies in written anew, in one line."""
    node, name = _node(text, path[:-1]), str(path[-1])
    mapping = {} if node is None else _mapping(node)
    changed = {**mapping, name: value}
    if value is None:
        del changed[name]
    return _edited(text, path[:-1], changed, ())


def data_of(text: str) -> Data:
    """What the text of a document holds, as `scenarios.documents.document` reads it."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    return None if node is None else _data(node)


def flow(value: Data) -> str:
    """`value` as YAML in one line."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(name)}: {flow(part)}" for name, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(flow(part) for part in value) + "]"
        case str():
            plain = _PLAIN.fullmatch(value) and value not in _WORDS
            return value if plain else json.dumps(value, ensure_ascii=False)
        case None | bool():
            return json.dumps(value)
        case _:
            return f"{value:g}"


def _node(text: str, path: DataPath) -> yaml.MappingNode | None:
    """The mapping at `path`; None where nothing is there. Raises KeyError where something else is."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    for part in path:
        if not isinstance(node, yaml.MappingNode):
            raise KeyError(path)
        node = next((value for key, value in node.value if key.value == part), None)
        if node is None:
            return None
    if not isinstance(node, yaml.MappingNode):
        raise KeyError(path)
    return node


def _mapping(node: yaml.MappingNode) -> dict[str, Data]:
    return {str(key.value): _data(value) for key, value in node.value}


def _data(node: yaml.Node) -> Data:
    # As scenarios.documents.document reads it: YAML's own rules would make a truth value of an option
    # named “no”.
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_data(value) for value in node.value]
    word = str(node.value)
    if node.style or not _NUMBER.fullmatch(word):  # type: ignore[attr-defined]  # what is left is a scalar
        return word
    return float(word) if "." in word else int(word)


def _end(node: yaml.Node) -> int:
    """Where the last letter of a node stands; the end mark of a block lies at whatever comes after it."""
    children = node.value if isinstance(node, yaml.CollectionNode) and not node.flow_style else ()
    if children:
        last = children[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end
