"""The interim report: a class that still plays, told so that no two reports tell what one person picked.

Each figure moves by five people at least. Of a decision those count whom its bars on the board count, by the
same rule (`graders.people.disclosure`). What is told of whole plays counts five of them at a time, in the
order in which they came to be counted whole; before and after counts five people at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from graders.key.guide import Guide
from graders.people.cohort import Cohort, CourseCase, JudgedPlay
from graders.people.disclosure import CountedAnswer, CountedAnswers
from graders.people.groups import LEAST
from graders.report.data import FORMS, CaseReport, ReportData, compared_of, report_of
from graders.report.decision import ReportLibrary
from graders.score import score
from scenarios.directory.competencies import Competency
from scenarios.engine.event import Decided, Event, Skipped

# When each decision was first answered, by the member and the case of the play.
Moments: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _CountedPlay:
    """What of a play is counted. since: the moment from which on all of that is."""

    handed: JudgedPlay
    since: str


def first_moments(events: Iterable[Event]) -> Mapping[str, str]:
    """When each decision of a play was answered or skipped first, in the form of an event's ``at``."""
    moments: dict[str, str] = {}
    for event in events:
        if isinstance(event, Decided | Skipped):
            moments.setdefault(event.decision, event.at)
    return moments


def interim_report_of(  # noqa: PLR0913 -- the books that a report quotes
    cohort: Cohort,
    moments: Moments,
    guides: Mapping[str, Guide],
    library: ReportLibrary,
    competencies: Mapping[str, Competency],
    *,
    made: date,
) -> ReportData | None:
    """The report of `cohort` as it may be told while it plays; None where no five have answered the same.

    cohort: without sectors, which could be subtracted. Raises as `report_of` does.
    """
    plays = [play for part in cohort.cases.values() for play in _counted_plays(cohort, part, moments)]
    if not plays:
        return None
    whole = [play for name in cohort.cases for play in _whole_plays(plays, name)]
    books = (guides, library, competencies)
    data = report_of(_with(cohort, plays), *books, made=made)
    of_whole = report_of(_with(cohort, whole), *books, made=made)
    cases = zip(data.cases, of_whole.cases, strict=True)
    return replace(
        data,
        cases=tuple(_case(one, other) for one, other in cases),
        compared=compared_of(_with(cohort, _pairs(cohort, whole))),
        is_interim=True,
    )


def _counted_plays(cohort: Cohort, part: CourseCase, moments: Moments) -> Iterator[_CountedPlay]:
    """The plays of a case, each as far as it is counted."""
    name, plays = part.case.id, cohort.of_case(part.case.id)
    since = {
        decision.id: _counted_since(decision.id, plays, moments) for decision in part.case.key_decisions()
    }
    for one in plays:
        member = one.member.id
        first = {
            decision: pick for decision, pick in one.play.first.items() if member in since.get(decision, ())
        }
        if first:
            play = replace(one.play, first=first, picks=first)
            result = score(part.case, play, part.key, attempt="first")
            handed = JudgedPlay(one.member, name, play, result, result)
            yield _CountedPlay(handed, max(since[decision][member] for decision in first))


def _counted_since(decision: str, plays: Collection[JudgedPlay], moments: Moments) -> Mapping[str, str]:
    """From which moment on each member's answer is counted in the figures of its variant."""
    answers = sorted(
        (moments[one.member.id, one.case][decision], one.member.id, one.play.case.variant, pick)
        for one in plays
        if (pick := one.play.first.get(decision)) is not None
    )
    at = {member: moment for moment, member, _, _ in answers}
    variants = sorted({one.play.case.variant for one in plays}, key=str)
    view = CountedAnswers()
    view.follow([CountedAnswer(member, variant, pick) for _, member, variant, pick in answers], variants)
    since: dict[str, str] = {}
    for step in view.steps if view.is_apart else ():
        if len(step) == len(variants):
            people = frozenset[str]().union(*step)
            moment = max(at[member] for member in people)
            for member in people:
                since.setdefault(member, moment)
    return since


def _whole_plays(plays: Iterable[_CountedPlay], case: str) -> list[_CountedPlay]:
    """Those of a case in which every decision is counted, five at a time."""
    return _in_fives(one for one in plays if one.handed.case == case and not one.handed.first.incomplete)


def _pairs(cohort: Cohort, whole: Iterable[_CountedPlay]) -> list[_CountedPlay]:
    """The plays of both tests of those who have played both, five people at a time."""
    forms = {name for name, part in cohort.cases.items() if part.case.use == "test"}
    by_member: dict[str, list[_CountedPlay]] = {}
    for one in whole:
        if one.handed.case in forms:
            by_member.setdefault(one.handed.member.id, []).append(one)
    later = [max(both, key=lambda one: one.since) for both in by_member.values() if len(both) == FORMS]
    people = {one.handed.member.id for one in _in_fives(later)}
    return [one for member, both in by_member.items() if member in people for one in both]


def _in_fives(plays: Iterable[_CountedPlay]) -> list[_CountedPlay]:
    """As many of them as make fives, in the order in which they came to be counted."""
    ordered = sorted(plays, key=lambda one: (one.since, one.handed.member.id))
    return ordered[: len(ordered) - len(ordered) % LEAST]


def _with(cohort: Cohort, plays: Iterable[_CountedPlay]) -> Cohort:
    handed = sorted((one.handed for one in plays), key=lambda one: (one.case, one.member.id))
    return replace(cohort, handed=tuple(handed))


def _case(counted: CaseReport, whole: CaseReport) -> CaseReport:
    """A case whose decisions are those of `counted`, and what is said of whole plays that of `whole`."""
    return replace(
        counted,
        incomplete=counted.judged - whole.judged,
        mean=whole.mean,
        harmed=whole.harmed,
        neglected=whole.neglected,
        reliability=whole.reliability,
        reviews=whole.reviews,
    )
