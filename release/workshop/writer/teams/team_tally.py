"""What talking changed, for the board: what members answered alone, beside what their teams settled on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from graders.key.key import Key
from graders.people.cohort import TeamAnswer
from graders.people.disclosure import CountedAnswer
from graders.people.groups import LEAST
from graders.people.teams import TalkChange, talk_change
from graders.score import verdict_of
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
    _on_board: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, team: str, play: Play, happened: Event) -> None:
        """Count the event `happened`, which led a team to `play`."""
        self.counted.note(team, None, play, happened)

    def count_play(self, team: str, case: Case, events: Sequence[Event]) -> None:
        """Count a play of a team that is on disk."""
        self.counted.count_play(team, None, case, events)

    def talks(
        self,
        playable: Playable,
        states: DecisionStates,
        bars: Callable[[str], Sequence[CountedAnswer]],
        *,
        in_discussion: bool,
    ) -> dict[str, TalkTally]:
        """What talking changed in each decision of a case; nothing of those that too few teams answered.

        In a discussion it is told of all teams at once, from the reveal on; else of five more of them at a
        time, as they settle. So no two tables on the board tell what one team answered. bars: the answers
        that the bars of a decision count, by its id. Raises DatabaseError.
        """
        talks: dict[str, TalkTally] = {}
        for decision in playable.case.key_decisions():
            if in_discussion and states.revealed_at(decision.id) is None:
                continue
            answers = self._answers(playable.case, decision, states)
            on_board = self._on_board.setdefault((playable.case.id, decision.id), [])
            waiting = [team for team in answers if team not in on_board]
            if len(waiting) >= LEAST:
                on_board += waiting if in_discussion else waiting[: len(waiting) // LEAST * LEAST]
            change = talk_change(decision, playable.key, [answers[team] for team in on_board])
            if change is not None:
                before = _mean(decision, playable.key, bars(decision.id))
                talks[decision.id] = _tally(change, before)
        return talks

    def _answers(self, case: Case, decision: Decision, states: DecisionStates) -> dict[str, TeamAnswer]:
        """What the teams answered of which somebody answered alone, in the order in which they settled."""
        until, attempts = states.revealed_at(decision.id), self.counted.attempts.get(case.id, {})
        settled = self.counted.picks(case.id, decision.id, states)
        answers: dict[str, TeamAnswer] = {}
        for team in sorted(settled, key=lambda team: (attempts[team].answers[decision.id].at, team)):
            attempt = attempts[team]
            voices = self.teams.voices_in(team, attempt.play, case).in_decision(decision.id)
            alone = tuple(
                voice.pick
                for voice in voices.values()
                if voice.pick is not None and (until is None or voice.at <= until)
            )
            if alone:
                answers[team] = TeamAnswer(case.id, decision.id, attempt.variant, alone, settled[team])
        return answers


def _mean(decision: Decision, key: Key, answers: Sequence[CountedAnswer]) -> float | None:
    """The mean s of what people answered alone; None where nothing is counted, or nothing weighs."""
    verdicts = [verdict_of(decision, key.in_variant(one.variant), one.pick) for one in answers]
    if not verdicts or not all(verdict.weight for verdict in verdicts):
        return None
    return fmean(verdict.s or 0.0 for verdict in verdicts)


def _tally(change: TalkChange, before: float | None) -> TalkTally:
    return {
        "teams": change.teams,
        "people": change.people,
        "settled": dict(change.settled),
        "majorities": change.majorities,
        "changed": change.changed,
        "before": before,
        "after": change.after if before is not None else None,
    }
