"""The texts of a case as a spreadsheet for translators and editors: a row a text, given out and read back.

Each row carries a mark: of its id, and of each text as it was given out. By it a cell that was changed is
told from one that was left, and a text that was changed in the case meanwhile from one that stands there yet.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graders.sheet_export import Table, formula_read, write_spreadsheet
from release.author.bench.case_files import CaseFiles
from release.author.bench.edit import Edit, Put
from release.author.review.case_texts import SheetText, TextPlace, case_texts, plain
from scenarios.documents.problem import Problem
from scenarios.language import LANGUAGES, Language, card_of
from scenarios.sentence import sentences_of
from scenarios.sheets.sheet import Sheet, read_sheet

ID, WHERE, MARK = "id", "tempat / where", "tanda / mark"
_COLUMNS: Final = {language: card_of(language).name for language in LANGUAGES}
_HEADER: Final = (ID, WHERE, *_COLUMNS.values(), MARK)
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text that would be changed: in which language, what stands there, what would."""

    id: str
    language: Language
    place: TextPlace
    new: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a sheet that came back would change, and what is told of its rows; nothing told is changed."""

    changes: tuple[TextChange, ...]
    problems: tuple[Problem, ...]

    @property
    def edits(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits of each file of the case that let it say what the sheet says."""
        edits: dict[str, tuple[Edit, ...]] = {}
        for change in self.changes:
            ends = "\n" if change.place.text.endswith("\n") else ""
            put = Put(change.place.path, change.new + ends)
            edits[change.place.file] = (*edits.get(change.place.file, ()), put)
        return edits


def text_table(files: CaseFiles) -> Table:
    """The texts of a case as they stand now, a row each. Raises NotEditedError."""
    rows = [
        (text.id, text.where.joined(" / "), *(text.places[one].plain for one in LANGUAGES), _mark(text))
        for text in case_texts(files).values()
    ]
    return Table(_HEADER, tuple(rows))


def write_text_sheet(file: Path, files: CaseFiles) -> None:
    """Write the texts of a case as a spreadsheet. Raises BadInputError."""
    write_spreadsheet(file, text_table(files))


def read_text_sheet(file: Path, files: CaseFiles) -> ReadBack:
    """What the sheet `file` would change in a case. Nothing is written.

    Raises ProblemsError where it cannot be read, NotEditedError where the case cannot.
    """
    sheet = read_sheet(file, lambda text: text in _HEADER)
    head = sheet.rows[0] if sheet.rows else None
    lacking = [name for name in _HEADER if name != WHERE and (head is None or name not in head.cells)]
    if head is None or lacking:
        fault = _sentence("no_columns", names=", ".join(lacking))
        remedy = _sentence("no_columns_remedy")
        return ReadBack((), (sheet.problem(head.number if head else 1, "", fault, remedy, "columns"),))
    rows = [
        (row.number, dict(zip(head.cells, map(formula_read, row.cells), strict=False)))
        for row in sheet.rows[1:]
    ]
    return _SheetReader(sheet, rows, case_texts(files)).result()


@dataclass(frozen=True, slots=True)
class _GivenCell:
    """A cell as it was given out. given: the mark of its text."""

    row: int
    text: SheetText
    language: Language
    given: str


@dataclass(frozen=True, slots=True)
class _SheetReader:
    sheet: Sheet
    rows: list[tuple[int, dict[str, str]]]
    texts: Mapping[str, SheetText]

    def result(self) -> ReadBack:
        changes: list[TextChange] = []
        problems: list[Problem] = []
        times = Counter(cells.get(ID, "") for _, cells in self.rows)
        for number, cells in self.rows:
            name = cells.get(ID, "")
            text, mark = self.texts.get(name), cells.get(MARK, "").split("-")
            if text is None or len(mark) != len(_HEADER) - 2 or mark[0] != _digest(name):
                problems.append(self._stranger(number, name, is_known=text is not None))
            elif times[name] > 1:
                fault = _sentence("row_twice", id=name, times=times[name])
                problems.append(self.sheet.problem(number, name, fault, _sentence("keep_one"), "twice"))
            else:
                for language, given in zip(LANGUAGES, mark[1:], strict=True):
                    outcome = self._cell(_GivenCell(number, text, language, given), cells)
                    if isinstance(outcome, TextChange):
                        changes.append(outcome)
                    elif outcome is not None:
                        problems.append(outcome)
        problems.extend(self._lacking(times))
        return ReadBack(tuple(changes), tuple(problems))

    def _stranger(self, number: int, name: str, *, is_known: bool) -> Problem:
        fault = _sentence("mark_of_another" if is_known else "unknown_id", id=name or "–")
        return self.sheet.problem(number, name, fault, _sentence("give_out_again"), "id")

    def _cell(self, cell: _GivenCell, cells: Mapping[str, str]) -> TextChange | Problem | None:
        """What a cell would change, or why it changes nothing; None where it was left as it was."""
        text, language, heading = cell.text, cell.language, _COLUMNS[cell.language]
        place, new = text.places[language], plain(cells.get(heading, ""))
        if _digest(new) == cell.given or new == place.plain:
            return None
        path = f"{text.id}.{language}"
        if not new:
            fault = _sentence("empty", language=heading)
            return self.sheet.problem(cell.row, path, fault, _sentence("empty_remedy"), "empty")
        if _digest(place.plain) != cell.given:
            fault = _sentence("conflict", now=place.plain, new=new)
            return self.sheet.problem(cell.row, path, fault, _sentence("conflict_remedy"), "conflict")
        return TextChange(text.id, language, place, new)

    def _lacking(self, times: Mapping[str, int]) -> Iterator[Problem]:
        last = self.rows[-1][0] if self.rows else 1
        for name in self.texts:
            if name not in times:
                fault = _sentence("row_missing", id=name)
                yield self.sheet.warning(last, name, fault, _sentence("row_missing_remedy"), "missing")


def _mark(text: SheetText) -> str:
    return "-".join((_digest(text.id), *(_digest(text.places[one].plain) for one in LANGUAGES)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
