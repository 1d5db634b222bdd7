"""The page of a programme: how far somebody has come, what comes next and why, and all its steps."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from tornado import web

from release.workshop.lms_wire import ProgrammeAnswer, ProgrammeStepNote
from release.workshop.seats.seat import Seat
from release.workshop.web.app_page import CASE, PROGRAMME
from release.workshop.web.lobby import APP, WorkshopPage

PROGRAMME_PLACE = "/program"
LESSON_PLACE = "/pelajaran"
CODE = r"[A-Z0-9]{1,8}"


class SeatPage(WorkshopPage):
    """A page for whoever sits somewhere."""

    async def own_seat(self) -> Seat | None:
        """The seat of this browser, where it may open a page now; else it was told what to do.

        Whoever sits by the card of a course goes through that, whose table of forms is another.
        """
        seat = await self.seat()
        if seat is None or seat.trainee is not None:
            self.redirect("/")
            return None
        return seat if self.may_load(seat) else None

    async def programme(self, seat: Seat, code: str) -> ProgrammeAnswer:
        """How a programme stands for a seat. Raises HTTPError 404 where there is no such one."""
        answer = await self.context.seating.writer.ask(
            {"ask": "programme", "seat": seat.id, "programme": code, "language": self.language}
        )
        if answer["answer"] != "programme":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        return answer


class ProgrammeHandler(SeatPage):
    """The page of a programme."""

    async def get(self, code: str) -> None:
        """Show it as it stands for the seat of this browser."""
        seat = await self.own_seat()
        if seat is None:
            return
        programme = await self.programme(seat, code)
        steps, next_one = programme["steps"], programme["next"]
        waiting = [
            one for n, one in enumerate(steps) if one["state"] not in {"done", "left"} and n != next_one
        ]
        self.show(
            "programmes/programme.html",
            programme=programme,
            next=steps[next_one] if next_one is not None else None,
            waiting=waiting,
            done=[step for step in steps if step["state"] == "done"],
            left=[step for step in steps if step["state"] == "left"],
            place=lambda step: place_of(step, code),
            certificate=f"{PROGRAMME_PLACE}/{code}/sertifikat",
            here=f"program/{code}",
        )


class LeaveOutHandler(SeatPage):
    """The choice to leave a heavy case out of a programme, or to take it in again."""

    async def post(self, code: str, deed: str) -> None:
        """Keep it, and lead back to the programme. Raises HTTPError 404 for what may not be left out."""
        seat = await self.own_seat()
        if seat is None:
            return
        case, is_left = self.get_body_argument("case", ""), deed == "lewati"
        answer = await self.context.seating.writer.ask(
            {"ask": "leave_out", "seat": seat.id, "case": case, "is_left": is_left}
        )
        if answer["answer"] != "done":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.redirect(f"{PROGRAMME_PLACE}/{code}", status=HTTPStatus.SEE_OTHER)


def place_of(step: ProgrammeStepNote, code: str) -> str:
    """The page on which a step of a programme is done; "" for one that is closed."""
    back = urlencode({PROGRAMME: code})
    if step["state"] == "closed":
        return ""
    if step["kind"] == "lesson":
        return f"{LESSON_PLACE}/{step['id']}?{back}"
    return f"{APP}?{urlencode({CASE: step['case']})}&{back}"
