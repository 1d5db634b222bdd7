"""The tally: how many are in each scene and what was picked, from the plays of the room. Never who.

Only the first play of a seat and only its first answers count. Of a decision that fewer than 5 answered
nothing is told but how many; sectors are merged and hidden by `graders.people.groups`. What is told of a
decision moves by 5 people at least, in each figure (`graders.people.disclosure`): the last answers may so
stay out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from graders.feedback.key_feedback import standing_of
from graders.key.critical_errors import CriticalError
from graders.key.key import Key
from graders.people.cohort import Member
from graders.people.disclosure import CountedAnswer, CountedAnswers, Disclosure, People
from graders.people.groups import LEAST, by_sector
from graders.score import harm_flags
from release.workshop.wire import (
    CaseTally,
    DecisionTally,
    GroupTally,
    HarmTally,
    Progress,
    SectorTally,
)
from release.workshop.writer.room import DecisionStates
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.event import Decided, Event, Paused, Skipped, Started
from scenarios.engine.play import Play
from scenarios.feedback import RoomNote, Standing
from scenarios.language import Texts
from scenarios.pick import Pick, RefusedError


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first answer to a decision: when, and what; None where it was skipped."""

    at: str
    pick: Pick | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is counted of one seat in one case.

    play: the id of its first play; answers: the first answers there, by decision; scene, finished: where
    its latest play stands; pauses, skips: in all its plays; variant: the one of its first play; began: when
    that was begun, "" where nobody knows.
    """

    play: str
    scene: str
    finished: bool
    variant: str | None = None
    answers: Mapping[str, FirstAnswer] = field(default_factory=dict)
    pauses: int = 0
    skips: int = 0
    began: str = ""

    def after(self, play: Play, happened: Event) -> Attempt:
        """The attempt after `happened` led to `play`."""
        later = replace(self, scene=play.scene_id, finished=play.finished)
        if isinstance(happened, Paused):
            return replace(later, pauses=self.pauses + 1)
        if not isinstance(happened, Decided | Skipped):
            return later
        pick = happened.pick if isinstance(happened, Decided) else None
        skips = self.skips + (pick is None)
        first = play.started is not None and play.started.play == self.play
        answers = (
            {happened.decision: FirstAnswer(happened.at, pick), **self.answers} if first else self.answers
        )
        return replace(later, answers=answers, skips=skips)


@dataclass(frozen=True, slots=True)
class RoomReader:
    """Whoever reads what the room answered. play: theirs; member: their seat, where it is their team's."""

    play: Play
    member: str | None = None


@dataclass(slots=True)
class ShownDecision(CountedAnswers):
    """What is shown of one decision: the answers that its bars count, and the table by sectors.

    groups: those of the table, which knows of the steps `seen`.
    """

    groups: tuple[People, ...] = ()
    seen: int = 0
    _names: dict[People, Texts] = field(default_factory=dict)
    _sectors: Disclosure = field(default_factory=Disclosure)

    def picks(self, variant: str | None) -> dict[str, Pick]:
        """What each seat picked, of those that the bars count in one variant."""
        return {one.seat: one.pick for one in self.counted if one.variant == variant}

    def by_sector(self, decision: Decision, sectors: Mapping[str, str | None]) -> SectorTally:
        """The table by sectors, made anew with each step of the bars. sectors: of each seat.

        A group that would move by fewer than 5 people stays as it was, and one that would tell of fewer by
        any earlier figure is not shown.
        """
        for step in self.steps[self.seen :]:
            self._sectors.show(step)
            people = frozenset[str]().union(*step)
            visible = by_sector(Member(seat, sectors.get(seat)) for seat in people).visible
            self._names |= {group.members: group.name for group in visible}
            members = (group.members for group in visible)
            self.groups = self._sectors.table(people, members, self.groups) or self.groups
        self.seen = len(self.steps)
        picks = {one.seat: one.pick for one in (self.counted or self.waiting)}
        return sector_tally(decision, picks, [(self._names[one], one) for one in self.groups])


# What was shown of each decision, by case and decision.
ShownViews: TypeAlias = dict[tuple[str, str], ShownDecision]


def _first_attempt(play: Play) -> Attempt:
    started = play.started
    name, began = (started.play, started.at) if started else ("", "")
    return Attempt(name, play.scene_id, play.finished, play.case.variant, began=began)


