"""What the server is answered about learning management systems: registrations, and grades on their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import Grade
from release.workshop.lms_wire import (
    AskDueGrades,
    AskGradePlace,
    AskGradeSent,
    AskInvited,
    AskPlatforms,
    AskRegister,
    DueGrade,
)
from release.workshop.wire import Answer
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.lms.grade_store import GradeOnItsWay, GradePlan
from release.workshop.writer.lms.platform_store import PlatformStore

RegistryRequest: TypeAlias = (
    AskPlatforms | AskInvited | AskRegister | AskGradePlace | AskDueGrades | AskGradeSent
)


@dataclass(frozen=True, slots=True)
class LmsRegistry:
    """Answers what the server asks."""

    platforms: PlatformStore
    grades: GradeKeeper

    def answer(self, request: RegistryRequest) -> Answer:
        """The answer to one request. Raises DatabaseError."""
        match request["ask"]:
            case "platforms":
                rows = [one.model_dump(mode="json") for one in self.platforms.platforms()]
                return {"answer": "platforms", "platforms": rows}
            case "invited":
                return {"answer": "done" if self.platforms.is_invited(request["token"]) else "nobody"}
            case "register":
                return self._register(request)
            case "grade_place":
                self.grades.place(_plan(request))
            case "due_grades":
                due = self.grades.grades.due(spare=request["spare"])
                return {"answer": "due_grades", "grades": [_due(one) for one in due]}
            case "grade_sent":
                self._note(request)
        return {"answer": "done"}

    def _register(self, request: AskRegister) -> Answer:
        try:
            self.platforms.register(Platform.model_validate(request["platform"]), request["token"])
        except LtiRefusedError as error:
            return {"answer": "lti_refused", "reason": error.reason}
        return {"answer": "done"}

    def _note(self, request: AskGradeSent) -> None:
        if request["trouble"]:
            self.grades.grades.note_trouble(request["number"], request["trouble"])
        else:
            self.grades.grades.note_sent(request["number"], Grade.model_validate(request["grade"]))


def _plan(request: AskGradePlace) -> GradePlan:
    return GradePlan(**{name: value for name, value in request.items() if name != "ask"})  # type: ignore[arg-type]


def _due(one: GradeOnItsWay) -> DueGrade:
    return {
        "number": one.number,
        "platform": one.plan.platform,
        "subject": one.plan.subject,
        "line_item": one.plan.line_item,
        "grade": one.wanted.model_dump(mode="json") if one.wanted is not None else {},
        "at": one.at,
    }
