"""What the class did in one decision: shares, harms, missed musts, agreement, and where sectors part.

All of it from first attempts (scoring.md, “A case”), of those who answered; nobody is named in it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from graders.feedback.key_feedback import standing_of
from graders.key.critical_errors import OVERSHARING, CriticalError, Grade, load_critical_errors
from graders.key.decision import DecisionKey
from graders.people.cohort import CourseCase, JudgedPlay
from graders.people.groups import Group, Groups, by_sector
from graders.report.statistics import percent_agreement, total_variation, wilson, zero_bound
from graders.score import Flag, Verdict
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.directory.services import Service, load_directory
from scenarios.directory.sources import Source, load_sources
from scenarios.feedback import Standing
from scenarios.kinds import KINDS
from scenarios.language import Texts
from scenarios.pick import Pick, ordered_ids, picked_ids

LETTERS = "ABCDEFGHIJKLMNOP"
_TWO = 2


@dataclass(frozen=True, slots=True)
class PeopleShare:
    """`count` of `n` people, with Wilson's interval (0..1). n is at least 1."""

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share, 0..1."""
        return self.count / self.n


@dataclass(frozen=True, slots=True)
class OptionShare:
    """One option: who chose it, what the key says of it, and why.

    In an order `share` counts those who gave it the key's own place, and place is that place, from 1;
    error: the name of the critical error; must: whether it may not be left out.
    """

    id: str
    letter: str
    text: Texts
    standing: Standing
    why: Texts
    sources: tuple[Texts, ...]
    share: PeopleShare
    place: int | None = None
    error: Texts | None = None
    must: bool = False


@dataclass(frozen=True, slots=True)
class FlagShare:
    """One critical error that was possible, and how many made it.

    letter: of the option or service; fact: what was handed over, where that is the harm; name: the
    critical error, None for a must without one; grade: as in a flag of the score; bound: where nobody
    made it, the share that is still possible (0..1), else None.
    """

    letter: str
    text: Texts
    fact: Texts | None
    name: Texts | None
    why: Texts
    grade: str
    share: PeopleShare
    bound: float | None


@dataclass(frozen=True, slots=True)
class HandoverShare:
    """How one right service of a referral was called, by those who chose it.

    urgency, packet: what the key asks for; in_time: how many chose that urgency; fitting: how many handed
    over all of the packet and nothing that the key calls wrong or never.
    """

    letter: str
    text: Texts
    urgency: Texts
    packet: tuple[Texts, ...]
    in_time: PeopleShare
    fitting: PeopleShare


@dataclass(frozen=True, slots=True)
class GroupShares:
    """One group of at least 5 people, and its share (0..1) of each option by its letter."""

    id: str
    name: Texts
    n: int
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """One decision. n: those who answered; every figure is None, every tuple empty, where nobody did.

    mean: the mean s, 0..1; agreement: how often two people chose alike, 0..1; spread: 0 where all chose
    alike, 1 where the class is as split as it can be; distance: the largest total variation between two
    groups that may be shown, and apart: those two; hidden: people in groups too small to be shown;
    variant: the one that these people played, None where the case has none, and story: what it says.
    """

    id: str
    number: int
    kind: str
    ask: Texts
    competency: str
    weight: float
    n: int
    mean: float | None
    agreement: float | None
    spread: float | None
    options: tuple[OptionShare, ...]
    harms: tuple[FlagShare, ...]
    missed: tuple[FlagShare, ...]
    handovers: tuple[HandoverShare, ...]
    groups: tuple[GroupShares, ...]
    hidden: int
    distance: float | None
    apart: tuple[GroupShares, GroupShares] | None
    variant: str | None = None
    story: Texts | None = None

    @property
    def is_ordered(self) -> bool:
        """Whether its options have places."""
        return KINDS[self.kind].is_ordered

    @property
    def is_exclusive(self) -> bool:
        """Whether one option is picked and no other."""
        return KINDS[self.kind].is_exclusive

    @property
    def contested(self) -> bool:
        """Whether the panel disagreed here, so that nothing in it is right or wrong (scoring.md)."""
        return self.weight == 0

    @property
    def harmed(self) -> float:
        """The largest share of one harm of the harm grade, 0..1."""
        return max((flag.share.value for flag in self.harms if flag.grade == "harm"), default=0.0)

    @property
    def neglected(self) -> float:
        """The largest share of one missed must, 0..1."""
        return max((flag.share.value for flag in self.missed), default=0.0)


@dataclass(frozen=True, slots=True)
class ReportLibrary:
    """What the report quotes: services by id, sources by code, critical errors by code."""

    services: Mapping[str, Service]
    sources: Mapping[str, Source]
    errors: Mapping[str, CriticalError]

    @classmethod
    def of_the_lab(cls, services: Mapping[str, Service] | None = None) -> ReportLibrary:
        """The lab's own catalogues; services: those of a course. Raises ProblemsError."""
        directory = load_directory().services if services is None else services
        return cls(directory, load_sources(), load_critical_errors())


