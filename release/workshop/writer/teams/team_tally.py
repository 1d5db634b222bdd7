"""What talking changed, for the board: what members answered alone, beside what their teams settled on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graders.people.cohort import TeamAnswer
from graders.people.groups import LEAST
from graders.people.teams import talk_change
from release.workshop.wire import TalkTally
from release.workshop.writer.playable import Playable
from release.workshop.writer.room import DecisionStates
from release.workshop.writer.tally import Tally
from release.workshop.writer.teams.team_keeper import TeamKeeper
from scenarios.case import Case
from scenarios.decision import Decision
from scenarios.engine.event import Event
from scenarios.engine.play import Play


@dataclass(slots=True)
class TeamTally:
    """What each team settled on in its first play of a case; see `Tally`."""

    teams: TeamKeeper
    counted: Tally = field(default_factory=Tally)
    _talks: dict[tuple[str, str], TalkTally] = field(default_factory=dict)

    def note(self, team: str, play: Play, happened: Event) -> None:
        """Count the event `happened`, which led a team to `play`."""
        self.counted.note(team, None, play, happened)

    def count_play(self, team: str, case: Case, events: Sequence[Event]) -> None:
        """Count a play of a team that is on disk."""
        self.counted.count_play(team, None, case, events)

    def talks(self, playable: Playable, states: DecisionStates) -> dict[str, TalkTally]:
        """What talking changed in each decision of a case; nothing of those that too few answered.

        It is told anew once 5 more people are in it, so that no two tables on the board tell one person's
        pick. Raises DatabaseError.
        """
        talks: dict[str, TalkTally] = {}
        for decision in playable.case.key_decisions():
            place = playable.case.id, decision.id
            change = talk_change(decision, playable.key, self._answers(playable.case, decision, states))
            earlier = self._talks.get(place)
            if change is not None and (earlier is None or change.people - earlier["people"] >= LEAST):
                self._talks[place] = {
                    "teams": change.teams,
                    "people": change.people,
                    "settled": dict(change.settled),
                    "majorities": change.majorities,
                    "changed": change.changed,
                    "before": change.before,
                    "after": change.after,
                }
            if place in self._talks:
                talks[decision.id] = self._talks[place]
        return talks

    def _answers(self, case: Case, decision: Decision, states: DecisionStates) -> Iterator[TeamAnswer]:
        until = states.revealed_at(decision.id)
        for team, settled in self.counted.picks(case.id, decision.id, states).items():
            attempt = self.counted.attempts[case.id][team]
            voices = self.teams.voices_in(team, attempt.play, case).in_decision(decision.id)
            alone = tuple(
                voice.pick
                for voice in voices.values()
                if voice.pick is not None and (until is None or voice.at <= until)
            )
            yield TeamAnswer(case.id, decision.id, attempt.variant, alone, settled)
