"""What the loader says of a case that is wrong, with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.documents.problem import Problem, ProblemsError
from scenarios.loader import load_case

Edited = Callable[..., Path]


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsError) as caught:
        load_case(folder)
    return caught.value.problems


def test_a_whole_case_loads_in_both_languages(small_case_folder: Path) -> None:
    case = load_case(small_case_folder)

    assert case.in_language("en").scenes["telepon"].title != case.scenes["telepon"].title
    assert [decision.id for decision in case.in_language("en").key_decisions()] == [
        decision.id for decision in case.key_decisions()
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule", "fault"),
    [
        ("go: grup_lain", "go: grup_baru", "link", "there is no scene “grup_baru”"),
        ("start: telepon", "start: telpon", "link", "there is no scene “telpon”"),
        ("learn: [usia, tindakan]", "learn: [umur, tindakan]", "link", "there is no fact “umur”"),
        ("percaya: -1", "nyaman: -1", "link", "there is no counter “nyaman”"),
        ("if: mendesak is rendah, go", "if: mendesak is kecil, go", "link", "there is no option “kecil”"),
        ("if: mendesak is rendah, go", "if: darurat is rendah, go", "link", "there is no decision “darurat”"),
        ("if: mendesak is rendah, go", "if: mendesak has rendah, go", "condition", "“mendesak has”"),
        (
            "if: mendesak is rendah, go",
            "if: mendesak == rendah, go",
            "shape",
            "where a whole number was wanted",
        ),
        ("stage: identification", "stage: awal", "shape", "“awal” is none of what can stand here"),
        ("kind: rating", "kind: nilai", "shape", "the kind of the decision is unknown or missing"),
        ("pick: 3", "pick: 9", "pick", "9 may be picked, but 6 are offered"),
        ("level: 1", "level: 7", "shape", "“7” is too large"),
        ("end: selesai", "# no end", "exit", "the scene has neither “next” nor “end”"),
        ("risk: contract", "risk: contract\nwarna: biru", "shape", "the key “warna” is unknown"),
        ("title: Daftar Nilai\n", "", "shape", "“title” is missing"),
        (
            "{start: 2, from: 0, to: 4}",
            "{start: 9, from: 0, to: 4}",
            "counter",
            "does not start in its range",
        ),
        ("id: bicara\n", "id: mendesak\n", "duplicate-id", "stands already in the scene “telepon”"),
    ],
)
def test_each_mistake_is_told_at_its_line(edited: Edited, old: str, new: str, rule: str, fault: str) -> None:
    folder = edited(old, new)

    faults = [problem for problem in problems(folder) if problem.rule == rule and fault in problem.fault]

    assert faults, [str(problem) for problem in problems(folder)]
    lines = (folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    if new and not new.startswith("#"):
        assert new.strip().splitlines()[-1] in lines[faults[0].line - 1]
    assert faults[0].remedy


def test_every_problem_is_told_at_once(edited: Edited) -> None:
    folder = edited("go: grup_lain", "go: grup_baru")
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    text = text.replace("level: 1", "level: satu").replace("risk: contract", "risiko: contract")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    english = (folder / "en.yaml").read_text(encoding="utf-8")
    (folder / "en.yaml").write_text(english.replace("note:", "catatan:", 1), encoding="utf-8")

    faults = {(Path(problem.file).name, problem.path) for problem in problems(folder)}

    assert faults >= {
        ("case.yaml", "scenes.telepon.next.0.go"),
        ("case.yaml", "level"),
        ("case.yaml", "risk"),
        ("case.yaml", "risiko"),
        ("en.yaml", "note"),
        ("en.yaml", "catatan"),
    }


def test_a_text_without_its_translation_is_told(edited: Edited) -> None:
    folder = edited("      rendah: Cukup dicatat dulu", "      rendah: Cukup\n        baru: Lain lagi")
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(text.replace("        rendah: Cukup", "        rendah: Cukup"), "utf-8")

    faults = [problem for problem in problems(folder) if problem.rule == "translation"]

    assert [Path(problem.file).name for problem in faults] == ["en.yaml"]
    assert "“baru” of case.yaml has no English text" in faults[0].fault


def test_a_missing_translation_file_is_told(small_case_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "daftar-nilai"
    folder.mkdir()
    (folder / "case.yaml").write_bytes((small_case_folder / "case.yaml").read_bytes())

    faults = problems(folder)

    assert [(Path(problem.file).name, problem.rule) for problem in faults] == [("en.yaml", "file")]


def test_a_folder_of_another_name_is_told(edited: Edited) -> None:
    folder = edited("id: daftar-nilai", "id: daftar-lain")

    assert problems(folder)[0].fault == "the id is “daftar-lain” but the folder is “daftar-nilai”"


@pytest.mark.parametrize("content", ["", "- satu\n", "teks saja\n"])
def test_a_file_of_another_shape_is_told_without_a_traceback(edited: Edited, content: str) -> None:
    folder = edited("id: daftar-nilai", "id: daftar-nilai")
    (folder / "case.yaml").write_text(content, encoding="utf-8")

    assert problems(folder)
