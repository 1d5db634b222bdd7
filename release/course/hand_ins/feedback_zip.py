"""Feedback on its way back: made by nbgrader where it is missing, and packed as Moodle's upload takes it.

There is one ZIP for each case, to be uploaded at its assignment and nowhere else: Moodle gives each file
of the ZIP to the participant whose number stands in the name of its folder (“Upload multiple feedback
files in a ZIP”). The number is the one under which Moodle handed the submission out, which
`release.course.hand_ins.moodle_places` remembers; it means one participant of one assignment of one Moodle.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graders.grading.case_grader import CaseGrader
from graders.grading.submission import NotJudgedError
from graders.key.key import keys_folder
from graders.people.roster import Person, course_roster
from release.course.course import CourseError, assignments, read_course
from release.course.gradebook import due_date, generate_feedback
from release.course.hand_ins.moodle_name import feedback_path
from release.course.hand_ins.moodle_places import read_placed
from release.local_time import written
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, whole_file
from scenarios.sentence import Sentence, sentences_of

_sentence = sentences_of(Path(__file__).with_name("feedback_zip.yaml"))


class FeedbackError(BadInputError):
    """Feedback cannot be made or packed as it was asked for; a sentence."""


@dataclass(frozen=True, slots=True)
class FeedbackPages:
    """Feedback that stands in a course.

    files: each page by person and case; made: how many of them were made just now; unfinished: of which plays
    there is none, as whoever plays may go on and would read the key of what is still to come.
    """

    files: Mapping[tuple[str, str], Path]
    made: int
    unfinished: tuple[tuple[str, str], ...] = ()

    @property
    def warning(self) -> Sentence | None:
        """Whose feedback waits for the end of their play."""
        names = ", ".join(f"{person} ({case})" for person, case in self.unfinished)
        return _sentence("unfinished", names=names) if names else None


@dataclass(frozen=True, slots=True)
class PackedFeedback:
    """ZIPs for Moodle. files, counts: by case, each ZIP and its pages; without: whose feedback is in none."""

    files: Mapping[str, Path]
    counts: Mapping[str, int]
    without: tuple[tuple[str, str], ...]

    @property
    def messages(self) -> tuple[Sentence, ...]:
        """Where each ZIP goes."""
        return tuple(
            _sentence("packed", file=file, count=self.counts[case], case=case)
            for case, file in self.files.items()
        )

    @property
    def warning(self) -> Sentence | None:
        """Whose feedback is in none of them."""
        names = ", ".join(f"{person} ({case})" for person, case in self.without)
        return _sentence("without", names=names) if names else None


def feedback_pages(
    course: Path,
    cases: Sequence[str] = (),
    *,
    now: datetime,
    keys: Path | None = None,
    before_due: bool = False,
) -> FeedbackPages:
    """The feedback of everybody who was graded for `cases`, for all where left out.

    A page that is missing, or older than its grading, is made by nbgrader. now: no page is made before its
    case is due, and where it never is, none of a play that can still go on, but for `before_due`: a page
    tells the key. keys: their folder. Raises
    CourseError, FeedbackError, AssignmentError, KeysMissingError, ProblemsError of a case or its key.
    """
    read_course(course)
    names = _wanted(course, cases)
    if not before_due:
        _refuse_early(course, names, now)
    made, folder = 0, keys or keys_folder()
    unfinished: set[tuple[str, str]] = set()
    for case in names:
        graded = {file.parent.parent.name: file for file in course.glob(f"autograded/*/{case}/{case}.ipynb")}
        _refuse_unreadable(course, graded)
        fresh = {person for person, file in graded.items() if _is_newer(_page(course, person, case), file)}
        is_ever_due = before_due or due_date(course, case) is not None
        waits: set[str] = set()
        if len(fresh) < len(graded) or not is_ever_due:
            # A key that is missing is told here, in a sentence.
            grader = CaseGrader.of(course / "release" / case, folder)
            if not is_ever_due:
                waits = {person for person in graded if _can_go_on(course, person, case, grader, now)}
        unfinished |= {(person, case) for person in waits}
        if len(fresh | waits) < len(graded):
            generate_feedback(course, case, folder, but=fresh | waits)
            made += len(graded) - len(fresh | waits)
    pages = {(page.parent.parent.name, case): page for case in names for page in _pages(course, case)}
    given = {place: page for place, page in pages.items() if place not in unfinished}
    return FeedbackPages(given, made, tuple(sorted(unfinished)))


def pack_feedback(course: Path, pages: FeedbackPages, file: Path) -> PackedFeedback:
    """Pack pages for Moodle, for the owner's eyes: a ZIP for each case.

    file: the ZIP's name; where there are several cases, each ZIP has its case behind that name. Two
    persons with one number of one case are both left out: Moodle would give one the feedback of the
    other. Raises FeedbackError where none can be packed, or a file cannot be written; RosterError.
    """
    places, roster = read_placed(course).moodle, course_roster(course)
    counts = Counter((case, place.number) for cases in places.values() for case, place in cases.items())
    packed: dict[str, dict[str, bytes]] = {}
    without = []
    for (person, case), page in sorted(pages.files.items()):
        place = places.get(person, {}).get(case)
        if place is None or counts[case, place.number] > 1:
            without.append((person, case))
            continue
        # Under blind marking a name before the number would tell whose it is.
        name = place.blind or roster.get(person, Person(person)).name or person
        path = feedback_path(name, place.number, place.tail, f"{case}.html", flat=place.flat)
        packed.setdefault(case, {})[path] = page.read_bytes()
    if not packed:
        raise FeedbackError(_sentence("nothing_to_pack", course=course))
    zips = {}
    for case, parts in packed.items():
        zips[case] = (
            file if len(packed) == 1 else file.with_name(f"{file.stem}-{case}{file.suffix or '.zip'}")
        )
        _write(zips[case], parts)
    return PackedFeedback(zips, {case: len(parts) for case, parts in packed.items()}, tuple(without))


def _wanted(course: Path, cases: Sequence[str]) -> tuple[str, ...]:
    there = assignments(course)
    if unknown := sorted(set(cases) - set(there)):
        choices = ", ".join(there) or "–"
        raise CourseError(_sentence("no_case", course=course, cases=", ".join(unknown), choices=choices))
    return tuple(name for name in there if not cases or name in cases)


def _refuse_early(course: Path, cases: Sequence[str], now: datetime) -> None:
    due = {case: due_date(course, case) for case in cases}
    early = [f"{case} ({written(moment)})" for case, moment in due.items() if moment and moment > now]
    if early:
        raise FeedbackError(_sentence("early", cases=", ".join(early)))


def _refuse_unreadable(course: Path, names: Iterable[str]) -> None:
    """Refuse folders that stand for no id: nbgrader stops at them, with a traceback in place of a reason."""
    if odd := sorted(name for name in names if not name.isprintable()):
        listed = ", ".join(map(ascii, odd))
        raise FeedbackError(_sentence("unreadable", folder=course / "autograded", names=listed))


def _can_go_on(course: Path, person: str, case: str, grader: CaseGrader, now: datetime) -> bool:
    """Whether what was handed in is a play before its end; of what cannot be judged no page tells a key."""
    try:
        return not grader.read(course / "submitted" / person / case, now=now).play.ended
    except NotJudgedError:
        return False


def _page(course: Path, person: str, case: str) -> Path:
    return course / "feedback" / person / case / f"{case}.html"


def _pages(course: Path, case: str) -> list[Path]:
    return sorted(course.glob(f"feedback/*/{case}/{case}.html"))


def _is_newer(page: Path, file: Path) -> bool:
    return page.exists() and page.stat().st_mtime >= file.stat().st_mtime


def _write(file: Path, packed: dict[str, bytes]) -> None:
    try:
        with (
            whole_file(file, mode=OWNER_ALONE) as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for path, data in packed.items():
                archive.writestr(path, data)
    except OSError as error:
        raise FeedbackError(_sentence("unwritable", file=file, reason=error.strerror)) from None
