"""Score one play by its key. The formulas are those of scoring.md; each kind's own stands with its key.

What a pick in a decision is worth, partial credit among it, is said in `graders/key/kinds/`; what a whole
play comes to is said here. The core knows no nbgrader, no file and no clock: a case, a play and a key go in,
a `Result` comes out. Floats are added by fsum: sum adds otherwise before Python 3.12, and a score is the
same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from pathlib import Path
from typing import Literal

from graders.key.critical_errors import OVERSHARING, Grade
from graders.key.decision import DecisionKey, MismatchError, Worth, mismatch
from graders.key.key import Key
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.play import Play
from scenarios.feedback import Status
from scenarios.pick import Pick, parts_of, picked_ids
from scenarios.sentence import sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))

Attempt = Literal["last", "first"]
DIGITS = 6


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
    said, for a draft or an incomplete play; variant: the one that was played, None where the case has none.
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
    variant: str | None = None


def formula(decision: Decision, key: DecisionKey, pick: Pick) -> Worth:
    """What `pick` is worth before any harm, by the formula of its kind.

    Raises MismatchError where the kinds of decision and key differ; `pick` is one that the play let in.
    """
    if decision.kind != key.kind:
        raise mismatch(decision)
    return key.worth(decision, pick)


def harm_flags(decision_id: str, key: DecisionKey, pick: Pick, grades: Mapping[str, Grade]) -> Iterator[Flag]:
    """Every harmful pick of either grade: options, services, and facts that a service must never get."""
    chosen = picked_ids(pick)
    for option, harm in key.harms.items():
        if option in chosen:
            yield Flag(decision_id, option, harm.code, grades[harm.code])
    nevers = key.nevers
    for part in parts_of(pick):
        for fact in nevers.get(part.option, ()):
            if fact in part.facts:
                yield Flag(decision_id, part.option, OVERSHARING, grades[OVERSHARING], fact)


def missed_flags(decision_id: str, key: DecisionKey, pick: Pick) -> tuple[Flag, ...]:
    """Every must that an answer left out."""
    chosen = picked_ids(pick)
    return tuple(
        Flag(decision_id, option, must.code, "must")
        for option, must in key.musts.items()
        if option not in chosen
    )


def pick_score(decision: Decision, key: DecisionKey, pick: Pick, grades: Mapping[str, Grade]) -> float:
    """The score of one pick, 0..1: 0 where it is harmful. Raises MismatchError."""
    is_harmful = any(True for _ in harm_flags(decision.id, key, pick, grades))
    return 0.0 if is_harmful else formula(decision, key, pick).s


def verdict_of(decision: Decision, key: Key, pick: Pick | None) -> Verdict:
    """The verdict on one pick by the key of its variant, whatever else was decided; None for a skip."""
    return _judged(decision, key, {decision.id: pick})


def score(case: Case, play: Play, key: Key, *, attempt: Attempt = "last") -> Result:
    """Score `play` by `key`; attempt: what was confirmed last, or first, in each decision.

    The key is that of the variant of the play. Raises MismatchError where case, play and key are not of the
    same case and version.
    """
    _same_case(case, play, key)
    key = key.in_variant(play.case.variant)
    picks = play.picks if attempt == "last" else play.first
    judged = [_judged(decision, key, picks) for decision in case.key_decisions()]
    share = _share(judged)
    verdicts = tuple(_with_points(verdict, share) for verdict in judged)
    harms = sum(len(verdict.harm) for verdict in verdicts)
    missed = sum(len(verdict.missed) for verdict in verdicts)
    incomplete = _incomplete(verdicts, key)
    percent = None if share is None else round(100 * share, DIGITS)
    meets: bool | None = None
    if not case.is_draft and not incomplete and percent is not None:
        meets = percent >= key.cut and harms == 0 and missed == 0
    raw = round(fsum(verdict.points for verdict in verdicts), DIGITS)
    most = sum(verdict.weight for verdict in verdicts)
    figures = (percent, harms, missed, raw, most, incomplete, meets)
    return Result(case.id, key.version, *figures, verdicts, key.variant)


def _same_case(case: Case, play: Play, key: Key) -> None:
    wanted = (case.id, case.version)
    for what, version in (("play", (play.case.id, play.case.version)), ("key", (key.case, key.case_version))):
        if version != wanted:
            given = {"what": _sentence(f"the_{what}"), "given": version[0], "given_version": version[1]}
            here = {"case": wanted[0], "version": wanted[1]}
            raise MismatchError(_sentence("of_another_case", **given, **here))


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
    if any(key.decisions[verdict.decision].musts for verdict in skipped):
        return True
    return 3 * sum(verdict.weight for verdict in skipped) > sum(verdict.weight for verdict in verdicts)
