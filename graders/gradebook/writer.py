"""The one writer of grades, of their comments and of what is taken for being late.

`kasuslab grade` and ``nbgrader autograde`` both come here, each with what it has graded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import uuid4

import sqlalchemy as sa

from graders.gradebook.entry import NO_RESPONSE, GradeEntry, Penalty
from graders.gradebook.sheet import GradeSheet
from graders.gradebook.tables import (
    COMMENT,
    GRADE,
    GRADE_CELL,
    SOURCE_CELL,
    STUDENT,
    SUBMISSION,
    SUBMITTED,
)

Row: TypeAlias = sa.Row[Any]
Query: TypeAlias = sa.Select[Any]


def write_entries(
    connection: sa.Connection,
    sheet: GradeSheet,
    entries: Sequence[GradeEntry],
    penalty: Penalty | None = None,
) -> None:
    """Put graded submissions into the gradebook; a penalty of None leaves what was taken for being late.

    What a person gave stands: manual scores, extra credit, manual comments, extensions, flags.
    """
    if not entries:
        return
    _add_students(connection, [entry.student for entry in entries])
    submissions = _submissions(connection, sheet, entries)
    notebooks = _notebooks(connection, sheet, {row.id for row in submissions.values()})
    places = {entry.student: notebooks[submissions[entry.student].id] for entry in entries}
    scores = _write_grades(connection, sheet, entries, {name: row.id for name, row in places.items()})
    _write_comments(connection, sheet, entries, {name: row.id for name, row in places.items()})
    if penalty is not None:
        late = {name: _seconds_late(sheet, submissions[name]) for name in places}
        _write_penalties(connection, places, scores, late, penalty)


def write_penalties(
    connection: sa.Connection, sheet: GradeSheet, students: Collection[str], penalty: Penalty
) -> None:
    """Take from submissions in the gradebook what it costs that they are late; from others, nothing."""
    known = connection.execute(_submissions_of(sheet, students))
    submissions = {row.student_id: row for row in known}
    notebooks = _notebooks(connection, sheet, {row.id for row in submissions.values()})
    places = {name: notebooks[row.id] for name, row in submissions.items()}
    scores = dict.fromkeys(places, 0.0)
    owners = {row.id: name for name, row in places.items()}
    for grade in connection.execute(_grades_of(sheet, owners)):
        scores[owners[grade.notebook_id]] += _score(grade.auto_score, grade.manual_score, grade.extra_credit)
    late = {name: _seconds_late(sheet, row) for name, row in submissions.items()}
    _write_penalties(connection, places, scores, late, penalty)


def _write_penalties(
    connection: sa.Connection,
    places: Mapping[str, Row],
    scores: Mapping[str, float],
    late: Mapping[str, float],
    penalty: Penalty,
) -> None:
    """By student: the submitted notebook, its score, and by how many seconds it is late."""
    changed = []
    for name, notebook in places.items():
        taken = penalty(name, scores[name], late[name]) if late[name] > 0 else None
        if taken is not None:
            taken = min(max(taken, 0.0), scores[name])
        if taken != notebook.late_submission_penalty:
            changed.append({"row": notebook.id, "late_submission_penalty": taken})
    _update(connection, SUBMITTED, changed)


def _add_students(connection: sa.Connection, names: Collection[str]) -> None:
    known = set(connection.execute(sa.select(STUDENT.c.id).where(STUDENT.c.id.in_(names))).scalars())
    _insert(connection, STUDENT, [{"id": name} for name in sorted(set(names) - known)])


def _submissions(
    connection: sa.Connection, sheet: GradeSheet, entries: Sequence[GradeEntry]
) -> dict[str, Row]:
    wanted = _submissions_of(sheet, [entry.student for entry in entries])
    known = {row.student_id: row for row in connection.execute(wanted)}
    new = [
        {
            "id": uuid4().hex,
            "assignment_id": sheet.assignment_id,
            "student_id": entry.student,
            "timestamp": entry.handed_in,
        }
        for entry in entries
        if entry.student not in known
    ]
    moved = [
        {"row": known[entry.student].id, "timestamp": entry.handed_in}
        for entry in entries
        if entry.student in known
        and entry.handed_in is not None
        and known[entry.student].timestamp != entry.handed_in
    ]
    _insert(connection, SUBMISSION, new)
    _update(connection, SUBMISSION, moved)
    if new or moved:
        known = {row.student_id: row for row in connection.execute(wanted)}
    return known


def _submissions_of(sheet: GradeSheet, students: Collection[str]) -> Query:
    return sa.select(SUBMISSION).where(
        SUBMISSION.c.assignment_id == sheet.assignment_id, SUBMISSION.c.student_id.in_(students)
    )


def _notebooks(connection: sa.Connection, sheet: GradeSheet, submissions: Collection[str]) -> dict[str, Row]:
    wanted = sa.select(SUBMITTED).where(
        SUBMITTED.c.notebook_id == sheet.notebook_id, SUBMITTED.c.assignment_id.in_(submissions)
    )
    known = {row.assignment_id: row for row in connection.execute(wanted)}
    new = [
        {"id": uuid4().hex, "assignment_id": name, "notebook_id": sheet.notebook_id, "flagged": False}
        for name in sorted(set(submissions) - known.keys())
    ]
    _insert(connection, SUBMITTED, new)
    if new:
        known = {row.assignment_id: row for row in connection.execute(wanted)}
    return known


def _write_grades(
    connection: sa.Connection, sheet: GradeSheet, entries: Sequence[GradeEntry], places: Mapping[str, str]
) -> dict[str, float]:
    """Write the grades; give the score of each student's notebook."""
    wanted = _grades_of(sheet, places.values())
    known = {(row.notebook_id, row.cell_id): row for row in connection.execute(wanted)}
    new, changed, sums = [], [], {}
    for entry in entries:
        total = 0.0
        for name, cell_id in sheet.grades.items():
            row = known.get((places[entry.student], cell_id))
            auto = entry.scores.get(name)
            by_hand = None if row is None else row.manual_score
            extra = None if row is None else row.extra_credit
            waits = by_hand is not None or auto is None
            total += _score(auto, by_hand, extra)
            values = {"auto_score": auto, "needs_manual_grade": waits}
            if row is None:
                place = {"id": uuid4().hex, "cell_id": cell_id, "notebook_id": places[entry.student]}
                new.append({**place, **values})
            elif name in sheet.maxima and (row.auto_score, row.needs_manual_grade) != (auto, waits):
                changed.append({"row": row.id, **values})
        sums[entry.student] = total
    _insert(connection, GRADE, new)
    _update(connection, GRADE, changed)
    return sums


