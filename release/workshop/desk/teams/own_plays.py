"""What each person answered by themselves, for an interim report: those whom the bars of the board count.

At a table that is what somebody answered before it settled, and in a discussion what came before the reveal
(`release.workshop.writer.tally`). So report and board count alike, and neither can be subtracted from the
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graders.people.cohort import CourseCase, JudgedPlay, Member
from graders.report.interim import Moments
from graders.score import score
from release.workshop.desk.teams.team_export import PastTeams
from scenarios.engine.play import Play
from scenarios.pick import Pick


@dataclass(frozen=True, slots=True)
class OwnPlay:
    """A play as far as one person answered it. answers: when and what, by decision."""

    member: Member
    play: Play
    answers: Mapping[str, tuple[str, Pick]]


@dataclass(frozen=True, slots=True)
class OwnPlays:
    """The people of a workshop and what they answered.

    members: by seat; teams: what each table counts as, by its id; reveals: when a decision of a case was
    revealed, in the form of an event's ``at``.
    """

    past: PastTeams
    members: Mapping[str, Member]
    teams: Mapping[str, Member]
    reveals: Mapping[tuple[str, str], str]

    def counted(
        self, handed: Iterable[JudgedPlay], moments: Moments, cases: Mapping[str, CourseCase]
    ) -> tuple[tuple[JudgedPlay, ...], Moments]:
        """The first play of each person in each case, and when its decisions were answered.

        handed, moments: those of seats and of tables, the first of each in each case.
        """
        first: dict[tuple[str, str], OwnPlay] = {}
        for one in sorted(handed, key=lambda one: one.play.started.at if one.play.started else ""):
            for own in self._own(one, moments[one.member.id, one.case]):
                first.setdefault((own.member.id, one.case), own)
        plays = {name: self._judged(own, cases[name[1]]) for name, own in first.items()}
        ordered = tuple(plays[name] for name in sorted(plays, key=lambda name: (name[1], name[0])))
        answered = {
            name: {decision: at for decision, (at, _) in own.answers.items()} for name, own in first.items()
        }
        return ordered, answered

    def _own(self, one: JudgedPlay, at: Mapping[str, str]) -> Iterator[OwnPlay]:
        team = next((team for team in self.past.teams if self.teams[team.id] == one.member), None)
        if team is None:
            answers = {name: (at[name], pick) for name, pick in one.play.first.items() if pick is not None}
            yield OwnPlay(one.member, one.play, self._before_the_reveal(one.play, answers))
            return
        alone: dict[str, dict[str, tuple[str, Pick]]] = {seat: {} for seat in team.members}
        name = one.play.started.play if one.play.started else ""
        for decision in one.play.case.key_decisions():
            for voice, pick in self.past.picks(name, decision):
                alone.setdefault(voice.seat, {})[decision.id] = voice.at, pick
        for seat, answers in alone.items():
            yield OwnPlay(self.members[seat], one.play, self._before_the_reveal(one.play, answers))

    def _before_the_reveal(
        self, play: Play, answers: Mapping[str, tuple[str, Pick]]
    ) -> Mapping[str, tuple[str, Pick]]:
        if play.started is None or play.started.mode != "discussion":
            return answers
        until = {name: self.reveals.get((play.case.id, name)) for name in answers}
        return {name: (at, pick) for name, (at, pick) in answers.items() if at <= (until[name] or at)}

    @staticmethod
    def _judged(own: OwnPlay, part: CourseCase) -> JudgedPlay:
        picks = {name: pick for name, (_, pick) in own.answers.items()}
        play = replace(own.play, first=picks, picks=picks)
        result = score(part.case, play, part.key, attempt="first")
        return JudgedPlay(own.member, part.case.id, play, result, result)