@dataclass(slots=True)
class Tally:
    """The attempts of all seats, kept as their events come in.

    sectors: the sector of each seat that has begun, None where none was given; variants: of each case, the
    variants of the plays that each seat has begun.
    """

    sectors: dict[str, str | None] = field(default_factory=dict)
    variants: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    attempts: dict[str, dict[str, Attempt]] = field(default_factory=dict)
    _views: ShownViews = field(default_factory=dict)

    def part(self, is_told: Callable[[str, str, Attempt], bool], views: ShownViews) -> Tally:
        """The attempts that are told of by seat, case and attempt, counted as a room of their own.

        views: what was shown of that room before, which goes on.
        """
        attempts = {
            case: {seat: one for seat, one in of_case.items() if is_told(seat, case, one)}
            for case, of_case in self.attempts.items()
        }
        seats = {seat for of_case in attempts.values() for seat in of_case}
        return Tally({seat: self.sectors.get(seat) for seat in seats}, {}, attempts, views)

    def count_play(self, seat: str, sector: str | None, case: Case, events: Sequence[Event]) -> None:
        """Count a play that is on disk; one that does not fit its case is left out."""
        play, steps = Play.of(case), list[tuple[Play, Event]]()
        try:
            for happened in events:
                play = play.after(happened)
                steps.append((play, happened))
        except RefusedError:
            return
        for later, happened in steps:
            self.note(seat, sector, later, happened)

    def note(self, seat: str, sector: str | None, play: Play, happened: Event) -> None:
        """Count the event `happened`, which led to `play`."""
        self.sectors[seat] = sector
        if isinstance(happened, Started) and play.case.variant is not None:
            self.variants.setdefault(play.case.id, {}).setdefault(seat, []).append(play.case.variant)
        of_case = self.attempts.setdefault(play.case.id, {})
        before = of_case.get(seat) or _first_attempt(play)
        of_case[seat] = before.after(play, happened)

    def note_member(
        self, seat: str, sector: str | None, play: Play, alone: Mapping[str, FirstAnswer]
    ) -> None:
        """Count a member of a team that stands at `play`: what they answered alone there, by decision.

        What the team decided without them is past for them.
        """
        self.sectors[seat] = sector
        of_case = self.attempts.setdefault(play.case.id, {})
        name = play.started.play if play.started else ""
        before = of_case.get(seat) or _first_attempt(play)
        here = replace(before, scene=play.scene_id, finished=play.finished)
        if before.play == name:
            past = dict.fromkeys(play.picks, FirstAnswer("", None))
            skips = sum(answer.pick is None for answer in alone.values())
            here = replace(here, answers={**past, **alone}, skips=skips)
        of_case[seat] = here

    def note_variant(self, team: str, play: Play) -> None:
        """Count the variant of a play that a team has begun, so that the next ones are drawn evenly."""
        if play.case.variant is not None:
            self.variants.setdefault(play.case.id, {}).setdefault(team, []).append(play.case.variant)

    def progress(self, case_id: str) -> Progress:
        """How many have begun a case, and how many of them are at its end."""
        attempts = self.attempts.get(case_id, {}).values()
        return {"begun": len(attempts), "finished": sum(attempt.finished for attempt in attempts)}

    def pauses(self) -> int | None:
        """How often somebody paused, over the whole room; None where fewer than 5 have begun."""
        return self._sum_where_enough([attempt.pauses for attempt in self._all()])

    def skips(self) -> int | None:
        """How often something was skipped, over the whole room; None where fewer than 5 have begun."""
        return self._sum_where_enough([attempt.skips for attempt in self._all()])

    def picks(
        self, case_id: str, decision: str, states: DecisionStates, variant: str | None = None
    ) -> Mapping[str, Pick]:
        """What each seat picked first, where it picked before the decision was revealed.

        variant: of those alone who play this one; of all where None.
        """
        until = states.revealed_at(decision)
        picks: dict[str, Pick] = {}
        for seat, attempt in self.attempts.get(case_id, {}).items():
            if variant is not None and attempt.variant != variant:
                continue
            answer = attempt.answers.get(decision)
            if answer is not None and answer.pick is not None and (until is None or answer.at <= until):
                picks[seat] = answer.pick
        return picks

    def variants_in(self, case: Case, chosen: str | None) -> tuple[str | None, ...]:
        """The variants that the room plays; None alone where the case has none.

        chosen: the one that the facilitator set, None where each is drawn; those that were begun before it
        was set are played too.
        """
        begun = {attempt.variant for attempt in self.attempts.get(case.id, {}).values()}
        played = (name for name in case.tellings if chosen is None or name == chosen or name in begun)
        return tuple(played) or (None,)

    def note_of_room(
        self,
        case: Case,
        decision: Decision,
        states: DecisionStates,
        chosen: str | None,
        reader: RoomReader | None = None,
    ) -> RoomNote:
        """What those answered who play the variant of `case`; not told where any variant has fewer than 5.

        reader: whoever reads it, who is told where their own answer is not counted in it.
        """
        played = self.variants_in(case, chosen)
        view = self._shown_of(case.id, decision.id, states, played)
        is_told = view.is_apart
        live = self.picks(case.id, decision.id, states, case.variant)
        picks = view.picks(case.variant) if is_told else live
        note = room_note(decision, picks.values(), is_told=is_told)
        if reader is not None and note["counts"] is not None and not self._counts(picks, reader, decision.id):
            note["uncounted"] = True
        return note

    def _counts(self, picks: Mapping[str, Pick], reader: RoomReader, decision: str) -> bool:
        """Whether the answer of `reader` is among `picks`, those of each seat; or they gave none alone."""
        play, attempts = reader.play, self.attempts.get(reader.play.case.id, {})
        first = play.started and play.started.play
        if reader.member is not None:
            attempt = attempts.get(reader.member)
            if attempt is None or attempt.play != first:
                return False
            answer = attempt.answers.get(decision)
            return answer is None or answer.pick is None or reader.member in picks
        return any(
            attempts[seat].play == first and pick == play.picks.get(decision) for seat, pick in picks.items()
        )

    def _shown_of(
        self, case_id: str, decision: str, states: DecisionStates, played: Sequence[str | None]
    ) -> ShownDecision:
        """What is shown of a decision now. played: the variants that the room plays."""
        until, attempts = states.revealed_at(decision), self.attempts.get(case_id, {})
        answers = sorted(
            (answer.at, seat, attempt.variant, answer.pick)
            for seat, attempt in attempts.items()
            if (answer := attempt.answers.get(decision)) and answer.pick is not None
            if until is None or answer.at <= until
        )
        view = self._views.setdefault((case_id, decision), ShownDecision())
        view.follow([CountedAnswer(seat, variant, pick) for _, seat, variant, pick in answers], played)
        return view

    def case(
        self,
        case: Case,
        key: Key,
        states: DecisionStates,
        errors: Mapping[str, CriticalError],
        chosen: str | None = None,
    ) -> CaseTally:
        """How many are in each scene of a case, and what was picked in each decision.

        chosen: the variant that the facilitator set for the room.
        """
        here = Counter(attempt.scene for attempt in self.attempts.get(case.id, {}).values())
        keys = [key.in_variant(name) for name in self.variants_in(case, chosen)]
        is_one = len(keys) == 1
        decisions = [decision for _, decision in case.decisions()]

        def counted(decision: Decision, judges: Sequence[Key]) -> DecisionTally:
            view = self._shown_of(case.id, decision.id, states, [one.variant for one in keys])
            picks = [(one, tuple(view.picks(one.variant).values())) for one in judges]
            live = [self.picks(case.id, decision.id, states, one.variant) for one in judges]
            if len(judges) < len(keys) and not view.is_apart:
                picks = [(one, ()) for one in judges]
            answered, left = sum(map(len, live)), self.left(case.id, decision.id)
            return decision_tally(decision, picks, states, errors, answered=answered, left=left)

        return {
            "scenes": {scene: here[scene] for scene in case.scenes},
            "decisions": {decision.id: counted(decision, keys) for decision in decisions},
            "variant": keys[0].variant if is_one else None,
            "variants": _apart_where_enough(
                {
                    one.variant: {decision.id: counted(decision, [one]) for decision in decisions}
                    for one in keys
                    if one.variant is not None and not is_one
                }
            ),
            "debrief": {},
            "talks": {},
        }

    def counted(self, case_id: str, decision: str) -> Sequence[CountedAnswer]:
        """The answers that the bars of a decision count, when the board was looked at last."""
        view = self._views.get((case_id, decision))
        return view.counted if view is not None else ()

    def left(self, case_id: str, decision: str) -> int:
        """How many of those that have begun a case, and not ended it, have done nothing in a decision yet."""
        attempts = self.attempts.get(case_id, {}).values()
        return sum(not attempt.finished and decision not in attempt.answers for attempt in attempts)

    def by_sector(
        self,
        case_id: str,
        decision: Decision,
        states: DecisionStates,
        played: Sequence[str | None] = (None,),
    ) -> SectorTally:
        """What was picked, sector by sector, of those whom the bars count. played: see `variants_in`."""
        return self._shown_of(case_id, decision.id, states, played).by_sector(decision, self.sectors)

    def _all(self) -> Iterable[Attempt]:
        return (attempt for of_case in self.attempts.values() for attempt in of_case.values())

    def _sum_where_enough(self, counts: Iterable[int]) -> int | None:
        return sum(counts) if len(self.sectors) >= LEAST else None


