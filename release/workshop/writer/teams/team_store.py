"""The teams of the workshop that runs, as its database keeps them.

A team and what belongs to it reach the disk in one transaction; what its members answer alone goes with the
events of the same turn (`plays.group_keeper`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from release.workshop.writer.database import reading, writing
from release.workshop.writer.tables import MEMBER, PLAY, SEAT, SETTLING, TEAM, VOICE
from release.workshop.writer.teams.team import PlayVoices, Team, Voice
from scenarios.case import Case
from scenarios.pick import Pick, RefusedError

_PLAY_NAMED = (PLAY.c.id == bindparam("play_id")) & (PLAY.c.seat == bindparam("team_id"))
_PLAY_NUMBER = select(PLAY.c.number).where(_PLAY_NAMED).scalar_subquery()
ADD_VOICE = insert(VOICE).values(play=_PLAY_NUMBER)
ADD_SETTLING = insert(SETTLING).values(play=_PLAY_NUMBER)
_PICK: TypeAdapter[object] = TypeAdapter(object)


@dataclass(frozen=True, slots=True)
class NewVoice:
    """What a member answered alone in a team's play, to be kept. settles: nobody is waited for after it."""

    team: str
    play: str
    decision: str
    seat: str
    voice: Voice
    settles: bool


@dataclass(frozen=True, slots=True)
class NewSettling:
    """That a team settles on a decision of its play, to be kept."""

    team: str
    play: str
    decision: str
    at: str


TeamNews: TypeAlias = NewVoice | NewSettling


@dataclass(frozen=True, slots=True)
class TeamStore:
    """The teams in the tables of one workshop. now: the moment, in the form of an event's ``at``."""

    engine: Engine
    workshop: int
    now: Callable[[], str]

    def teams(self) -> dict[str, Team]:
        """Every team of this workshop, by its id. Raises DatabaseError."""
        made = select(TEAM.c.seat, TEAM.c.code).where(TEAM.c.workshop == self.workshop)
        joined = select(MEMBER.c.team, MEMBER.c.seat).join(SEAT, SEAT.c.id == MEMBER.c.seat)
        seated = joined.where(MEMBER.c.workshop == self.workshop).order_by(SEAT.c.created, SEAT.c.id)
        with reading(self.engine) as connection:
            codes = {row.seat: row.code for row in connection.execute(made)}
            members: dict[str, list[str]] = {team: [] for team in codes}
            for row in connection.execute(seated):
                members[row.team].append(row.seat)
        return {team: Team(team, code, tuple(members[team])) for team, code in codes.items()}

    def make(self, team: str, code: str, first: str) -> None:
        """Keep a new team and its first member. Raises AlreadyThereError where the code is another's."""
        own = {"id": team, "workshop": self.workshop, "pseudonym": code, "created": self.now()}
        with writing(self.engine) as connection:
            # No resume code has such a hash: nobody ever sits in a team's own seat.
            connection.execute(insert(SEAT).values(**own, code=f"team {team}"))
            connection.execute(insert(TEAM).values(seat=team, workshop=self.workshop, code=code))
            self._join(connection, team, first)

    def join(self, team: str, seat: str, settled: Iterable[TeamNews] = ()) -> None:
        """Keep a new member. settled: what is to be on disk before they come. Raises DatabaseError."""
        with writing(self.engine) as connection:
            for news in settled:
                add_team_news(connection, news)
            self._join(connection, team, seat)

    def leave(self, seat: str) -> None:
        """Keep that a seat is a member of no team. Raises DatabaseError."""
        with writing(self.engine) as connection:
            connection.execute(delete(MEMBER).where(MEMBER.c.seat == seat))

    def voices(self, team: str, play: str, case: Case) -> PlayVoices:
        """What was answered alone in a play. What does not fit the case is left out. Raises DatabaseError."""
        with reading(self.engine) as connection:
            number = connection.execute(
                select(PLAY.c.number).where((PLAY.c.id == play) & (PLAY.c.seat == team))
            ).scalar()
            rows = connection.execute(select(VOICE).where(VOICE.c.play == number)).all()
            settling = connection.execute(select(SETTLING.c.decision).where(SETTLING.c.play == number))
            stored = PlayVoices(settling=set(settling.scalars()))
        for row in rows:
            try:
                voice = Voice(row.at, stored_pick(case, row.decision, row.pick))
            except RefusedError:
                continue
            stored.voices.setdefault(row.decision, {})[row.seat] = voice
        return stored

    def _join(self, connection: Connection, team: str, seat: str) -> None:
        connection.execute(insert(MEMBER).values(seat=seat, workshop=self.workshop, team=team))


def add_team_news(connection: Connection, news: TeamNews) -> None:
    """Write what was answered alone, or that a team settles."""
    named = {"team_id": news.team, "play_id": news.play, "decision": news.decision}
    if isinstance(news, NewSettling):
        connection.execute(ADD_SETTLING, {**named, "at": news.at})
        return
    voice = news.voice
    written = {
        "seat": news.seat,
        "at": voice.at,
        "pick": None if voice.pick is None else pick_json(voice.pick),
    }
    connection.execute(ADD_VOICE, {**named, **written})
    if news.settles:
        connection.execute(ADD_SETTLING, {**named, "at": voice.at})


def pick_json(pick: Pick) -> str:
    """A pick as the database holds it."""
    return _PICK.dump_json(pick).decode()


def stored_pick(case: Case, decision_id: str, written: str | None) -> Pick | None:
    """The pick that stands in the database, None for a skip. Raises RefusedError where it does not fit."""
    decision = case.decision(decision_id)
    if decision is None:
        raise RefusedError("not_here", decision_id)
    return None if written is None else decision.fitting(json.loads(written))


def members_by_seat(teams: Mapping[str, Team]) -> dict[str, str]:
    """The team of each member, by their seat."""
    return {seat: team.id for team in teams.values() for seat in team.members}
