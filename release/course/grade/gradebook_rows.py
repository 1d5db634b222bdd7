"""The rows of nbgrader's gradebook that grading reads and writes, many at a time, on any of its databases.

nbgrader's own models bring nbgrader with them, which takes seconds to import, and its methods make a
database engine and a transaction for every cell. So the columns that grading touches are declared
here once more; a test holds them against nbgrader's models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from release.course.grade.course_settings import CourseSettings, Penalty
from release.course.grade.graded_folder import Entry
from scenarios.documents.problem import BadInputError

NO_RESPONSE = "No response."  # nbgrader's own words for an answer's cell that is as it was released

METADATA = sa.MetaData()
_KEY = sa.String(32)
STUDENT = sa.Table("student", METADATA, sa.Column("id", sa.String(128), primary_key=True))
ASSIGNMENT = sa.Table(
    "assignment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("duedate", sa.DateTime()),
)
NOTEBOOK = sa.Table(
    "notebook",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("assignment_id", _KEY),
    sa.Column("kernelspec", sa.String(1024)),
)
CELL = sa.Table(
    "base_cell",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("notebook_id", _KEY),
    sa.Column("type", sa.String(50)),
)
GRADE_CELL = sa.Table(
    "grade_cells", METADATA, sa.Column("id", _KEY, primary_key=True), sa.Column("max_score", sa.Float())
)
SOURCE_CELL = sa.Table(
    "source_cell",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("name", sa.String(128)),
    sa.Column("notebook_id", _KEY),
    sa.Column("checksum", sa.String(128)),
)
SUBMISSION = sa.Table(
    "submitted_assignment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("assignment_id", _KEY),
    sa.Column("student_id", sa.String(128)),
    sa.Column("timestamp", sa.DateTime()),
    sa.Column("extension", sa.Interval()),
)
SUBMITTED = sa.Table(
    "submitted_notebook",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("assignment_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("flagged", sa.Boolean()),
    sa.Column("late_submission_penalty", sa.Float(0)),
)
GRADE = sa.Table(
    "grade",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("cell_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("auto_score", sa.Float()),
    sa.Column("manual_score", sa.Float()),
    sa.Column("extra_credit", sa.Float()),
    sa.Column("needs_manual_grade", sa.Boolean()),
)
COMMENT = sa.Table(
    "comment",
    METADATA,
    sa.Column("id", _KEY, primary_key=True),
    sa.Column("cell_id", _KEY),
    sa.Column("notebook_id", _KEY),
    sa.Column("auto_comment", sa.Text()),
)

Row: TypeAlias = sa.Row[Any]


class GradebookError(BadInputError):
    """The gradebook cannot be used as it stands; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assignment as the gradebook knows it: its one notebook, and the cells of it by name.

    grades: cells with a score, and their ids; maxima: the most that each is worth; comments: cells
    with a comment; checksums: of every cell of the source; due: in UTC, without a time zone.
    """

    assignment_id: str
    name: str
    due: datetime | None
    notebook_id: str
    kernelspec: str | None
    grades: Mapping[str, str]
    maxima: Mapping[str, float]
    comments: Mapping[str, str]
    checksums: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gradebook holds of a submission: when it was handed in, and the automatic scores by cell.

    manual: the cells with a score of a person's own.
    """

    handed_in: datetime | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)
    manual: Mapping[str, float] = field(default_factory=dict)


@contextmanager
def open_gradebook(settings: CourseSettings) -> Iterator[sa.Engine]:
    """The engine of a course's gradebook. Raises GradebookError where it cannot be used, telling why."""
    try:
        engine = sa.create_engine(settings.db_url)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise GradebookError(_unusable("the address of the gradebook cannot be used", error)) from None
    try:
        _check_columns(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction. Raises GradebookError where the database refuses it: then none of it is kept."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GradebookError(
            f"The gradebook could not be written ({told}). What was written before stands. Close what else "
            "writes in it, such as formgrader, and run the command again."
        ) from None