def decision_tally(  # noqa: PLR0913 -- called once
    decision: Decision,
    judged: Sequence[tuple[Key, Sequence[Pick]]],
    states: DecisionStates,
    errors: Mapping[str, CriticalError],
    *,
    answered: int,
    left: int,
) -> DecisionTally:
    """What was picked in one decision, and what the key says of it: for the facilitator alone.

    judged: the key of each variant with the picks that it judges; answered: how many have answered by now;
    left: how many are still to come. Where keys differ on an option or an order, nothing is said of it.
    """
    picks = [pick for _, own in judged for pick in own]
    is_scored = all(decision.id in key.decisions for key, _ in judged)
    enough = len(picks) >= LEAST and is_scored
    return {
        "state": states.state(decision.id),
        "n": len(picks) if enough else answered,
        "answered": answered,
        "left": left,
        "seconds": None,
        "why": _whys(decision, [key for key, _ in judged]) if is_scored else {},
        "counts": option_counts(decision, picks) if enough else None,
        "standing": {option: _standing(decision, option, judged) for option in decision.option_ids}
        if is_scored
        else {},
        "order": list(_order(decision, judged)) if is_scored else [],
        "harm": harm_counts(decision, judged, errors) if enough else None,
    }


def _apart_where_enough(
    variants: Mapping[str, dict[str, DecisionTally]],
) -> dict[str, dict[str, DecisionTally]]:
    """The decisions of each variant; those that too few answered in one of them are told of none."""
    few = {name for own in variants.values() for name, tally in own.items() if tally["n"] < LEAST}
    return {
        variant: {
            name: {**tally, "counts": None, "harm": None} if name in few else tally
            for name, tally in own.items()
        }
        for variant, own in variants.items()
    }


