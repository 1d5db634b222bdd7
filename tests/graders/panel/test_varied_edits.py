"""The changes of each variant are written once where they agree, and as a variation where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from graders.panel.key_edit import Edits, edited
from graders.panel.varied_edits import varied_edits
from scenarios.documents.document import Data, DataPath, read_document
from scenarios.documents.variants import Variations

NAMES = ("baru", "lama")
TEXT = """\
# Dua cerita.
decisions:
  satu:
    weight: 2
    right: {baru: a, lama: b}   # by the facts
    partial: {c: 0.5}
    why: {a: Pertama, b: Kedua}
  dua:
    right: {p: 1, q: {baru: 2, lama: 1}}
    packet:
      baru: {s: {right: [t]}}
      lama: {s: {right: []}}
    why_urgency: {p: Cepat, q: Lambat}
"""
SATU: DataPath = ("decisions", "satu")
DUA: DataPath = ("decisions", "dua")


def settled(text: str, folder: Path) -> Mapping[str, Data]:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    variations = Variations(NAMES, ("decisions",))
    document = read_document(folder / "a.yaml")
    assert list(variations.problems(document)) == []
    return {str(name): each.data for name, each in variations.settled(document).items()}


def at(data: Data, path: DataPath) -> Data:
    for part in path:
        data = data.get(str(part)) if isinstance(data, dict) else None
    return data


@pytest.mark.parametrize(
    ("path", "early", "late", "line"),
    [
        ((*SATU, "weight"), 0, 0, "weight: 0\n"),
        ((*SATU, "right"), "c", "b", "right: {baru: c, lama: b}   # by the facts\n"),
        ((*SATU, "partial"), {"a": 0.5}, {"c": 0.5}, "partial: {baru: {a: 0.5}, lama: {c: 0.5}}\n"),
        ((*SATU, "partial"), None, {"c": 0.5}, "partial: {baru: {}, lama: {c: 0.5}}\n"),
        ((*SATU, "partial"), None, None, "right: {baru: a, lama: b}   # by the facts\n    why: "),
        ((*DUA, "right"), {"p": 1}, {"p": 1, "q": 1}, "right: {baru: {p: 1}, lama: {p: 1, q: 1}}\n"),
        ((*DUA, "right"), {"r": 1}, {"r": 1}, "right: {r: 1}\n"),
        ((*DUA, "packet", "s", "right"), ["t"], ["u"], "lama: {s: {right: [u]}}\n"),
        ((*DUA, "why_urgency", "p"), "Cepat", "Lain", "{p: {baru: Cepat, lama: Lain}, q: Lambat}\n"),
        ((*DUA, "why_urgency", "p"), None, "Cepat", "{baru: {q: Lambat}, lama: {p: Cepat, q: Lambat}}\n"),
    ],
)
def test_each_variant_holds_afterwards_what_its_own_changes_ask_for(
    path: DataPath, early: Data, late: Data, line: str, tmp_path: Path
) -> None:
    before, wanted = settled(TEXT, tmp_path), {"baru": early, "lama": late}
    by_variant: dict[str | None, Edits] = {
        name: {path: value} if at(before[name], path) != value else {} for name, value in wanted.items()
    }

    text = edited(TEXT, varied_edits(TEXT, by_variant))

    assert line in text
    for name, data in settled(text, tmp_path).items():
        assert at(data, path) == wanted[name] or (wanted[name], at(data, path)) == (None, {})
        assert at(data, (*SATU, "why")) == {"a": "Pertama", "b": "Kedua"}


def test_what_is_not_changed_stays_letter_for_letter() -> None:
    assert edited(TEXT, varied_edits(TEXT, {"baru": {}, "lama": {}})) == TEXT


def test_a_change_inside_a_part_that_is_written_anew_is_not_written_twice(tmp_path: Path) -> None:
    early: Edits = {(*DUA, "why_urgency", "p"): None}
    late: Edits = {(*DUA, "why_urgency", "q"): "Baru"}

    text = edited(TEXT, varied_edits(TEXT, {"baru": early, "lama": late}))

    after = settled(text, tmp_path)
    assert [at(after[name], (*DUA, "why_urgency")) for name in NAMES] == [
        {"q": "Lambat"},
        {"p": "Cepat", "q": "Baru"},
    ]
