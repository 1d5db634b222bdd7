"""What the page of a course shows, read from its folder alone: nothing of nbgrader is loaded for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from graders.exports import EXPORTS
from graders.grading.case_grader import key_digest
from graders.grading.class_key import earlier_key, stored_key
from graders.grading.note import GradingNote, read_note
from graders.people.roster import Person, Roster, by_sector, course_roster
from release.course_desk.web.course_list import ListedCourse
from scenarios.case import Case
from scenarios.course_card import case_of
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import BadInputError
from scenarios.engine.record import RECORD_NAME
from scenarios.language import Language
from scenarios.library import CASE_FOLDER
from scenarios.sentence import error_text

REPORT = "*-class.html"
PLAN = "programme.html"


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case of a course.

    missing: who of the roster has not handed in; notes: who has, with the note of their grading, None where
    there is none yet; has_new_key: whether the class was graded by another key than the lab's; keeps_key:
    whether the course has a copy of that one; has_way_back: whether one was before it.
    """

    id: str
    title: str
    missing: tuple[Person, ...]
    notes: Mapping[str, GradingNote | None]
    has_new_key: bool
    keeps_key: bool
    has_way_back: bool

    @property
    def handed(self) -> tuple[str, ...]:
        """Who has handed in."""
        return tuple(self.notes)

    @property
    def waiting(self) -> int:
        """How many are not graded yet."""
        return sum(note is None for note in self.notes.values())


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file of the course's exports. size: in kB, rounded up."""

    name: str
    size: int
    made: datetime


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course as its page shows it.

    sectors: their names and how many persons each has; report: when the class report was made; wrong: what
    could not be read.
    """

    course: ListedCourse
    roster: Roster
    sectors: tuple[tuple[str, int], ...]
    cases: tuple[CaseView, ...]
    files: tuple[TakenFile, ...]
    report: datetime | None
    has_plan: bool
    wrong: str

    @property
    def is_panel(self) -> bool:
        """Whether experts play it, to make a key."""
        return self.course.card.mode == "panel"

    @property
    def handed(self) -> int:
        """How many hand-ins there are."""
        return sum(len(case.handed) for case in self.cases)

    @property
    def waiting(self) -> int:
        """How many of them are not graded yet."""
        return sum(case.waiting for case in self.cases)

    @property
    def graded(self) -> bool:
        """Whether anything was graded."""
        return self.handed > self.waiting


def course_view(course: ListedCourse, keys: Path | None, language: Language) -> CourseView:
    """The course as it stands now. keys: their folder, None where there is none."""
    folder, wrong = course.folder, ""
    try:
        roster = course_roster(folder)
    except BadInputError as error:
        roster, wrong = {}, error_text(error, language)
    names = sorted(place.name for place in folder.glob("source/*") if (place / CASE_FOLDER).is_dir())
    sectors, counts = load_sectors().sectors, by_sector(roster.values())
    report = max(folder.glob(f"reports/{REPORT}"), default=None)
    return CourseView(
        course=course,
        roster=roster,
        sectors=tuple(
            (sectors[name].name[language] if name is not None else "–", count)
            for name, count in counts.items()
        ),
        cases=tuple(_case_view(folder, name, roster, keys, language) for name in names),
        files=tuple(_files(folder / EXPORTS)),
        report=None if report is None else _moment(report),
        has_plan=(folder / PLAN).is_file(),
        wrong=wrong,
    )


def report_file(course: Path) -> Path | None:
    """The latest class report of a course."""
    return max(course.glob(f"reports/{REPORT}"), default=None)


def _files(folder: Path) -> list[TakenFile]:
    there = [file for file in folder.glob("*") if file.is_file() and not file.name.startswith(".")]
    there.sort(key=lambda file: file.stat().st_mtime, reverse=True)
    return [TakenFile(file.name, -(-file.stat().st_size // 1000), _moment(file)) for file in there]


def _moment(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime).astimezone()


def _case_view(course: Path, name: str, roster: Roster, keys: Path | None, language: Language) -> CaseView:
    handed = tuple(
        sorted(file.parent.parent.name for file in course.glob(f"submitted/*/{name}/{RECORD_NAME}"))
    )
    notes = {who: read_note(course / "autograded" / who / name) for who in handed}
    case = _case(course / "source" / name)
    used = _used(notes)
    return CaseView(
        id=name,
        title=name if case is None else case.in_language(_spoken(case, language)).title,
        missing=_missing(roster, handed),
        notes=notes,
        has_new_key=bool(used) and used != _digest(case, keys, used),
        keeps_key=stored_key(course, name, used) is not None,
        has_way_back=bool(used) and earlier_key(course, name) is not None,
    )


def _missing(roster: Roster, handed: Collection[str]) -> tuple[Person, ...]:
    there = set(handed)
    return tuple(person for name, person in roster.items() if name not in there)


def _used(notes: Mapping[str, GradingNote | None]) -> str:
    counts = Counter(note.key_digest for note in notes.values() if note is not None)
    return counts.most_common(1)[0][0] if counts else ""


def _digest(case: Case | None, keys: Path | None, used: str) -> str:
    """The digest of the lab's key; that of the class where the lab has none, so that none is new."""
    if case is None or keys is None:
        return used
    try:
        return key_digest(case.id, keys, case.languages)
    except OSError:
        return used


def _spoken(case: Case, language: Language) -> Language:
    return language if language in case.languages else case.languages[0]


def _case(assignment: Path) -> Case | None:
    file = assignment / CASE_FOLDER / "case.yaml"
    try:
        return _read_case(assignment, file.stat().st_mtime_ns)
    except (BadInputError, OSError):
        return None


@lru_cache(maxsize=256)
def _read_case(assignment: Path, _written: int) -> Case:
    return case_of(assignment)
