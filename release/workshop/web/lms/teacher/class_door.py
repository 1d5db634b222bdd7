"""A teacher's page: how far her course is, what was sent, who takes part, and a seat for herself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from tornado import web

from release.lms.login import browser_hash
from release.lms.refusal import LtiRefusedError
from release.lms.services.roster import RosterMember
from release.workshop.hall.once import CODE_SECONDS
from release.workshop.lms_wire import ClassAnswer, LearnerStanding
from release.workshop.seats.cookie import keep_cookie
from release.workshop.web.board import BOARD, Board
from release.workshop.web.lms.activities import asked_offers
from release.workshop.web.lms.class_papers import PaperFailedError, PaperKind
from release.workshop.web.lms.lms_context import LmsEntry
from release.workshop.web.lms.login_door import ENTRY, login_cookie
from release.workshop.web.lms.services.roster_reader import RosterReader
from release.workshop.web.lms.teacher.class_view import ClassView
from release.workshop.web.lms.teacher.course_board import (
    COURSE_BOARD,
    CourseBoardHandler,
    CourseBoardLanguageHandler,
)
from release.workshop.web.lms.teacher.reflection_door import (
    REFLECTIONS,
    ReflectionHandler,
    ReflectionLanguageHandler,
    ReflectionListHandler,
)
from release.workshop.web.lms.teacher.teacher_page import CLASS, TeacherPage, class_cookie
from release.workshop.web.page import LANGUAGE_ROUTE
from scenarios.language import Language
from scenarios.sentence import in_language

# How many the writer is asked about at once: an answer is a line, which has its length.
SEATS_AT_ONCE = 200
# The papers, by the word in their address.
PAPERS: Mapping[str, PaperKind] = {"laporan": "report", "keputusan": "decisions"}


class ClassPage(TeacherPage):
    """What the pages of one course share."""

    async def view(self) -> ClassView:
        """What makes the data of a page, in the teacher's language."""
        board: Board = self.settings[BOARD]
        texts = self.templates.texts
        offers = await asked_offers(self.lms.writer, self.context, await board.spoken(self.language), texts)
        titles = {str(one.item): one.title for kind in offers.values() for one in kind}
        return ClassView({**titles, "": texts["lms_everything"][self.language]}, self.language)

    async def class_counts(self, entry: LmsEntry) -> ClassAnswer:
        """How far the course is. Raises HTTPError 503 where the writer does not say."""
        answer = await self.ask({"ask": "class", "course": entry.launch.course.model_dump()})
        if answer["answer"] != "class":
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        return answer


class ClassHandler(ClassPage):
    """The first page of a course."""

    async def get(self, course_id: str) -> None:
        """Show it."""
        entry = await self.teacher_of(course_id)
        counts, view = await self.class_counts(entry), await self.view()
        self.show(
            "lms/class.html",
            course_id=course_id,
            people=counts["people"],
            activities=view.activities(counts["items"]),
            sent=view.sent(counts),
            reflections=counts["reflections"],
            has_roster=bool(self.lms.roster and entry.launch.roster),
            is_closed=await self._is_closed(),
            is_unsure=bool(self.get_query_argument("ragu", "")),
            is_asked=bool(self.get_query_argument("kirim", "")),
        )

    async def _is_closed(self) -> bool:
        workshop = await self.ask({"ask": "workshop"})
        return workshop["answer"] == "workshop" and workshop["closed"] is not None


class ClassDeedHandler(ClassPage):
    """Its buttons."""

    async def post(self, course_id: str, deed: str) -> None:
        """Do what one says."""
        entry = await self.teacher_of(course_id)
        if deed == "kirim":
            await self.ask({"ask": "send_again", "course": entry.launch.course.model_dump()})
            self.redirect(f"{CLASS}/{course_id}?kirim=1", status=HTTPStatus.SEE_OTHER)
        elif deed == "main":
            await self._play(entry)
        elif deed == "hapus":
            await self._forget(entry, course_id)
        else:
            await self.lms.classes.take(self.get_cookie(class_cookie(entry.launch.course)) or "")
            keep_cookie(self, class_cookie(entry.launch.course), "", seconds=0)
            self.show("lms/closed.html")

    async def _forget(self, entry: LmsEntry, course_id: str) -> None:
        """Delete what is kept of the course, once its teacher is sure."""
        is_sure = self.get_body_argument("sure", "") == course_id
        if is_sure:
            course = entry.launch.course.model_dump()
            answer = await self.ask({"ask": "forget_class", "course": course})
            if answer["answer"] == "forgotten":
                self.context.seating.forget(answer["seats"])
        place = f"{CLASS}/{course_id}" if is_sure else f"{CLASS}/{course_id}?ragu=1#h-hapus"
        self.redirect(place, status=HTTPStatus.SEE_OTHER)

    async def _play(self, entry: LmsEntry) -> None:
        """Lead a teacher to a seat of her own, by the entry that learners come by; no grade goes anywhere."""
        secret = secrets.token_urlsafe(24)
        cookie = login_cookie(secrets.token_urlsafe(12))
        login = replace(entry.login, browser=browser_hash(secret))
        code = await self.lms.entries.put(replace(entry, login=login, cookie=cookie, plays=True))
        keep_cookie(self, cookie, secret, seconds=int(CODE_SECONDS["login"]))
        self.redirect(f"{ENTRY}/{code}", status=HTTPStatus.SEE_OTHER)


