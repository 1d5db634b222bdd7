"""Read one YAML document into plain data and remember on which line each thing stands.

Only the plain part of YAML is read: mappings, lists and scalars. Anchors, aliases, tags and
repeated keys are refused with a sentence, so that nothing in a case file can explode or hide. So are
a file of more than `MAX_BYTES` and levels beyond `MAX_DEPTH`, before anything is built of them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from scenarios.documents.letters import ODD_SPACE, UNREADABLE, letter_name, plain_letters
from scenarios.documents.mistake import mistake
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.syntax import shortened, syntax_problem

Data: TypeAlias = "str | int | float | bool | list[Data] | dict[str, Data] | None"
DataPath: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
_MAX_DIGITS = 15
_ODD_VALUE = re.compile(rf"\s*(?:- )?[\w-]+:{ODD_SPACE.pattern}")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read: its file, its data, and the line (from 1) of each path in it.

    origins: where in the file a path stands, for those that stand elsewhere there (see `variants`); folded:
    the paths of texts of several paragraphs that are no block, so that YAML has melted their lines.
    """

    file: Path
    data: Data
    lines: Mapping[DataPath, int]
    origins: Mapping[DataPath, DataPath] = field(default_factory=dict)
    folded: frozenset[DataPath] = frozenset()

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
    rows: Sequence[str] = ()
    lines: dict[DataPath, int] = field(default_factory=dict)
    folded: set[DataPath] = field(default_factory=set)
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
            if not node.style:
                self._plain(node, path)
            return scalar_data(node)
        raise AssertionError(node)  # YAML has no fourth kind of node

    def _plain(self, node: yaml.ScalarNode, path: DataPath) -> None:
        """A text without quotes: whether a comment cuts it, or its paragraphs have melted."""
        if "\n" in node.value:
            self.folded.add(path)
        row = self.rows[node.end_mark.line] if node.end_mark.line < len(self.rows) else ""
        rest = row[node.end_mark.column :]
        # A comment stands apart, by two spaces or before one; a “#” that clings to a word is of a text.
        is_text = " " in node.value or node.value[:1].isupper()
        if not re.match(r" +#[^ #]", rest) and not (is_text and re.match(r" #", rest)):
            return
        start, lost = str(node.value), rest.strip()
        name = f"{path[-1]}: " if path and isinstance(path[-1], str) else "- "
        line = name + json.dumps(f"{start} {lost}", ensure_ascii=False)
        fault = mistake("cut", kept=shortened(start), lost=shortened(lost))
        self.problem(node.end_mark.line + 1, path, fault, mistake("cut_do", line=shortened(line)), "cut")

    def _mapping(self, node: yaml.MappingNode, path: DataPath) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(line, path, mistake("key"), mistake("key_do"), "key")
                continue
            key = str(key_node.value)
            if key in mapping:
                first = self.lines[(*path, key)]
                self.problem(
                    line,
                    (*path, key),
                    mistake("duplicate", name=key, first=first),
                    mistake("duplicate_do"),
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
    reader = _Reader(name, text.split("\n"))
    try:
        _refuse_more_than_plain(text, reader)
        if reader.problems:
            raise ProblemsError(reader.problems)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ProblemsError([syntax_problem(error, name, text)]) from None
    data = None if node is None else reader.data(node, ())
    if reader.problems:
        raise ProblemsError(reader.problems)
    return Document(name, data, reader.lines, folded=frozenset(reader.folded))


def _text(file: Path, name: Path) -> str:
    def refuse(line: int, fault: str, remedy: str, rule: str) -> ProblemsError:
        return ProblemsError([Problem(str(name), line, "", fault, remedy, rule)])

    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or mistake("cannot_open")
        raise refuse(1, mistake("unreadable", reason=reason), mistake("unreadable_do"), "file") from None
    if len(raw) > MAX_BYTES:
        raise refuse(1, mistake("size", most=MAX_BYTES), mistake("size_do", most=MAX_BYTES), "size")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise refuse(1, mistake("utf16"), mistake("encoding_do"), "encoding")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        row = raw.split(b"\n")[line - 1].decode("cp1252", "replace").strip()
        fault = mistake("encoding", byte=error.start, around=shortened(row))
        raise refuse(line, fault, mistake("encoding_do"), "encoding") from None
    problems = [
        Problem(str(name), number, "", *problem)
        for number, row in enumerate(text.split("\n"), start=1)
        if (problem := _unreadable(row)) is not None
    ]
    if problems:
        raise ProblemsError(problems)
    return text


def _unreadable(row: str) -> tuple[str, str, str] | None:
    """What in a line YAML does not read as it looks: the fault, the remedy and the rule; None for nothing."""
    indent = row[: len(row) - len(row.lstrip())]
    mended = " ".join(plain_letters(row.rstrip("\r")).split("\n"))
    if "\t" in indent:
        whole = indent.replace("\t", "  ") + row.lstrip()
        return mistake("tab"), mistake("tab_do", line=shortened(whole)), "tab"
    if match := UNREADABLE.search(row.rstrip("\r")):
        fault = mistake("control", letter=letter_name(match.group()))
        return fault, mistake("control_do", line=shortened(mended)), "letter"
    for name, match in (
        ("odd_indent", ODD_SPACE.search(indent)),
        ("odd_after_name", _ODD_VALUE.match(row)),
    ):
        if match is not None:
            fault = mistake(name, letter=letter_name(match.group()[-1]))
            return fault, mistake("odd_space_do", line=shortened(mended)), "letter"
    return None


def _refuse_more_than_plain(text: str, reader: _Reader) -> None:
    # Event by event, for composing calls itself at each level, in C, until the stack is full.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent) and depth > MAX_DEPTH:
            reader.problem(line, (), mistake("depth", most=MAX_DEPTH), mistake("depth_do"), "depth")
            return
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            fault, rule = mistake("alias", name=event.anchor), "alias"
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            fault, rule = mistake("anchor", name=event.anchor), "alias"
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None:
            fault, rule = mistake("tag", name=event.tag), "tag"
        else:
            continue
        reader.problem(line, (), fault, mistake("write_out_do"), rule)
