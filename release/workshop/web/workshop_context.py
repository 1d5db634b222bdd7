"""The workshop as its pages see it: its seats, its door, who is in the room, how often what may be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.workshop.carried_course import CarriedCourse
from release.workshop.hall.hall_access import HallAccess
from release.workshop.lms_wire import ActivitiesAnswer
from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.seats.door import Door
from release.workshop.seats.seat_limits import SeatLimits
from release.workshop.seats.seating import Seating
from release.workshop.seats.teams import Teams

CONTEXT = "kasuslab_context"


def no_activities() -> ActivitiesAnswer:
    """Neither programmes nor tests."""
    return {"answer": "activities", "programmes": [], "tests": []}


@dataclass(frozen=True, slots=True)
class WorkshopContext:
    """The workshop as its pages see it.

    door: its code; hall: who is in the room, who waits, and how often what may be tried; pass_of: makes the
    pass of a seat; course: the one that it carries, or None; public: where a browser reaches the server;
    cases: the ids of those that are played; activities: the programmes and tests that a learning management
    system may lead to; limits: what one seat may ask of this server.
    """

    seating: Seating
    teams: Teams
    door: Door
    hall: HallAccess
    pass_of: Callable[[str], str]
    course: CarriedCourse | None = None
    public: PublicAddress = NOWHERE_ELSE
    cases: tuple[str, ...] = ()
    activities: ActivitiesAnswer = field(default_factory=no_activities)
    limits: SeatLimits = field(default_factory=SeatLimits)

    def has_programme(self, code: str) -> bool:
        """Whether that programme can be gone through here."""
        return any(one["code"] == code for one in self.activities["programmes"])

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of all tests."""
        return tuple(form for test in self.activities["tests"] for form in test["forms"])
