"""Grade one handed-in folder: points, explanations and the reflection, with no kernel and no trainee code."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from graders.feedback.explanation import decision_html, in_each, not_judged_html, result_html
from graders.feedback.key_feedback import KeyFeedback
from graders.grading.note import GradingNote
from graders.grading.submission import (
    NotJudgedError,
    Submission,
    judge,
    read_record,
    reflections,
)
from graders.key.key import Key, key_file, load_key
from graders.score import score
from scenarios.case import Case
from scenarios.course_card import CARD_NAME, CourseCard, case_of, directory_of, read_course_card
from scenarios.directory.services import SERVICES_NAME, Directory
from scenarios.engine.event import Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback
from scenarios.language import LANGUAGES, Language
from scenarios.library import CASE_FOLDER
from scenarios.loader import case_file

_Signature: TypeAlias = tuple[tuple[str, int, int, int], ...]

_COURSE_FILES = (SERVICES_NAME, CARD_NAME)


@dataclass(frozen=True, slots=True)
class Grading:
    """What one folder earned.

    weights, points, explanations: by decision id, the last as HTML; result: the whole case as HTML;
    reflections: question and answer of each free text; not_judged: why there is no score, or None;
    record: the bytes it was read from, empty where not judged; note: the same in figures. Where it was
    not judged, every point is 0 and none of them counts.
    """

    weights: Mapping[str, float]
    points: Mapping[str, float]
    explanations: Mapping[str, str]
    result: str
    reflections: tuple[tuple[str, str], ...]
    not_judged: NotJudgedError | None
    record: bytes
    note: GradingNote


class CaseGrader:
    """Grades submissions of one assignment; case, services, course card and key are read once."""

    def __init__(self, assignment: Path, keys: Path) -> None:
        """Read ``case/`` of `assignment` and its key in `keys`; prefer `of`, which keeps what it read.

        Raises ProblemsError where one of them cannot be read: that is nobody's score.
        """
        self.case: Case = case_of(assignment)
        self.key: Key = load_key(self.case, keys)
        self.card: CourseCard = read_course_card(assignment / CASE_FOLDER)
        self.key_digest = key_digest(self.case.id, keys, self.case.languages)
        self.directory: Directory = directory_of(assignment)
        self._feedback = KeyFeedback(self.case, self.key, due=True, directory=self.directory)
        self._weights = {name: part.weight for name, part in self.key.decisions.items()}

    @classmethod
    def of(cls, assignment: Path, keys: Path) -> CaseGrader:
        """The grader of `assignment`, a folder with its own ``case/`` such as ``release/<case>``.

        Kept for the life of the process until one of the files changes. Raises ProblemsError.
        """
        place = (assignment.resolve(), keys.resolve())
        cached = _CACHE.get(place)
        if cached is not None and cached[1] == _signature(assignment, keys, cached[0].case):
            return cached[0]
        grader = cls(assignment, keys)
        _CACHE[place] = (grader, _signature(assignment, keys, grader.case))
        return grader

    def grade(self, folder: Path, *, shared: Collection[str] = (), now: datetime) -> Grading:
        """Grade ``submitted/<trainee>/<case>``; nothing in it but the record counts.

        shared: play ids found in more than one submission, none of which is judged (see
        `graders.grading.submission.shared_plays`); now: the time, with its zone.
        """
        digest = ""
        try:
            record = read_record(folder)
            digest = hashlib.sha256(record).hexdigest()
            submission = self._judge(record, shared, now)
        except NotJudgedError as error:
            grading = self._not_judged(error)
        else:
            grading = self._judged(submission)
        return replace(grading, note=replace(grading.note, record=digest))

    def read(self, folder: Path, *, shared: Collection[str] = (), now: datetime) -> Submission:
        """The submission in `folder`. Raises NotJudgedError."""
        return self._judge(read_record(folder), shared, now)

    def _judge(self, record: bytes, shared: Collection[str], now: datetime) -> Submission:
        return judge(record, self.case, now=now, course=self.card.course, mode=self.card.mode, shared=shared)

    def _not_judged(self, error: NotJudgedError) -> Grading:
        html = not_judged_html(error.reason)
        points = dict.fromkeys(self._weights, 0.0)
        note = GradingNote(
            case=self.case.id,
            case_version=self.case.version,
            key_version=self.key.version,
            key_digest=self.key_digest,
            play=None,
            status="not_judged",
            reason=error.reason,
            detail=error.detail,
            S=None,
            H=None,
            M=None,
            raw=None,
            max=sum(self._weights.values()),
            incomplete=True,
            points={},
        )
        return Grading(self._weights, points, dict.fromkeys(points, html), html, (), error, b"", note)

    def _judged(self, submission: Submission) -> Grading:
        play = submission.play
        result = score(self.case, play, self.key)
        points = {verdict.decision: float(verdict.points) for verdict in result.verdicts}
        spoken = _in_languages(play, self._feedback)
        explained = {
            name: in_each(
                (part.language, decision_html(part.decisions[name], earned, part.language)) for part in spoken
            )
            for name, earned in points.items()
        }
        summary = in_each((part.language, result_html(part.case, part.language)) for part in spoken)
        started = submission.events[0]
        note = GradingNote(
            case=self.case.id,
            case_version=self.case.version,
            key_version=self.key.version,
            key_digest=self.key_digest,
            play=started.play if isinstance(started, Started) else None,
            status="judged",
            reason=None,
            detail="",
            S=result.S,
            H=result.H,
            M=result.M,
            raw=result.raw,
            max=result.max,
            incomplete=result.incomplete,
            points=points,
            variant=result.variant,
        )
        answers = reflections(play)
        return Grading(self._weights, points, explained, summary, answers, None, submission.record, note)


_CACHE: dict[tuple[Path, Path], tuple[CaseGrader, _Signature]] = {}


def key_digest(case_id: str, keys: Path, languages: Iterable[Language] = LANGUAGES) -> str:
    """The SHA-256 of a key's files in `languages`, in hexadecimal digits. Raises OSError where one lacks."""
    digest = hashlib.sha256()
    for file in _key_files(case_id, keys, languages):
        data = file.read_bytes()
        digest.update(f"{file.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _key_files(case_id: str, keys: Path, languages: Iterable[Language]) -> Iterator[Path]:
    return (keys / key_file(case_id, language) for language in languages)


def _signature(assignment: Path, keys: Path, case: Case) -> _Signature:
    """What changes with the content of every file that a grader reads."""
    names = (*map(case_file, case.languages), *_COURSE_FILES)
    files = (
        *(assignment / CASE_FOLDER / name for name in names),
        *_key_files(case.id, keys, case.languages),
    )
    marks = []
    for file in files:
        if file.exists():
            about = file.stat()
            marks.append((file.name, about.st_mtime_ns, about.st_size, about.st_ino))
    return tuple(marks)


@dataclass(frozen=True, slots=True)
class _SpokenFeedback:
    """The feedback on a play in one language, as a whole and by decision."""

    language: Language
    case: CaseFeedback
    decisions: Mapping[str, DecisionFeedback]


def _in_languages(play: Play, feedback: KeyFeedback) -> tuple[_SpokenFeedback, ...]:
    spoken = []
    for language in play.case.languages:
        whole = feedback.on_case(play, language)
        if whole is not None:
            by_decision = {part["decision"]: part for part in whole["decisions"]}
            spoken.append(_SpokenFeedback(language, whole, by_decision))
    return tuple(spoken)
