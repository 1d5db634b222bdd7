"""Take back what was judged before somebody else handed in the same play.

nbgrader grades again only what is new. A play in two submissions is judged for neither, so that the
one graded earlier is turned into one that waits for a person; what a person gave for it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import sqlalchemy as sa

from graders.gradebook.access import writing
from graders.gradebook.sheet import read_notebook_sheet
from graders.gradebook.writer import write_entries
from graders.grading.case_grader import CaseGrader
from graders.grading.note import read_note, write_note
from graders.grading.submission import play_ids
from graders.nbgrader.graded_notebook import graded_notebook
from graders.nbgrader.notebook_entry import notebook_entry
from scenarios.documents.whole_file import write_whole


def retract_shared(
    engine: sa.Engine, course: Path, grader: CaseGrader, student: str, now: datetime
) -> tuple[str, ...]:
    """Take back each judged grading of the play that `student` handed in too; gives whose they were."""
    return tuple(_retracted(engine, course, grader, student, now))


def _retracted(
    engine: sa.Engine, course: Path, grader: CaseGrader, student: str, now: datetime
) -> Iterator[str]:
    case = grader.case.id
    for play, names in play_ids(course / "submitted", case).items():
        for name in names if student in names else ():
            folder = course / "autograded" / name / case
            note = read_note(folder)
            if name == student or note is None or note.status != "judged":
                continue
            grading = grader.grade(course / "submitted" / name / case, shared={play}, now=now)
            released = nbformat.read(course / "release" / case / f"{case}.ipynb", as_version=4)
            nb = graded_notebook(released, grading)
            with writing(engine) as connection:
                sheet = read_notebook_sheet(connection, case, case)
                write_entries(connection, sheet, [notebook_entry(nb, name, grading.note.reason)])
            text: str = nbformat.writes(nb)
            write_whole(folder / f"{case}.ipynb", f"{text}\n")
            write_note(folder, grading.note)
            yield name
