"""A copy of the lab that speaks a third language, made of the English texts in capital letters.

Nothing of the code is changed in it: only data is added, as a translator would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from scenarios.documents.document import Data, read_document
from tests.parts.lab_copy import LabCopy, copy_lab

TAG, NAME = "xx", "Bahasa Xx"

_CARD = f"""  {TAG}:
    name: {NAME}
    short: Xx
    decimal: ","
    thousands: "."
    scene: 180
    ease: 32
"""
_FILLED = re.compile(r"(\{[^{}]*\}|\$\w+)")


def toy_lab(root: Path) -> LabCopy:
    """Make the copy in `root`."""
    lab = copy_lab(root)
    languages = root / "scenarios" / "languages.yaml"
    head, end, rest = languages.read_text(encoding="utf-8").partition("\n# The commands of the terminal")
    languages.write_text(f"{head}{_CARD}{end}{rest}", encoding="utf-8")
    for file in sorted(root.rglob("*.yaml")):
        if file != languages and "container" not in file.relative_to(root).parts:
            file.write_text(translated(file.read_text(encoding="utf-8")), encoding="utf-8")
    for english, name in _translations(root):
        text = english.read_text(encoding="utf-8")
        if "first_case" not in english.parts:
            text = json.dumps(_in_capitals(read_document(english).data), ensure_ascii=False, indent=1)
        english.with_name(name).write_text(text.replace("_en", f"_{TAG}"), encoding="utf-8")
    return lab


def _translations(root: Path) -> Iterator[tuple[Path, str]]:
    for english in root.rglob("en.yaml"):
        yield english, f"{TAG}.yaml"
    for english in root.rglob("*.en.yaml"):
        yield english, english.name.replace(".en.", f".{TAG}.")


def translated(text: str) -> str:
    """A document in which each text that is there in two languages is there in the third too."""
    places = sorted(
        _places(yaml.compose(text, Loader=yaml.CSafeLoader)),
        key=lambda place: place[0].start_mark.index,
        reverse=True,
    )
    for key, value, in_braces in places:
        written = json.dumps(_in_capitals(_value(value)), ensure_ascii=False)
        at = key.start_mark.index
        between = ", " if in_braces else "\n" + " " * key.start_mark.column
        text = f"{text[:at]}{TAG}: {written}{between}{text[at:]}"
    return text


def _places(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
    """The key and the value of each English text beside an Indonesian one; whether they stand in braces."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _places(item)
    if isinstance(node, yaml.MappingNode):
        parts = {key.value: (key, value) for key, value in node.value}
        if parts.keys() == {"id", "en"}:
            yield (*parts["en"], bool(node.flow_style))
            return
        for _, value in node.value:
            yield from _places(value)


def _value(node: yaml.Node) -> Data:
    return [_value(part) for part in node.value] if isinstance(node, yaml.SequenceNode) else str(node.value)


def _in_capitals(data: Data) -> Data:
    if isinstance(data, str):
        parts = _FILLED.split(data)
        return "".join(part if number % 2 else part.upper() for number, part in enumerate(parts))
    if isinstance(data, list):
        return [_in_capitals(part) for part in data]
    if isinstance(data, dict):
        return {name: _in_capitals(part) for name, part in data.items()}
    return data