def _standing(decision: Decision, option: str, judged: Sequence[tuple[Key, Sequence[Pick]]]) -> Standing:
    standings: set[Standing] = {
        standing_of(decision, key.decisions[decision.id], option, None, key.grades) for key, _ in judged
    }
    return standings.pop() if len(standings) == 1 else "neutral"


def _whys(decision: Decision, keys: Sequence[Key]) -> dict[str, dict[str, str]]:
    """The key's reasons by option and language; nothing of an option whose reasons differ among `keys`."""
    whys: dict[str, dict[str, str]] = {}
    for option in decision.option_ids:
        each = [
            {str(tongue): key.whys(decision.id, tongue).text("why", option) for tongue in key.translations}
            for key in keys
        ]
        if all(one == each[0] for one in each):
            whys[option] = each[0]
    return whys


def _order(decision: Decision, judged: Sequence[tuple[Key, Sequence[Pick]]]) -> tuple[str, ...]:
    parts = [key.decisions[decision.id] for key, _ in judged]
    orders = {part.order if part.weight else () for part in parts}
    return orders.pop() if len(orders) == 1 else ()


def option_counts(decision: Decision, picks: Iterable[Pick]) -> dict[str, int]:
    """How many people picked each option or service; of an order, how many put it first."""
    counts = Counter(option for pick in picks for option in decision.tallied(pick))
    return {option: counts[option] for option in decision.option_ids}


def harm_counts(
    decision: Decision, judged: Sequence[tuple[Key, Sequence[Pick]]], errors: Mapping[str, CriticalError]
) -> list[HarmTally]:
    """How many people made each critical error of the harmful grade; those that nobody made are left out."""
    people: Counter[str] = Counter()
    for key, pick in ((key, pick) for key, picks in judged for pick in picks):
        flags = harm_flags(decision.id, key.decisions[decision.id], pick, key.grades)
        people.update({flag.code for flag in flags if flag.code is not None and flag.grade == "harm"})
    return [
        {"code": code, "name": dict(errors[code].name.items()), "count": count}
        for code, count in sorted(people.items())
    ]


def sector_tally(
    decision: Decision, picks: Mapping[str, Pick], groups: Iterable[tuple[Texts, People]]
) -> SectorTally:
    """What was picked in each of `groups`; hidden: how many people stand in none."""
    tallies: list[GroupTally] = [
        {
            "name": dict(name.items()),
            "n": len(people),
            "counts": option_counts(decision, [picks[seat] for seat in people]),
        }
        for name, people in groups
    ]
    return {"n": len(picks), "groups": tallies, "hidden": len(picks) - sum(one["n"] for one in tallies)}


def room_note(decision: Decision, picks: Iterable[Pick], *, is_told: bool = True) -> RoomNote:
    """The class's answers as a participant sees them after the reveal; none below 5, or where not told."""
    all_picks = tuple(picks)
    enough = is_told and len(all_picks) >= LEAST
    return {"n": len(all_picks), "counts": option_counts(decision, all_picks) if enough else None}
