"""What the writer knows of teams: whose play a seat plays, and when a team may settle on an answer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from release.workshop.failure import WorkshopRefusedError
from release.workshop.seats.seat import team_code
from release.workshop.wire import Answer, AskAnswerAlone, AskJoinTeam, AskSettle
from release.workshop.writer.database import AlreadyThereError
from release.workshop.writer.teams.team import PlayVoices, Team, Voice
from release.workshop.writer.teams.team_store import (
    NewSettling,
    NewVoice,
    TeamNews,
    TeamStore,
    members_by_seat,
    pick_json,
)
from scenarios.case import Case
from scenarios.engine.event import Continued, Decided, Event, Mode, Skipped, Started
from scenarios.engine.play import Play
from scenarios.engine.team import TeamState, is_answered_alone
from scenarios.pick import RefusedError
from scenarios.sentence import sentences_of

TEXTS = Path(__file__).with_name("teams.yaml")
TEAM_MODES: tuple[Mode, ...] = ("practice", "discussion")
MOST_TEAMS = 500
_DRAWS = 40
_sentence = sentences_of(TEXTS)


@dataclass(slots=True)
class TeamKeeper:
    """The teams of the workshop that runs.

    size: how many may sit at one table, None where no team is made any more: those that are there play on;
    rests: whether everybody plays for themselves now, whatever table they sat at before;
    draw_code, new_id: of a new team.
    """

    store: TeamStore
    size: int | None = None
    rests: bool = False
    draw_code: Callable[[], str] = team_code
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    _teams: dict[str, Team] | None = None
    _of_seat: dict[str, str] = field(default_factory=dict)
    _voices: dict[str, PlayVoices] = field(default_factory=dict)

    def team(self, team_id: str) -> Team | None:
        """The team of that id. Raises DatabaseError."""
        return self._known().get(team_id)

    def of_seat(self, seat: str) -> Team | None:
        """The team that plays for that seat now. Raises DatabaseError."""
        teams = self._known()
        return None if self.rests else teams.get(self._of_seat.get(seat, ""))

    def player(self, seat: str) -> str:
        """The seat whose plays that seat plays: its team's, or its own. Raises DatabaseError."""
        team = self.of_seat(seat)
        return seat if team is None else team.id

    def voices(self, team: Team, play: Play) -> PlayVoices:
        """What was answered alone in a play of a team. Raises DatabaseError."""
        name = play.started.play if play.started else ""
        return self.voices_in(team.id, name, play.case) if name else PlayVoices()

    def voices_in(self, team: str, play: str, case: Case) -> PlayVoices:
        """What was answered alone in the play of that id, of a team. Raises DatabaseError."""
        if play not in self._voices:
            self._voices[play] = self.store.voices(team, play, case)
        return self._voices[play]

    def look_up(self) -> None:
        """Know no more than the database does: read it again at the next use."""
        self._teams = None
        self._of_seat.clear()
        self._voices.clear()

    # Playing

    def state(self, team: Team, play: Play, seat: str) -> TeamState:
        """How a team stands at `play`, as that member may know it. Raises DatabaseError."""
        decision = play.scene.decision if play.started and not play.ended else None
        voices = self.voices(team, play)
        alone = voices.in_decision(decision.id) if decision is not None else {}
        own = alone.get(seat)
        waits = is_answered_alone(decision) and not self.is_settling(team, play)
        return {
            "code": team.code,
            "members": len(team.members),
            "answered": sum(member in alone for member in team.members),
            "phase": "alone" if waits else "together",
            "has_answered": own is not None,
            "own": json.loads(pick_json(own.pick)) if own is not None and own.pick is not None else None,
        }

    def is_settling(self, team: Team, play: Play) -> bool:
        """Whether the team may answer the decision of the scene together. Raises DatabaseError."""
        decision = play.scene.decision
        return decision is None or self.voices(team, play).is_settling(decision.id, team.members)

    def takes(self, team: Team, play: Play, happened: Event) -> bool:
        """Whether the event may follow in a team's play at `play`.

        Nothing is decided before everybody has answered alone, and nobody pauses for the others. Raises
        DatabaseError.
        """
        if isinstance(happened, Decided | Skipped):
            return not is_answered_alone(play.scene.decision) or self.is_settling(team, play)
        return isinstance(happened, Started | Continued)

    def news(self, request: AskAnswerAlone | AskSettle, team: Team, seat: str, play: Play) -> TeamNews | None:
        """What a member's request is to bring to disk; None where it is there already.

        Raises RefusedError where it does not fit the scene, or was answered otherwise; DatabaseError.
        """
        decision, at = play.scene.decision, self.store.now()
        if play.started is None or decision is None or decision.id != request["decision"]:
            raise RefusedError("not_here", request["decision"])
        if not is_answered_alone(decision):
            raise RefusedError("not_here", decision.id)
        voices, name = self.voices(team, play), play.started.play
        if request["ask"] == "settle":
            is_there = decision.id in voices.settling
            return None if is_there else NewSettling(team.id, name, decision.id, at)
        pick = None if request["pick"] is None else decision.fitting(request["pick"])
        earlier = voices.in_decision(decision.id).get(seat)
        if earlier is not None and earlier.pick == pick:
            return None
        if earlier is not None or self.is_settling(team, play):
            raise RefusedError("not_here", decision.id)
        others = (member for member in team.members if member != seat)
        settles = all(member in voices.in_decision(decision.id) for member in others)
        return NewVoice(team.id, name, decision.id, seat, Voice(at, pick), settles)

    def note(self, news: TeamNews) -> None:
        """Know what is on disk already."""
        voices = self._voices.setdefault(news.play, PlayVoices())
        if isinstance(news, NewVoice):
            voices.voices.setdefault(news.decision, {})[news.seat] = news.voice
        if isinstance(news, NewSettling) or news.settles:
            voices.settling.add(news.decision)

    # Coming and going

    def make(self, seat: str) -> Answer:
        """Make a team with a first member; their own where they are in one. Raises DatabaseError."""
        if (team := self.of_seat(seat)) is not None:
            return team_answer(team)
        # Tables that everybody has left take nobody's: else one phone could use them all up.
        if self.size is None or sum(bool(one.members) for one in self._known().values()) >= MOST_TEAMS:
            return {"answer": "refused", "text": "In this workshop everybody plays alone."}
        for _ in range(_DRAWS):
            team = Team(self.new_id(), self.draw_code(), (seat,))
            try:
                self.store.make(team.id, team.code, seat)
            except AlreadyThereError:
                continue
            self._keep(team)
            return team_answer(team)
        return {"answer": "taken"}

    def by_code(self, code: str) -> Team | None:
        """The team with that code. Raises DatabaseError."""
        return next((one for one in self._known().values() if one.code == code), None)

    def join(self, request: AskJoinTeam, plays: Iterable[Play]) -> Answer:
        """Make a seat a member; of one team at a time. plays: the latest of the team in each case.

        Raises DatabaseError.
        """
        seat = request["seat"]
        own, team = self.of_seat(seat), self.by_code(request["code"])
        if team is None:
            return {"answer": "nobody"}
        if own is not None:
            return team_answer(own) if own.id == team.id else {"answer": "taken"}
        if len(team.members) >= (self.size or 0):
            return {"answer": "full_team"}
        settled = list(self._settled(team, plays))
        self.store.join(team.id, seat, settled)
        for news in settled:
            self.note(news)
        joined = replace(team, members=(*team.members, seat))
        self._keep(joined)
        return team_answer(joined)

    def leave(self, seat: str) -> Answer:
        """Let a seat be a member no more. Raises DatabaseError."""
        team = self.of_seat(seat)
        if team is not None:
            self.store.leave(seat)
            del self._of_seat[seat]
            self._keep(replace(team, members=tuple(one for one in team.members if one != seat)))
        return {"answer": "done"}

    def _settled(self, team: Team, plays: Iterable[Play]) -> Iterator[NewSettling]:
        # Where somebody has left, the others may settle since; a newcomer is not to throw them back.
        for play in plays:
            decision, voices = play.scene.decision, self.voices(team, play)
            if decision is None or not play.started or decision.id in voices.settling:
                continue
            if voices.is_settling(decision.id, team.members):
                yield NewSettling(team.id, play.started.play, decision.id, self.store.now())

    def _known(self) -> dict[str, Team]:
        if self._teams is None:
            self._teams = self.store.teams()
            self._of_seat = members_by_seat(self._teams)
        return self._teams

    def _keep(self, team: Team) -> None:
        self._known()[team.id] = team
        self._of_seat.update(dict.fromkeys(team.members, team.id))


def refuse_teams_in(mode: Mode, course: str = "") -> None:
    """Refuse tables where everybody answers for themselves. course: the one that is carried, "" for none.

    Raises WorkshopRefusedError.
    """
    if course:
        raise WorkshopRefusedError(_sentence("no_teams_in_course", course=course))
    if mode not in TEAM_MODES:
        raise WorkshopRefusedError(_sentence("no_teams_in", mode=mode))


def team_answer(team: Team) -> Answer:
    """A team, as the server is told of it."""
    return {"answer": "team", "team": team.id, "code": team.code, "members": len(team.members)}
