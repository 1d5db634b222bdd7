"""The teams of any workshop in a database: for its report and its export, beside the writer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from release.workshop.writer.tables import MEMBER, PLAY, SEAT, TEAM, VOICE
from release.workshop.writer.workshops import WorkshopSummary, opened


@dataclass(frozen=True, slots=True)
class PastTeam:
    """A team, by the random id of its own seat. members: the seats of those who are in it."""

    id: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class PastVoice:
    """What one seat answered alone in a decision of a team's play, as JSON. Skips are left out.

    at: when, in the form of an event's ``at``.
    """

    play: str
    decision: str
    seat: str
    pick: str
    at: str


def teams_of(url: str, workshop: WorkshopSummary) -> tuple[PastTeam, ...]:
    """The teams of a workshop, in the order of their random ids. Raises DatabaseError."""
    made = select(TEAM.c.seat).where(TEAM.c.workshop == workshop.number).order_by(TEAM.c.seat)
    seated = select(MEMBER.c.team, MEMBER.c.seat).where(MEMBER.c.workshop == workshop.number)
    with opened(url) as engine, engine.connect() as connection:
        members: dict[str, set[str]] = {team: set() for team in connection.execute(made).scalars()}
        for row in connection.execute(seated):
            members[row.team].add(row.seat)
    return tuple(PastTeam(team, frozenset(seats)) for team, seats in members.items())


def voices_of(url: str, workshop: WorkshopSummary) -> tuple[PastVoice, ...]:
    """What was answered alone in a workshop, by play, decision and seat. Raises DatabaseError."""
    columns = select(PLAY.c.id, VOICE.c.decision, VOICE.c.seat, VOICE.c.pick, VOICE.c.at)
    joined = columns.join(PLAY, PLAY.c.number == VOICE.c.play).join(SEAT, SEAT.c.id == PLAY.c.seat)
    here = (SEAT.c.workshop == workshop.number) & VOICE.c.pick.is_not(None)
    query = joined.where(here).order_by(PLAY.c.number, VOICE.c.decision, VOICE.c.seat)
    with opened(url) as engine, engine.connect() as connection:
        return tuple(PastVoice(*row) for row in connection.execute(query))
