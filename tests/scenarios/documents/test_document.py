"""What the reader of YAML lets through, and the sentence for what it refuses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scenarios.documents.document import MAX_BYTES, MAX_DEPTH, read_document
from scenarios.documents.problem import ProblemsError


def problems(folder: Path, content: str | bytes) -> list[str]:
    file = folder / "case.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ProblemsError) as caught:
        read_document(file)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_every_path_knows_its_line(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("id: satu\nscenes:\n  awal:\n    learn: [a,\n      b]\n", encoding="utf-8")

    document = read_document(file)

    assert document.data == {"id": "satu", "scenes": {"awal": {"learn": ["a", "b"]}}}
    assert document.lines[("scenes", "awal", "learn", 1)] == 5


def test_words_that_yaml_takes_for_truth_or_dates_stay_words(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("no: on\nversion: 1.0.0\nday: 2026-03-31\nnumber: 3\nnothing: null\n", encoding="utf-8")

    data = read_document(file).data

    assert data == {"no": "on", "version": "1.0.0", "day": "2026-03-31", "number": 3, "nothing": None}


def test_a_repeated_key_is_told_with_both_lines(tmp_path: Path) -> None:
    refusal = problems(tmp_path, "id: satu\ntitle: A\nid: dua\n")

    assert len(refusal) == 1
    assert refusal[0].startswith("case.yaml:3: id: the key “id” stands here twice, first on line 1.")


def test_an_alias_is_refused_before_it_can_explode(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    refusal = problems(tmp_path, "\n".join(lines))

    assert refusal[0].startswith("case.yaml:1: “&a0” is an anchor. Write the value out")


def test_a_tag_is_refused(tmp_path: Path) -> None:
    refusal = problems(tmp_path, "id: !!python/object/apply:os.getcwd []\n")

    assert "is a tag" in refusal[0]


def test_a_tab_is_told_with_its_line(tmp_path: Path) -> None:
    refusal = problems(tmp_path, "id: satu\nscenes:\n\tawal: x\n")

    assert refusal == ["case.yaml:3: the line begins with a tab. Indent with spaces: “  awal: x”. [tab]"]


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    refusal = problems(tmp_path, b"id: satu\ntitle: caf\xe9\n")

    (first,) = refusal
    assert first.startswith("case.yaml:2: byte 19 is not UTF-8: “title: café”. Save the file as UTF-8")


def test_broken_yaml_is_a_sentence_with_its_line(tmp_path: Path) -> None:
    refusal = problems(tmp_path, "id: satu\ntitle: Satu: dua\n")

    assert refusal[0].startswith("case.yaml:2: the YAML breaks off here")


def list_in_lists(levels: int) -> str:
    return "title: satu\n" + "list: " + "[" * levels + "]" * levels


@pytest.mark.parametrize(
    "content",
    [
        "[" * 3000 + "]" * 3000,
        "a: " + "{a: " * 60 + "1" + "}" * 60,
        "[" * 900_000,
        "[\n" * 400_000,
        "- " * 400_000,
        "? " * 400_000,
        "{a: " * 200_000,
        "\n".join(" " * level + "a:" for level in range(1200)),
    ],
    ids=["lists", "maps", "open lists", "lists on lines", "dashes", "keys", "open maps", "steps"],
)
def test_deep_nesting_is_a_sentence_before_anything_is_built_of_it(tmp_path: Path, content: str) -> None:
    begun = time.process_time()

    assert "nested too deeply" in problems(tmp_path, content)[0]

    assert time.process_time() - begun < 2


def test_deep_nesting_is_told_with_its_line(tmp_path: Path) -> None:
    refusal = problems(tmp_path, list_in_lists(MAX_DEPTH + 1))

    assert refusal == [
        "case.yaml:2: it is nested too deeply, in more than 40 levels. Take some levels out. [depth]"
    ]


def test_as_many_levels_as_may_be_are_read(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(list_in_lists(MAX_DEPTH), encoding="utf-8")

    assert str(read_document(file).data) == f"{{'title': 'satu', 'list': {'[' * MAX_DEPTH}{']' * MAX_DEPTH}}}"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    assert "Keep it under" in problems(tmp_path, b"a" * (MAX_BYTES + 1))[0]


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"case\.yaml:1: the file cannot be read"):
        read_document(tmp_path / "case.yaml")
