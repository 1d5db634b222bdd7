"""What grades submissions: a chunk of one case at a time, here or in worker processes, results as they come.

A worker imports neither nbgrader nor a database. An error in one submission is told, and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graders.feedback.explanation import not_judged_text
from graders.gradebook.entry import GradeEntry
from graders.grading.case_grader import CaseGrader, Grading
from graders.grading.cell_names import REFLECTION, decision_cell
from graders.grading.note import GradingNote
from release.course.grade.graded_folder import Blank, write_graded
from scenarios.documents.problem import BadInputError
from scenarios.sentence import sentences_of

CHUNK = 16
_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))
_AHEAD = 4  # chunks that wait for each worker: few, so that memory does not grow with the class


class WorkerError(BadInputError):
    """A worker process died; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that is to be graded: whose, and when it was handed in (UTC, without a time zone)."""

    student: str
    handed_in: datetime | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some submissions of one case of the course at `root`, and all that is needed to grade them.

    shared: ids of plays that more than one trainee handed in; now: the time, with its zone.
    """

    root: Path
    keys: Path
    blank: Blank
    waiting: tuple[Waiting, ...]
    shared: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission that was graded, its folder written; or `failed`, why it could not be."""

    student: str
    case: str
    entry: GradeEntry | None = None
    note: GradingNote | None = None
    failed: str = ""


def grade_chunk(chunk: Chunk) -> list[Graded]:
    """Grade the submissions of `chunk`, and write their folders."""
    return [_grade(chunk, waiting) for waiting in chunk.waiting]


def _grade(chunk: Chunk, waiting: Waiting) -> Graded:
    case = chunk.blank.case
    submitted = chunk.root / "submitted" / waiting.student / case
    try:
        grader = CaseGrader.of(chunk.root / "release" / case, chunk.keys)
        grading = grader.grade(submitted, shared=chunk.shared, now=chunk.now)
        write_graded(chunk.root / "autograded" / waiting.student / case, submitted, chunk.blank, grading)
    except Exception as error:  # noqa: BLE001 -- one submission never stops the class; it is named
        return Graded(waiting.student, case, failed=f"{type(error).__name__}: {error}")
    return Graded(waiting.student, case, _entry(chunk.blank, waiting, grading), grading.note)


def _entry(blank: Blank, waiting: Waiting, grading: Grading) -> GradeEntry:
    reason = None if grading.not_judged is None else grading.not_judged.reason
    scores: dict[str, float | None] = {
        decision_cell(name): points if reason is None else None for name, points in grading.points.items()
    }
    answered = {REFLECTION} if grading.reflections else set()
    answers = set(blank.answers())
    # As nbgrader has it: an answer that stands as it was released earns 0, any other waits for a person.
    scores.update({name: None if name in answered else 0.0 for name in answers})
    comment = None if reason is None else not_judged_text(reason)
    return GradeEntry(waiting.student, waiting.handed_in, scores, frozenset(answers - answered), comment)


class Workers:
    """Processes that grade; with one job, this process does."""

    def __init__(self, executor: ProcessPoolExecutor | None, jobs: int) -> None:
        """Keep both; see `workers`."""
        self._executor, self._jobs = executor, jobs

    def grade(self, chunks: Iterable[Chunk]) -> Iterator[list[Graded]]:
        """Grade `chunks`, in any order. Raises WorkerError where a process died."""
        if self._executor is None:
            yield from map(grade_chunk, chunks)
            return
        try:
            yield from self._streamed(self._executor, iter(chunks))
        except BrokenProcessPool:
            raise WorkerError(_sentence("worker_ended")) from None

    def _streamed(self, executor: ProcessPoolExecutor, chunks: Iterator[Chunk]) -> Iterator[list[Graded]]:
        running: set[Future[list[Graded]]] = set()
        while True:
            while len(running) < _AHEAD * self._jobs and (chunk := next(chunks, None)) is not None:
                running.add(executor.submit(grade_chunk, chunk))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


@contextmanager
def workers(jobs: int) -> Iterator[Workers]:
    """So many processes, started at once, so that they import while the caller does other things."""
    if jobs == 1:
        yield Workers(None, 1)
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        for _ in range(jobs):
            executor.submit(_ready)
        yield Workers(executor, jobs)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def chunks_of(waiting: Sequence[Waiting]) -> Iterator[tuple[Waiting, ...]]:
    """`waiting` in chunks."""
    for start in range(0, len(waiting), CHUNK):
        yield tuple(waiting[start : start + CHUNK])


def _begin() -> None:
    # Ctrl-C reaches every process of the terminal; only the one that writes the gradebook answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _ready() -> None:
    """Do nothing, in a process that has started."""