@dataclass(frozen=True, slots=True)
class _PersonAnswer:
    """One person's first answer to one decision."""

    handed: JudgedPlay
    pick: Pick
    verdict: Verdict


def share_of(count: int, n: int) -> PeopleShare | None:
    """`count` of `n` with its interval, None where n is 0."""
    interval = wilson(count, n)
    return None if interval is None else PeopleShare(count, n, interval.low, interval.high)


def decision_reports(
    part: CourseCase, plays: Sequence[JudgedPlay], library: ReportLibrary
) -> Iterator[DecisionReport]:
    """Every key decision of a case in its order, as the class of `plays` met it.

    Of a case with variants, each decision once for those who played each of them.
    """
    cases = part.case.in_each_variant()
    parts = [CourseCase(case, part.key.in_variant(case.variant)) for case in cases]
    for number, same in enumerate(zip(*(case.key_decisions() for case in cases), strict=True), start=1):
        for own, decision in zip(parts, same, strict=True):
            mine = [one for one in plays if one.play.case.variant == own.case.variant]
            yield _Reporter(own, decision, library, number).report(mine)


def answers_of(decision: Decision, pick: Pick | None) -> tuple[str | None, ...]:
    """A pick as units that two people can be alike in: one a decision, or one an option where several count.

    An option of a multi and a service of a referral was chosen or not; an option of a rank has its place.
    """
    options = decision.option_ids
    if decision.is_exclusive:
        return (pick,) if isinstance(pick, str) else (None,)
    if pick is None:
        return (None,) * len(options)
    if decision.is_ordered:
        order = ordered_ids(pick)
        return tuple(str(order.index(option)) for option in options)
    picked = picked_ids(pick)
    return tuple("yes" if option in picked else "no" for option in options)


