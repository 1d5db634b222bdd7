"""Score one play by its key. The formulas are those of scoring.md; each function names its line there.

The core knows no nbgrader, no file and no clock: a case, a play and a key go in, a `Result` comes out.
Floats are added by fsum: sum adds otherwise before Python 3.12, and a score is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Literal

from graders.key.critical_errors import OVERSHARING, Grade
from graders.key.decision import (
    ChoosingKey,
    DecisionKey,
    HarmKey,
    MultiKey,
    RankKey,
    RatingKey,
    ReferralKey,
    SingleKey,
)
from graders.key.key import Key
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.play import Play
from scenarios.feedback import Status
from scenarios.kinds.rating import RatingDecision
from scenarios.kinds.referral import Handover, ReferralDecision
from scenarios.pick import Pick, picked_ids

Attempt = Literal["last", "first"]
DIGITS = 6


class MismatchError(ValueError):
    """A case, a play and a key do not belong together; the text says which two and how they differ."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One harmful pick or missed must.

    option: the option or service; code: the critical error, None for a must without one; fact: the
    fact that `option` must never get, where handing it over is the harm.
    """

    decision: str
    option: str
    code: str | None
    grade: Literal["harm", "practice", "must"]
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score of one decision.

    s: 0..1, None where skipped, 0 where unanswered; points: what its grade cell gets, of `weight`;
    harm, practice, missed: its flags by grade; parts: the three parts (0..1) of a referral, before a
    harm sets the whole to 0.
    """

    decision: str
    status: Status
    s: float | None
    weight: float
    points: float
    harm: tuple[Flag, ...] = ()
    missed: tuple[Flag, ...] = ()
    practice: tuple[Flag, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """The score of one play.

    S: 0..100, None where every weight was skipped; H, M: harmful picks and missed musts; raw of max:
    the points as grade cells hold them, so that raw/max is S/100; meets: None where it may not be
    said, for a draft or an incomplete play.
    """

    case: str
    key_version: str
    S: float | None
    H: int
    M: int
    raw: float
    max: float
    incomplete: bool
    meets: bool | None
    verdicts: tuple[Verdict, ...]


def single(pick: str, right: str, partial: Mapping[str, float]) -> float:
    """1 for the keyed option, the key's partial credit otherwise (scoring.md, “A decision”, single)."""
    return 1.0 if pick == right else partial.get(pick, 0.0)


def by_votes(pick: str, votes: Mapping[str, int]) -> float:
    """n_i / n_mode: the experts who chose `pick`, by those who chose the mode (scoring.md, single)."""
    return votes.get(pick, 0) / max(votes.values())


def multi(picked: Collection[str], right: Mapping[str, float], wrong: Mapping[str, float]) -> float:
    """Right share minus wrong share, at least 0; neutral picks count nothing (scoring.md, multi).

    Where nothing is wrong the second share is 0; where nothing is right nothing is owed, and the
    first share is 1: a packet that should stay empty is right as long as it does.
    """
    gained = fsum(weight for option, weight in right.items() if option in picked)
    lost = fsum(weight for option, weight in wrong.items() if option in picked)
    right_share = gained / fsum(right.values()) if right else 1.0
    wrong_share = lost / fsum(wrong.values()) if wrong else 0.0
    return max(0.0, right_share - wrong_share)


def rating(
    pick: str, right: str, levels: Sequence[str], line: str | None = None, ceiling: str | None = None
) -> float:
    """1 − d/(levels − 1), d counted twice below the key, 0 across the line (scoring.md, rating).

    levels: from low to high; line and ceiling: the lowest and the highest level that is still
    appropriate, None where every level on that side is.
    """
    chosen, keyed = levels.index(pick), levels.index(right)
    if line is not None and chosen < levels.index(line):
        return 0.0
    if ceiling is not None and chosen > levels.index(ceiling):
        return 0.0
    distance = chosen - keyed if chosen >= keyed else 2 * (keyed - chosen)
    return max(0.0, 1 - distance / (len(levels) - 1))


def rank(order: Sequence[str], right: Sequence[str]) -> float:
    """1 − F/⌊n²/2⌋, F the total displacement (scoring.md, rank; (12 − F)/12 for n = 5, as GPST)."""
    displacement = sum(abs(order.index(option) - place) for place, option in enumerate(right))
    return 1 - displacement / (len(right) ** 2 // 2)


def urgency(pick: str, right: str, fastest_first: Sequence[str]) -> float:
    """A rating over how fast a service is called: slower than the key is too low (scoring.md, referral)."""
    return rating(pick, right, tuple(reversed(fastest_first)))


def referral_parts(
    key: ReferralKey, handovers: Sequence[Handover], fastest_first: Sequence[str]
) -> Mapping[str, float]:
    """The parts of a referral, each 0..1: services, urgency, packet (scoring.md, referral).

    Urgency and packet are means over the right services, each counting the same; a right service
    that was not chosen has 0 for both, and those of other services are not scored. What a service
    must never get is among the wrong facts of its packet, as a harmful option is of a multi.
    """
    chosen = {handover.service: handover for handover in handovers}
    speeds: list[float] = []
    packets: list[float] = []
    for service in key.right:
        handover = chosen.get(service)
        packet = key.packet[service]
        wrong = dict.fromkeys((*packet.wrong, *packet.never), 1.0)
        right = dict.fromkeys(packet.right, 1.0)
        speeds.append(urgency(handover.urgency, key.urgency[service], fastest_first) if handover else 0.0)
        packets.append(multi(handover.packet, right, wrong) if handover else 0.0)
    return {
        "services": multi(chosen, key.right, key.wrong),
        "urgency": fsum(speeds) / len(speeds),
        "packet": fsum(packets) / len(packets),
    }


def referral(key: ReferralKey, parts: Mapping[str, float]) -> float:
    """The mean of the three parts, weighted by the key (scoring.md, referral)."""
    weights = {"services": key.parts.services, "urgency": key.parts.urgency, "packet": key.parts.packet}
    return fsum(weight * parts[name] for name, weight in weights.items()) / fsum(weights.values())


def handovers_of(pick: Pick | None) -> tuple[Handover, ...]:
    """The handovers in the pick of a referral."""
    return () if pick is None else tuple(part for part in pick if isinstance(part, Handover))


def formula(decision: Decision, key: DecisionKey, pick: Pick) -> tuple[float, Mapping[str, float]]:
    """The s of `pick` before any harm, and its parts where it is a referral.

    Raises MismatchError where the kinds of decision and key differ; `pick` is one that the play let in.
    """
    match decision, key, pick:
        case _, SingleKey(votes=votes), str() if votes:
            return by_votes(pick, votes), {}
        case _, SingleKey(), str():
            return single(pick, key.right, key.partial), {}
        case RatingDecision(), RatingKey(), str():
            return rating(pick, key.right, tuple(decision.options), key.line, key.ceiling), {}
        case _, MultiKey(), tuple():
            return multi(picked_ids(pick), key.right, key.wrong), {}
        case _, RankKey(), tuple():
            return rank([str(option) for option in pick], key.right), {}
        case ReferralDecision(), ReferralKey(), tuple():
            parts = referral_parts(key, handovers_of(pick), tuple(decision.urgency))
            return referral(key, parts), parts
    message = f"“{decision.id}” is a {decision.kind} decision, its key or its pick is of another kind"
    raise MismatchError(message)


def harm_flags(decision_id: str, key: DecisionKey, pick: Pick, grades: Mapping[str, Grade]) -> Iterator[Flag]:
    """Every harmful pick of either grade: options, services, and facts that a service must never get."""
    if isinstance(key, HarmKey):
        chosen = picked_ids(pick)
        for option, harm in key.harm.items():
            if option in chosen:
                yield Flag(decision_id, option, harm.code, grades[harm.code])
    if isinstance(key, ReferralKey):
        for handover in handovers_of(pick):
            for fact in key.packet[handover.service].never:
                if fact in handover.packet:
                    yield Flag(decision_id, handover.service, OVERSHARING, grades[OVERSHARING], fact)


def missed_flags(decision_id: str, key: DecisionKey, pick: Pick) -> tuple[Flag, ...]:
    """Every must that an answer left out."""
    if not isinstance(key, ChoosingKey):
        return ()
    left_out = key.must.keys() - picked_ids(pick)
    return tuple(
        Flag(decision_id, option, must.code, "must")
        for option, must in key.must.items()
        if option in left_out
    )


def score(case: Case, play: Play, key: Key, *, attempt: Attempt = "last") -> Result:
    """Score `play` by `key`; attempt: what was confirmed last, or first, in each decision.

    Raises MismatchError where case, play and key are not of the same case and version.
    """
    _same_case(case, play, key)
    picks = play.picks if attempt == "last" else play.first
    judged = [_judged(decision, key, picks) for decision in case.key_decisions()]
    share = _share(judged)
    verdicts = tuple(_with_points(verdict, share) for verdict in judged)
    harms = sum(len(verdict.harm) for verdict in verdicts)
    missed = sum(len(verdict.missed) for verdict in verdicts)
    incomplete = _incomplete(verdicts, key)
    percent = None if share is None else round(100 * share, DIGITS)
    meets: bool | None = None
    if case.status != "draft" and not incomplete and percent is not None:
        meets = percent >= key.cut and harms == 0 and missed == 0
    raw = round(fsum(verdict.points for verdict in verdicts), DIGITS)
    most = sum(verdict.weight for verdict in verdicts)
    return Result(case.id, key.version, percent, harms, missed, raw, most, incomplete, meets, verdicts)


def _same_case(case: Case, play: Play, key: Key) -> None:
    wanted = (case.id, case.version)
    for what, found in (("play", (play.case.id, play.case.version)), ("key", (key.case, key.case_version))):
        if found != wanted:
            message = f"The {what} is of “{found[0]}” {found[1]}, but the case is “{wanted[0]}” {wanted[1]}."
            raise MismatchError(message)


def _judged(decision: Decision, key: Key, picks: Mapping[str, Pick | None]) -> Verdict:
    part = key.decisions[decision.id]
    if decision.id not in picks:
        return Verdict(decision.id, "unanswered", 0.0, part.weight, 0.0)
    pick = picks[decision.id]
    if pick is None:
        return Verdict(decision.id, "skipped", None, part.weight, 0.0)
    s, parts = formula(decision, part, pick)
    flags = tuple(harm_flags(decision.id, part, pick, key.grades))
    return Verdict(
        decision.id,
        "answered",
        0.0 if flags else s,
        part.weight,
        0.0,
        tuple(flag for flag in flags if flag.grade == "harm"),
        missed_flags(decision.id, part, pick),
        tuple(flag for flag in flags if flag.grade == "practice"),
        parts,
    )


def _share(verdicts: Sequence[Verdict]) -> float | None:
    counted = [(verdict.weight, verdict.s) for verdict in verdicts if verdict.s is not None]
    weight = fsum(weight for weight, _ in counted)
    return fsum(weight * s for weight, s in counted) / weight if weight else None


def _with_points(verdict: Verdict, share: float | None) -> Verdict:
    # A skipped cell carries its maximum × S/100, so that nbgrader's raw/max equals S (scoring.md, “Skip”).
    earned = verdict.s if verdict.s is not None else share
    return replace(verdict, points=round(verdict.weight * (earned or 0.0), DIGITS))


def _incomplete(verdicts: Sequence[Verdict], key: Key) -> bool:
    """Whether something is unanswered, or a must or over a third of the weight skipped (scoring.md)."""
    skipped = [verdict for verdict in verdicts if verdict.status == "skipped"]
    if any(verdict.status == "unanswered" for verdict in verdicts):
        return True
    if any(_has_must(key.decisions[verdict.decision]) for verdict in skipped):
        return True
    return 3 * sum(verdict.weight for verdict in skipped) > sum(verdict.weight for verdict in verdicts)


def _has_must(key: DecisionKey) -> bool:
    return isinstance(key, ChoosingKey) and bool(key.must)
