"""What the writer keeps for the whole room: its tally, the state of each decision, and the feedback due."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from graders.key.critical_errors import load_critical_errors
from release.workshop.wire import Answer, AskSetRoom, AskTally
from release.workshop.writer.database import DatabaseError
from release.workshop.writer.playable import Playable
from release.workshop.writer.room import DecisionStates
from release.workshop.writer.store import WorkshopStore
from release.workshop.writer.tally import Tally
from scenarios.engine.event import Decided, Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback
from scenarios.language import Language


@dataclass(slots=True)
class RoomKeeper:
    """Counts the plays of one mode, and keeps what the facilitator does with decisions in discussion mode.

    variants: by case id, the one that the whole room plays.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    mode: Mode
    variants: Mapping[str, str]
    _tally: Tally | None = None
    _states: dict[str, DecisionStates] = field(default_factory=dict)

    def states(self, case_id: str) -> DecisionStates:
        """The states of a case's decisions; outside a discussion all are open. Raises DatabaseError."""
        if self.mode != "discussion":
            return DecisionStates()
        if case_id not in self._states:
            self._states[case_id] = DecisionStates(self.store.steps_of(case_id))
        return self._states[case_id]

    def set_room(self, request: AskSetRoom) -> Answer:
        """Open, lock or reveal a decision. Raises DatabaseError."""
        case_id, decision, state = request["case"], request["decision"], request["state"]
        playable = self.cases.get(case_id)
        if playable is None or playable.case.decision(decision) is None:
            named = f"“{decision}” of the case “{case_id}”"
            return {"answer": "refused", "text": f"This workshop has no decision {named}."}
        if not DecisionStates(self.store.steps_of(case_id)).may_become(decision, state):
            return {"answer": "refused", "text": f"“{decision}” was revealed to the room, and stays so."}
        self.store.keep_step(case_id, decision, state)
        self._states.pop(case_id, None)
        return {"answer": "done"}

    def takes(self, case_id: str, happened: Event) -> bool:
        """Whether an event may be kept: a locked decision takes no pick, but may be skipped."""
        return not isinstance(happened, Decided) or self.states(case_id).takes_answers(happened.decision)

    def note(self, seat: str, play: Play, happened: Event) -> None:
        """Count an event that is on disk already, so that nothing may fail here any more."""
        tally = self._tally
        if tally is None:
            return
        if seat not in tally.sectors:
            with suppress(DatabaseError):
                sitter = self.store.seat(seat)
                tally.sectors[seat] = sitter.sector if sitter else None
        tally.note(seat, tally.sectors.get(seat), play, happened)

    def tally(self) -> Tally:
        """The tally, read from the plays on disk at its first use. Raises DatabaseError."""
        if self._tally is None:
            tally, sectors = Tally(), self.store.sectors()
            for seat, stored in self.store.plays(self.mode):
                started = stored.events[0]
                playable = self.cases.get(started.case) if isinstance(started, Started) else None
                if playable is not None:
                    tally.count_play(seat, sectors.get(seat), playable.case, stored.events)
            self._tally = tally
        return self._tally

    def board(self, request: AskTally) -> Answer:
        """What the board shows. Raises DatabaseError."""
        tally, errors = self.tally(), load_critical_errors()
        playable = self.cases.get(request["case"] or "")
        decision = playable.case.decision(request["sectors"] or "") if playable else None
        case = playable.case if playable else None
        return {
            "answer": "tally",
            "mode": self.mode,
            "seats": len(self.store.sectors()),
            "pauses": tally.pauses(),
            "skips": tally.skips(),
            "cases": {case_id: tally.progress(case_id) for case_id in self.cases},
            "case": (
                tally.case(
                    playable.case,
                    playable.key,
                    self.states(playable.case.id),
                    errors,
                    self.variants.get(playable.case.id),
                )
                if playable
                else None
            ),
            "sectors": (
                tally.by_sector(
                    case.id,
                    decision,
                    self.states(case.id),
                    tally.variants_in(case, self.variants.get(case.id)),
                )
                if case is not None and decision is not None
                else None
            ),
        }

    def on_decision(self, play: Play, decision_id: str, language: Language) -> DecisionFeedback | None:
        """The feedback on a decision of `play` that is due: at once in practice, else once it is revealed."""
        playable = self.cases[play.case.id]
        if self.mode != "discussion":
            return playable.feedback.on_decision(play, decision_id, language)
        states = self.states(play.case.id)
        if states.revealed_at(decision_id) is None:
            return None
        note = playable.revealed.on_decision(play, decision_id, language)
        decision = play.case.decision(decision_id)
        if note is not None and decision is not None:
            chosen = self.variants.get(play.case.id)
            note["room"] = self.tally().note_of_room(play.case, decision, states, chosen)
        return note

    def on_reveal(self, play: Play, language: Language) -> DecisionFeedback | None:
        """The feedback on the decision of `play` that was revealed last; a skipped one gets none."""
        picked = {decision for decision, pick in play.picks.items() if pick is not None}
        latest = self.states(play.case.id).revealed_last(picked)
        return self.on_decision(play, latest, language) if latest is not None else None

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on an ended play; in a discussion once every decision of the key is revealed."""
        playable = self.cases[play.case.id]
        if self.mode != "discussion":
            return playable.feedback.on_case(play, language)
        states = self.states(play.case.id)
        due = all(states.revealed_at(decision.id) is not None for decision in play.case.key_decisions())
        return playable.revealed.on_case(play, language) if due else None