def _check_columns(engine: sa.Engine) -> None:
    """Raises GradebookError where a table or a column is missing that grading needs."""
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            found = sa.inspect(connection)
            names = METADATA.tables.keys() & set(found.get_table_names())
            columns = {(name, column["name"]) for name in names for column in found.get_columns(name)}
    except SQLAlchemyError as error:
        raise GradebookError(_unusable(f"the gradebook {shown} cannot be opened", error)) from None
    wanted = {(name, column.name) for name in names for column in METADATA.tables[name].columns}
    if missing := sorted(".".join(place) for place in wanted - columns):
        raise GradebookError(
            f"The gradebook {shown} is of an older version of nbgrader: it has no {', '.join(missing)}. "
            "Back it up, and run: nbgrader db upgrade"
        )
    if names != METADATA.tables.keys():
        raise GradebookError(
            f"The gradebook {shown} is empty. Run, for each case: nbgrader generate_assignment CASE"
        )


def _unusable(what: str, error: BaseException) -> str:
    told = str(getattr(error, "orig", None) or error).splitlines()[0]
    return f"{what[0].upper()}{what[1:]} ({told}). Look at CourseDirectory.db_url in nbgrader_config.py."


def read_sheet(connection: sa.Connection, assignment: str) -> Sheet:
    """The assignment of that name. Raises GradebookError where it is not there, or has other notebooks."""
    found = connection.execute(sa.select(ASSIGNMENT).where(ASSIGNMENT.c.name == assignment)).first()
    notebooks = []
    if found is not None:
        notebooks = list(
            connection.execute(sa.select(NOTEBOOK).where(NOTEBOOK.c.assignment_id == found.id)).all()
        )
    if found is None or not notebooks:
        raise GradebookError(
            f"The gradebook does not know the cells of “{assignment}”. "
            f"Run: nbgrader generate_assignment {assignment}"
        )
    if [notebook.name for notebook in notebooks] != [assignment]:
        names = ", ".join(sorted(notebook.name for notebook in notebooks))
        raise GradebookError(
            f"The assignment “{assignment}” holds other notebooks than its own ({names}). "
            f"Grade it with: nbgrader autograde {assignment}"
        )
    return _sheet(connection, found, notebooks[0])


def _sheet(connection: sa.Connection, assignment: Row, notebook: Row) -> Sheet:
    wanted = (
        sa.select(CELL.c.id, CELL.c.name, CELL.c.type, GRADE_CELL.c.max_score)
        .outerjoin(GRADE_CELL, GRADE_CELL.c.id == CELL.c.id)
        .where(CELL.c.notebook_id == notebook.id)
    )
    cells = connection.execute(wanted).all()
    sources = connection.execute(
        sa.select(SOURCE_CELL.c.name, SOURCE_CELL.c.checksum).where(SOURCE_CELL.c.notebook_id == notebook.id)
    )
    return Sheet(
        assignment_id=assignment.id,
        name=assignment.name,
        due=assignment.duedate,
        notebook_id=notebook.id,
        kernelspec=notebook.kernelspec,
        grades={cell.name: cell.id for cell in cells if cell.type in {"GradeCell", "TaskCell"}},
        maxima={cell.name: cell.max_score for cell in cells if cell.type == "GradeCell"},
        comments={cell.name: cell.id for cell in cells if cell.type in {"SolutionCell", "TaskCell"}},
        checksums={source.name: source.checksum for source in sources},
    )


def read_standings(connection: sa.Connection, sheet: Sheet) -> dict[str, Standing]:
    """What the gradebook holds of every submission of an assignment, by student."""
    wanted = (
        sa.select(
            SUBMISSION.c.student_id,
            SUBMISSION.c.timestamp,
            GRADE.c.cell_id,
            GRADE.c.auto_score,
            GRADE.c.manual_score,
        )
        .join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id)
        .join(GRADE, GRADE.c.notebook_id == SUBMITTED.c.id)
        .where(SUBMISSION.c.assignment_id == sheet.assignment_id)
        .where(SUBMITTED.c.notebook_id == sheet.notebook_id)
        .where(GRADE.c.cell_id.in_(sheet.grades.values()))
    )
    names = {cell_id: name for name, cell_id in sheet.grades.items()}
    moments: dict[str, datetime | None] = {}
    scores: dict[str, dict[str, float | None]] = {}
    manual: dict[str, dict[str, float]] = {}
    for student, moment, cell_id, auto, by_hand in connection.execute(wanted):
        moments[student] = moment
        scores.setdefault(student, {})[names[cell_id]] = auto
        if by_hand is not None:
            manual.setdefault(student, {})[names[cell_id]] = by_hand
    return {
        student: Standing(moment, scores[student], manual.get(student, {}))
        for student, moment in moments.items()
    }


