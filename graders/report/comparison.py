"""Groups beside each other: the batches of one programme, the provinces that people come from, their teams.

One comparison parts people in one way only. Two tables that part the same people in two ways can be
subtracted from each other, and so tell of fewer than five (scoring.md, “A class of 30 to 70”); what is
compared in another way is another report, for other readers. Groups are settled for each table among those
who stand behind it. There is no ranking: groups stand by size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, get_args

from graders.people.cohort import Cohort, CourseCase, JudgedPlay, Member
from graders.people.groups import LEAST, Groups, by_text
from graders.report.statistics import (
    MeanEstimate,
    PairedChange,
    ShareEstimate,
    mean_estimate,
    paired_change,
    share,
)
from scenarios.language import LANGUAGES, Language, Texts

Parting: TypeAlias = Literal["batch", "province", "team"]
PARTINGS: tuple[Parting, ...] = get_args(Parting)
_FORMS = 2


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What one group did in a case: mean S (0..100) of whole plays, and how many had a harm or a miss."""

    name: Texts
    mean: MeanEstimate
    harmed: ShareEstimate
    neglected: ShareEstimate


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """One case. everybody: all groups together; hidden: people of groups too small to be shown."""

    title: Texts
    version: str
    key_version: str
    draft: bool
    everybody: GroupResult
    groups: tuple[GroupResult, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The change of one group from the test before to the one after."""

    name: Texts
    change: PairedChange


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the report says. batches: names; changes: before and after, of groups that may be shown.

    left_out: titles of cases that are not compared, for their batches were judged by different keys.
    """

    made: date
    parting: Parting
    batches: tuple[str, ...]
    people: int
    cases: tuple[CaseComparison, ...]
    changes: tuple[GroupChange, ...]
    changes_hidden: int
    left_out: tuple[Texts, ...]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that all of its cases have."""
        titles = (*(case.title for case in self.cases), *self.left_out)
        return tuple(language for language in LANGUAGES if all(language in title for title in titles))

    @property
    def drafts(self) -> bool:
        """Whether a case is still a draft."""
        return any(case.draft for case in self.cases)


@dataclass(frozen=True, slots=True)
class _BatchMember:
    """One person of all batches. member: its id is told from the same id in another batch."""

    member: Member
    batch: str


def compare(cohorts: Sequence[Cohort], parting: Parting, *, made: date) -> Comparison:
    """The comparison of everybody in `cohorts`, parted by `parting`; a cohort is a batch."""
    batches = _batch_names(cohorts)
    people: dict[str, _BatchMember] = {}
    plays: list[JudgedPlay] = []
    for batch, cohort in zip(batches, cohorts, strict=True):
        known = {one.id: replace(one, id=f"{batch}/{one.id}") for one in cohort.members}
        people.update({one.id: _BatchMember(one, batch) for one in known.values()})
        plays += [replace(one, member=known[one.member.id]) for one in cohort.handed]
    text = _texts_of(people, parting)
    parts = _by_case(cohorts)
    same = {
        name: first
        for name, (first, *others) in parts.items()
        if all(_is_alike(one, first) for one in others)
    }
    compared = (_case(part, [one for one in plays if one.case == name], text) for name, part in same.items())
    changes, hidden = _changes(same, plays, text)
    return Comparison(
        made=made,
        parting=parting,
        batches=batches,
        people=len(people),
        cases=tuple(case for case in compared if case is not None),
        changes=changes,
        changes_hidden=hidden,
        left_out=tuple(several[0].case.titles for name, several in parts.items() if name not in same),
    )


def _batch_names(cohorts: Sequence[Cohort]) -> tuple[str, ...]:
    """The courses' names, with a number where several are called the same."""
    names: list[str] = []
    for cohort in cohorts:
        name, number = cohort.course, 1
        while name in names:
            number += 1
            name = f"{cohort.course} ({number})"
        names.append(name)
    return tuple(names)


def _texts_of(people: Mapping[str, _BatchMember], parting: Parting) -> Callable[[Member], str]:
    if parting == "batch":
        return lambda member: people[member.id].batch
    if parting == "province":
        return lambda member: member.province
    # “Meja 1” of one batch is not that of another.
    several = len({one.batch for one in people.values()}) > 1
    return lambda member: (
        f"{people[member.id].batch}: {member.team}" if several and member.team else member.team
    )


def _by_case(cohorts: Iterable[Cohort]) -> Mapping[str, list[CourseCase]]:
    parts: dict[str, list[CourseCase]] = {}
    for cohort in cohorts:
        for name, part in cohort.cases.items():
            parts.setdefault(name, []).append(part)
    return dict(sorted(parts.items()))


def _is_alike(one: CourseCase, other: CourseCase) -> bool:
    """Whether two batches played the same, and were judged by the same key, whatever its version says."""
    return (one.case.version, one.key) == (other.case.version, other.key)


def _case(
    part: CourseCase, plays: Sequence[JudgedPlay], text: Callable[[Member], str]
) -> CaseComparison | None:
    """The groups of one case, among those whose play of it is whole; None where these are fewer than five."""
    whole = [one for one in plays if not one.first.incomplete and one.first.S is not None]
    if len(whole) < LEAST:
        return None
    groups = by_text((one.member for one in whole), text)
    return CaseComparison(
        title=part.case.titles,
        version=part.case.version,
        key_version=part.key.version,
        draft=part.case.is_draft,
        everybody=_result(Texts.same(""), whole),
        groups=tuple(_results(groups, whole)),
        hidden=groups.hidden,
    )


def _results(groups: Groups, plays: Sequence[JudgedPlay]) -> Iterator[GroupResult]:
    for group in groups.visible:
        yield _result(group.name, [one for one in plays if one.member.id in group.members])


def _result(name: Texts, plays: Sequence[JudgedPlay]) -> GroupResult:
    mean = mean_estimate([one.first.S for one in plays if one.first.S is not None])
    harmed = share(sum(one.first.H > 0 for one in plays), len(plays))
    neglected = share(sum(one.first.M > 0 for one in plays), len(plays))
    if mean is None or harmed is None or neglected is None:
        raise ValueError("a group that is shown has people")
    return GroupResult(name, mean, harmed, neglected)


def _changes(
    parts: Mapping[str, CourseCase], plays: Sequence[JudgedPlay], text: Callable[[Member], str]
) -> tuple[tuple[GroupChange, ...], int]:
    """Before and after by when each person began each of the two test forms; nothing where one lacks."""
    forms = {name for name, part in parts.items() if part.case.use == "test"}
    if len(forms) != _FORMS:
        return (), 0
    begun: dict[str, list[JudgedPlay]] = {}
    for one in plays:
        if one.case in forms and not one.first.incomplete and one.play.started:
            begun.setdefault(one.member.id, []).append(one)
    both = {
        name: sorted(pair, key=lambda one: one.play.started.at if one.play.started else "")
        for name, pair in begun.items()
        if len(pair) == _FORMS
    }
    groups = by_text((pair[0].member for pair in both.values()), text)
    changes = []
    for group in groups.visible:
        pairs = [both[name] for name in sorted(group.members)]
        change = paired_change(
            [before.first.S for before, _ in pairs],
            [after.first.S for _, after in pairs],
            [before.case for before, _ in pairs],
        )
        if change is not None and change.n >= LEAST:
            changes.append(GroupChange(group.name, change))
    return tuple(changes), groups.hidden
