"""The cohort: everybody of one course, what was handed in and judged, and what was not.

It is read from the submissions themselves, never from the gradebook, so that statistics see decisions
and not points. Names and e-mail addresses stay in the roster: a member is an id and where it comes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graders.grading.case_grader import CaseGrader
from graders.grading.class_key import class_key
from graders.grading.submission import NotJudgedError, Reason, shared_plays
from graders.key.key import Key
from graders.people.roster import Roster
from graders.score import Result, score
from scenarios.case import Case
from scenarios.documents.problem import BadInputError
from scenarios.engine.play import Play
from scenarios.library import CASE_FOLDER
from scenarios.pick import Pick
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("cohort.yaml"))


class NoCourseError(BadInputError):
    """There is no course to read; the text says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """One person of the course; sector None, the others "" where nobody said."""

    id: str
    sector: str | None = None
    province: str = ""
    kabupaten: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class CourseCase:
    """A case of the course as it was handed out, and its key.

    is_class_key: whether it is the key that the class was graded by, where it was.
    """

    case: Case
    key: Key
    is_class_key: bool = True


@dataclass(frozen=True, slots=True)
class JudgedPlay:
    """One judged play. result: what was confirmed last; first: the first attempts (scoring.md)."""

    member: Member
    case: str
    play: Play
    result: Result
    first: Result


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A submission that no score can be given for, and why; detail is for the facilitator alone."""

    member: Member
    case: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """One decision of one team's play: what its members answered alone, and what it settled on.

    variant: the one of the play, None where its case has none.
    """

    case: str
    decision: str
    variant: str | None
    alone: tuple[Pick, ...]
    settled: Pick


@dataclass(frozen=True, slots=True)
class Cohort:
    """One course's class.

    course: its name; cases: by case id, in the order of the ids; members: by id, of the roster and of
    those who handed in without standing there; handed and not_judged: in the order of cases, then
    members; missing: by case id, how many members handed nothing in, whatever the reason; teams: what was
    answered alone and together, where people played at tables. Of these each table is a member.
    """

    course: str
    cases: Mapping[str, CourseCase]
    members: tuple[Member, ...]
    handed: tuple[JudgedPlay, ...]
    not_judged: tuple[NotJudged, ...]
    missing: Mapping[str, int]
    teams: tuple[TeamAnswer, ...] = ()

    def of_case(self, case_id: str) -> tuple[JudgedPlay, ...]:
        """The judged plays of one case."""
        return tuple(handed for handed in self.handed if handed.case == case_id)


def read_cohort(course: Path, keys: Path, roster: Roster, *, now: datetime) -> Cohort:
    """Read the class of the course at `course`: its released cases, its roster, and ``submitted/``.

    keys: the folder of the keys, of which those are passed over that the class was not graded by; now: with
    its time zone, the moment after which no record can lie.
    A play that stands in several submissions is judged in none of them. Raises NoCourseError where no
    case was released; ProblemsError where a case or its key cannot be read.
    """
    own = {name: class_key(course, name, keys) for name in _released(course)}
    graders = {name: CaseGrader.of(course / "release" / name, own[name] or keys) for name in own}
    submitted = course / "submitted"
    members = _members(roster, submitted)
    handed: list[JudgedPlay] = []
    refused: list[NotJudged] = []
    for case_id, grader in graders.items():
        shared = shared_plays(submitted, case_id)
        for member in members.values():
            try:
                play = grader.read(submitted / member.id / case_id, shared=shared, now=now).play
            except NotJudgedError as error:
                refused.append(NotJudged(member, case_id, error.reason, error.detail))
            else:
                handed.append(_handed(member, play, grader))
    absent = Counter(one.case for one in refused if one.reason == "missing")
    return Cohort(
        course=next(iter(graders.values())).card.course,
        cases={
            case_id: CourseCase(grader.case, grader.key, own[case_id] is not None)
            for case_id, grader in graders.items()
        },
        members=tuple(members.values()),
        handed=tuple(handed),
        not_judged=tuple(one for one in refused if one.reason != "missing"),
        missing={case_id: absent[case_id] for case_id in graders},
    )


def _released(course: Path) -> list[str]:
    """The ids of the cases that were handed out. Raises NoCourseError where none was."""
    names = sorted(file.parents[1].name for file in course.glob(f"release/*/{CASE_FOLDER}/case.yaml"))
    if not names:
        raise NoCourseError(_sentence("no_case", course=course))
    return names


def _members(roster: Roster, submitted: Path) -> Mapping[str, Member]:
    """Everybody by id. A folder of ``submitted/`` whose owner is not in the roster is a member too."""
    known = {
        person.id: Member(person.id, person.sector, person.province, person.kabupaten, person.team)
        for person in roster.values()
    }
    strangers = {name: Member(name) for name in _folders(submitted) if name not in known}
    return dict(sorted({**known, **strangers}.items()))


def _folders(place: Path) -> Iterator[str]:
    # A link is nobody's hand-in, but it is told as one that was refused.
    if place.is_dir():
        yield from (entry.name for entry in place.iterdir() if entry.is_dir() or entry.is_symlink())


def _handed(member: Member, play: Play, grader: CaseGrader) -> JudgedPlay:
    last = score(grader.case, play, grader.key)
    first = score(grader.case, play, grader.key, attempt="first")
    return JudgedPlay(member, grader.case.id, play, last, first)


def decisions_before_skip(play: Play) -> tuple[str, ...]:
    """The key decisions that an export may tell of: those of the play's order, up to the first skip.

    Everybody meets the same ones, so that one missing in the middle would tell who skipped.
    """
    decisions = []
    for scene_id in play.path:
        decision = play.case.scenes[scene_id].decision
        if decision is None or not decision.is_scored:
            continue
        if play.picks.get(decision.id) is None:
            break
        decisions.append(decision.id)
    return tuple(decisions)