def _grades_of(sheet: GradeSheet, notebooks: Collection[str]) -> Query:
    # By cell as well as by notebook, as their one index has it: otherwise each batch reads the whole table.
    return sa.select(GRADE).where(
        GRADE.c.cell_id.in_(sheet.grades.values()), GRADE.c.notebook_id.in_(notebooks)
    )


def _score(auto: float | None, by_hand: float | None, extra: float | None) -> float:
    """The points of one cell, as nbgrader adds them: a person's before the automatic ones."""
    given = by_hand if by_hand is not None else auto
    return 0.0 if given is None else given + (extra or 0.0)


def _write_comments(
    connection: sa.Connection, sheet: GradeSheet, entries: Sequence[GradeEntry], places: Mapping[str, str]
) -> None:
    wanted = sa.select(COMMENT).where(
        COMMENT.c.cell_id.in_(sheet.comments.values()), COMMENT.c.notebook_id.in_(places.values())
    )
    known = {(row.notebook_id, row.cell_id): row for row in connection.execute(wanted)}
    new, changed = [], []
    for entry in entries:
        for name, cell_id in sheet.comments.items():
            row = known.get((places[entry.student], cell_id))
            text = entry.comment or (NO_RESPONSE if name in entry.unanswered else None)
            if row is None:
                place = {"id": uuid4().hex, "cell_id": cell_id, "notebook_id": places[entry.student]}
                new.append({**place, "auto_comment": text})
            elif row.auto_comment != text:
                changed.append({"row": row.id, "auto_comment": text})
    _insert(connection, COMMENT, new)
    _update(connection, COMMENT, changed)


def _seconds_late(sheet: GradeSheet, submission: Row) -> float:
    handed_in = submission.timestamp
    if handed_in is None or sheet.due is None:
        return 0.0
    due = sheet.due if submission.extension is None else sheet.due + submission.extension
    return max(0.0, float((handed_in - due).total_seconds()))


def write_maxima(
    connection: sa.Connection, sheet: GradeSheet, maxima: Mapping[str, float], checksums: Mapping[str, str]
) -> None:
    """Give score cells new maxima, and their sources the checksums that go with them."""
    _update(
        connection,
        GRADE_CELL,
        [{"row": sheet.grades[name], "max_score": most} for name, most in maxima.items()],
    )
    for name, checksum in checksums.items():
        place = sa.and_(SOURCE_CELL.c.notebook_id == sheet.notebook_id, SOURCE_CELL.c.name == name)
        connection.execute(SOURCE_CELL.update().where(place).values(checksum=checksum))


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(table.insert(), [dict(row) for row in rows])


def _update(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Update by id: “row” of each is the id, the rest are the new values."""
    if rows:
        names = [name for name in rows[0] if name != "row"]
        change = table.update().where(table.c.id == sa.bindparam("row"))
        connection.execute(
            change.values({name: sa.bindparam(name) for name in names}), [dict(row) for row in rows]
        )
