"""The grades of a class as a table: a row for each person, a column for each case."""

from __future__ import annotations

from graders.feedback.explanation import number
from release.course_desk.message import Cell, ShownTable, sentence, words_of
from release.course_desk.web.course_view import CaseView, CourseView
from scenarios.language import LANGUAGES, Language


def grade_table(view: CourseView) -> ShownTable | None:
    """The grades of everybody on the roster, and of whoever else has handed in; None before any are there."""
    if not view.graded:
        return None
    others = {who for case in view.cases for who in case.notes} - view.roster.keys()
    names = {person.id: person.name or person.id for person in view.roster.values()}
    return ShownTable(
        title=words_of(sentence("grades_title")),
        header=(
            words_of(sentence("grades_person")),
            *(words_of(case.title) for case in view.cases),
        ),
        rows=tuple(
            (names.get(who, who), *(_cell(case, who) for case in view.cases))
            for who in (*view.roster, *sorted(others))
        ),
    )


def _cell(case: CaseView, who: str) -> Cell:
    if who not in case.notes:
        return words_of(sentence("grades_missing"))
    note = case.notes[who]
    if note is None:
        return words_of(sentence("grades_waiting"))
    if note.raw is None:
        return words_of(sentence("grades_not_judged"))
    name = "grades_unfinished" if note.incomplete else "grades_points"
    return {one: _points(name, note.raw, note.max, one) for one in LANGUAGES}


def _points(name: str, raw: float, most: float, language: Language) -> str:
    return sentence(name, raw=number(raw, language), most=number(most, language)).texts[language]
