"""Edits of YAML texts: what is meant comes out, and all around it stays letter by letter, in every case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.key.guide import GUIDES
from graders.key.key import KEYS
from release.author.bench.edit import Edit, EditError, Put, Rename, Shift, Take, edited, read, value_at
from scenarios.documents.document import Data, DataPath
from scenarios.library import CASES
from scenarios.loader import mapping

FILES = sorted(
    file
    for file in (*CASES.glob("*/*.yaml"), *KEYS.glob("*.yaml"), *GUIDES.glob("*.yaml"))
    if file.name != "fingerprints.yaml"
)
TEXT = """\
# a head
title: Wifi Warung            # said of it
scenes:
  awal:
    text: |
      Satu.

      Dua.
    learn: [usia, tempat]

  # between
  akhir:
    title: "Sampai: di sini"
    next:
      - {if: mendesak is rendah, go: malam}
      - go: awal
sources: {satu: [L1], dua: [L2]}
"""


def leaves(data: Data, path: DataPath = ()) -> Iterator[tuple[DataPath, Data]]:
    if isinstance(data, dict | list) and data:
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for name, part in pairs:
            yield from leaves(part, (*path, name))
    else:
        yield path, data


def changed_lines(before: str, after: str) -> int:
    """How many lines stand in one text only."""
    one, other = before.split("\n"), after.split("\n")
    while one and other and one[0] == other[0]:
        del one[0], other[0]
    while one and other and one[-1] == other[-1]:
        del one[-1], other[-1]
    return max(len(one), len(other))


def test_a_value_that_is_put_where_it_stands_leaves_every_file_of_the_library_byte_for_byte() -> None:
    assert len(FILES) > 100
    for file in FILES:
        text = file.read_bytes().decode()
        path, value = list(leaves(read(text)))[-1]

        assert edited(text, [Put(path, value)]) == text, file


def test_a_text_of_every_file_is_changed_in_its_own_lines_and_changed_back_to_the_same_bytes() -> None:
    for at, file in enumerate(FILES):
        text = file.read_bytes().decode()
        texts = [(path, value) for path, value in leaves(read(text)) if isinstance(value, str)]
        path, value = texts[at * 7 % len(texts)]

        made = edited(text, [Put(path, "Kalimat baru")])

        assert value_at(read(made), path) == "Kalimat baru", (file, path)
        assert changed_lines(text, made) <= str(value).count("\n") + 2, (file, path)
        assert edited(made, [Put(path, value)]) == text, (file, path)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (Put(("title",), "Baru: #1"), 'title: "Baru: #1"            # said of it'),
        (Put(("title",), "Baru"), "title: Baru            # said of it"),
        (Put(("title",), "satu\n\ndua\n"), "title: |            # said of it"),
        (Put(("scenes", "akhir", "title"), "Lain"), '    title: "Lain"'),
        (Put(("scenes", "awal", "learn"), ["usia"]), "    learn: [usia]"),
        (Put(("sources", "tiga"), ["L3"]), "sources: {satu: [L1], dua: [L2], tiga: [L3]}"),
        (Put(("scenes", "akhir", "next", 0, "go"), "awal"), "      - {if: mendesak is rendah, go: awal}"),
        (
            Put(("scenes", "baru"), {"title": "Dua kata", "next": [{"go": "awal"}]}, "awal"),
            "    title: Dua kata",
        ),
        (Put(("harm", "satu"), {"code": "E05", "role": "anyone"}), "harm: {satu: {code: E05, role: anyone}}"),
        (Take(("sources", "satu")), "sources: {dua: [L2]}"),
        (Take(("scenes", "akhir", "next", 1)), "      - {if: mendesak is rendah, go: malam}"),
        (Rename((("scenes", "awal"),), "mula"), "  mula:"),
        (Rename((), "mula", ((("scenes", "akhir", "next", 1, "go"), "mula"),)), "      - go: mula"),
        (
            Rename((), "mula", ((("scenes", "akhir", "next", 0, "if"), "mula is rendah"),)),
            "      - {if: mula is rendah, go: malam}",
        ),
        (Shift(("sources", "dua"), None), "sources: {dua: [L2], satu: [L1]}"),
    ],
)
def test_an_edit_is_written_as_its_surroundings_are(edit: Edit, line: str) -> None:
    made = edited(TEXT, [edit])

    assert line in made.split("\n")
    assert "# a head" in made
    assert "# between" in made


def test_an_entry_that_moves_takes_what_stands_above_it_along() -> None:
    made = edited(TEXT, [Shift(("scenes", "akhir"), None)])

    assert list(mapping(value_at(read(made), ("scenes",)))) == ["akhir", "awal"]
    assert sorted(made.split("\n")) == sorted(TEXT.split("\n"))


def test_lines_end_as_they_did() -> None:
    windows = TEXT.replace("\n", "\r\n")

    made = edited(windows, [Put(("scenes", "awal", "text"), "Tiga.\n\nEmpat.\n")])

    assert made.count("\r\n") == made.count("\n")
    assert edited(made, [Put(("scenes", "awal", "text"), "Satu.\n\nDua.\n")]) == windows


def test_an_edit_without_a_place_is_refused() -> None:
    for edit in (Take(("nothing",)), Rename((("title",),), "scenes"), Shift(("title",), "nothing")):
        with pytest.raises(EditError):
            edited(TEXT, [edit])


def test_what_would_be_read_as_something_else_is_put_in_quotes() -> None:
    for value in (
        "true",
        "2026",
        "~",
        "- satu",
        "a: b",
        "x #y",
        "'q",
        "{a}",
        "",
        " lead",
        "*a",
        "&a",
        "!t",
        "@a",
    ):
        assert value_at(read(edited(TEXT, [Put(("title",), value)])), ("title",)) == value
        assert value_at(read(edited(TEXT, [Put(("sources", "dua"), [value])])), ("sources", "dua")) == [value]
