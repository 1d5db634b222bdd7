"""The page of a lesson: to read, and to say at its end that it was read."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from markupsafe import Markup
from tornado import web

from release.workshop.web.app_page import PROGRAMME
from release.workshop.web.programmes.programme_page import LESSON_PLACE, PROGRAMME_PLACE, SeatPage
from scenarios.lessons.lesson_files import NoSuchLessonError
from widgets.lesson_view import lesson_view
from widgets.messages import LessonView
from widgets.view import page_labels, sentence


class LessonHandler(SeatPage):
    """The page of a lesson."""

    async def get(self, competency: str) -> None:
        """Show it, with the way back to the programme from which its reader came."""
        lesson, seat = self._lesson(competency), await self.own_seat()
        if seat is None:
            return
        code = self._programme()
        answer = await self.context.seating.writer.ask(
            {"ask": "lesson", "seat": seat.id, "lesson": competency}
        )
        # The lab's own drawings, whose every text is escaped.
        drawings = [Markup(section["drawing"]) for section in lesson["sections"]]  # noqa: S704
        query = f"?{PROGRAMME}={code}" if code else ""
        self.show(
            "programmes/lesson.html",
            lesson=lesson,
            drawings=drawings,
            agreed=page_labels(self.language)["texts"]["agreed"],
            draft=sentence("ui_lesson_draft", self.language) if lesson["draft"] else "",
            is_read=answer["answer"] == "done",
            place=f"{LESSON_PLACE}/{competency}{query}",
            back=f"{PROGRAMME_PLACE}/{code}" if code else "",
            here=f"pelajaran/{competency}{query}",
        )

    async def post(self, competency: str) -> None:
        """Keep that it was read, as its reader says."""
        self._lesson(competency)
        seat = await self.own_seat()
        if seat is None:
            return
        code = self._programme()
        answer = await self.context.seating.writer.ask(
            {"ask": "lesson_read", "seat": seat.id, "lesson": competency}
        )
        if answer["answer"] != "done":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)  # the writer's log says why
        place = f"{PROGRAMME_PLACE}/{code}" if code else f"{LESSON_PLACE}/{competency}"
        self.redirect(place, status=HTTPStatus.SEE_OTHER)

    def _lesson(self, competency: str) -> LessonView:
        """The lesson in this browser's language. Raises HTTPError 404 where there is none."""
        try:
            return lesson_view(competency, self.language, datetime.now(UTC).date())
        except NoSuchLessonError:
            raise web.HTTPError(HTTPStatus.NOT_FOUND) from None

    def _programme(self) -> str:
        code = self.get_query_argument(PROGRAMME, "")
        return code if self.context.has_programme(code) else ""
