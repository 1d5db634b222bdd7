"""The forms of a training: questions to print, a workbook to type answers into, and its figures.

Forms carry no name. Figures of fewer than five forms are shown by nobody, neither in the workbook nor in
the activity report (scoring.md, “A class of 30 to 70”).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, RootModel

from graders.people.groups import LEAST
from release.papers.book import BookCell, BookSheet, Formula, column_letter
from release.papers.words import PaperError, PaperWords, paper_sentence
from scenarios.documents.document import read_document
from scenarios.documents.part import Part
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import Texts
from scenarios.sheets.sheet import read_sheet

FORMS = Path(__file__).with_name("forms.yaml")
EVALUATION, FOLLOW_UP = "evaluation", "follow_up"
FORM_ROWS = 100


class FormItem(Part):
    """One line of a form: a number on the scale (rate), one of its choices (tick), or words (write)."""

    kind: Literal["rate", "tick", "write"]
    ask: Texts
    choices: tuple[Texts, ...] = ()


class PaperForm(Part):
    """One form. scale: what each number from 1 on means."""

    title: Texts
    about: Texts
    scale: Annotated[tuple[Texts, ...], Field(min_length=2, max_length=7)]
    items: Annotated[tuple[FormItem, ...], Field(min_length=1)]

    @property
    def counted(self) -> tuple[FormItem, ...]:
        """The items whose answers are counted; what was written in words is not."""
        return tuple(item for item in self.items if item.kind != "write")

    def most(self, item: FormItem) -> int:
        """The largest number that answers an item."""
        return len(item.choices if item.kind == "tick" else self.scale)


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What many forms say of one item. counts: how many answered with 1, with 2 and so on."""

    item: FormItem
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean on the scale, None below five answers and for what is no scale."""
        if self.n < LEAST or self.item.kind != "rate":
            return None
        return sum(number * count for number, count in enumerate(self.counts, start=1)) / self.n

    @property
    def upper(self) -> float | None:
        """The share (0..1) in the upper half of the scale; None as for the mean."""
        if self.mean is None:
            return None
        half = len(self.counts) // 2
        return sum(self.counts[-half:]) / self.n


class _FormsFile(RootModel[Mapping[str, PaperForm]]):
    pass


@lru_cache(maxsize=4)
def load_forms(file: Path = FORMS) -> Mapping[str, PaperForm]:
    """The forms by name. Raises ProblemsError."""
    problems: list[Problem] = []
    read = validated(read_document(file), _FormsFile, problems)
    if problems or read is None:
        raise ProblemsError(problems)
    return read.root


def form_book(form: PaperForm, words: PaperWords) -> Sequence[BookSheet]:
    """A sheet to type filled-in forms into, one a row, and one with their figures by formula.

    A figure stays empty until five have answered its item.
    """
    answers, figures = words.t("sheet_answers"), words.t("sheet_figures")
    header = (words.t("column_form"), *(item.ask[words.language] for item in form.items))
    rows = tuple((number, *(None for _ in form.items)) for number in range(1, FORM_ROWS + 1))
    choices = tuple(
        (at, tuple(str(number) for number in range(1, form.most(item) + 1)))
        for at, item in enumerate(form.items, start=2)
        if item.kind != "write"
    )
    most = max(form.most(item) for item in form.counted)
    figure_header = (
        words.t("column_item"),
        words.t("column_answers"),
        words.t("column_mean"),
        *(str(number) for number in range(1, most + 1)),
    )
    lines = tuple(
        (item.ask[words.language], *_formulas(form, item, answers, column_letter(at), most))
        for at, item in enumerate(form.items, start=2)
        if item.kind != "write"
    )
    return (
        BookSheet(answers, header, rows, choices),
        BookSheet(figures, figure_header, (*lines, *_legend(form, words))),
    )


def _formulas(form: PaperForm, item: FormItem, sheet: str, column: str, most: int) -> Iterator[BookCell]:
    cells = f"'{sheet}'!{column}2:{column}{FORM_ROWS + 1}"
    yield Formula(f"=COUNT({cells})")
    yield Formula(f'=IF(COUNT({cells})<{LEAST},"",AVERAGE({cells}))') if item.kind == "rate" else None
    for number in range(1, most + 1):
        share = f'=IF(COUNT({cells})<{LEAST},"",COUNTIF({cells},{number})/COUNT({cells}))'
        yield Formula(share, percent=True) if number <= form.most(item) else None


def _legend(form: PaperForm, words: PaperWords) -> Iterator[tuple[BookCell, ...]]:
    yield ("",)
    yield (words.t("few_forms", least=LEAST),)
    for number, meaning in enumerate(form.scale, start=1):
        yield (f"{number}: {meaning[words.language]}",)
    for item in form.items:
        if item.kind == "tick":
            names = (
                f"{number} {choice[words.language]}" for number, choice in enumerate(item.choices, start=1)
            )
            yield (f"{item.ask[words.language]} {'; '.join(names)}",)


def form_figures(form: PaperForm, file: Path) -> tuple[ItemFigures, ...]:
    """What the forms that were typed into `file` say, item by item.

    The columns are those of `form_book`, in its order. Raises PaperError for another sheet and for the first
    cell that holds no number of its item, ProblemsError where the file cannot be read.
    """
    sheet = read_sheet(file)
    width = len(form.items) + 1
    header = sheet.rows[0].cells if sheet.rows else ()
    asked = [{text for _, text in item.ask.items()} for item in form.items]
    if len(header) < width or any(header[at] not in texts for at, texts in enumerate(asked, start=1)):
        raise PaperError(paper_sentence("wrong_answers", file=file.name, title=form.title.joined(" / ")))
    counts = [[0] * form.most(item) for item in form.items]
    for row in sheet.rows[1:]:
        for item, cell, count in zip(form.items, row.cells[1:width], counts, strict=False):
            if item.kind == "write" or not cell:
                continue
            if not cell.isdecimal() or not 1 <= int(cell) <= form.most(item):
                raise PaperError(
                    paper_sentence(
                        "wrong_answer", file=file.name, row=row.number, value=cell[:40], most=form.most(item)
                    )
                )
            count[int(cell) - 1] += 1
    counted = zip(form.items, counts, strict=True)
    return tuple(ItemFigures(item, tuple(count)) for item, count in counted if item.kind != "write")
