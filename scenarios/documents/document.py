"""Read one YAML document into plain data and remember on which line each thing stands.

Only the plain part of YAML is read: mappings, lists and scalars. Anchors, aliases, tags and
repeated keys are refused with a sentence, so that nothing in a case file can explode or hide. So are
a file of more than `MAX_BYTES` and levels beyond `MAX_DEPTH`, before anything is built of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from scenarios.documents.problem import Problem, ProblemsError

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | None"
DataPath: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_MAX_DIGITS = 15
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: its file, its data, and the line (from 1) of each path in it.

    origins: where in the file a path stands, for those that stand elsewhere there (see `variants`).
    """

    file: Path
    data: Data
    lines: Mapping[DataPath, int]
    origins: Mapping[DataPath, DataPath] = field(default_factory=dict)

    def place(self, path: DataPath) -> tuple[int, str]:
        """The line and the dotted name of `path`, or of its nearest ancestor that stands in the file."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        name = (*self.origins.get(known, known), *path[len(known) :])
        return self.lines.get(known, 1), ".".join(str(part) for part in name)

    def origin(self, path: DataPath) -> DataPath:
        """Where `path` stands in the file."""
        return self.origins.get(path, path)

    def problem(self, path: DataPath, fault: str, remedy: str, rule: str) -> Problem:
        """An error at `path` of this document."""
        line, name = self.place(path)
        return Problem(str(self.file), line, name, fault, remedy, rule)


@dataclass(slots=True)
class _Reader:
    file: Path
    lines: dict[DataPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, path: DataPath, fault: str, remedy: str, rule: str) -> None:
        name = ".".join(str(part) for part in path)
        self.problems.append(Problem(str(self.file), line, name, fault, remedy, rule))

    def data(self, node: yaml.Node, path: DataPath) -> Data:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return scalar_data(node)
        raise AssertionError(node)  # YAML has no fourth kind of node

    def _mapping(self, node: yaml.MappingNode, path: DataPath) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(line, path, "a key is not a word", "Use a plain word as the key", "key")
                continue
            key = str(key_node.value)
            if key in mapping:
                first = self.lines[(*path, key)]
                self.problem(
                    line,
                    (*path, key),
                    f"the key “{key}” stands here twice, first on line {first}",
                    "Keep one of the two",
                    "duplicate-key",
                )
                continue
            self.lines[(*path, key)] = line
            mapping[key] = self.data(value_node, (*path, key))
        return mapping


def scalar_data(node: yaml.ScalarNode) -> Data:
    """What a scalar says: a text, a number, yes or no, or nothing."""
    text = str(node.value)
    if node.style:  # quoted, or a block: a text as it stands
        return text
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text) and len(text) <= _MAX_DIGITS:
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def plain_data(node: yaml.Node) -> Data:
    """What a node says, of a text that was read before: see `read_document`."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain_data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain_data(part) for part in node.value]
    if isinstance(node, yaml.ScalarNode):
        return scalar_data(node)
    raise AssertionError(node)  # YAML has no fourth kind of node


def read_documents(*files: Path) -> tuple[Document, ...]:
    """Read several files. Raises ProblemsError with the problems of all of them."""
    problems: list[Problem] = []
    documents: list[Document] = []
    for file in files:
        try:
            documents.append(read_document(file))
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    return tuple(documents)


def read_document(file: Path) -> Document:
    """Read `file` as one YAML document; problems name it as seen from the current folder.

    Raises ProblemsError where the file is missing, too large, not UTF-8, not plain YAML, or nested
    deeper than `MAX_DEPTH`.
    """
    here = Path.cwd()
    name = file.relative_to(here) if file.is_relative_to(here) else file
    text = _text(file, name)
    reader = _Reader(name)
    try:
        _refuse_more_than_plain(text, reader)
        if reader.problems:
            raise ProblemsError(reader.problems)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ProblemsError([_syntax_problem(error, name)]) from None
    data = None if node is None else reader.data(node, ())
    if reader.problems:
        raise ProblemsError(reader.problems)
    return Document(name, data, reader.lines)


def _text(file: Path, name: Path) -> str:
    def refuse(line: int, fault: str, remedy: str, rule: str) -> ProblemsError:
        return ProblemsError([Problem(str(name), line, "", fault, remedy, rule)])

    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise refuse(1, f"the file cannot be read ({reason})", "Put the file there", "file") from None
    if len(raw) > MAX_BYTES:
        fault = f"the file has more than {MAX_BYTES} bytes"
        raise refuse(1, fault, f"Keep it under {MAX_BYTES} bytes", "size")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = f"byte {error.start} is not UTF-8"
        raise refuse(line, fault, "Save the file as UTF-8 in your editor", "encoding") from None
    for number, row in enumerate(text.splitlines(), start=1):
        if "\t" in row[: len(row) - len(row.lstrip())]:
            raise refuse(number, "the line begins with a tab", "Indent with spaces", "tab")
    return text


def _refuse_more_than_plain(text: str, reader: _Reader) -> None:
    # Event by event, for composing calls itself at each level, in C, until the stack is full.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent) and depth > MAX_DEPTH:
            fault = f"it is nested too deeply, in more than {MAX_DEPTH} levels"
            reader.problem(line, (), fault, "Take some levels out", "depth")
            return
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            fault, rule = f"“*{event.anchor}” is an alias", "alias"
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            fault, rule = f"“&{event.anchor}” is an anchor", "alias"
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            fault, rule = f"“{event.tag}” is a tag", "tag"
        else:
            continue
        reader.problem(line, (), fault, "Write the value out where it is needed", rule)


def _syntax_problem(error: yaml.YAMLError, name: Path) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    return Problem(
        str(name),
        line,
        "",
        f"the YAML breaks off here: {reason}",
        "Look at the indentation, and put quotes around a text that holds “: ” or begins with a sign",
        "yaml",
    )
