"""The sheet of a case's texts: given out, changed by a translator, and read back row by row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from release.author.bench.case_files import CaseFiles, case_files
from release.author.review.case_texts import case_texts
from release.author.review.text_sheet import MARK, ReadBack, read_text_sheet, write_text_sheet
from scenarios.sentence import problem_text
from tests.places import CASES, GUIDES, KEYS

TITLE, NOTE, ASK = "case:title", "case:note", "case:scenes.telepon.decision.ask"
ENGLISH = 4


class TranslatorDesk:
    """A small case whose sheet was given out, and a translator's hands on it."""

    def __init__(self, place: Path) -> None:
        for source, name in ((CASES / "daftar-nilai", "case"), (KEYS, "keys"), (GUIDES, "guides")):
            shutil.copytree(source, place / name)
        self.files: CaseFiles = case_files(place / "case", "daftar-nilai", place / "keys", place / "guides")
        self.sheet = place / "texts.xlsx"
        write_text_sheet(self.sheet, self.files)

    def change(self, change: Callable[[Any], None]) -> None:
        book = load_workbook(self.sheet)
        change(book.worksheets[0])
        book.save(self.sheet)

    def row(self, name: str) -> int:
        rows = load_workbook(self.sheet).worksheets[0].iter_rows(values_only=True)
        return next(number for number, row in enumerate(rows, start=1) if row[0] == name)

    def write(self, name: str, text: str | None, column: int = ENGLISH) -> None:
        row = self.row(name)
        self.change(lambda sheet: sheet.__setitem__(sheet.cell(row, column).coordinate, text))

    def read(self) -> ReadBack:
        return read_text_sheet(self.sheet, self.files)

    def rules(self) -> list[tuple[str, str]]:
        return [(problem.rule, problem.path) for problem in self.read().problems]


@pytest.fixture
def given(tmp_path: Path) -> TranslatorDesk:
    return TranslatorDesk(tmp_path)


def test_a_sheet_that_comes_back_as_it_went_changes_nothing(given: TranslatorDesk) -> None:
    assert given.read() == ReadBack((), ())
    assert {name.partition(":")[0] for name in case_texts(given.files)} == {"case", "key", "guide"}


def test_a_changed_text_is_shown_first_and_written_alone(given: TranslatorDesk) -> None:
    before = {name: place.read_bytes() for name, place in given.files.places.items()}
    old = case_texts(given.files)[ASK].places["en"].plain
    given.write(ASK, "How urgent is this?")
    read = given.read()

    [change] = read.changes
    assert (change.id, change.language, change.place.plain, change.new) == (
        ASK,
        "en",
        old,
        "How urgent is this?",
    )
    assert {name: place.read_bytes() for name, place in given.files.places.items()} == before
    given.files.edit(read.edits)
    after = {name: place.read_bytes() for name, place in given.files.places.items()}
    assert [name for name in after if after[name] != before[name]] == ["en"]
    assert len(after["en"].splitlines()) == len(before["en"].splitlines())
    assert given.read().changes == ()


def test_a_text_changed_in_the_case_meanwhile_is_a_conflict_and_stays(given: TranslatorDesk) -> None:
    given.write(TITLE, "Grade Sheet")
    old = case_texts(given.files)[TITLE].places["en"].plain
    file = given.files.places["en"]
    file.write_text(file.read_text("utf-8").replace(old, "The Marks", 1), "utf-8")
    [problem] = given.read().problems

    assert given.read().changes == ()
    assert (problem.rule, problem.level) == ("conflict", "error")
    assert "“The Marks”" in problem.fault
    assert "“Grade Sheet”" in problem.fault


def test_a_text_that_the_translator_left_follows_the_case(given: TranslatorDesk) -> None:
    old = case_texts(given.files)[TITLE].places["en"].plain
    file = given.files.places["en"]
    file.write_text(file.read_text("utf-8").replace(old, "The Marks", 1), "utf-8")

    assert given.read() == ReadBack((), ())


def test_a_row_that_was_deleted_is_told_and_its_text_stays(given: TranslatorDesk) -> None:
    row = given.row(NOTE)
    given.change(lambda sheet: sheet.delete_rows(row))

    assert given.rules() == [("missing", NOTE)]
    assert given.read().changes == ()


def test_a_row_that_stands_twice_is_used_in_neither_place(given: TranslatorDesk) -> None:
    given.write(NOTE, "Another note.")
    row = given.row(NOTE)
    given.change(lambda sheet: sheet.append([cell.value for cell in sheet[row]]))

    assert given.rules() == [("twice", NOTE), ("twice", NOTE)]
    assert given.read().changes == ()


@pytest.mark.parametrize("name", ["case:titel", NOTE])
def test_a_row_whose_id_was_changed_is_told(given: TranslatorDesk, name: str) -> None:
    given.write(TITLE, name, column=1)
    given.write(NOTE, NOTE, column=1)

    assert ("id", name) in given.rules()
    assert ("missing", TITLE) in given.rules()
    assert given.read().changes == ()


def test_a_text_that_was_emptied_stays(given: TranslatorDesk) -> None:
    given.write(NOTE, None)

    assert given.rules() == [("empty", f"{NOTE}.en")]


def test_a_sheet_without_its_marks_is_refused_in_a_sentence_of_each_language(given: TranslatorDesk) -> None:
    given.change(lambda sheet: sheet.delete_cols(5))
    [problem] = given.read().problems

    assert MARK in problem_text(problem, "en")
    assert "baris judulnya" in problem_text(problem, "id")
