"""A value of a YAML document is changed, and every other letter stays."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graders.panel.key_edit import edited, flow
from scenarios.documents.document import Data, DataPath, read_document

TEXT = """\
# A key.
version: 1.0.0  # raised by hand
decisions:
  # The first one.
  satu:
    right: {a: 2, b: 1}   # by weight
    why:
      a: A long text, no.
        It goes on here.
      b: "Quoted"   # and told

    sources: [L1, L2]
  dua:
    list:
      - x
      - y
    end: z
"""


def read(text: str, folder: Path) -> Data:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return read_document(folder / "a.yaml").data


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("version",), "1.1.0", "version: 1.0.0  #", "version: 1.1.0  #"),
        (("decisions", "satu", "right"), {"b": 0.75}, "right: {a: 2, b: 1}   #", "right: {b: 0.75}   #"),
        (("decisions", "satu", "right", "a"), None, "{a: 2, b: 1}", "{b: 1}"),
        (("decisions", "satu", "right", "c"), 3, "{a: 2, b: 1}", "{a: 2, b: 1, c: 3}"),
        (("decisions", "satu", "why", "b"), "Dua", '"Quoted"   #', "Dua   #"),
        (("decisions", "satu", "why", "b"), None, '      b: "Quoted"   # and told\n', ""),
        (
            ("decisions", "satu", "why", "a"),
            None,
            "      a: A long text, no.\n        It goes on here.\n",
            "",
        ),
        (
            ("decisions", "satu", "why", "c"),
            "Tiga: tiga.",
            "# and told\n",
            '# and told\n      c: "Tiga: tiga."\n',
        ),
        (("decisions", "satu", "sources"), [], "sources: [L1, L2]", "sources: []"),
        (("decisions", "dua", "list"), ["x"], "list:\n      - x\n      - y\n", "list: [x]\n"),
        (("decisions", "dua", "end"), "no", "end: z", 'end: "no"'),
    ],
)
def test_one_value_changes_and_nothing_else(path: DataPath, value: Data, old: str, new: str) -> None:
    assert TEXT.count(old) == 1

    assert edited(TEXT, {path: value}) == TEXT.replace(old, new)


def test_a_new_entry_stands_where_its_order_puts_it() -> None:
    text = edited(TEXT, {("decisions", "satu", "votes"): {"a": 3}}, ("right", "votes", "why"))

    assert text == TEXT.replace("# by weight\n", "# by weight\n    votes: {a: 3}\n")


def test_a_mapping_that_is_missing_is_made() -> None:
    text = "a:\n  b: 1\n"

    assert edited(text, {("a", "c", "d"): "x"}) == "a:\n  b: 1\n  c: {d: x}\n"
    assert edited(text, {("a", "c", "d"): None}) == text


def test_the_last_entry_leaves_an_empty_mapping() -> None:
    assert edited("a:\n  b: 1\nc: 2\n", {("a", "b"): None}) == "a: {}\nc: 2\n"


def test_what_is_no_mapping_is_not_written_into() -> None:
    with pytest.raises(KeyError):
        edited("a: 1\n", {("a", "b"): 2})
    with pytest.raises(KeyError):
        edited("a: 1\n", {("a", "b", "c"): 2})


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path: Path) -> None:
    value: Data = {"no": ["true", "on", "1", "2026-10-01", "1.2.0", "a: b", "# x", "", " y", "é", '"']}

    text = edited("head: {off: yes, n: 1.5}\n", {("head", "new"): value})

    assert read(text, tmp_path) == {"head": {"off": "yes", "n": 1.5, "new": value}}


def test_what_flow_writes_is_read_back(tmp_path: Path) -> None:
    chance = random.Random(3)

    def some(depth: int) -> Data:
        kind = chance.randrange(6 if depth else 4)
        if kind == 4:
            return [some(depth - 1) for _ in range(chance.randrange(3))]
        if kind == 5:
            return {f"k{number}": some(depth - 1) for number in range(chance.randrange(3))}
        return chance.choice([1, 0.25, True, None, "x", "null", "x, y", "[", "{a}", "- b", "'", "é: %"])

    for _ in range(200):
        value = some(3)
        assert read(f"v: {flow(value)}\n", tmp_path) == {"v": value}
