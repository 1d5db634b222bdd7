"""The grades of a class as its gradebook has them, and the text that goes with each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from graders.feedback.explanation import number
from graders.grading.note import GradingNote, read_note
from graders.people.roster import Person, Roster, course_roster, is_drawn
from scenarios.course_card import case_of
from scenarios.documents.problem import BadInputError
from scenarios.language import Language, read_catalogue
from scenarios.sentence import sentences_of

Identifier: TypeAlias = Literal["email", "idnumber"]

TEXTS = Path(__file__).with_name("grades.yaml")
_sentence = sentences_of(TEXTS)


@dataclass(frozen=True, slots=True)
class CaseGrade:
    """What a person has for a case.

    grade: 0 to 100, late penalties taken off, None where there is none; status: of the submission;
    note: of its grading, None where it was graded without ours or not at all.
    """

    grade: float | None
    status: Literal["judged", "not_judged", "missing"]
    note: GradingNote | None = None


_MISSING = CaseGrade(None, "missing")


@dataclass(frozen=True, slots=True)
class ClassGrades:
    """The grades of a class.

    people: in the order of the roster; cases: what each person who handed one in has for it, by case and
    by id; identifier: what the learning platform knows a person by; without: the ids of those who were
    asked for and have no identifier, and so stand in no list: without an e-mail, or with an id that the lab
    has drawn and no platform knows; is_named: whether a roster has their names; titles: of the cases, as far
    as they can be read.
    """

    people: tuple[Person, ...]
    cases: Mapping[str, Mapping[str, CaseGrade]]
    identifier: Identifier
    without: tuple[str, ...]
    is_named: bool
    titles: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)

    def heading(self, case: str, language: Language) -> str:
        """What a column of a case is called: its title, and its id, by which it is known everywhere else."""
        title = self.titles.get(case, {}).get(language)
        return f"{title} ({case})" if title else case

    def of(self, person: Person, case: str) -> CaseGrade:
        """What `person` has for `case`."""
        return self.cases[case].get(person.id, _MISSING)


def class_grades(
    gradebook: Any,  # noqa: ANN401 -- nbgrader's Gradebook
    course: Path,
    *,
    cases: Sequence[str] = (),
    students: Collection[str] = (),
    identifier: Identifier | None = None,
) -> ClassGrades:
    """The grades of `cases`, of `students`, everybody of the roster where left out.

    Where no case is named, these are the cases that anybody has handed in: a case that nobody has begun is
    no column, as an import would write into everybody's gradebook that it is missing.

    A course without a roster gives the ids of its gradebook as ``idnumber``. identifier: e-mail where
    anybody has one, where left out. Raises BadInputError for a case or a student that is not there.
    """
    roster = course_roster(course)
    known = [student.id for student in gradebook.students]
    people: Roster = roster or {name: Person(name) for name in known}
    by = identifier or ("email" if any(person.email for person in people.values()) else "idnumber")
    wanted = _wanted(students, [*people, *known], "trainee")
    asked = {name for name in (*people, *known) if name in wanted}
    identified = [person for name, person in people.items() if name in wanted and _is_identified(person, by)]
    names = [assignment.name for assignment in gradebook.assignments]
    chosen = _wanted(cases, names, "case")
    grades = {name: read_grades(gradebook, course, name) for name in names if name in chosen}
    columns = {name: of_case for name, of_case in grades.items() if cases or of_case}
    return ClassGrades(
        people=tuple(identified),
        cases=columns,
        identifier=by,
        without=tuple(sorted(asked - {person.id for person in identified})),
        is_named=bool(roster),
        titles={name: _titles(course, name) for name in columns},
    )


def _titles(course: Path, case: str) -> Mapping[Language, str]:
    try:
        played = case_of(course / "source" / case)
    except (BadInputError, OSError):
        return {}
    return {language: played.in_language(language).title for language in played.languages}


def _is_identified(person: Person, by: Identifier) -> bool:
    return not is_drawn(person.id) if by == "idnumber" else bool(person.email)


def read_grades(gradebook: Any, course: Path, case: str) -> Mapping[str, CaseGrade]:  # noqa: ANN401
    """What each person who handed a case in has for it, by id."""
    grades = {
        folder.parent.name: CaseGrade(None, "not_judged") for folder in course.glob(f"submitted/*/{case}")
    }
    for submission in gradebook.assignment_submissions(case):
        name = submission.student_id
        note = read_note(course / "autograded" / name / case)
        most = submission.max_score
        open_cells = [
            grade
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.auto_score is None and grade.manual_score is None and grade.max_score > 0
        ]
        if open_cells or not most:
            missing = note is not None and note.reason == "missing"
            grades[name] = CaseGrade(None, "missing" if missing else "not_judged", note)
            continue
        earned = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
        grades[name] = CaseGrade(min(100.0, 100 * earned / most), "judged", note)
    return grades


def feedback_text(grade: CaseGrade, language: Language) -> str:
    """What stands beside a grade: the result, and harm and missed duties apart from it, as plain text.

    It is "" where nothing was handed in: whatever stood there would be told to whoever is still to begin.
    """
    texts = read_catalogue(TEXTS)
    if grade.status == "not_judged":
        return texts["not_judged"][language]
    if grade.grade is None:
        return ""
    parts = [texts["score"][language].format(score=number(round(grade.grade, 2), language))]
    note = grade.note
    if note is not None and note.status == "judged":
        parts.append(texts["counts"][language].format(harm=note.H, missed=note.M))
        parts += [texts["incomplete"][language]] if note.incomplete else []
    return " ".join(parts)


def _wanted(
    asked: Collection[str], known: Collection[str], noun: Literal["case", "trainee"]
) -> Collection[str]:
    if unknown := sorted(set(asked) - set(known)):
        choices = ", ".join(dict.fromkeys(known)) or "–"
        raise BadInputError(_sentence(f"no_{noun}", unknown=", ".join(unknown), choices=choices))
    return asked or known
