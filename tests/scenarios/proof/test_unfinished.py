"""What was left unfinished in the texts of a case is an error with its remedy, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from release.author.check import Bench, check_case
from scenarios.documents.problem import Problem
from scenarios.sentence import problem_text
from tests.places import GUIDES, KEYS

Edited = Callable[..., Path]


def problems_of(folder: Path, rule: str, keys: Path = KEYS) -> list[Problem]:
    """The problems of a rule in the case in `folder`."""
    checked = check_case(folder, Bench(keys, date(2026, 11, 30), GUIDES, 50))
    return [problem for problem in checked.problems if problem.rule == rule]


def in_both(problem: Problem) -> tuple[str, str]:
    return problem_text(problem, "id"), problem_text(problem, "en")


def test_a_word_of_the_skeleton_is_refused(edited: Edited) -> None:
    folder = edited("title: Daftar Nilai", "title: TULIS judulnya")

    (problem,) = problems_of(folder, "placeholder")

    assert problem.level == "error"
    assert "masih ada “TULIS judulnya”" in in_both(problem)[0]
    assert "still stands here" in in_both(problem)[1]


@pytest.mark.parametrize(
    "number",
    [
        "0812\u00a03456\u00a07890",
        "0812\u20113456\u20117890",
        "0812–3456–7890",
        "0812\u00ad34567890",
        "٠٨١٢٣٤٥٦٧٨٩٠",
    ],
)
def test_a_number_is_found_whatever_signs_a_word_processor_puts_in(edited: Edited, number: str) -> None:
    folder = edited("Ibu B menelepon.", f"Ibu B menelepon dari {number}.")

    private = problems_of(folder, "private")

    assert private
    assert "nomor yang bisa jadi milik seseorang" in in_both(private[0])[0]


def test_a_nik_is_found_whatever_signs_a_word_processor_puts_in(edited: Edited) -> None:
    folder = edited("Ibu B menelepon.", "Ibu B menelepon, NIK 3201\u201101\u2011010190\u20110001.")

    assert any("NIK" in in_both(problem)[0] for problem in problems_of(folder, "private"))


def test_signs_that_nobody_sees_are_told(edited: Edited) -> None:
    folder = edited("Ibu B menelepon.", "Ibu\u00a0B mene\u00adlepon.")

    (problem,) = problems_of(folder, "letter")

    assert "2 tanda" in in_both(problem)[0]
    assert "NO-BREAK SPACE" in in_both(problem)[0]


def test_english_that_is_the_indonesian_is_refused(edited: Edited) -> None:
    folder = edited("title: Daftar Nilai", "title: Daftar Nilai yang Beredar Luas")
    english = folder / "en.yaml"
    rows = english.read_text("utf-8").split("\n")
    rows[[row.startswith("title:") for row in rows].index(True)] = "title: Daftar Nilai yang Beredar Luas"
    english.write_text("\n".join(rows), "utf-8")

    (problem,) = problems_of(folder, "untranslated")

    assert problem.file.endswith("en.yaml")
    assert "Terjemahkan ke English" in in_both(problem)[0]


def test_paragraphs_that_would_melt_are_refused(edited: Edited) -> None:
    folder = edited(
        "    text: |\n      Ibu B menelepon.", "    text:\n      Ibu B menelepon.\n\n      Lalu diam."
    )

    (problem,) = problems_of(folder, "melted")

    assert problem.level == "error"
    assert "“text: |”" in in_both(problem)[0]


def test_a_question_that_names_another_number_is_refused(tmp_path: Path) -> None:
    from shutil import copytree  # noqa: PLC0415 -- one test alone copies a whole case

    from graders.key.key import KEYS as LIBRARY_KEYS  # noqa: PLC0415 -- the same
    from scenarios.library import CASES  # noqa: PLC0415 -- the same

    name, text = next(
        (file.parent.name, file.read_text("utf-8"))
        for file in sorted(CASES.glob("*/case.yaml"))
        if "paling banyak dua" in file.read_text("utf-8")
    )
    folder = Path(copytree(CASES / name, tmp_path / name))
    (folder / "case.yaml").write_text(text.replace("paling banyak dua", "paling banyak lima", 1), "utf-8")

    problems = problems_of(folder, "count", LIBRARY_KEYS)

    assert problems
    assert "paling banyak lima" in in_both(problems[0])[0]
    assert "may be picked" in in_both(problems[0])[1]