def write_entries(
    connection: sa.Connection, sheet: Sheet, entries: Sequence[Entry], penalty: Penalty
) -> None:
    """Put graded submissions into the gradebook, as nbgrader's autograde does.

    What a person gave stands: manual scores, extra credit, manual comments, extensions, flags.
    """
    if not entries:
        return
    _add_students(connection, [entry.student for entry in entries])
    submissions = _submissions(connection, sheet, entries)
    notebooks = _notebooks(connection, sheet, {row.id for row in submissions.values()})
    places = {entry.student: notebooks[submissions[entry.student].id] for entry in entries}
    scored = _write_grades(connection, sheet, entries, {name: row.id for name, row in places.items()})
    _write_comments(connection, sheet, entries, {name: row.id for name, row in places.items()})
    late = []
    for entry in entries:
        seconds = _seconds_late(sheet, submissions[entry.student], entry)
        taken = None
        if seconds > 0:
            taken = penalty(entry.student, scored[entry.student], seconds)
        if taken is not None:
            taken = min(max(taken, 0.0), scored[entry.student])
        if taken != places[entry.student].late_submission_penalty:
            late.append({"row": places[entry.student].id, "late_submission_penalty": taken})
    _update(connection, SUBMITTED, late)


def _add_students(connection: sa.Connection, names: Collection[str]) -> None:
    known = set(connection.execute(sa.select(STUDENT.c.id).where(STUDENT.c.id.in_(names))).scalars())
    _insert(connection, STUDENT, [{"id": name} for name in sorted(set(names) - known)])


def _submissions(connection: sa.Connection, sheet: Sheet, entries: Sequence[Entry]) -> dict[str, Row]:
    wanted = sa.select(SUBMISSION).where(
        SUBMISSION.c.assignment_id == sheet.assignment_id,
        SUBMISSION.c.student_id.in_([entry.student for entry in entries]),
    )
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


def _notebooks(connection: sa.Connection, sheet: Sheet, submissions: Collection[str]) -> dict[str, Row]:
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
    connection: sa.Connection, sheet: Sheet, entries: Sequence[Entry], places: Mapping[str, str]
) -> dict[str, float]:
    """Write the grades; give the score of each student's notebook."""
    # By cell as well as by notebook, as their one index has it: otherwise each batch reads the whole table.
    wanted = sa.select(GRADE).where(
        GRADE.c.cell_id.in_(sheet.grades.values()), GRADE.c.notebook_id.in_(places.values())
    )
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
            given = by_hand if by_hand is not None else auto
            total += 0.0 if given is None else given + (extra or 0.0)
            values = {"auto_score": auto, "needs_manual_grade": waits}
            if row is None:
                place = {"id": uuid4().hex, "cell_id": cell_id, "notebook_id": places[entry.student]}
                new.append({**place, **values})
            elif (row.auto_score, row.needs_manual_grade) != (auto, waits):
                changed.append({"row": row.id, **values})
        sums[entry.student] = total
    _insert(connection, GRADE, new)
    _update(connection, GRADE, changed)
    return sums


def _write_comments(
    connection: sa.Connection, sheet: Sheet, entries: Sequence[Entry], places: Mapping[str, str]
) -> None:
    wanted = sa.select(COMMENT).where(
        COMMENT.c.cell_id.in_(sheet.comments.values()), COMMENT.c.notebook_id.in_(places.values())
    )
    known = {(row.notebook_id, row.cell_id): row for row in connection.execute(wanted)}
    new, changed = [], []
    for entry in entries:
        for name, cell_id in sheet.comments.items():
            row = known.get((places[entry.student], cell_id))
            told = entry.comment or (NO_RESPONSE if name in entry.unanswered else None)
            if row is None:
                place = {"id": uuid4().hex, "cell_id": cell_id, "notebook_id": places[entry.student]}
                new.append({**place, "auto_comment": told})
            elif row.auto_comment != told:
                changed.append({"row": row.id, "auto_comment": told})
    _insert(connection, COMMENT, new)
    _update(connection, COMMENT, changed)


def _seconds_late(sheet: Sheet, submission: Row, entry: Entry) -> float:
    handed_in = entry.handed_in or submission.timestamp
    if handed_in is None or sheet.due is None:
        return 0.0
    due = sheet.due if submission.extension is None else sheet.due + submission.extension
    return max(0.0, float((handed_in - due).total_seconds()))


def write_maxima(
    connection: sa.Connection, sheet: Sheet, maxima: Mapping[str, float], checksums: Mapping[str, str]
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
