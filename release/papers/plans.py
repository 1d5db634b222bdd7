"""Follow-up plans (RTL): one sheet for the people of each kabupaten, and a workbook to follow them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.papers.book import BookCell, BookSheet, Formula
from release.papers.training import Training
from release.papers.words import PaperWords

PLAN_ROWS = 6
COLUMNS = ("change", "who", "office", "by_when", "done")
STATES = ("open", "under_way", "done")


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """The plan of one kabupaten, "" where nobody said which; people: names of whoever comes from there."""

    province: str
    kabupaten: str
    people: tuple[str, ...]


def plan_sheets(training: Training) -> tuple[PlanSheet, ...]:
    """A sheet for each kabupaten; an empty one where the roster names nobody."""
    sheets = tuple(
        PlanSheet(province, kabupaten, tuple(one.person.name or one.person.id for one in people))
        for (province, kabupaten), people in training.by_kabupaten.items()
    )
    return sheets or (PlanSheet("", "", ()),)


def plan_book(training: Training, words: PaperWords) -> Sequence[BookSheet]:
    """Every kabupaten's plan in one list, and a sheet that counts by formula what became of it."""
    plans, counts = words.t("sheet_plans"), words.t("sheet_counts")
    states = tuple(words.t(f"state_{state}") for state in STATES)
    sheets = plan_sheets(training)
    rows: list[tuple[BookCell, ...]] = [
        (place, sheet.province, _name(sheet, words), None, None, None, None, None)
        for place, sheet in enumerate(sheets, start=1)
        for _ in range(PLAN_ROWS)
    ]
    header = tuple(
        words.t(f"column_{name}") for name in ("number", "province", "kabupaten", *COLUMNS[:-1], "state")
    )
    last = len(rows) + 1
    lines = [
        (
            place,
            sheet.province,
            _name(sheet, words),
            len(sheet.people),
            *_formulas(plans, place, last, states),
        )
        for place, sheet in enumerate(sheets, start=1)
    ]
    names = ("number", "province", "kabupaten", "people", "plans")
    heads = (*(words.t(f"column_{name}") for name in names), *states)
    return (
        BookSheet(plans, header, tuple(rows), choices=((8, states),)),
        BookSheet(counts, heads, tuple(lines)),
    )


def _name(sheet: PlanSheet, words: PaperWords) -> str:
    return sheet.kabupaten or words.t("not_stated")


def _formulas(plans: str, place: int, last: int, states: Sequence[str]) -> tuple[BookCell, ...]:
    """How many plans a place has, and how many of them are in each state.

    A place is counted by its number: its name, which people wrote, could be taken for a condition.
    """
    here = f"'{plans}'!A$2:A${last},{place}"
    count = Formula(f"=COUNTIFS({here},'{plans}'!D$2:D${last},\"?*\")")
    return (count, *(Formula(f"=COUNTIFS({here},'{plans}'!H$2:H${last},\"{state}\")") for state in states))
