"""nbgrader's side of grading: preprocessors that stand in a course's configuration in place of its own.

No kernel is started, and nothing of a submission but the record beside the notebook is used: the
notebook itself is taken from what was released. See `graders.intake` for what comes before them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Integer

from graders.gradebook.access import open_gradebook, writing
from graders.gradebook.sheet import read_notebook_sheet
from graders.gradebook.writer import write_entries, write_penalties
from graders.grading.case_grader import CaseGrader, Grading
from graders.grading.cell_names import PLAYER
from graders.grading.note import write_note
from graders.grading.submission import shared_plays
from graders.intake import Intake
from graders.key.key import keys_folder
from graders.nbgrader.companions import COMPANIONS
from graders.nbgrader.graded_notebook import UnfitCourseError, put_in, unfit_sentence
from graders.nbgrader.notebook_entry import grade_id, notebook_entry
from graders.nbgrader.own_tests import run_own_tests
from graders.nbgrader.retraction import retract_shared
from scenarios.engine.record import RECORD_NAME

Resources: TypeAlias = Any  # nbconvert's ResourcesDict, which holds whatever a step puts there
Processed: TypeAlias = tuple[NotebookNode, Resources]

_NOT_JUDGED = "kasuslab_not_judged"


class LeaveRecordsOut(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In ``generate_assignment``: no record that somebody played in ``source/`` reaches ``release/``."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Remove the copy that nbgrader made beside the released notebook."""
        names = resources["nbgrader"]
        released = _course(resources, depth=1) / "release" / names["assignment"]
        for record in released.glob(f"{RECORD_NAME}*"):
            record.unlink()
        return nb, resources


class FromRelease(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In the sanitizing pass: the notebook as it was released takes the place of the one handed in.

    Whatever else a notebook can carry, cells, outputs or metadata, so never reaches the grader's page,
    and no other file of a trainee's stays beside the graded one.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Read the released notebook. Raises UnfitCourseError where there is none."""
        names = resources["nbgrader"]
        course = _course(resources, depth=2)
        file = course / "release" / names["assignment"] / f"{names['notebook']}.ipynb"
        if not file.exists():
            raise UnfitCourseError(unfit_sentence("not_released", file=file, assignment=names["assignment"]))
        if isinstance(self.parent, Intake):
            return nb, resources  # it let nothing else in
        _leave_only_ours(course, names["student"], names["assignment"])
        return nbformat.read(file, as_version=4), resources


class ScoreRecord(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader comes without types
    """In place of ``Execute``: score the record that was handed in, and write each score cell's output.

    run_test_cells: whether test cells of the facilitator's own in ``source/`` are run, each over a copy
    of a judged record and with none of the trainee's cells; test_seconds: how long one of them may take.
    """

    run_test_cells = Bool(default_value=False, help="Run the facilitator's own test cells.").tag(config=True)
    test_seconds = Integer(30, min=1, help="The most seconds that a test cell may take.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Write points, explanations, the reflection, and the note of the grading beside the notebook.

        Raises KeysMissingError, ProblemsError or UnfitCourseError where the course cannot be graded.
        """
        names = resources["nbgrader"]
        course = _course(resources, depth=2)
        grading = self._grading(course, names["student"], names["assignment"])
        if any(grade_id(cell) == PLAYER for cell in nb.cells):
            put_in(nb, grading)
            write_note(Path(resources["metadata"]["path"]), grading.note)
        if grading.not_judged is not None:
            log_values = (names["student"], names["assignment"], grading.not_judged)
            self.log.warning("Not judged: %s, %s: %s", *log_values)
            resources[_NOT_JUDGED] = grading.not_judged.reason
        elif self.run_test_cells:
            source = course / "source" / names["assignment"] / f"{names['notebook']}.ipynb"
            run_own_tests(nb, source, grading.record, seconds=self.test_seconds, warn=self.log.warning)
        return nb, resources

    def _grading(self, course: Path, student: str, assignment: str) -> Grading:
        submitted = course / "submitted"
        run = self.parent
        shared = (run.shared if isinstance(run, Intake) else shared_plays)(submitted, assignment)
        grader = CaseGrader.of(course / "release" / assignment, keys_folder())
        return grader.grade(submitted / student / assignment, shared=shared, now=datetime.now(UTC))


class SaveScores(SaveAutoGrades):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's step that writes the gradebook, which never takes for full marks what it cannot read.

    A submission that was not judged, and a score cell without a number from 0 to its points, has no
    automatic score and waits for a person. What a person wrote is left as it is.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Write every grade and comment of the notebook; take back a play that was judged for another."""
        names, reason = resources["nbgrader"], resources.get(_NOT_JUDGED)
        student, assignment = names["student"], names["assignment"]
        with _engine(self, resources) as engine:
            with writing(engine) as connection:
                sheet = read_notebook_sheet(connection, assignment, names["notebook"])
                write_entries(connection, sheet, [notebook_entry(nb, student, reason)])
            if reason == "shared":
                course = _course(resources, depth=2)
                grader = CaseGrader.of(course / "release" / assignment, keys_folder())
                for name in retract_shared(engine, course, grader, student, datetime.now(UTC)):
                    log_values = (name, assignment, student)
                    self.log.warning("No longer judged: %s, %s: the same play as %s", *log_values)
        return nb, resources


class LatePenalties(AssignLatePenalties):  # type: ignore[misc]  # nbgrader comes without types
    """nbgrader's step for what is late, with the course's own plugin and the lab's writer of grades."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Processed:
        """Set the penalty of a notebook as ``AssignLatePenalties`` does."""
        names = resources["nbgrader"]
        self.init_plugin()
        with _engine(self, resources) as engine, writing(engine) as connection:
            sheet = read_notebook_sheet(connection, names["assignment"], names["notebook"])
            write_penalties(connection, sheet, [names["student"]], self._penalty)
        return nb, resources

    def _penalty(self, student: str, score: float, seconds: float) -> float | None:
        plugin: Any = self.plugin_inst
        penalty: float | None = plugin.late_submission_penalty(student, score, seconds)
        self.log.warning("%s is %s seconds late; the penalty is: %s", student, seconds, penalty)
        return penalty


@contextmanager
def _engine(step: NbGraderPreprocessor, resources: Resources) -> Iterator[sa.Engine]:
    """The engine of the run's gradebook; in a course made before there was an `Intake`, one for this step."""
    if isinstance(step.parent, Intake):
        yield step.parent.engine()
    else:
        with open_gradebook(resources["nbgrader"]["db_url"]) as engine:
            yield engine


def _leave_only_ours(course: Path, student: str, assignment: str) -> None:
    """Clear what nbgrader copied of a submission where no `Intake` stood before it."""
    source, graded = course / "source" / assignment, course / "autograded" / student / assignment
    for file in sorted(graded.rglob("*"), reverse=True):
        name = file.relative_to(graded)
        if file.is_symlink() or not (source / name).exists():
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            elif str(name) not in COMPANIONS:
                file.unlink()


def _course(resources: Resources, *, depth: int) -> Path:
    # Below the course stand source/<assignment>, and submitted/<student>/<assignment>.
    return Path(resources["metadata"]["path"]).parents[depth]
