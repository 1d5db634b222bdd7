"""What the server is answered about learning management systems: registrations, activities, grades."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.course_place import CoursePlace
from release.lms.services.grade import Grade
from release.papers.words import PaperError
from release.workshop.lms_wire import (
    AskActivities,
    AskArrival,
    AskCertificate,
    AskDueGrades,
    AskGradeSent,
    AskInvited,
    AskLeaveOut,
    AskLesson,
    AskOpenTest,
    AskPlatforms,
    AskProgramme,
    AskRegister,
    AskVerifyPage,
    DueGrade,
)
from release.workshop.wire import Answer
from release.workshop.writer.database import keep_news
from release.workshop.writer.lms.arrival_store import ArrivalStore
from release.workshop.writer.lms.grade_keeper import GradeKeeper
from release.workshop.writer.lms.grade_store import GradeOnItsWay, GradePlan
from release.workshop.writer.lms.platform_store import PlatformStore
from release.workshop.writer.programmes.programme_keeper import ProgrammeKeeper
from scenarios.language import LANGUAGES, SOURCE

if TYPE_CHECKING:
    from release.workshop.writer.programmes.certifier import Certifier

RegistryRequest: TypeAlias = (
    AskPlatforms | AskInvited | AskRegister | AskArrival | AskDueGrades | AskGradeSent
)
ActivityRequest: TypeAlias = (
    AskActivities | AskProgramme | AskOpenTest | AskLesson | AskLeaveOut | AskCertificate | AskVerifyPage
)
LmsRequest: TypeAlias = RegistryRequest | ActivityRequest


@dataclass(frozen=True, slots=True)
class LmsRegistry:
    """Answers what the server asks. certifier: makes who certifies, None where nobody does."""

    platforms: PlatformStore
    arrivals: ArrivalStore
    grades: GradeKeeper
    certifier: Callable[[], Certifier] | None = None

    @property
    def programmes(self) -> ProgrammeKeeper:
        """The programmes of this workshop."""
        return self.grades.programmes

    def answer(self, request: LmsRequest) -> Answer:
        """The answer to one request. Raises DatabaseError."""
        match request["ask"]:
            case "platforms" | "invited" | "register" | "arrival" | "due_grades" | "grade_sent":
                return self._for_platform(request)
            case _:
                return self._for_learner(request)

    def _for_platform(self, request: RegistryRequest) -> Answer:
        match request["ask"]:
            case "platforms":
                rows = [one.model_dump(mode="json") for one in self.platforms.platforms()]
                return {"answer": "platforms", "platforms": rows}
            case "invited":
                return {"answer": "done" if self.platforms.is_invited(request["token"]) else "nobody"}
            case "register":
                return self._register(request)
            case "arrival":
                self._arrive(request)
            case "due_grades":
                due = self.grades.grades.due(spare=request["spare"])
                return {"answer": "due_grades", "grades": [_due(one) for one in due]}
            case "grade_sent":
                self._note(request)
        return {"answer": "done"}

    def _arrive(self, request: AskArrival) -> None:
        course, grade = CoursePlace.model_validate(request["course"]), request["grade"]
        seat, link, item = request["seat"], request["link"], request["item"]
        arrival = self.arrivals.news(seat, course, link, item)
        if grade is None:
            keep_news(self.arrivals.engine, arrival)
        else:
            where = (seat, course.platform, course.deployment, grade["subject"], link, item)
            self.grades.place(GradePlan(*where, grade["language"], grade["line_item"]), arrival)

    def _for_learner(self, request: ActivityRequest) -> Answer:
        match request["ask"]:
            case "activities":
                return self.programmes.activities(_language(request["language"]))
            case "programme":
                language = _language(request["language"])
                path = self.programmes.answer(request["seat"], request["programme"], language)
                return path if path is not None else {"answer": "nobody"}
            case "open_test":
                form = self.programmes.forms.open(request["seat"], request["test"], request["turn"])
                return {"answer": "current", "case": form}
            case "lesson":
                is_read = request["lesson"] in self.programmes.progress.lessons(request["seat"])
                return {"answer": "done" if is_read else "nobody"}
            case "lesson_read" | "leave_out":
                return self._note_deed(request)
            case "certificate" | "badge" | "verify_page":
                return self._paper(request)

    def _note_deed(self, request: AskLesson | AskLeaveOut) -> Answer:
        if request["ask"] != "leave_out":
            self.programmes.progress.note_read(request["seat"], request["lesson"])
            self.grades.note_read(request["seat"], request["lesson"])
            return {"answer": "done"}
        seat, case = request["seat"], request["case"]
        if not self.programmes.leave_out(seat, case, is_left=request["is_left"]):
            return {"answer": "nobody"}
        self.grades.note_left(seat, case)
        return {"answer": "done"}

    def _paper(self, request: AskCertificate | AskVerifyPage) -> Answer:
        if self.certifier is None:
            return {"answer": "nobody"}
        certifier = self.certifier()
        text: str | None
        try:
            if request["ask"] == "verify_page":
                text = certifier.verify_page()
            else:
                about = (request["seat"], request["programme"], request["name"])
                language = _language(request["language"])
                if request["ask"] == "badge":
                    text = certifier.badge(*about, language)
                else:
                    text = certifier.page(*about, language, request["address"])
        except PaperError as error:
            return {"answer": "unwritable", "reason": str(error)}
        return {"answer": "paper", "text": text} if text is not None else {"answer": "nobody"}

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


def _language(wanted: str) -> str:
    return wanted if wanted in LANGUAGES else SOURCE


def _due(one: GradeOnItsWay) -> DueGrade:
    return {
        "number": one.number,
        "platform": one.plan.platform,
        "subject": one.plan.subject,
        "line_item": one.plan.line_item,
        "grade": one.wanted.model_dump(mode="json") if one.wanted is not None else {},
        "at": one.at,
    }
