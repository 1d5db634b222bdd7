"""The workshop as its pages see it: its seats, its door, who is in the room, how often what may be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.workshop.carried_course import CarriedCourse
from release.workshop.lms_wire import ActivitiesAnswer
from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.seats.door import Door
from release.workshop.seats.seat_limits import SeatLimits
from release.workshop.seats.seating import Seating
from release.workshop.seats.teams import Teams
from release.workshop.seats.throttle import Rate, Throttle
from release.workshop.seats.waiting import WaitingLine

CONTEXT = "kasuslab_context"


@dataclass(frozen=True, slots=True)
class Throttles:
    """How often a seat or a table may be taken, and how often a resume code and the workshop's code be wrong.

    A room of 300 phones behind one address gets in at once, and a hundred may mistype. Shares among them, all
    addresses together make 240 tries a minute at most in the long run: of the workshop's codes, 19 to the
    power of 6, half are tried in two months; of the resume codes, 32 to the power of 8, in many a lifetime.
    A table is made, joined and left by seats, of which a thousand may do so at once.
    """

    joins: Throttle = field(
        default_factory=lambda: Throttle(Rate(600, 120), Rate(1200, 240), what="a new seat")
    )
    resumes: Throttle = field(
        default_factory=lambda: Throttle(Rate(100, 20), Rate(2000, 120), what="a resume code")
    )
    codes: Throttle = field(
        default_factory=lambda: Throttle(Rate(100, 10), Rate(2000, 120), what="the workshop's code")
    )
    tables: Throttle = field(
        default_factory=lambda: Throttle(Rate(20, 6), Rate(1200, 240), counted_by=str, what="a table")
    )
    seat: SeatLimits = field(default_factory=SeatLimits)

    @property
    def refusals(self) -> int:
        """How often somebody was held up since the start, or since the last `lift`."""
        return sum(throttle.refusals for throttle in self._all)

    def lift(self) -> None:
        """Hold nobody up any more."""
        for throttle in self._all:
            throttle.lift()

    @property
    def _all(self) -> tuple[Throttle, ...]:
        return self.joins, self.resumes, self.codes, self.tables


def no_activities() -> ActivitiesAnswer:
    """Neither programmes nor tests."""
    return {"answer": "activities", "programmes": [], "tests": []}


@dataclass(frozen=True, slots=True)
class WorkshopContext:
    """The workshop as its pages see it.

    door: its code; queue: who is in the room and who waits; pass_of: makes the pass of a seat; course: the
    one that it carries, or None; public: where a browser reaches the server; cases: the ids of those that are
    played; activities: the programmes and tests that a learning management system may lead to.
    """

    seating: Seating
    teams: Teams
    door: Door
    queue: WaitingLine
    pass_of: Callable[[str], str]
    course: CarriedCourse | None = None
    public: PublicAddress = NOWHERE_ELSE
    cases: tuple[str, ...] = ()
    activities: ActivitiesAnswer = field(default_factory=no_activities)
    throttles: Throttles = field(default_factory=Throttles)

    def has_programme(self, code: str) -> bool:
        """Whether that programme can be gone through here."""
        return any(one["code"] == code for one in self.activities["programmes"])

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of all tests."""
        return tuple(form for test in self.activities["tests"] for form in test["forms"])
