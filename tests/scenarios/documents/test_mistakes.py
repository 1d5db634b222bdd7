"""What somebody who has never seen YAML is told of the mistakes that such a person makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.documents.document import read_document
from scenarios.documents.mistake import Mistake
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.loader import load_case
from scenarios.sentence import problem_text

Edited = Callable[..., Path]
TITLE = "title: Daftar Nilai"


def problems_of(folder: Path) -> list[Problem]:
    """The problems of the case in a folder."""
    with pytest.raises(ProblemsError) as raised:
        load_case(folder)
    return list(raised.value.problems)


def line_of(folder: Path, text: str) -> int:
    rows = (folder / "case.yaml").read_text("utf-8").split("\n")
    return next(number for number, row in enumerate(rows, start=1) if text in row)


@pytest.mark.parametrize(
    ("written", "fault", "meant"),
    [
        ("title: Kabar: Ibu B", "titik dua", 'title: "Kabar: Ibu B"'),
        ('title: "Tenang saja," foto itu', "diawali kutipan", "title: '\"Tenang saja,\" foto itu'"),
        ("title: “Kabar: Ibu B”", "titik dua", 'title: "Kabar: Ibu B"'),
        ("title:Daftar Nilai", "tidak ada spasi", "title: Daftar Nilai"),
        ("   title: Daftar Nilai", "menjorok 3 spasi", "title: Daftar Nilai"),
        ("\ttitle: Daftar Nilai", "diawali tab", "title: Daftar Nilai"),
        ("title:\u00a0Daftar Nilai", "NO-BREAK SPACE", "title: Daftar Nilai"),
        ("title: Daftar\u2028Nilai", "LINE SEPARATOR", "title: Daftar Nilai"),
        ("title: Daftar\vNilai", "U+000B", "title: Daftar Nilai"),
        ("title: Grup #1 tenang saja", "memotong teks", 'title: "Grup #1 tenang saja"'),
        ("title: Grup # 1 tenang saja", "memotong teks", 'title: "Grup # 1 tenang saja"'),
        ("title: 2026", "diharapkan teks", 'title: "2026"'),
        ("title:", "diharapkan teks", "Tulis teks"),
        ('title: ""', "teksnya kosong", "Tulis teksnya"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_the_line_as_it_was_meant(
    edited: Edited, written: str, fault: str, meant: str
) -> None:
    folder = edited(TITLE, written)

    problem = next(problem for problem in problems_of(folder) if fault in problem_text(problem, "id"))

    assert abs(problem.line - 4) <= 1
    assert meant in problem_text(problem, "id")
    assert problem_text(problem, "id") != problem_text(problem, "en")


@pytest.mark.parametrize(
    ("old", "new", "fault", "meant"),
    [
        ("composite: true", "composite: True", "diharapkan true", "composite: true"),
        ("composite: true", "composite: ya", "diharapkan true", "composite: true"),
        ("law_checked: 2026-03-31", "law_checked: 31/03/2026", "bukan tanggal", "law_checked: 2026-03-31"),
        ("\n  telepon:\n", "\n  Telepon Pertama:\n", "bukan nama", "telepon_pertama"),
        ("version: 1.0.0", "version: 1.0", "bukan nomor versi", "1.0.0"),
        ("risk: contract", "risk: kontrak", "bukan pilihan", "'contract'"),
        ("level: 1", "level: satu", "diharapkan angka", "angka saja"),
        ("minutes: 15", "minutes: 500", "terlalu besar", "90"),
        ("risk: contract", "rsik: contract", "tidak dikenal", "risk"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_was_meant(
    edited: Edited, old: str, new: str, fault: str, meant: str
) -> None:
    folder = edited(old, new)

    texts = [problem_text(problem, "id") for problem in problems_of(folder)]

    assert any(fault in text and meant in text for text in texts), texts
    assert all(problem_text(problem, "en") != problem_text(problem, "id") for problem in problems_of(folder))


def test_a_dash_of_a_word_processor_is_told_with_the_sign_that_is_meant(edited: Edited) -> None:
    folder = edited("- go: bicara", "– go: bicara")

    (problem,) = problems_of(folder)

    assert problem.line == line_of(folder, "– go: bicara")
    assert "- go: bicara" in problem_text(problem, "id")


def test_a_list_that_is_too_short_says_how_many_are_wanted(edited: Edited) -> None:
    folder = edited("changed: [", "changed: [satu, dua]\n  lain: [")

    (problem,) = [one for one in problems_of(folder) if one.path == "fiction.changed"]

    assert "baru ada 2, padahal perlu 5" in problem_text(problem, "id")
    assert "Tambahkan 3 lagi" in problem_text(problem, "id")


@pytest.mark.parametrize(
    ("encoding", "fault"), [("utf-16", "UTF-16"), ("cp1252", "tidak disimpan sebagai UTF-8")]
)
def test_a_file_in_another_encoding_is_told_with_what_to_press(
    tmp_path: Path, encoding: str, fault: str
) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes("title: Kafé\n".encode(encoding))

    with pytest.raises(ProblemsError) as raised:
        read_document(file)

    assert fault in problem_text(raised.value.problems[0], "id")
    assert "Simpan berkas sebagai UTF-8" in problem_text(raised.value.problems[0], "id")


def test_a_comment_that_stands_apart_cuts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("title: Daftar Nilai  # said of it\nlevel: 1 # easy\nnext: [{go: a}]  # on\n", "utf-8")

    assert read_document(file).data == {"title": "Daftar Nilai", "level": 1, "next": [{"go": "a"}]}


def test_a_mistake_is_the_same_in_another_process() -> None:
    import pickle  # noqa: PLC0415 -- it is how one goes to another process

    one = Mistake({"id": "satu", "en": "one"})

    other = pickle.loads(pickle.dumps(one))  # noqa: S301 -- our own

    assert (other, other.texts) == ("one", one.texts)
