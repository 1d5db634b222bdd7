"""Grade a class: every submission of a course into ``autograded/`` and nbgrader's gradebook, with no kernel.

Processes grade and write folders; this one alone writes the gradebook, some submissions at a time.
First the folder, then its rows: whatever falls between is graded again by the next run, which
leaves alone what is as it should be.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from graders.gradebook.access import open_gradebook, writing
from graders.gradebook.entry import GradeEntry
from graders.gradebook.sheet import GradeSheet, Standing, read_sheet, read_standings
from graders.gradebook.writer import write_entries, write_maxima
from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_cell
from graders.grading.note import GradingNote, read_note
from graders.grading.submission import (
    TIMESTAMP,
    NotJudgedError,
    Reason,
    play_ids,
    read_record,
    shared_plays,
)
from graders.key.key import keys_folder
from graders.nbgrader.timestamp import handed_in_at, timestamp_text
from release.course.grade.course_settings import CONFIG, CourseSettings, course_settings
from release.course.grade.grade_checks import (
    GradeError,
    check_cells,
    check_decisions,
    check_weights,
    released_cases,
    released_notebook,
    weights_of,
)
from release.course.grade.grade_work import CHUNK, Chunk, Graded, Waiting, Workers, chunks_of, workers
from release.course.grade.graded_folder import (
    Blank,
    Json,
    cell_checksum,
    named_cells,
    source_files,
)
from release.course.grade.key_label import KeyLabel
from release.course.grade.key_shelf import store_key
from release.course.grade.rescore import (
    Before,
    Rescored,
    before_rescore,
    begin_rescore,
    compare,
    finish_rescore,
    set_points,
)
from scenarios.documents.whole_file import sync_disks
from scenarios.engine.runtime_folder import runtime_folder
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))
BATCH = 128
FEW = 48  # submissions that are graded sooner than another process has started
MOST_LETTERS = 128  # of a student's name in the gradebook


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A submission without a score: whose, of which case, and why."""

    student: str
    case: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class ClassGraded:
    """What a run came to.

    graded: submissions graded now; unchanged: those that stood as they should; not_judged: those
    without a score, of either kind; failed: submissions that could not be graded, each with a
    sentence; warnings: sentences; rescored: what a new version of a key changed, by case.
    """

    graded: int
    unchanged: int
    not_judged: tuple[Unjudged, ...]
    failed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rescored: tuple[Rescored, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedFolder:
    """A folder that was handed in, looked at.

    digest: of its record, "" where it is not to be read, which `reason` then tells; note: of the
    last grading, None where there was none.
    """

    student: str
    digest: str
    reason: Reason | None
    handed_in: datetime | None
    note: GradingNote | None


@dataclass(frozen=True, slots=True)
class FittingCase:
    """A case whose key, notebook and gradebook fit together, and what was handed in for it."""

    grader: CaseGrader
    sheet: GradeSheet
    notebook: Json
    handed: tuple[HandedFolder, ...]


@dataclass(frozen=True, slots=True)
class GradingPlan:
    """What is to be done for one case.

    waiting: who is graded now; unchanged: how many stand as they should, of whom `standing` were not
    judged; before: what a changed key finds, None where keys may not change; manual: the cells with a
    person's own score, by student.
    """

    grader: CaseGrader
    blank: Blank
    sheet: GradeSheet
    shared: frozenset[str]
    waiting: tuple[Waiting, ...]
    standing: tuple[Unjudged, ...]
    unchanged: int
    before: Before | None = None
    manual: Mapping[str, Collection[str]] = field(default_factory=dict)


def grade_class(  # noqa: PLR0913 -- each is a choice of the facilitator, or a part of the outside world
    course: Path,
    cases: Sequence[str] = (),
    *,
    keys: Path | None = None,
    jobs: int | None = None,
    rescore: bool = False,
    db_url: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> ClassGraded:
    """Grade the submissions of the course at `course`: of `cases`, or of all that were released.

    jobs: how many processes grade, as many as there are processors where left out. rescore: grade a
    class again with a key that has changed. on_progress: is called with how many of how many are graded.

    Raises BadInputError, before anything is written, where the course, a case, a key or the gradebook
    cannot be used, and where a key has changed and `rescore` is not set.
    """
    settings = course_settings(course, db_url)
    names = released_cases(settings.root, cases)
    students = _students(settings.root)
    with _alone(settings.root):
        return _Run(settings, keys or keys_folder(), clock(), rescore, jobs, on_progress).grade(
            names, students
        )


def rescore_outlook(  # noqa: PLR0913 -- as `grade_class`
    course: Path,
    cases: Sequence[str] = (),
    *,
    keys: Path | None = None,
    db_url: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Rescored, ...]:
    """What `grade_class` with `rescore` would change, case by case. Nothing is written.

    Raises BadInputError as it does.
    """
    settings = course_settings(course, db_url)
    names, students = released_cases(settings.root, cases), _students(settings.root)
    with _alone(settings.root):
        run = _Run(settings, keys or keys_folder(), clock(), rescore=True, jobs=1, on_progress=on_progress)
        return run.outlook(names, students)


@dataclass(slots=True)
class _Run:
    """One run over a course."""

    settings: CourseSettings
    keys: Path
    now: datetime
    rescore: bool
    jobs: int | None
    on_progress: Callable[[int, int], None]
    warnings: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def grade(self, names: Sequence[str], students: Sequence[str]) -> ClassGraded:
        with open_gradebook(self.settings.db_url) as engine:
            # All is checked before the first thing is written.
            ready = self._fitting(engine, names, students)
            self._store_keys(one.grader for one in ready)
            plans = [self._plan(engine, one) for one in ready]
            del ready
            jobs = _jobs(self.jobs, sum(len(plan.waiting) for plan in plans))
            with workers(jobs) as hands:
                return self._carried_out(engine, plans, hands)

    def _store_keys(self, graders: Iterable[CaseGrader]) -> None:
        try:
            for grader in graders:
                store_key(self.settings.root, grader.case, self.keys, grader.key_digest)
        except OSError as error:
            raise GradeError(_sentence("not_stored", file=error.filename, reason=error.strerror)) from None

    def outlook(self, names: Sequence[str], students: Sequence[str]) -> tuple[Rescored, ...]:
        with open_gradebook(self.settings.db_url) as engine:
            return tuple(self._outlook(engine, one) for one in self._fitting(engine, names, students))

    def _fitting(self, engine: sa.Engine, names: Sequence[str], students: Sequence[str]) -> list[FittingCase]:
        if self.settings.runs_tests:
            raise GradeError(_sentence("runs_tests", file=CONFIG))
        graders = [CaseGrader.of(self.settings.root / "release" / name, self.keys) for name in names]
        self.refused += [reason for reason in map(_unusable, students) if reason is not None]
        named = [name for name in students if _unusable(name) is None]
        return [self._ready(engine, grader, named) for grader in graders]

    def _ready(self, engine: sa.Engine, grader: CaseGrader, students: Sequence[str]) -> FittingCase:
        root, case, weights = self.settings.root, grader.case.id, weights_of(grader)
        with engine.connect() as connection:
            sheet = read_sheet(connection, case)
        handed = self._handed(case, students)
        notebook = released_notebook(root, case)
        check_decisions(case, weights, sheet, notebook)
        check_cells(case, notebook, sheet)
        if not self.rescore:
            self._refuse_changed_key(grader, handed)
            check_weights(root, case, weights, sheet, notebook)
        return FittingCase(grader, sheet, notebook, tuple(handed))

    def _handed(self, case: str, students: Sequence[str]) -> list[HandedFolder]:
        folders = []
        for student in students:
            folder = self.settings.root / "submitted" / student / case
            if not os.path.lexists(folder):
                continue
            digest, reason = _looked_at(folder)
            place = self.settings.root / "autograded" / student / case
            note = read_note(place) if (place / f"{case}.ipynb").is_file() else None
            folders.append(HandedFolder(student, digest, reason, self._moment(folder), note))
        return folders

    def _moment(self, folder: Path) -> datetime | None:
        text = timestamp_text(folder) if not folder.is_symlink() else None
        if text is None and os.path.lexists(folder / TIMESTAMP):
            self.warnings.append(_sentence("no_moment", person=folder.parent.name, case=folder.name))
        return None if text is None else handed_in_at(text)

    def _refuse_changed_key(self, grader: CaseGrader, handed: Iterable[HandedFolder]) -> None:
        older = [
            one.note for one in handed if one.note is not None and one.note.key_digest != grader.key_digest
        ]
        if not older:
            return
        case, label = grader.case, KeyLabel.of(older, grader)
        old, versions = label.listed(older), {note.case_version for note in older} - {case.version}
        advice = _sentence("keep_key")
        if versions:
            advice = _sentence("keep_case", old=", ".join(sorted(versions)), new=case.version)
        course = self.settings.root
        raise GradeError(
            _sentence("changed_key", case=case.id, old=old, new=label.now, advice=advice, course=course)
        )

    def _outlook(self, engine: sa.Engine, ready: FittingCase) -> Rescored:
        """What a changed key would do to a case; nothing is written."""
        root, grader, submitted = self.settings.root, ready.grader, self.settings.root / "submitted"
        with engine.connect() as connection:
            standings = read_standings(connection, ready.sheet)
        before = before_rescore(root, grader, _notes(ready.handed), ready.sheet.maxima)
        shared = shared_plays(submitted, grader.case.id)
        again = [one.student for one in ready.handed if one.student in before.notes]
        new = {}
        for done, student in enumerate(again):
            self.on_progress(done, len(again))
            new[student] = grader.grade(
                submitted / student / grader.case.id, shared=shared, now=self.now
            ).note
        return compare(root, grader, before, new, _manual(standings))

    def _plan(self, engine: sa.Engine, ready: FittingCase) -> GradingPlan:
        grader, case = ready.grader, ready.grader.case.id
        with engine.connect() as connection:
            standings = read_standings(connection, ready.sheet)
        before = None
        if self.rescore:
            ready, before = self._rekeyed(engine, ready)
        plays = play_ids(self.settings.root / "submitted", case)
        shared = {play: names for play, names in plays.items() if len(names) > 1}
        copied = {name for names in shared.values() for name in names}
        waiting: list[Waiting] = []
        standing: list[Unjudged] = []
        for one in ready.handed:
            if _is_current(one, standings.get(one.student), grader, copied=one.student in copied):
                standing += _unjudged(one.student, one.note)
            else:
                waiting.append(Waiting(one.student, one.handed_in))
        return GradingPlan(
            grader=grader,
            blank=self._blank(ready),
            sheet=ready.sheet,
            shared=frozenset(shared),
            waiting=tuple(waiting),
            standing=tuple(standing),
            unchanged=len(ready.handed) - len(waiting),
            before=before,
            manual=_manual(standings),
        )

    def _rekeyed(self, engine: sa.Engine, ready: FittingCase) -> tuple[FittingCase, Before]:
        """The case with the key's weights in its cells, and what stood there before."""
        root, case, weights = self.settings.root, ready.grader.case.id, weights_of(ready.grader)
        before = begin_rescore(root, ready.grader, _notes(ready.handed), ready.sheet.maxima)
        set_points(root, case, weights)
        notebook = released_notebook(root, case)
        cells = {decision_cell(name): weight for name, weight in weights.items()}
        sums = {name: cell_checksum(named_cells(notebook)[name]) for name in cells}
        if any(ready.sheet.maxima[name] != weight for name, weight in cells.items()):
            with writing(engine) as connection:
                write_maxima(connection, ready.sheet, cells, sums)
        with engine.connect() as connection:
            sheet = read_sheet(connection, case)
        check_cells(case, notebook, sheet)
        return replace(ready, sheet=sheet, notebook=notebook), before

    def _blank(self, ready: FittingCase) -> Blank:
        case, notebook = ready.grader.case.id, ready.notebook
        if ready.sheet.kernelspec:
            notebook["metadata"]["kernelspec"] = json.loads(ready.sheet.kernelspec)
        files = source_files(self.settings.root / "source" / case, self.settings.ignore)
        return Blank(case, notebook, files, self.settings.permissions, self.settings.shared)

    def _carried_out(self, engine: sa.Engine, plans: Sequence[GradingPlan], hands: Workers) -> ClassGraded:
        whole = sum(len(plan.waiting) for plan in plans)
        by_case = {plan.blank.case: plan for plan in plans}
        unjudged = [one for plan in plans for one in plan.standing]
        failed: list[Graded] = []
        new: dict[str, dict[str, GradingNote]] = {case: {} for case in by_case}
        batch: list[Graded] = []
        done = 0
        self.on_progress(0, whole)
        for results in hands.grade(self._chunks(plans)):
            for one in results:
                unjudged += _unjudged(one.student, one.note)
                if one.failed:
                    failed.append(one)
                elif one.note is not None and self.rescore:
                    new[one.case][one.student] = one.note
            batch += results
            if len(batch) >= BATCH:
                self._commit(engine, by_case, batch)
                batch = []
            done += len(results)
            self.on_progress(done, whole)
        self._commit(engine, by_case, batch)
        return ClassGraded(
            whole - len(failed),
            sum(plan.unchanged for plan in plans),
            tuple(sorted(unjudged, key=lambda one: (one.case, one.student))),
            (*self.refused, *sorted(f"{one.student}, {one.case}: {one.failed}" for one in failed)),
            tuple(self.warnings),
            tuple(self._rescored(plans, new, {one.case for one in failed})),
        )

    def _rescored(
        self,
        plans: Sequence[GradingPlan],
        new: Mapping[str, Mapping[str, GradingNote]],
        failed: Collection[str],
    ) -> Iterator[Rescored]:
        for plan in plans:
            if plan.before is not None:
                case = plan.blank.case
                yield finish_rescore(
                    self.settings.root,
                    plan.grader,
                    plan.before,
                    new[case],
                    plan.manual,
                    complete=case not in failed,
                )

    def _chunks(self, plans: Sequence[GradingPlan]) -> Iterator[Chunk]:
        for plan in plans:
            for waiting in chunks_of(plan.waiting):
                yield Chunk(self.settings.root, self.keys, plan.blank, waiting, plan.shared, self.now)

    def _commit(self, engine: sa.Engine, plans: Mapping[str, GradingPlan], batch: Sequence[Graded]) -> None:
        entries: dict[str, list[GradeEntry]] = {}
        for one in batch:
            if one.entry is not None:
                entries.setdefault(one.case, []).append(one.entry)
        sync_disks()  # a row never speaks of a folder that a power cut can take back
        with writing(engine) as connection:
            for case, rows in entries.items():
                write_entries(connection, plans[case].sheet, rows, self.settings.penalty)


def _students(root: Path) -> tuple[str, ...]:
    """The names of the folders in ``submitted/``; a link is one too, and is refused when it is looked at."""
    place = root / "submitted"
    if not place.is_dir():
        return ()
    with os.scandir(place) as entries:
        names = [entry.name for entry in entries if entry.is_symlink() or entry.is_dir()]
    return tuple(sorted(name for name in names if not name.startswith(".")))


def _unusable(name: str) -> str | None:
    """Why a gradebook cannot hold a student of this name, or None."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return _sentence("not_utf8", name=repr(name))
    if len(name) > MOST_LETTERS:
        return _sentence("long_name", name=name, most=MOST_LETTERS)
    return None


def _jobs(wanted: int | None, waiting: int) -> int:
    """How many processes grade so many submissions: no more than have something to do."""
    chunks = -(-waiting // CHUNK)
    if wanted is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        wanted = cores if waiting > FEW else 1
    return max(1, min(wanted, chunks))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let no other run grade this course at the same time. Raises GradeError where one does."""
    name = f"grade-{sha256(str(root).encode()).hexdigest()[:32]}.lock"
    try:
        lock = FileLock(runtime_folder() / name, is_singleton=False)
        lock.acquire(timeout=0)
    except Timeout:
        raise GradeError(_sentence("is_graded", course=root)) from None
    except OSError as error:
        raise GradeError(_sentence("no_lock", course=root, reason=error.strerror)) from None
    try:
        yield
    finally:
        lock.release()


def _looked_at(folder: Path) -> tuple[str, Reason | None]:
    try:
        return sha256(read_record(folder)).hexdigest(), None
    except NotJudgedError as error:
        return "", error.reason


def _notes(handed: Iterable[HandedFolder]) -> dict[str, GradingNote]:
    return {one.student: one.note for one in handed if one.note is not None}


def _manual(standings: Mapping[str, Standing]) -> dict[str, tuple[str, ...]]:
    return {student: tuple(row.manual) for student, row in standings.items() if row.manual}


def _is_current(one: HandedFolder, standing: Standing | None, grader: CaseGrader, *, copied: bool) -> bool:
    """Whether folder, note and gradebook already hold what grading would give. copied: see `shared`."""
    note = one.note
    if note is None or standing is None:
        return False
    same = (note.record, note.key_digest, note.case_version, note.reason if one.reason else None) == (
        one.digest,
        grader.key_digest,
        grader.case.version,
        one.reason,
    )
    # What stands in another submission, and what the clock says, may have changed since.
    fleeting = note.reason == "implausible" or copied != (note.reason == "shared")
    if not same or (fleeting and one.reason is None):
        return False
    if one.handed_in not in {None, standing.handed_in}:
        return False
    scores = {name: standing.scores.get(decision_cell(name), -1.0) for name in grader.key.decisions}
    return all(score == note.points.get(name) for name, score in scores.items())


def _unjudged(student: str, note: GradingNote | None) -> list[Unjudged]:
    if note is None or note.reason is None:
        return []
    return [Unjudged(student, note.case, note.reason, note.detail)]
