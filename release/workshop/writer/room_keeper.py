"""What the writer keeps for the whole room: its tally, the state of each decision, and the feedback due."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import ceil

from graders.key.critical_errors import load_critical_errors
from graders.key.guide import Debrief
from release.workshop.wire import (
    Answer,
    AskCue,
    AskSetPace,
    AskSetRoom,
    AskTally,
    CaseTally,
    TallyAnswer,
)
from release.workshop.writer.database import DatabaseError
from release.workshop.writer.playable import Playable
from release.workshop.writer.room import DecisionStates, RoomPace
from release.workshop.writer.store import StoredPlay, WorkshopStore
from release.workshop.writer.tally import Attempt, FirstAnswer, RoomReader, ShownViews, Tally
from release.workshop.writer.teams.team import Team
from release.workshop.writer.teams.team_keeper import TeamKeeper
from release.workshop.writer.teams.team_tally import TeamTally
from scenarios.engine.event import Continued, Decided, Event, Mode, Skipped, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback, RoomCue
from scenarios.language import Language
from scenarios.pick import RefusedError


@dataclass(slots=True)
class RoomKeeper:
    """Counts the plays of one mode, and keeps what the facilitator does with decisions in discussion mode.

    variants: by case id, the one that the whole room plays.
    """

    store: WorkshopStore
    cases: Mapping[str, Playable]
    mode: Mode
    variants: Mapping[str, str]
    teams: TeamKeeper
    of_teams: TeamTally = field(init=False)
    _tally: Tally | None = None
    _states: dict[str, DecisionStates] = field(default_factory=dict)
    _pace: RoomPace | None = None
    _course_views: dict[str, ShownViews] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count what teams settle on apart from what people answer."""
        self.of_teams = TeamTally(self.teams)

    def states(self, case_id: str) -> DecisionStates:
        """The states of a case's decisions; outside a discussion all are open. Raises DatabaseError."""
        if self.mode != "discussion":
            return DecisionStates()
        if case_id not in self._states:
            steps, pace = self.store.steps_of(case_id), self.pace()
            stepwise = pace.pace == "stepwise" and pace.case == case_id
            self._states[case_id] = DecisionStates(steps, stepwise)
        return self._states[case_id]

    def pace(self) -> RoomPace:
        """How the room goes through its cases; outside a discussion it is free. Raises DatabaseError."""
        if self.mode != "discussion":
            return RoomPace()
        if self._pace is None:
            self._pace = self.store.pace()
        return self._pace

    def set_pace(self, request: AskSetPace) -> Answer:
        """Have the room play one case, or all. Raises DatabaseError."""
        if request["pace"] != "free" and request["case"] not in self.cases:
            return {"answer": "refused", "text": f"This workshop has no case “{request['case']}”."}
        self.store.keep_pace(RoomPace(request["pace"], "" if request["pace"] == "free" else request["case"]))
        self._pace = None
        self._states.clear()
        return {"answer": "done"}

    def set_room(self, request: AskSetRoom) -> Answer:
        """Open, lock or reveal a decision. Raises DatabaseError."""
        case_id, decision, state = request["case"], request["decision"], request["state"]
        playable = self.cases.get(case_id)
        if playable is None or playable.case.decision(decision) is None:
            named = f"“{decision}” of the case “{case_id}”"
            return {"answer": "refused", "text": f"This workshop has no decision {named}."}
        if not DecisionStates(self.store.steps_of(case_id)).may_become(decision, state):
            return {"answer": "refused", "text": f"“{decision}” was revealed to the room, and stays so."}
        before = self.states(case_id)
        if state == "open" and before.is_stepwise:  # one at a time
            for other in before.opened_by_hand():
                if other != decision:
                    self.store.keep_step(case_id, other, "locked")
        minutes = request.get("minutes") if state == "open" else None
        ends = self.store.now() + timedelta(minutes=minutes) if minutes else None
        self.store.keep_step(case_id, decision, state, ends)
        self._states.pop(case_id, None)
        return {"answer": "done"}

    def seconds(self, case_id: str, decision: str) -> int | None:
        """What is left of a decision's timer, 0 once it is over, None without one. It ends nothing itself."""
        step = self.states(case_id).steps.get(decision)
        if step is None or step.ends is None:
            return None
        return max(0, ceil((step.ends - self.store.now()).total_seconds()))

    def waits(self, case_id: str, decided: str | None) -> bool:
        """Whether a play whose last event is that decision waits for its discussion. Raises DatabaseError."""
        playable = self.cases.get(case_id)
        if self.mode != "discussion" or playable is None or decided is None:
            return False
        return decided in playable.key.decisions and self.states(case_id).waits(decided)

    def cue(self, request: AskCue) -> RoomCue | None:
        """What the room does now, as far as it touches a play. Raises DatabaseError."""
        case_id, here = request["case"], request["here"]
        if self.mode != "discussion" or case_id not in self.cases:
            return None
        states, pace = self.states(case_id), self.pace()
        return {
            "waits": self.waits(case_id, request["decided"]),
            "state": states.state(here) if here is not None else "open",
            "seconds": self.seconds(case_id, here) if here is not None else None,
            "case": pace.case if pace.is_closed(case_id) else "",
        }

    def takes(self, case_id: str, happened: Event, decided: str | None) -> bool:
        """Whether an event may be kept: a locked decision takes no pick, but may be skipped.

        Nor is anything begun or picked in a case while the room plays another one, and nobody goes past a
        decision that waits for its discussion. decided: what the play came to last, see `Lease`.
        """
        if isinstance(happened, Started | Decided) and self.pace().is_closed(case_id):
            return False
        if isinstance(happened, Decided | Skipped | Continued) and self.waits(case_id, decided):
            return False
        return not isinstance(happened, Decided) or self.states(case_id).takes_answers(happened.decision)

    def note(self, seat: str, play: Play, happened: Event) -> None:
        """Count an event that is on disk already, so that nothing may fail here any more."""
        tally = self._tally
        if tally is None:
            return
        if (team := self.teams.team(seat)) is not None:
            if isinstance(happened, Started):
                tally.note_variant(seat, play)
            self.of_teams.note(seat, play, happened)
            self.note_team(team, play)
            return
        tally.note(seat, self._sector(tally, seat), play, happened)

    def note_team(self, team: Team, play: Play) -> None:
        """Count what the members of a team have answered alone, and where it stands.

        Each counts as one person; those who have gone count as far as they answered.
        """
        if self._tally is not None:
            self._count_team(self._tally, team, play)

    def _count_team(self, tally: Tally, team: Team, play: Play) -> None:
        voices = self.teams.voices(team, play)
        for seat in {*team.members, *voices.seats()}:
            alone = {name: FirstAnswer(voice.at, voice.pick) for name, voice in voices.of(seat).items()}
            tally.note_member(seat, self._sector(tally, seat), play, alone)

    def _sector(self, tally: Tally, seat: str) -> str | None:
        if seat not in tally.sectors:
            with suppress(DatabaseError):
                sitter = self.store.seat(seat)
                tally.sectors[seat] = sitter.sector if sitter else None
        return tally.sectors.get(seat)

    def tally(self) -> Tally:
        """The tally, read from the plays on disk at its first use. Raises DatabaseError."""
        if self._tally is None:
            tally, sectors = Tally(), self.store.sectors()
            for seat, stored in self.store.plays(self.mode):
                started = stored.events[0]
                playable = self.cases.get(started.case) if isinstance(started, Started) else None
                team = self.teams.team(seat)
                if playable is not None and team is not None:
                    self._count_stored(tally, team, playable, stored)
                elif playable is not None:
                    tally.count_play(seat, sectors.get(seat), playable.case, stored.events)
            self._tally = tally
        return self._tally

    def count_anew(self) -> None:
        """Count again at the next use: plays were deleted."""
        self.of_teams, self._tally = TeamTally(self.teams), None
        self._course_views.clear()

    def look_up(self) -> None:
        """Know no more than the database does: read it again at the next use."""
        self.count_anew()
        self._states.clear()
        self._pace = None

    def _count_stored(self, tally: Tally, team: Team, playable: Playable, stored: StoredPlay) -> None:
        with suppress(RefusedError):  # a play that does not fit its case is left out
            play = Play.replay(playable.case, stored.events)
            tally.note_variant(team.id, play)
            self.of_teams.count_play(team.id, playable.case, stored.events)
            self._count_team(tally, team, play)

    def board(self, request: AskTally) -> Answer:
        """What the board shows. Raises DatabaseError."""
        tally = self.tally()
        playable = self.cases.get(request["case"] or "")
        decision = playable.case.decision(request["sectors"] or "") if playable else None
        case = playable.case if playable else None
        answer = self._board(tally, playable, len(self.store.sectors()))
        if case is not None and decision is not None:
            played = tally.variants_in(case, self.variants.get(case.id))
            answer["sectors"] = tally.by_sector(case.id, decision, self.states(case.id), played)
        if answer["case"] is not None and playable is not None:
            counts = partial(tally.counted, playable.case.id)
            is_discussed, states = self.mode == "discussion", self.states(playable.case.id)
            answer["case"]["talks"] = self.of_teams.talks(
                playable, states, counts, in_discussion=is_discussed
            )
        return answer

    def course_board(
        self, course: str, since: Mapping[tuple[str, str], datetime], case: str | None
    ) -> TallyAnswer:
        """What the board of one course shows: those alone who came from there, by what they began then.

        course: its `CoursePlace.id`; since: from when on a seat is told of in a case; case: the one that is
        shown in full. A test is on no board, nor are sectors, nor what tables settled on. Raises
        DatabaseError.
        """

        def is_told(seat: str, name: str, attempt: Attempt) -> bool:
            first = since.get((seat, name))
            is_test = name in self.cases and self.cases[name].case.use == "test"
            return not is_test and first is not None and _is_after(attempt.began, first)

        tally = self.tally().part(is_told, self._course_views.setdefault(course, {}))
        playable = self.cases.get(case or "")
        is_shown = playable is not None and playable.case.use != "test"
        return self._board(tally, playable if is_shown else None, len({seat for seat, _ in since}))

    def _board(self, tally: Tally, playable: Playable | None, seats: int) -> TallyAnswer:
        return {
            "answer": "tally",
            "mode": self.mode,
            "closed": self.store.workshop()["closed"],
            "pace": self.pace().pace,
            "pace_case": self.pace().case,
            "seats": seats,
            "pauses": tally.pauses(),
            "skips": tally.skips(),
            "cases": {case_id: tally.progress(case_id) for case_id in self.cases},
            "case": self._case(tally, playable) if playable else None,
            "sectors": None,
        }

    def _case(self, tally: Tally, playable: Playable) -> CaseTally:
        case_id, guide = playable.case.id, playable.guide
        counted = tally.case(
            playable.case,
            playable.key,
            self.states(case_id),
            load_critical_errors(),
            self.variants.get(case_id),
        )
        for name, one in counted["decisions"].items():
            one["seconds"] = self.seconds(case_id, name)
        asked = guide.debrief if guide is not None else None
        phases = {name: getattr(asked, name) for name in Debrief.model_fields} if asked is not None else {}
        debrief = {name: [dict(one.items()) for one in questions] for name, questions in phases.items()}
        return {**counted, "debrief": debrief}

    def on_decision(
        self, play: Play, decision_id: str, language: Language, member: str | None = None
    ) -> DecisionFeedback | None:
        """The feedback on a decision of `play` that is due: at once in practice, else once it is revealed.

        member: the seat of whoever reads it, where the play is a team's.
        """
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
            reader = RoomReader(play, member)
            note["room"] = self.tally().note_of_room(play.case, decision, states, chosen, reader)
        return note

    def on_reveal(self, play: Play, language: Language, member: str | None = None) -> DecisionFeedback | None:
        """The feedback on the decision of `play` that was revealed last; a skipped one gets none."""
        picked = {decision for decision, pick in play.picks.items() if pick is not None}
        latest = self.states(play.case.id).revealed_last(picked)
        return self.on_decision(play, latest, language, member) if latest is not None else None

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on an ended play; in a discussion once every decision of the key is revealed."""
        playable = self.cases[play.case.id]
        if self.mode != "discussion":
            return playable.feedback.on_case(play, language)
        states = self.states(play.case.id)
        due = all(states.revealed_at(decision.id) is not None for decision in play.case.key_decisions())
        return playable.revealed.on_case(play, language) if due else None


def _is_after(began: str, moment: datetime) -> bool:
    """Whether something was begun at a moment or later; what nobody knows of was not."""
    return began != "" and datetime.fromisoformat(began) >= moment
