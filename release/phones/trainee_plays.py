"""The plays of trainees, of all workshops of a database, each with why it cannot be believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from release.phones.words import phone_sentence
from release.workshop.writer.database import DatabaseError, has_tables, was_never_made
from release.workshop.writer.store import checked_play
from release.workshop.writer.tables import EVENT, PLAY, SEAT, WORKSHOP
from release.workshop.writer.workshops import SeatPlay, opened
from scenarios.engine.event import Started


@dataclass(frozen=True, slots=True)
class TraineePlay:
    """A play of a trainee's seat. fault: why its events are none that can be believed, "" where they can."""

    play: SeatPlay
    fault: str = ""


def trainee_plays(url: str) -> tuple[TraineePlay, ...]:
    """Every play of a trainee's seat, of all workshops, in the order in which they were begun.

    Raises DatabaseError.
    """
    if was_never_made(url):
        return ()
    plays = select(PLAY.c.number, PLAY.c.id, PLAY.c.seat, PLAY.c.case_id, PLAY.c.version).join(SEAT)
    query = plays.where(SEAT.c.trainee.is_not(None)).order_by(PLAY.c.number)
    events = select(EVENT.c.play, EVENT.c.body, EVENT.c.chain).join(PLAY, PLAY.c.number == EVENT.c.play)
    rows = events.join(SEAT)
    bodies: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    with opened(url) as engine, engine.connect() as connection:
        if not has_tables(engine):
            return ()
        for row in connection.execute(rows.where(SEAT.c.trainee.is_not(None)).order_by(EVENT.c.n)):
            bodies[row.play].append((row.body, row.chain))
        return tuple(
            _trainee_play(play.id, SeatPlay(play.seat, play.case_id, play.version, ()), bodies[play.number])
            for play in connection.execute(query)
        )


def seats_by_workshop(url: str) -> Mapping[str, frozenset[str]]:
    """The ids of the trainees' seats in each workshop that carries a course, by the workshop's name.

    A seat stands in the workshop that carried its course last. Raises DatabaseError.
    """
    if was_never_made(url):
        return {}
    query = select(WORKSHOP.c.name, SEAT.c.id).join(SEAT, SEAT.c.workshop == WORKSHOP.c.number)
    seats: defaultdict[str, set[str]] = defaultdict(set)
    with opened(url) as engine, engine.connect() as connection:
        if not has_tables(engine):
            return {}
        for row in connection.execute(query.where(SEAT.c.trainee.is_not(None))):
            seats[row.name].add(row.id)
    return {name: frozenset(ids) for name, ids in seats.items()}


def _trainee_play(play_id: str, play: SeatPlay, rows: Sequence[tuple[str, str]]) -> TraineePlay:
    try:
        events = checked_play(play_id, rows).events
    except DatabaseError as error:
        return TraineePlay(play, fault=error.reason)
    first = events[0] if events else None
    if not isinstance(first, Started) or (first.play, first.case) != (play_id, play.case):
        return TraineePlay(play, fault=phone_sentence("play_of_another", play=play_id, case=play.case))
    return TraineePlay(replace(play, events=events))
