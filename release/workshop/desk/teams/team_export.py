"""What tables answered, for the export and the report of a workshop: by numbers alone, like all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter

from graders.key.key import Key
from graders.people.cohort import CourseCase, Member, TeamAnswer
from graders.score import verdict_of
from graders.sheet_export import Cell, Table
from release.workshop.writer.teams.past_teams import PastTeam, PastVoice, teams_of, voices_of
from release.workshop.writer.workshops import WorkshopSummary
from scenarios.decision import Decision
from scenarios.engine.event import Decided, Event
from scenarios.engine.play import Play
from scenarios.pick import Pick, RefusedError, written_parts

HEADER = ("table", "case", "play", "seat", "decision", "pick", "s")


@dataclass(frozen=True, slots=True)
class PastTeams:
    """The teams of a workshop, and what was answered alone, by the id of the play."""

    teams: tuple[PastTeam, ...]
    voices: Mapping[str, tuple[PastVoice, ...]]

    @classmethod
    def of(cls, url: str, workshop: WorkshopSummary) -> PastTeams:
        """Those of a workshop in the database at `url`. Raises DatabaseError."""
        voices: dict[str, list[PastVoice]] = {}
        for voice in voices_of(url, workshop):
            voices.setdefault(voice.play, []).append(voice)
        return cls(teams_of(url, workshop), {play: tuple(each) for play, each in voices.items()})

    def numbered(self) -> dict[str, Member]:
        """Each team as what it counts as beside the people: one that plays. By its id.

        Teams are numbered in the order of their random ids, so that no number tells which came first.
        """
        width = max(2, len(str(len(self.teams))))
        return {team.id: Member(f"T{number:0{width}d}") for number, team in enumerate(self.teams, start=1)}

    def seated(self) -> set[str]:
        """The seats that play in a team, or did."""
        members = {seat for team in self.teams for seat in team.members}
        return members | {voice.seat for voices in self.voices.values() for voice in voices}

    def answers(self, part: CourseCase, play: Play) -> Iterator[TeamAnswer]:
        """What was answered alone in a team's play, beside what it settled on, decision by decision."""
        name = play.started.play if play.started else ""
        for decision in play.case.key_decisions():
            settled = play.first.get(decision.id)
            alone = tuple(pick for _, pick in self.picks(name, decision))
            if settled is not None and alone:
                yield TeamAnswer(part.case.id, decision.id, play.case.variant, alone, settled)

    def rows(
        self, part: CourseCase, events: Sequence[Event], seats: Mapping[str, Member]
    ) -> Iterator[tuple[Cell, ...]]:
        """One row for each answer that somebody gave alone, of a play as it is exported: `events`."""
        play = Play.replay(part.case, events)
        name = play.started.play if play.started else ""
        key = part.key.in_variant(play.case.variant)
        decided = {happened.decision for happened in events if isinstance(happened, Decided)}
        for decision in play.case.key_decisions():
            if decision.id in decided:
                by_seat = {seats[voice.seat].id: pick for voice, pick in self.picks(name, decision)}
                for seat, pick in sorted(by_seat.items(), key=itemgetter(0)):
                    yield seat, decision.id, " ".join(written_parts(pick)), _score(decision, key, pick)

    def picks(self, play: str, decision: Decision) -> Iterator[tuple[PastVoice, Pick]]:
        """What was answered alone in a decision of the play of that id."""
        for voice in self.voices.get(play, ()):
            if voice.decision == decision.id:
                with suppress(RefusedError):  # one of an earlier version of the case
                    yield voice, decision.fitting(json.loads(voice.pick))


def _score(decision: Decision, key: Key, pick: Pick) -> float | None:
    verdict = verdict_of(decision, key, pick)
    return verdict.s if verdict.weight > 0 else None


def voices_table(rows: Sequence[tuple[Cell, ...]]) -> Table:
    """The table of what was answered alone."""
    return Table(HEADER, tuple(rows))