ROSTER = "/peserta"


class RosterHandler(ClassPage):
    """Who takes part in the course, and how far each is; where whoever runs the lab asked for it."""

    async def get(self, course_id: str) -> None:
        """Read the roster from the platform now, and show it; none of it is kept. Raises HTTPError 404."""
        entry, choice = await self.teacher_of(course_id), self.lms.roster
        if choice is None or not entry.launch.roster:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        members: list[RosterMember] = []
        wrong = ""
        try:
            reader = RosterReader(self.lms.fetch, self.lms.tokens, local=self.lms.local)
            members += await reader.read(entry.login.platform, entry.launch.roster, choice)
        except LtiRefusedError as error:
            wrong = in_language(error.args[0], self.language)
        counts, view = await self.class_counts(entry), await self.view()
        items = [one["item"] for one in counts["items"]]
        standings = await self._standings(entry, members)
        learners = view.learners(members, items, standings, lambda one: self._seat_of(entry, one))
        self.show("lms/roster.html", course_id=course_id, learners=learners, wrong=wrong, choice=choice)

    def _seat_of(self, entry: LmsEntry, member: RosterMember) -> str:
        maker = self.context.seating.maker
        return maker.learner_seat(self.lms.workshop, entry.launch.issuer, member.subject)

    async def _standings(
        self, entry: LmsEntry, members: list[RosterMember]
    ) -> dict[str, list[LearnerStanding]]:
        standings: dict[str, list[LearnerStanding]] = {}
        course, seats = entry.launch.course.model_dump(), [self._seat_of(entry, one) for one in members]
        for first in range(0, len(seats), SEATS_AT_ONCE):
            some = seats[first : first + SEATS_AT_ONCE]
            answer = await self.ask({"ask": "learners", "course": course, "seats": some})
            standings |= answer["standings"] if answer["answer"] == "learners" else {}
        return standings


class PaperHandler(ClassPage):
    """The report of the course as it stands, and, once the workshop is closed, its decisions."""

    async def get(self, course_id: str, word: str) -> None:
        """Have it made now, and send it; say so where too few have played. Raises HTTPError 503."""
        entry, papers = await self.teacher_of(course_id), self.lms.papers
        kind = PAPERS[word]
        try:
            paper = await papers.made(kind, entry.launch.course, self.language) if papers else None
        except PaperFailedError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None
        if paper is None:
            self.show("lms/too_few.html", course_id=course_id)
            return
        if kind == "report":
            policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
            self.set_header("Content-Security-Policy", policy)
        else:
            self.set_header("Content-Type", "application/zip")
            self.set_header("Content-Disposition", 'attachment; filename="keputusan.zip"')
        self.finish(paper)


class ClassLanguageHandler(TeacherPage):
    """The language switch of a course's first page, and of its roster."""

    def get(self, course_id: str, page: str, language: Language) -> None:
        """Remember the language, and lead back."""
        self.switch_language(language, f"{CLASS}/{course_id}{page}")


_COURSE = rf"{CLASS}/([0-9a-f]{{20}})"
_REF = r"([0-9a-f]{20})"
_CASE = r"([a-z0-9-]{1,40})"
CLASS_ROUTES = [
    (_COURSE, ClassHandler),
    (rf"{_COURSE}/(kirim|main|hapus|keluar)", ClassDeedHandler),
    (f"{_COURSE}{ROSTER}", RosterHandler),
    (rf"{_COURSE}{COURSE_BOARD}(?:/{_CASE})?", CourseBoardHandler),
    (rf"{_COURSE}{COURSE_BOARD}(|/{_CASE[1:-1]}){LANGUAGE_ROUTE}", CourseBoardLanguageHandler),
    (rf"{_COURSE}{REFLECTIONS}", ReflectionListHandler),
    (rf"{_COURSE}{REFLECTIONS}/{_REF}", ReflectionHandler),
    (rf"{_COURSE}{REFLECTIONS}(|/{_REF[1:-1]}){LANGUAGE_ROUTE}", ReflectionLanguageHandler),
    (rf"{_COURSE}/({'|'.join(PAPERS)})", PaperHandler),
    (rf"{_COURSE}(|{ROSTER}){LANGUAGE_ROUTE}", ClassLanguageHandler),
]
