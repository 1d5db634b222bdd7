"""What the teachers of a course are told of those who came from it: how far they are, what was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from release.lms.services.course_place import CoursePlace
from release.workshop.lms_wire import (
    AskClass,
    AskLearners,
    ClassAnswer,
    ClassItem,
    HowFar,
    LearnersAnswer,
    LearnerStanding,
)
from release.workshop.wire import Answer
from release.workshop.writer.lms.arrival_store import Arrival, ArrivalStore
from release.workshop.writer.lms.grade_store import GradeStore
from release.workshop.writer.lms.reflection_keeper import ReflectionKeeper
from release.workshop.writer.tally import Attempt

ClassRequest: TypeAlias = AskClass | AskLearners
_FAR: tuple[HowFar, ...] = ("come", "begun", "done")


@dataclass(frozen=True, slots=True)
class ClassKeeper:
    """Answers for one course at a time. Each raises DatabaseError.

    attempts: of the seats in a case; left: is told the seats that were deleted; reflections: for its
    teachers to read, None where there are none.
    """

    arrivals: ArrivalStore
    grades: GradeStore
    attempts: Callable[[str], Mapping[str, Attempt]]
    left: Callable[[Collection[str]], None]
    reflections: ReflectionKeeper | None = None

    def answer(self, request: ClassRequest) -> Answer:
        """The answer to one request of the server's."""
        course = CoursePlace.model_validate(request["course"])
        match request["ask"]:
            case "class":
                return self.counts(course)
            case "learners":
                return self.learners(course, set(request["seats"]))
            case "forget_class":
                if self.reflections is not None:
                    self.reflections.store.forget(course.id)
                seats = self.arrivals.forget(course)
                self.left(seats)
                return {"answer": "forgotten", "seats": seats}
            case "send_again":
                self.grades.try_now(self.waiting(course))
        return {"answer": "done"}

    def counts(self, course: CoursePlace) -> ClassAnswer:
        """Counts alone, without anybody."""
        arrivals = self.arrivals.of(course)
        graded = [one for one in arrivals if one.wanted is not None]
        waiting = [one for one in graded if one.waits]
        return {
            "answer": "class",
            "people": len({one.seat for one in arrivals}),
            "items": [self._item(item, ours) for item, ours in _by_item(arrivals).items()],
            "sent": len(graded) - len(waiting),
            "waiting": sum(not one.trouble for one in waiting),
            "troubles": dict(Counter(one.trouble for one in waiting if one.trouble)),
            "reflections": self.reflections.counts(course) if self.reflections is not None else None,
        }

    def learners(self, course: CoursePlace, seats: Collection[str]) -> LearnersAnswer:
        """How far each of `seats` is who came from the course; whoever did not is left out."""
        standings: dict[str, list[LearnerStanding]] = {}
        for one in self.arrivals.of(course):
            if one.seat in seats:
                standing: LearnerStanding = {
                    "item": one.item,
                    "far": self._far(one),
                    "score": one.sent.score if one.sent is not None else None,
                    "is_sent": one.sent is not None and not one.waits,
                    "trouble": one.trouble if one.waits else "",
                }
                standings.setdefault(one.seat, []).append(standing)
        return {"answer": "learners", "standings": standings}

    def waiting(self, course: CoursePlace) -> list[int]:
        """The numbers of the grades that the platform does not have yet."""
        return [one.grade for one in self.arrivals.of(course) if one.grade is not None and one.waits]

    def _item(self, item: str, arrivals: Sequence[Arrival]) -> ClassItem:
        furthest: dict[str, int] = {}
        for one in arrivals:
            furthest[one.seat] = max(furthest.get(one.seat, 0), _FAR.index(self._far(one)))
        come, begun, done = (sum(far >= least for far in furthest.values()) for least in range(3))
        return {"item": item, "come": come, "begun": begun, "done": done}

    def _far(self, one: Arrival) -> HowFar:
        # A play without a figure stays begun, as in the grade: who skipped everything is told to nobody.
        if one.wanted is not None:
            return "done" if one.wanted.progress == "Completed" else "begun"
        case = one.item.partition(":")[2]
        attempt = self.attempts(case).get(one.seat) if one.grade is None else None
        return "come" if attempt is None else "done" if attempt.finished else "begun"


def _by_item(arrivals: Iterable[Arrival]) -> Mapping[str, list[Arrival]]:
    items: dict[str, list[Arrival]] = {}
    for one in arrivals:
        items.setdefault(one.item, []).append(one)
    return items
