"""The attendance list: a sheet to sign for each day, and a workbook that counts who was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from release.papers.book import BookCell, BookSheet, Formula, column_letter
from release.papers.training import Training
from release.papers.words import PaperWords

PRESENT = "1"
SPARE_ROWS = 3
_PERSON_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One line to sign; every text "" on the lines that are left for whoever comes unannounced.

    agency: the institution as the roster has it, else the name of the sector.
    """

    number: int
    name: str = ""
    agency: str = ""
    kabupaten: str = ""


@dataclass(frozen=True, slots=True)
class AttendanceDay:
    """One day's list. day: None where it is written by hand."""

    day: date | None
    rows: tuple[AttendanceRow, ...]


def attendance_days(training: Training, words: PaperWords) -> tuple[AttendanceDay, ...]:
    """A list for each day of the training, in the order of the roster; one for no day where there is none."""
    rows = [
        AttendanceRow(
            number,
            one.person.name or one.person.id,
            one.person.agency or words.sector(one.person),
            one.person.kabupaten,
        )
        for number, one in enumerate(training.attendees, start=1)
    ]
    rows += [AttendanceRow(len(rows) + spare) for spare in range(1, SPARE_ROWS + 1)]
    return tuple(AttendanceDay(day, tuple(rows)) for day in training.days or (None,))


def attendance_book(training: Training, words: PaperWords) -> Sequence[BookSheet]:
    """Who was there: 1 for each session that somebody attended, with sums by formula.

    A day on which a person began a play has a 1 in its first session, which may be changed by hand.
    """
    days = training.days or (None,)
    marks = [(day, session) for day in days for session in range(1, training.sessions + 1)]
    first, last = _PERSON_COLUMNS + 1, _PERSON_COLUMNS + len(marks)
    rows = [
        (*_person(number, training, words), *_marks(number, training, marks), *_sums(number + 1, first, last))
        for number in range(1, len(training.attendees) + 1)
    ]
    totals = [("", words.t("total"), *_total(len(rows) + 1, first, last))] if rows else []
    header = tuple(
        words.t(f"column_{name}")
        for name in ("number", "id", "name", "sector", "agency", "province", "kabupaten")
    )
    heads = tuple(
        words.t("session_of", day=words.day(day) if day else words.t("day"), number=session)
        for day, session in marks
    )
    sums = (words.t("column_attended"), words.t("column_attended_share"))
    return (
        BookSheet(
            words.t("attendance"),
            (*header, *heads, *sums),
            (*rows, *totals),
            choices=tuple((column, (PRESENT,)) for column in range(first, last + 1)),
        ),
    )


def _person(number: int, training: Training, words: PaperWords) -> tuple[BookCell, ...]:
    person = training.attendees[number - 1].person
    place = (person.agency, person.province, person.kabupaten)
    return (number, person.id, person.name, words.sector(person), *place)


def _marks(number: int, training: Training, marks: Sequence[tuple[date | None, int]]) -> tuple[BookCell, ...]:
    days = training.attendees[number - 1].days
    return tuple(1 if session == 1 and day in days else None for day, session in marks)


def _sums(row: int, first: int, last: int) -> tuple[BookCell, ...]:
    cells = f"{column_letter(first)}{row}:{column_letter(last)}{row}"
    return (Formula(f"=SUM({cells})"), Formula(f"=SUM({cells})/COLUMNS({cells})", percent=True))


def _total(last_row: int, first: int, last: int) -> tuple[BookCell, ...]:
    """How many came to each session, under the columns of the sessions."""
    blank: tuple[BookCell, ...] = (None,) * (first - 3)
    columns = (column_letter(column) for column in range(first, last + 1))
    return (*blank, *(Formula(f"=SUM({column}2:{column}{last_row})") for column in columns))
