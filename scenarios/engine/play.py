"""The engine: a play is a fold over its record, one event at a time.

A `Play` never changes; `Play.after` gives the next one, or raises `Refused` where the event does not
fit. The same events give the same play, so that resuming is replaying.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from scenarios.case import Case, NoSuchVariantError, Scene
from scenarios.condition import holds, parse_condition
from scenarios.decision import Decision
from scenarios.engine.event import (
    Continued,
    Decided,
    Estimated,
    Event,
    Mode,
    Paused,
    Reopened,
    Resumed,
    Skipped,
    Started,
)
from scenarios.pick import Pick, RefusedError, picked_ids


@dataclass(frozen=True, slots=True)
class Play:
    """One trainee in one case, after some events.

    case: in the variant of the play, once it has started;
    picks: what was confirmed last in each decision, None where it was skipped; first: what was
    confirmed first; known: the facts learned, in order; path: the scenes met, in order; ended: the
    ending reached; length: how many events were folded in. In panel mode only: owed is the decision
    whose estimate comes next, before anything else; estimates holds those given, 0 to 100.
    """

    case: Case
    started: Started | None
    scene_id: str
    picks: Mapping[str, Pick | None]
    first: Mapping[str, Pick | None]
    counters: Mapping[str, int]
    known: tuple[str, ...]
    path: tuple[str, ...]
    paused: bool = False
    length: int = 0
    before_last: Play | None = None
    owed: str | None = None
    estimates: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Play:
        """A play of `case` before its first event."""
        counters = {name: counter.start for name, counter in case.counters.items()}
        return cls(case, None, case.start, {}, {}, counters, (), ())

    @classmethod
    def replay(cls, case: Case, events: Iterable[Event]) -> Play:
        """The play after `events`. Raises RefusedError at the first one that does not fit."""
        play = cls.of(case)
        for event in events:
            play = play.after(event)
        return play

    @property
    def scene(self) -> Scene:
        """The scene shown now."""
        return self.case.scenes[self.scene_id]

    @property
    def ended(self) -> str | None:
        """The ending reached, or None."""
        return self.scene.end

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do: an ending was reached, and no estimate is owed."""
        return self.scene.end is not None and self.owed is None

    @property
    def mode(self) -> Mode:
        """The mode of the play; practice before it has started."""
        return self.started.mode if self.started else "practice"

    @property
    def revisable(self) -> str | None:
        """The decision that may be taken back now, or None."""
        if self.before_last is None or self.mode != "test":
            return None
        decision = self.before_last.scene.decision
        return decision.id if decision is not None and decision.revise else None

    def after(self, event: Event) -> Play:
        """The play after `event`. Raises RefusedError where it does not fit."""
        if not isinstance(event, Started) and self.started is None:
            raise RefusedError("not_started")
        if self.paused and not isinstance(event, Resumed):
            raise RefusedError("paused")
        if self.owed is not None and not isinstance(event, Estimated | Paused | Resumed):
            raise RefusedError("estimate_owed", self.owed)
        return replace(_next(self, event), length=self.length + 1)


def _next(play: Play, event: Event) -> Play:
    match event:
        case Started():
            after = _start(play, event)
        case Decided():
            pick = _decision_here(play, event.decision).fitting(event.pick)
            after = _owing(_settle(play, event.decision, pick), event.decision)
        case Estimated():
            after = _estimate(play, event)
        case Skipped():
            after = _settle(play, _decision_here(play, event.decision).id, None)
        case Continued():
            after = _continue(play, event.scene)
        case Reopened():
            after = _reopen(play, event.decision)
        case Paused():
            after = replace(play, paused=True)
        case Resumed():
            if not play.paused:
                raise RefusedError("not_paused")
            after = replace(play, paused=False)
    return after


def _start(play: Play, event: Started) -> Play:
    if play.started is not None:
        raise RefusedError("already_started")
    if event.case != play.case.id:
        raise RefusedError("other_case", event.case)
    if event.version != play.case.version:
        raise RefusedError("other_version", event.version)
    try:
        fresh = Play.of(play.case.in_variant(event.variant))
    except NoSuchVariantError as error:
        raise RefusedError("other_variant", error.name) from None
    return _enter(replace(fresh, started=event), fresh.case.start)


def _decision_here(play: Play, decision_id: str) -> Decision:
    decision = play.scene.decision
    if decision is None or decision.id != decision_id:
        raise RefusedError("ended" if play.ended else "not_here", decision_id)
    return decision


def _settle(play: Play, decision_id: str, pick: Pick | None) -> Play:
    settled = replace(
        play,
        picks={**play.picks, decision_id: pick},
        first={decision_id: pick, **play.first},
        before_last=replace(play, before_last=None),
    )
    return _leave(settled)


def _owing(play: Play, decision_id: str) -> Play:
    asks = play.mode == "panel" and any(each.id == decision_id for each in play.case.key_decisions())
    return replace(play, owed=decision_id) if asks else play


def _estimate(play: Play, event: Estimated) -> Play:
    if play.owed is None or play.owed != event.decision:
        raise RefusedError("no_estimate", event.decision)
    return replace(play, owed=None, estimates={**play.estimates, event.decision: event.share})


def _continue(play: Play, scene_id: str) -> Play:
    if play.ended or scene_id != play.scene_id or play.scene.decision is not None:
        raise RefusedError("ended" if play.ended else "not_here", scene_id)
    return _leave(play)


def _reopen(play: Play, decision_id: str) -> Play:
    before = play.before_last
    if before is None or play.revisable != decision_id:
        raise RefusedError("not_revisable", decision_id)
    return replace(before, first=play.first)


def _leave(play: Play) -> Play:
    picked = {name: picked_ids(pick) for name, pick in play.picks.items()}
    counters, variant = dict(play.counters), play.case.variant
    for effect in play.scene.effects:
        if effect.condition is None or holds(parse_condition(effect.condition), picked, counters, variant):
            for name, change in effect.add.items():
                counter = play.case.counters[name]
                counters[name] = max(counter.low, min(counter.high, counters[name] + change))
    for rule in play.scene.next:
        if rule.condition is None or holds(parse_condition(rule.condition), picked, counters, variant):
            return _enter(replace(play, counters=counters), rule.go)
    raise AssertionError(play.scene_id)  # the loader lets no case through whose last rule has a condition


def _enter(play: Play, scene_id: str) -> Play:
    learned = tuple(fact for fact in play.case.scenes[scene_id].learn if fact not in play.known)
    return replace(play, scene_id=scene_id, known=play.known + learned, path=(*play.path, scene_id))
