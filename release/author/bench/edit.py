"""Edits of a YAML text where its nodes stand: all around them stays as it was, letter by letter.

A text is a file as `scenarios.documents.document` reads it: mappings, lists and scalars. An edit is made on
the letters between the marks of a node, so that comments, quotes and the order of everything else remain.
After each one the text is read again: what does not come out as it was meant is never handed back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from scenarios.documents.document import Data, DataPath, plain_data

FLOW_MOST = 100
"""Letters of a mapping or list that is written in one line, at most."""

_INDENT = 2
_ROUTE = frozenset({"go", "add"})  # the fields of a rule and an effect, which stand in one line each


class EditError(ValueError):
    """An edit does not fit the text that it is made on; the text says why. A mistake of ours."""


@dataclass(frozen=True, slots=True)
class Put:
    """Let `value` stand at `path`; what is missing above it is made. after: the sibling to follow, if any."""

    path: DataPath
    value: Data
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Take out what stands at `path`."""

    path: DataPath


@dataclass(frozen=True, slots=True)
class Rename:
    """Give each of the entries at `paths` of their mappings one other name, all at once.

    values: texts that name them, and what these become; every path is that of the file as it was.
    """

    paths: tuple[DataPath, ...]
    name: str
    values: tuple[tuple[DataPath, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Let the entry at `path` of a mapping follow that named `after`, or stand first where it is None."""

    path: DataPath
    after: str | None


Edit: TypeAlias = Put | Take | Rename | Shift


def edited(text: str, edits: Sequence[Edit]) -> str:
    """`text` with these edits made one after the other.

    Lines end in it as they did: with a carriage return where all of them had one. Raises EditError where an
    edit finds no place, or the text would not say what was meant.
    """
    ends = "\r\n" if text.count("\r\n") == text.count("\n") > 0 else "\n"
    made = text.replace("\r\n", "\n") if ends == "\r\n" else text
    for edit in edits:
        made = _edited(made, edit)
    return made.replace("\n", ends) if ends == "\r\n" else made


def _edited(text: str, edit: Edit) -> str:
    before = read(text)
    wanted = _meant(before, edit)
    if _same(before, wanted):
        return text
    made = _YamlText(text).after(edit)
    try:
        now = read(made)
    except yaml.YAMLError as error:
        raise EditError(f"{edit} would break the file: {error}") from None
    if not _same(now, wanted):
        raise EditError(f"{edit} would say something else than it means")
    return made


def read(text: str) -> Data:
    """The data of a YAML text. Raises yaml.YAMLError."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    return None if node is None else plain_data(node)


def value_at(data: Data, path: DataPath) -> Data:
    """What stands at `path`; None where nothing does."""
    for part in path:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
            data = data[part]
        else:
            return None
    return data


def is_there(data: Data, path: DataPath) -> bool:
    """Whether anything stands at `path`, if only nothing."""
    if not path:
        return True
    parent, last = value_at(data, path[:-1]), path[-1]
    if isinstance(parent, dict):
        return last in parent
    return isinstance(parent, list) and isinstance(last, int) and 0 <= last < len(parent)


def _same(one: Data, other: Data) -> bool:
    # The order of entries counts: it is that of the options on a screen.
    return json.dumps(one, ensure_ascii=False) == json.dumps(other, ensure_ascii=False)


def _copy(data: Data) -> Data:
    return cast("Data", json.loads(json.dumps(data)))


def _meant(data: Data, edit: Edit) -> Data:
    """The data that the text is to have after `edit`. Raises EditError where the edit has no place."""
    copy = _copy(data)
    if isinstance(edit, Rename):
        return _renamed(copy, edit)
    if not edit.path:
        raise EditError("an edit of the whole file")
    if isinstance(edit, Put):
        return _with(copy, edit.path, _copy(edit.value), edit.after)
    parent, last = value_at(copy, edit.path[:-1]), edit.path[-1]
    if not is_there(copy, edit.path):
        raise EditError(f"nothing stands at {edit.path}")
    if isinstance(parent, list) and isinstance(last, int) and isinstance(edit, Take):
        del parent[last]
        return copy
    if not isinstance(parent, dict) or not isinstance(last, str):
        raise EditError(f"{edit} wants a mapping")
    entries = list(parent.items())
    at = [name for name, _ in entries].index(last)
    if isinstance(edit, Take):
        del entries[at]
    else:
        one = entries.pop(at)
        entries.insert(_index_after(entries, edit.after), one)
    parent.clear()
    parent.update(entries)
    return copy


def _renamed(data: Data, edit: Rename) -> Data:
    for path, text in edit.values:
        if not isinstance(value_at(data, path), str):
            raise EditError(f"no text stands at {path}")
        data = _with(data, path, text, None)
    for path in sorted(edit.paths, key=len, reverse=True):  # the innermost first: its path is still there
        parent = value_at(data, path[:-1])
        if not isinstance(parent, dict) or path[-1] not in parent or edit.name in parent:
            raise EditError(f"nothing at {path} can be called “{edit.name}”")
        entries = [(edit.name if name == path[-1] else name, part) for name, part in parent.items()]
        parent.clear()
        parent.update(entries)
    return data


def _index_after(entries: list[tuple[str, Data]], after: str | None) -> int:
    if after is None:
        return 0
    names = [name for name, _ in entries]
    if after not in names:
        raise EditError(f"there is no “{after}” to follow")
    return names.index(after) + 1


def _with(data: Data, path: DataPath, value: Data, after: str | None) -> Data:
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        items = [] if data is None else data
        if not isinstance(items, list) or first > len(items):
            raise EditError(f"there is no list for {path}")
        if first == len(items):
            return [*items, _with(None, rest, value, None)]
        return [_with(part, rest, value, after) if at == first else part for at, part in enumerate(items)]
    entries = {} if data is None or data == [] else data
    if not isinstance(entries, dict):
        raise EditError(f"there is no mapping for {path}")
    if first in entries:
        return {
            name: _with(part, rest, value, after) if name == first else part for name, part in entries.items()
        }
    listed = list(entries.items())
    known = after if not rest and after in entries else None
    place = _index_after(listed, known) if known is not None else len(listed)
    listed.insert(place, (first, _with(None, rest, value, None)))
    return dict(listed)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node in a text. column: where the entries around it stand; flow: whether between brackets."""

    node: yaml.Node
    key: yaml.ScalarNode | None
    column: int
    flow: bool


class _YamlText:
    """A YAML text and the nodes in it."""

    def __init__(self, text: str) -> None:
        self.text = text if not text or text.endswith("\n") else text + "\n"
        self.root: yaml.Node | None = yaml.compose(self.text, Loader=yaml.CSafeLoader)

    def after(self, edit: Edit) -> str:
        if isinstance(edit, Put):
            return self._put(edit.path, edit.value, edit.after)
        if isinstance(edit, Take):
            return self._take(edit.path)
        if isinstance(edit, Rename):
            return self._rename(edit)
        return self._move(edit.path, edit.after)

    # Where things stand

    def _spot(self, path: DataPath) -> _Spot:
        spot = self._spot_at(path)
        if spot is None:
            raise EditError(f"nothing stands at {path}")
        return spot

    def _spot_at(self, path: DataPath) -> _Spot | None:
        if self.root is None:
            return None
        spot = _Spot(self.root, None, 0, flow=False)
        for part in path:
            node = spot.node
            flow = spot.flow or bool(getattr(node, "flow_style", False))
            column = _column(node)
            if isinstance(node, yaml.MappingNode):
                match = [(key, value) for key, value in node.value if key.value == part]
                if not match:
                    return None
                spot = _Spot(match[0][1], match[0][0], column, flow)
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                spot = _Spot(node.value[part], None, column, flow)
            else:
                return None
        return spot

    def _end(self, node: yaml.Node) -> int:
        """Where the letters of a node end: without the empty lines and comments that follow it."""
        start, end = _marks(node)
        if isinstance(node, yaml.ScalarNode):
            return self._block_end(start) if node.style in {"|", ">"} else end
        if getattr(node, "flow_style", False) or not node.value:
            return end
        last = node.value[-1]
        if isinstance(node, yaml.MappingNode):
            key, value = last
            return max(_marks(key)[1] + 1, self._end(value))
        return self._end(last)

    def _block_end(self, start: int) -> int:
        """The end of the last line of a block scalar that begins at `start`, before its line break."""
        line = self.text.index("\n", start)
        around = self._indent_at(start)
        end = line
        while line + 1 < len(self.text):
            following = self.text.find("\n", line + 1)
            following = len(self.text) if following < 0 else following
            row = self.text[line + 1 : following]
            if row.strip() and len(row) - len(row.lstrip(" ")) <= around:
                break
            if row.strip():
                end = following
            line = following
        return end

    def _indent_at(self, at: int) -> int:
        """How far the entry that holds the letter `at` is indented: to its key, past the sign of an item."""
        begin = self.text.rfind("\n", 0, at) + 1
        row = self.text[begin:at]
        lead = re.match(r"[ ]*(?:- +)*", row)
        whole = lead.group() if lead else ""
        return (
            len(whole) if len(row) > len(whole) else len(whole.rstrip("- ")) if "-" in whole else len(whole)
        )

    def _line_end(self, at: int) -> int:
        """Where the line that holds the letter `at` ends: at its line break."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]

    # Put

    def _put(self, path: DataPath, value: Data, after: str | None) -> str:
        spot = self._spot_at(path)
        if spot is not None:
            return self._replaced(path, spot, value)
        parent = self._spot_at(path[:-1]) if path[:-1] else self._whole()
        if parent is None:
            return self._put(path[:-1], [value] if path[-1] == 0 else {str(path[-1]): value}, None)
        node = parent.node
        if isinstance(node, yaml.MappingNode) and node.value:
            return self._inserted(parent, node, str(path[-1]), value, after)
        if isinstance(node, yaml.SequenceNode) and node.value:
            items = [*cast("list[Data]", plain_data(node)), value]
            return self._replaced(path[:-1], parent, items)
        return self._replaced(path[:-1], parent, [value] if path[-1] == 0 else {str(path[-1]): value})

    def _whole(self) -> _Spot | None:
        return None if self.root is None else _Spot(self.root, None, 0, flow=False)

    def _replaced(self, path: DataPath, spot: _Spot, value: Data) -> str:
        node = spot.node
        if not path:
            raise EditError("the file holds no mapping")
        if isinstance(node, yaml.MappingNode) and isinstance(value, dict) and node.value and value:
            return self._merged(path, node, value)
        start, end = _marks(node)
        end = self._end(node)
        if spot.flow:
            return self._spliced(start, end, flow(value, like=_style(node)))
        indent = self._indent_at(start) if spot.key is None else spot.column
        was_block = _is_block(node)
        if spot.key is None:
            return self._spliced(start, end, item(value, indent + _INDENT, like=_style(node)))
        new = block(value, indent + _INDENT, like=_style(node))
        begin = _marks(spot.key)[1]
        colon = self.text.index(":", begin) + 1
        comment = self._comment(colon, start) if was_block or _is_text_block(node) else ""
        if was_block or _is_text_block(node):
            head, _, body = new.partition("\n")
            return self._spliced(colon, end, head + comment + (f"\n{body}" if body else ""))
        rest = self.text[end : self._line_end(end)]
        if "\n" in new:  # what stands behind the value stays on the line of its name
            head, _, body = new.partition("\n")
            return self._spliced(colon, self._line_end(end), f"{head}{rest.rstrip()}\n{body}")
        return self._spliced(colon, end, new)

    def _comment(self, colon: int, start: int) -> str:
        """The comment on the line of a name whose value is a block."""
        row = self.text[colon : self._line_end(colon)]
        at = row.find(" #")
        del start
        return "" if at < 0 else row[len(row[:at].rstrip()) :].rstrip()

    def _merged(self, path: DataPath, node: yaml.MappingNode, value: dict[str, Data]) -> str:
        """A mapping entry by entry, so that what stays the same stays untouched."""
        text = self.text
        here = [str(key.value) for key, _ in node.value]
        standing = [name for name in here if name in value]
        if standing != [name for name in value if name in here]:  # another order: written anew
            return self._rewritten(path, value)
        before: str | None = None
        for name, part in value.items():
            if name in here:
                text = _edited(text, Put((*path, name), part))
            elif before is None:
                return self._rewritten(path, value)
            else:
                text = _edited(text, Put((*path, name), part, before))
            before = name
        for name in here:
            if name not in value:
                text = _edited(text, Take((*path, name)))
        return text

    def _rewritten(self, path: DataPath, value: Data) -> str:
        empty = _YamlText(self._emptied(path))
        return empty._replaced(path, empty._spot(path), value)

    def _emptied(self, path: DataPath) -> str:
        spot = self._spot(path)
        start, end = _marks(spot.node)[0], self._end(spot.node)
        if spot.key is not None and not spot.flow and _is_block(spot.node):
            colon = self.text.index(":", _marks(spot.key)[1]) + 1
            return self._spliced(colon, end, f" {{}}{self._comment(colon, start)}")
        return self._spliced(start, end, "{}")

    def _inserted(
        self, parent: _Spot, node: yaml.MappingNode, name: str, value: Data, after: str | None
    ) -> str:
        names = [str(key.value) for key, _ in node.value]
        last = names.index(after) if after in names else len(names) - 1
        key, other = node.value[last]
        end = max(_marks(key)[1] + 1, self._end(other))
        if parent.flow or node.flow_style:
            return self._spliced(end, end, f", {name}: {flow(value)}")
        column = _column(node)
        line = self._line_end(end)
        new = f"{' ' * column}{name}:{block(value, column + _INDENT)}"
        return self._spliced(line, line, f"\n{new.rstrip(chr(10))}")

    def _rename(self, edit: Rename) -> str:
        spans = [(*self._name_marks(path), edit.name) for path in edit.paths]
        for path, text in edit.values:
            spot = self._spot(path)
            start, _ = _marks(spot.node)
            style = _style(spot.node)
            new = flow(text, like=None if style in {"|", ">"} else style, inside=spot.flow)
            spans.append((start, self._end(spot.node), new))
        made = self.text
        for start, end, new in sorted(spans, reverse=True):
            made = made[:start] + new + made[end:]
        return made

    def _name_marks(self, path: DataPath) -> tuple[int, int]:
        key = self._spot(path).key
        if key is None:
            raise EditError(f"{path} is no entry of a mapping")
        return _marks(key)

    # Take and move

    def _take(self, path: DataPath) -> str:
        parent = self._spot(path[:-1]) if path[:-1] else self._whole()
        if parent is None:
            raise EditError("the file is empty")
        node = parent.node
        if len(node.value) == 1:
            value: Data = {} if isinstance(node, yaml.MappingNode) else []
            if not path[:-1]:
                raise EditError("the file would be empty")
            return self._replaced(path[:-1], parent, value)
        spans = [(start, end) for start, end in self._spans(node)]
        at = self._place(node, path[-1])
        start, end = spans[at]
        if parent.flow or getattr(node, "flow_style", False):
            if at + 1 < len(spans):
                return self._spliced(start, spans[at + 1][0], "")
            return self._spliced(spans[at - 1][1], end, "")
        if self.text[self._line_start(start) : start].strip(" "):  # the first entry of an item of a list
            if isinstance(node, yaml.SequenceNode) and not self.text[self._line_start(start) : start].strip(
                " -"
            ):
                begin = self._line_start(start)
                return self._spliced(begin, self._line_end(end) + 1, "")
            return self._spliced(start, spans[at + 1][0], "")
        return self._spliced(self._line_start(start), self._line_end(end) + 1, "")

    def _place(self, node: yaml.Node, part: str | int) -> int:
        if isinstance(node, yaml.MappingNode):
            return [key.value for key, _ in node.value].index(part)
        return int(part)

    def _spans(self, node: yaml.Node) -> Iterator[tuple[int, int]]:
        """From where to where each entry of a collection stands."""
        for entry in node.value:
            if isinstance(node, yaml.MappingNode):
                key, value = entry
                yield _marks(key)[0], max(_marks(key)[1] + 1, self._end(value))
            else:
                yield _marks(entry)[0], self._end(entry)

    def _move(self, path: DataPath, after: str | None) -> str:
        parent = self._spot(path[:-1]) if path[:-1] else self._whole()
        if parent is None or not isinstance(parent.node, yaml.MappingNode):
            raise EditError(f"nothing can be moved at {path}")
        node = parent.node
        names = [str(key.value) for key, _ in node.value]
        at = self._place(node, path[-1])
        order = [name for name in names if name != path[-1]]
        order.insert(0 if after is None else order.index(after) + 1, names[at])
        spans = list(self._spans(node))
        if parent.flow or node.flow_style:
            parts = [self.text[slice(*spans[names.index(name)])] for name in order]
            return self._spliced(spans[0][0], spans[-1][1], ", ".join(parts))
        # What stands above an entry, an empty line or a comment, goes with it.
        starts = [self._line_start(spans[0][0]), *(self._line_end(end) + 1 for _, end in spans)]
        if self.text[starts[0] : spans[0][0]].strip(" "):
            raise EditError(f"nothing can be moved at {path}")
        parts = [self.text[starts[names.index(name)] : starts[names.index(name) + 1]] for name in order]
        return self._spliced(starts[0], starts[-1], "".join(parts))


def _marks(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _column(node: yaml.Node) -> int:
    column: int = node.start_mark.column
    return column


def _style(node: yaml.Node) -> str | None:
    style: str | None = node.style if isinstance(node, yaml.ScalarNode) else None
    return style


def _is_block(node: yaml.Node) -> bool:
    return not isinstance(node, yaml.ScalarNode) and not getattr(node, "flow_style", False)


def _is_text_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}


# How a value is written


def block(value: Data, indent: int, *, like: str | None = None) -> str:
    """What stands after the colon of a name. indent: of what follows on lines of its own; like: a style."""
    if isinstance(value, dict) and value and not _is_short(value):
        rows = (f"{' ' * indent}{name}:{block(part, indent + _INDENT)}" for name, part in value.items())
        return "\n" + "\n".join(row.rstrip("\n") for row in rows)
    if isinstance(value, list) and value and not _is_short(value):
        rows = (f"{' ' * indent}- {item(part, indent + _INDENT)}" for part in value)
        return "\n" + "\n".join(row.rstrip("\n") for row in rows)
    if isinstance(value, str) and ("\n" in value or like in {"|", ">"}):
        rows = (f"{' ' * indent}{row}".rstrip() for row in value.rstrip("\n").split("\n"))
        sign = "|" if value.endswith("\n") else "|-"
        return f" {sign}\n" + "\n".join(rows)
    return f" {flow(value, like=like, inside=False)}".rstrip(" ") if value is not None else " null"


def item(value: Data, indent: int, *, like: str | None = None) -> str:
    """What stands after the sign of an item of a list."""
    if isinstance(value, dict) and value and not _is_short(value):
        rows = [f"{name}:{block(part, indent + _INDENT)}".rstrip("\n") for name, part in value.items()]
        return f"\n{' ' * indent}".join(rows)
    if isinstance(value, str) and "\n" in value:
        return block(value, indent, like=like).lstrip(" ")
    return flow(value, like=like, inside=False)


def _is_short(value: Data) -> bool:
    """Whether a mapping or a list stands in one line: codes and numbers do, sentences do not."""
    if isinstance(value, dict):
        plain = value.keys() & _ROUTE or not any(" " in text or "\n" in text for text in _texts(value))
        return bool(plain) and len(flow(value)) <= FLOW_MOST
    if isinstance(value, list):
        return not any(isinstance(part, (dict, list)) for part in value)
    return True


def _texts(data: Data) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for part in parts:
        yield from _texts(part)


def flow(value: Data, *, like: str | None = None, inside: bool = True) -> str:
    """A value in one line. inside: between the brackets of a list or mapping, where a comma ends it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if isinstance(value, str):
        return _written(value, like, inside=inside)
    return json.dumps(value)


def _written(text: str, like: str | None, *, inside: bool) -> str:
    if like == "'" and "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    if like == '"' or not _is_plain(text, inside=inside):
        return json.dumps(text, ensure_ascii=False)
    return text


def _is_plain(text: str, *, inside: bool) -> bool:
    """Whether `text` is read as itself where it stands without quotes."""
    if not text or "\n" in text or text != text.strip():
        return False
    try:
        data = read(f"[{text}]" if inside else f"a: {text}")
    except yaml.YAMLError:
        return False
    return data == ([text] if inside else {"a": text})
