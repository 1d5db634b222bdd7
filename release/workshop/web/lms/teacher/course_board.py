"""The board of a course: how those decide who came from there. Never who, and nothing of fewer than five."""

from __future__ import annotations

from http import HTTPStatus

from tornado import web

from release.workshop.web.board import BOARD, Board
from release.workshop.web.board_view import Spoken
from release.workshop.web.lms.teacher.teacher_page import CLASS, TeacherPage
from release.workshop.wire import TallyAnswer
from scenarios.language import Language

COURSE_BOARD = "/papan"


class CourseBoardHandler(TeacherPage):
    """The board: all cases that anybody has begun, or one with its decisions. It shows itself anew."""

    async def get(self, course_id: str, named: str | None) -> None:
        """Show it as it stands. Raises HTTPError 404 where nobody of the course has begun that case."""
        case = named or ""
        entry = await self.teacher_of(course_id)
        course = entry.launch.course.model_dump()
        tally = await self.ask({"ask": "course_board", "course": course, "case": case or None})
        if tally["answer"] != "tally":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        board: Board = self.settings[BOARD]
        spoken = await board.spoken(self.language)
        here = f"{CLASS}/{course_id}{COURSE_BOARD}"
        begun = [
            (name, spoken.title(name), counts)
            for name, counts in tally["cases"].items()
            if counts["begun"] and name in spoken.cases
        ]
        if case and case not in {name for name, *_ in begun}:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        decisions = _decisions(spoken, case, tally)
        title = spoken.title(case) if case else ""
        values = {"course_id": course_id, "here": here, "case": case, "title": title}
        self.show("lms/course_board.html", begun=begun, decisions=decisions, **values)


class CourseBoardLanguageHandler(TeacherPage):
    """The language switch of the board."""

    def get(self, course_id: str, case: str, language: Language) -> None:
        """Remember the language, and lead back."""
        self.switch_language(language, f"{CLASS}/{course_id}{COURSE_BOARD}{case}")


def _decisions(spoken: Spoken, case: str, tally: TallyAnswer) -> list[object]:
    counts = tally["case"]
    if counts is None or case not in spoken.cases:
        return []
    story = spoken.cases[case].in_language(spoken.language).in_variant(counts["variant"])
    return [
        spoken.decision(story, decision, counts, None, with_key=True)
        for _, decision in story.decisions()
        if decision.is_scored
    ]
