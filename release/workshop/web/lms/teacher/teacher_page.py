"""What a teacher's pages share: a platform led her here as one, and she is shown that one course."""

from __future__ import annotations

from http import HTTPStatus

from tornado import web

from release.lms.refusal import LtiRefusedError
from release.lms.services.course_place import CoursePlace
from release.workshop.hall.once import CODE_SECONDS
from release.workshop.seats.cookie import keep_cookie
from release.workshop.web.lms.lms_context import LmsEntry
from release.workshop.web.lms.lms_page import LmsPage
from release.workshop.wire import Answer, Request

CLASS = "/lms/kelas"


def class_cookie(course: CoursePlace) -> str:
    """The name of the cookie of one course: a teacher of two has both open in one browser."""
    return f"kasuslab_kelas_{course.id}"


class TeacherPage(LmsPage):
    """A page about one course, for whoever was launched from there as its teacher.

    The address names the course, and the cookie proves it: neither leads to another one.
    """

    def prepare(self) -> None:
        """Hold up whoever asks too often; take forms of our own pages alone. Raises ForeignPageError."""
        super().prepare()
        if self.request.method == "POST" and not self._finished:
            self.take_own_alone()

    async def give_class(self, entry: LmsEntry) -> None:
        """Let this browser see the course that somebody teaches, for some hours."""
        code = await self.lms.classes.put(entry)
        keep_cookie(self, class_cookie(entry.launch.course), code, seconds=int(CODE_SECONDS["class"]))

    async def class_of(self, course: CoursePlace) -> LmsEntry | None:
        """Who teaches that course in this browser; None where nobody was led here as a teacher."""
        entry = await self.lms.classes.look(self.get_cookie(class_cookie(course)) or "")
        return entry if entry is not None and entry.launch.course == course else None

    async def teacher_of(self, course_id: str) -> LmsEntry:
        """Who teaches the course that an address names. Raises LtiRefusedError for everybody else."""
        entry = await self.lms.classes.look(self.get_cookie(f"kasuslab_kelas_{course_id}") or "")
        if entry is None or entry.launch.course.id != course_id:
            raise LtiRefusedError("no_class")
        self.speak(entry.launch.language)
        return entry

    async def ask(self, request: Request) -> Answer:
        """What the writer says of a course. Raises HTTPError 503 where it cannot."""
        answer = await self.lms.writer.ask(request)
        if answer["answer"] in {"stranger", "refused", "unwritable"}:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        return answer
