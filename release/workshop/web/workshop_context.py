"""The workshop as its pages see it: its seats, its door, who is in the room, how often what may be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.workshop.seats.door import Door
from release.workshop.seats.seat_limits import SeatLimits
from release.workshop.seats.seating import Seating
from release.workshop.seats.teams import Teams
from release.workshop.seats.throttle import Rate, Throttle
from release.workshop.seats.waiting import WaitingLine

CONTEXT = "kasuslab_context"


@dataclass(frozen=True, slots=True)
class Throttles:
    """How often a seat may be taken, and how often a resume code and the workshop's code be wrong.

    A room of 300 phones behind one address gets in at once, and seventy may mistype. Of the resume
    codes, 32 to the power of 8, nobody guesses one of some hundreds with thirty tries a minute.
    """

    joins: Throttle = field(default_factory=lambda: Throttle(Rate(600, 120), Rate(1200, 240)))
    resumes: Throttle = field(default_factory=lambda: Throttle(Rate(100, 20), Rate(200, 30)))
    codes: Throttle = field(default_factory=lambda: Throttle(Rate(100, 10), Rate(200, 20)))
    seat: SeatLimits = field(default_factory=SeatLimits)


@dataclass(frozen=True, slots=True)
class WorkshopContext:
    """The workshop as its pages see it.

    door: its code; queue: who is in the room and who waits; pass_of: makes the pass of a seat; team_size: how
    many may sit at one table, None where everybody plays alone.
    """

    seating: Seating
    door: Door
    queue: WaitingLine
    pass_of: Callable[[str], str]
    throttles: Throttles = field(default_factory=Throttles)
    team_size: int | None = None

    @property
    def teams(self) -> Teams:
        """The teams of the workshop."""
        return Teams(self.seating.writer, self.team_size)