def choices_of(decision: Decision, pick: Pick | None) -> tuple[str | None, ...]:
    """A pick as one unit an option, chosen or not; in a rank, whether it stands in the upper half.

    Units of one kind over all decisions, so that Krippendorff's α has one set of answers to compare.
    """
    options = decision.option_ids
    if pick is None:
        return (None,) * len(options)
    if decision.is_ordered:
        order = ordered_ids(pick)
        upper = order[: len(order) // _TWO]
        return tuple("yes" if option in upper else "no" for option in options)
    picked = picked_ids(pick)
    return tuple("yes" if option in picked else "no" for option in options)


@dataclass(frozen=True, slots=True)
class _Reporter:
    part: CourseCase
    decision: Decision
    library: ReportLibrary
    number: int

    @property
    def key(self) -> DecisionKey:
        return self.part.key.decisions[self.decision.id]

    def report(self, plays: Sequence[JudgedPlay]) -> DecisionReport:
        answered = list(self._answered(plays))
        scores = [one.verdict.s for one in answered if one.verdict.s is not None]
        rows = [answers_of(self.decision, one.pick) for one in answered]
        options = tuple(self._options(answered))
        class_groups = by_sector(one.handed.member for one in answered)
        groups = tuple(self._group(group, answered, options) for group in class_groups.visible)
        distance, apart = self._farthest(class_groups, groups, answered)
        return DecisionReport(
            id=self.decision.id,
            number=self.number,
            kind=self.decision.kind,
            ask=_texts(self.part.case, lambda case: _same(case, self.decision).ask),
            competency=self.key.competency,
            weight=self.key.weight,
            n=len(answered),
            mean=sum(scores) / len(scores) if scores else None,
            agreement=percent_agreement(rows) if rows else None,
            spread=_spread(rows),
            options=options,
            harms=tuple(self._harms(answered)),
            missed=tuple(self._missed(answered)),
            handovers=tuple(self._handovers(answered)),
            groups=groups,
            hidden=class_groups.hidden,
            distance=distance,
            apart=apart,
            variant=self.part.case.variant,
            story=self._story(),
        )

    def _story(self) -> Texts | None:
        name = self.part.case.variant
        return None if name is None else _texts(self.part.case, lambda case: case.variants[name])

    def _answered(self, plays: Sequence[JudgedPlay]) -> Iterator[_PersonAnswer]:
        for handed in plays:
            pick = handed.play.first.get(self.decision.id)
            verdict = next(one for one in handed.first.verdicts if one.decision == self.decision.id)
            if pick is not None:
                yield _PersonAnswer(handed, pick, verdict)

    def _options(self, answered: Sequence[_PersonAnswer]) -> Iterator[OptionShare]:
        key, counts = self.key, self._counts(answered)
        grades, contested = self.part.key.grades, key.weight == 0
        for letter, option in zip(LETTERS, self.decision.option_ids, strict=False):
            share = share_of(counts[option], len(answered))
            if share is None:
                continue
            yield OptionShare(
                id=option,
                letter=letter,
                text=self._text(option),
                standing=("neutral" if contested else "right")
                if key.order
                else standing_of(self.decision, key, option, None, grades),
                why=self._why(option),
                sources=tuple(self.library.sources[code].title for code in key.sources[option]),
                share=share,
                place=key.order.index(option) + 1 if key.order and not contested else None,
                error=self._error(option),
                must=option in key.musts,
            )

    def _counts(self, answered: Sequence[_PersonAnswer]) -> Counter[str]:
        return Counter(option for one in answered for option in self._hits(one.pick))

    def _hits(self, pick: Pick) -> Collection[str]:
        """The options of a pick; in a rank, those that stand at the key's place."""
        picked, order = ordered_ids(pick), self.key.order
        if order:
            return [right for option, right in zip(picked, order, strict=True) if option == right]
        return picked

    def _text(self, option: str) -> Texts:
        if option in self.decision.service_ids:
            return self.library.services[option].name
        return _texts(self.part.case, lambda case: _same(case, self.decision).option_texts[option])

    def _why(self, option: str) -> Texts:
        key = self.part.key
        return Texts.of(
            lambda language: key.why(self.decision.id, option, language), self.part.case.languages
        )

    def _error(self, option: str) -> Texts | None:
        harm = self.key.harms.get(option)
        return None if harm is None else self.library.errors[harm.code].name

    def _harms(self, answered: Sequence[_PersonAnswer]) -> Iterator[FlagShare]:
        key = self.key
        made = Counter(
            (flag.option, flag.fact)
            for one in answered
            for flag in {(flag.option, flag.fact): flag for flag in _harm_flags(one.verdict)}.values()
        )
        for option, harm in key.harms.items():
            yield from self._flag(option, None, harm.code, made[option, None], len(answered))
        for service in self.decision.option_ids:
            for fact in key.nevers.get(service, ()):
                yield from self._flag(service, fact, OVERSHARING, made[service, fact], len(answered))

    def _flag(self, option: str, fact: str | None, code: str, count: int, n: int) -> Iterator[FlagShare]:
        share = share_of(count, n)
        if share is not None:
            error = self.library.errors[code]
            grade: Grade = self.part.key.grades[code]
            yield FlagShare(
                letter=self._letter(option),
                text=self._text(option),
                fact=self._fact(fact) if fact else None,
                name=error.name,
                why=error.why,
                grade=grade,
                share=share,
                bound=zero_bound(n) if count == 0 else None,
            )

    def _missed(self, answered: Sequence[_PersonAnswer]) -> Iterator[FlagShare]:
        made = Counter(flag.option for one in answered for flag in one.verdict.missed)
        for option, must in self.key.musts.items():
            share = share_of(made[option], len(answered))
            if share is not None:
                yield FlagShare(
                    letter=self._letter(option),
                    text=self._text(option),
                    fact=None,
                    name=self.library.errors[must.code].name if must.code else None,
                    why=self._why(option),
                    grade="must",
                    share=share,
                    bound=zero_bound(len(answered)) if made[option] == 0 else None,
                )

    def _handovers(self, answered: Sequence[_PersonAnswer]) -> Iterator[HandoverShare]:
        if not self.key.weight:
            return
        for counts in self.key.handover_counts(self.decision, [one.pick for one in answered]):
            in_time = share_of(counts.in_time, counts.chosen)
            fitting = share_of(counts.fitting, counts.chosen)
            if in_time is None or fitting is None:
                continue
            yield HandoverShare(
                letter=self._letter(counts.service),
                text=self._text(counts.service),
                urgency=self._level(counts.level),
                packet=tuple(self._fact(fact) for fact in counts.facts),
                in_time=in_time,
                fitting=fitting,
            )

    def _level(self, level: str) -> Texts:
        return _texts(self.part.case, lambda case: _same(case, self.decision).level_texts[level])

    def _fact(self, fact: str) -> Texts:
        return _texts(self.part.case, lambda case: case.facts[fact])

    def _letter(self, option: str) -> str:
        return LETTERS[self.decision.option_ids.index(option)]

    def _group(
        self, group: Group, answered: Sequence[_PersonAnswer], options: Sequence[OptionShare]
    ) -> GroupShares:
        inside = [one for one in answered if one.handed.member.id in group.members]
        counts = self._counts(inside)
        shares = {option.letter: counts[option.id] / len(inside) for option in options}
        return GroupShares(group.id, group.name, len(inside), shares)

    def _farthest(
        self, class_groups: Groups, groups: Sequence[GroupShares], answered: Sequence[_PersonAnswer]
    ) -> tuple[float | None, tuple[GroupShares, GroupShares] | None]:
        """The two groups that lie farthest apart, and how far: in their largest unit (answers_of)."""
        counts = [self._unit_counts(group, answered) for group in class_groups.visible]
        best: float | None = None
        apart: tuple[GroupShares, GroupShares] | None = None
        for one, other in combinations(range(len(groups)), _TWO):
            distances = [total_variation(a, b) for a, b in zip(counts[one], counts[other], strict=True)]
            known = [distance for distance in distances if distance is not None]
            if known and (best is None or max(known) > best):
                best, apart = max(known), (groups[one], groups[other])
        return best, apart

    def _unit_counts(self, group: Group, answered: Sequence[_PersonAnswer]) -> list[Counter[str]]:
        inside = [one for one in answered if one.handed.member.id in group.members]
        rows = [answers_of(self.decision, one.pick) for one in inside]
        return [Counter(answer for answer in unit if answer) for unit in zip(*rows, strict=True)]


def _harm_flags(verdict: Verdict) -> Sequence[Flag]:
    return (*verdict.harm, *verdict.practice)


def _spread(rows: Sequence[tuple[str | None, ...]]) -> float | None:
    """Shannon's entropy by its maximum, 0..1: the mean over the units of one decision (answers_of).

    Shannon, Bell System Technical Journal 27 (1948) 379. The most is that of as many answers as were
    given or, where it is more, two.
    """
    units = [Counter(answer for answer in unit if answer) for unit in zip(*rows, strict=True)]
    figures = [_entropy(unit) for unit in units if unit]
    return sum(figures) / len(figures) if figures else None


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    bits = -sum(count / total * math.log2(count / total) for count in counts.values() if count)
    return bits / math.log2(max(_TWO, len(counts)))


def _texts(case: Case, text: Callable[[Case], str]) -> Texts:
    return Texts.of(lambda language: text(case.in_language(language)), case.languages)


def _same(case: Case, decision: Decision) -> Decision:
    return next(one for one in case.key_decisions() if one.id == decision.id)
