"""The path: which case a person plays next, which lesson is read before it, and why.

It is a pure rule over what somebody has practised. What counts is the last play of each case that has ended
and whose feedback was given. In its order:

1. Whoever has ended none begins with the warm-up, or else with the easiest case of their own sector.
2. What went wrong there has a name, a *slip*: a pick that could harm a child, a duty left out, a packet that
   held too much or too little, a step that came too late or too soon; where none of these happened, a
   competency below 70 of 100. The path is about one of them: harm first, then a duty, then whatever happened
   in the most cases; of equals, what happened last.
3. The next case practises the competency of that slip and was not played yet. Of several: one in a role of
   the person's own sector; then the nearest level; then the one with the most decisions on it; then the
   shortest.
4. The level that is wanted is one above the highest that was played soundly (no harm, no missed duty, 70 of
   100), so that difficulty rises as it was mastered.
5. Where every such case was played, the same case comes again in a variant that was not: first one in which
   that slip happened, the longest ago first. Where there is none either, the lesson on it is left.
6. Where nothing went wrong, the next case is about the competency that was practised least.

Source: scoring.md, “What makes training work” (several short cases of rising difficulty, 0.68; spaced
practice, 0.66; repeat to mastery; Cook 2013) and “Harm and must”; 70 of 100 a competency is the lab's own
default (domain.md, 8), which decides here what is practised and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from graders.key.decision import Slip
from graders.key.key import Key
from graders.score import Verdict, score
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.engine.play import Play
from scenarios.feedback import NextStep
from scenarios.language import Language, Texts, read_catalogue
from scenarios.lessons.lesson_files import load_lessons

SOUND = 0.7
HIGHEST_LEVEL = 3
NUMBERS = 10
"""How many numbers the catalogue has as words."""
TEXTS = Path(__file__).with_name("path.yaml")

SlipName: TypeAlias = Literal["harm", "missed", "weak"] | Slip
Why: TypeAlias = SlipName | Literal["warm_up", "first", "gap", "level", "other_facts"]
Kind: TypeAlias = Literal["case", "again", "lesson"]

_GRAVEST: tuple[SlipName, ...] = ("harm", "missed")


class NamedSlip(NamedTuple):
    """A slip, and the competency of the decision in which it happened."""

    name: SlipName
    competency: str


@dataclass(frozen=True, slots=True)
class Practice:
    """What one ended play tells of the person who played it.

    variant: the one that was played, None where the case has none; slips: each of them once; decisions: how
    many were answered on each competency; is_sound: without harm and missed duty, and with 70 of 100.
    """

    case: str
    level: int
    variant: str | None
    slips: frozenset[NamedSlip]
    decisions: Mapping[str, int]
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Walked:
    """What somebody has played.

    practised: their ended plays, in the order of their ends; begun: the cases that are being played, the one
    that was begun last at the end.
    """

    practised: tuple[Practice, ...] = ()
    begun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseOffer:
    """A case that may come next.

    decisions: how many there are on each competency; variants: empty where the case has none.
    """

    case: str
    titles: Texts
    role: str
    level: int
    minutes: int
    is_warm_up: bool = False
    decisions: Mapping[str, int] = field(default_factory=dict)
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """The next step. offer: None where only a lesson is left; competency: what it is about, "" for none.

    why: what decided; cases: in how many cases that slip happened, 0 where none did.
    """

    kind: Kind
    offer: CaseOffer | None
    why: Why
    competency: str = ""
    cases: int = 0


def practice_of(case: Case, play: Play, key: Key) -> Practice:
    """What an ended play tells. Raises MismatchError where case, play and key do not belong together."""
    result = score(case, play, key)
    part_of = key.in_variant(play.case.variant).decisions
    answered = [verdict for verdict in result.verdicts if verdict.status == "answered"]
    slips: set[NamedSlip] = set()
    for verdict in answered:
        part, pick = part_of[verdict.decision], play.picks[verdict.decision]
        decision = play.case.decision(verdict.decision)
        if decision is None or pick is None:
            continue
        named = part.slips(decision, pick) if part.weight else ()
        slips |= {NamedSlip(name, part.competency) for name in (*_flags(verdict), *named)}
    competency_of = {name: part.competency for name, part in part_of.items()}
    slips |= set(_weak(answered, competency_of, {slip.competency for slip in slips}))
    is_sound = not result.H and not result.M and (result.S or 0.0) >= 100 * SOUND
    behind = Counter(competency_of[verdict.decision] for verdict in answered)
    return Practice(case.id, case.level, play.case.variant, frozenset(slips), behind, is_sound)


def offer_of(case: Case, key: Key | None) -> CaseOffer:
    """A case as it may come next. key: None where it is not here: then nothing is known of competencies."""
    decisions = Counter(part.competency for part in key.decisions.values()) if key is not None else Counter()
    about = (case.titles, case.role, case.level, case.minutes, case.is_warm_up)
    return CaseOffer(case.id, *about, decisions, tuple(case.tellings))


def next_step(
    practised: Sequence[Practice],
    offers: Sequence[CaseOffer],
    roles: Collection[str] = (),
    begun: Collection[str] = (),
) -> PathStep | None:
    """What comes next; None where nothing is left.

    practised: every ended play of the person, in the order of their ends; offers: in the order of the shelf;
    roles: those of the person's sector; begun: the cases that are being played, which are not proposed.
    """
    return _Chooser(practised, [one for one in offers if one.case not in begun], roles).step()


def step_note(step: PathStep, language: Language) -> NextStep:
    """A step in words. Raises NoSuchLanguageError where a title is not there in that language."""
    lessons = load_lessons(language)
    lesson = lessons.get(step.competency) if step.cases else None
    return NextStep(
        kind=step.kind,
        case=step.offer.case if step.offer else "",
        title=step.offer.titles[language] if step.offer else "",
        lesson=step.competency if lesson else "",
        lesson_title=lesson.title if lesson else "",
        reason=_reason(step, language),
    )


def _flags(verdict: Verdict) -> Iterator[SlipName]:
    if verdict.harm:
        yield "harm"
    if verdict.missed:
        yield "missed"


def _weak(
    answered: Iterable[Verdict], competency_of: Mapping[str, str], named: Collection[str]
) -> Iterator[NamedSlip]:
    """The competencies below 70 of 100 in which nothing went wrong that has another name."""
    shares: dict[str, list[tuple[float, float]]] = {}
    for verdict in answered:
        if verdict.weight and verdict.s is not None:
            competency = competency_of[verdict.decision]
            shares.setdefault(competency, []).append((verdict.weight, verdict.s))
    for competency, pairs in shares.items():
        weight = fsum(weight for weight, _ in pairs)
        if competency not in named and fsum(weight * s for weight, s in pairs) < SOUND * weight:
            yield NamedSlip("weak", competency)


class _Chooser:
    """Chooses by the rule that the module states."""

    def __init__(
        self, practised: Sequence[Practice], offers: Sequence[CaseOffer], roles: Collection[str]
    ) -> None:
        self._offers, self._roles = offers, roles
        self._latest: dict[str, Practice] = {}
        for one in practised:
            self._latest.pop(one.case, None)  # the one that ended last stands last
            self._latest[one.case] = one
        self._variants = {(one.case, one.variant) for one in practised}
        self._new = [one for one in offers if one.case not in self._latest]
        sound = (one.level for one in self._latest.values() if one.is_sound)
        self._level = min(max(sound, default=0) + 1, HIGHEST_LEVEL)

    def step(self) -> PathStep | None:
        if not self._latest:
            return self._first()
        slip, cases = self._focus()
        return self._unslipped() if slip is None else self._mending(slip, cases)

    def _first(self) -> PathStep | None:
        if not self._new:
            return None
        first = min(self._new, key=lambda one: (not one.is_warm_up, one.level, self._is_foreign(one)))
        return PathStep("case", first, "warm_up" if first.is_warm_up else "first")

    def _focus(self) -> tuple[NamedSlip | None, int]:
        """The slip that the path is about, and in how many cases it happened."""
        counts: Counter[NamedSlip] = Counter()
        last: dict[NamedSlip, int] = {}
        for place, one in enumerate(self._latest.values()):
            counts.update(one.slips)
            last.update(dict.fromkeys(one.slips, place))
        if not counts:
            return None, 0

        def gravity(slip: NamedSlip) -> tuple[int, int, int, NamedSlip]:
            tier = _GRAVEST.index(slip.name) if slip.name in _GRAVEST else len(_GRAVEST)
            return tier, -counts[slip], -last[slip], slip

        focus = min(counts, key=gravity)
        return focus, counts[focus]

    def _mending(self, slip: NamedSlip, cases: int) -> PathStep:
        fitting = [one for one in self._new if one.decisions.get(slip.competency)]
        if fitting:
            return PathStep(
                "case", self._nearest(fitting, slip.competency), slip.name, slip.competency, cases
            )
        again = [one for one in self._again() if one.decisions.get(slip.competency)]
        if again:
            order = list(self._latest)
            same = min(
                again,
                key=lambda one: (slip not in self._latest[one.case].slips, order.index(one.case)),
            )
            return PathStep("again", same, slip.name, slip.competency, cases)
        return PathStep("lesson", None, slip.name, slip.competency, cases)

    def _unslipped(self) -> PathStep | None:
        if not self._new:
            again = self._again()
            return PathStep("again", again[0], "other_facts") if again else None
        practised: Counter[str] = Counter()
        for one in self._latest.values():
            practised.update(one.decisions)
        offered = sorted({code for one in self._new for code in one.decisions})
        if not offered:
            return PathStep("case", self._nearest(self._new, ""), "level")
        least = min(offered, key=lambda code: practised[code])
        fitting = [one for one in self._new if least in one.decisions]
        return PathStep("case", self._nearest(fitting, least), "gap", least)

    def _nearest(self, offers: Sequence[CaseOffer], competency: str) -> CaseOffer:
        def distance(one: CaseOffer) -> tuple[bool, int, int, int, int]:
            count = one.decisions.get(competency, 0)
            return self._is_foreign(one), abs(one.level - self._level), one.level, -count, one.minutes

        return min(offers, key=distance)

    def _again(self) -> list[CaseOffer]:
        """The cases with a variant that was not played, the one played longest ago first."""
        by_id = {one.case: one for one in self._offers}
        known = [by_id[case] for case in self._latest if case in by_id]
        return [
            one for one in known if any((one.case, variant) not in self._variants for variant in one.variants)
        ]

    def _is_foreign(self, offer: CaseOffer) -> bool:
        return bool(self._roles) and offer.role not in self._roles


def _reason(step: PathStep, language: Language) -> str:
    texts = read_catalogue(TEXTS)

    def say(name: str, **values: object) -> str:
        return texts[name][language].format(**values)

    competency = load_competencies()[step.competency].name[language] if step.competency else ""
    number = say("numbers").split()[step.cases - 1] if 0 < step.cases <= NUMBERS else str(step.cases)
    in_cases = say("in_one_case" if step.cases == 1 else "in_cases", n=number)
    minutes = step.offer.minutes if step.offer else 0
    reason = say(f"why_{step.why}", cases=in_cases, competency=competency, minutes=minutes)
    return f"{reason} {say('again')}" if step.kind == "again" and step.cases else reason
