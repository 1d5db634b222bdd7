"""The lobby: what this is, a seat for whoever stays, and the way back for whoever has a resume code."""

from __future__ import annotations

import json
import re
import secrets
from http import HTTPStatus

from tornado import web

from release.workshop.hall_wire import Tried
from release.workshop.log import RareWarning
from release.workshop.seats.join_form import MOST_SIGNS, UNSAID, JoinForm
from release.workshop.seats.seat import Seat
from release.workshop.seats.seating import PseudonymTakenError, SeatsUnavailableError
from release.workshop.seats.throttle import network_of
from release.workshop.web.headers import frame_ancestors
from release.workshop.web.page import PageHandler
from release.workshop.web.workshop_context import CONTEXT, WorkshopContext
from release.workshop.writer_line import WriterSilentError
from scenarios.directory.sectors import load_sectors
from scenarios.engine.record import WorkshopEndedError
from scenarios.language import Language

APP = "/kasus"
FEEDBACK_ROUTE = r"/umpan-balik/([a-z0-9-]{1,80})"
FEEDBACK_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
)
NO_FORM = JoinForm()
_CUT = (
    "Something was asked for that does not stand below %s. Where it is always so, the proxy cuts the path: "
    "let it hand the path on as it is."
)
_OUTSIDE = RareWarning()
# The pages of a programme and of its lessons, and the way in from a learning management system.
_LEARNERS = re.compile(
    r"(program|pelajaran)/[A-Z0-9]{1,8}(\?program=[A-Z0-9]{1,8})?(/sertifikat)?|lms/masuk/[A-Za-z0-9_-]{32}"
)
_PAGE_LANGUAGE = re.compile(rb'<html lang="[^"]*"')
_PAGE_TITLE = re.compile(rb"<title>.*?</title>", re.DOTALL)


class WorkshopPage(PageHandler):
    """What the workshop's own pages share: they know the seat of a browser."""

    may_be_framed = True

    @property
    def context(self) -> WorkshopContext:
        """The workshop."""
        context: WorkshopContext = self.settings[CONTEXT]
        return context

    @property
    def seat_id(self) -> str | None:
        """The id of the seat in this browser's cookie, or None."""
        return self.context.seating.maker.cookie.read(self)

    def _handle_request_exception(self, e: BaseException) -> None:
        # A writer that is silent now is so for some seconds: a proxy may ask another server meanwhile.
        is_silent = isinstance(e, WriterSilentError)
        super()._handle_request_exception(web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) if is_silent else e)

    async def seat(self) -> Seat | None:
        """The seat of this browser, or None."""
        return await self.context.seating.seat(self.seat_id)

    async def come(self, seat: Seat) -> int:
        """Let a seat into the room, or give its place in the waiting line; see `WaitingLine`."""
        return await self.context.hall.come(seat.id, network_of(self.address))

    @property
    def admitted(self) -> bool:
        """Whether this browser came with the workshop's code."""
        return self.context.door.has_let_in(self)

    @property
    def address(self) -> str:
        """The address that the request comes from."""
        return self.request.remote_ip or ""

    async def may_try(self, what: Tried, who: str | None = None) -> bool:
        """Count a try of `who`, the address by default; False, and a page, where there were too many.

        A seat that this browser holds has tries of its own where its address has none left.
        """
        hall = self.context.hall
        if who is not None:
            return self._may_go_on(await hall.take(what, who))
        return self._may_go_on(await hall.take(what, self.address, self.seat_id or ""))

    def may_load(self, seat: Seat) -> bool:
        """Count a page that this server makes for a seat; False, and a page, where there were too many."""
        return self._may_go_on(self.context.limits.pages.take(seat.id))

    def _may_go_on(self, seconds: int) -> bool:
        if seconds == 0:
            return True
        self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
        self.set_header("Retry-After", str(seconds))
        self.show("error.html", reason="lobby_too_many")
        return False

    async def was_right(self, what: Tried) -> None:
        """Count the try no more that this request was."""
        await self.context.hall.give_back(what, self.address, self.seat_id or "")

    def show_place(self, seat: Seat, place: int) -> None:
        """Show the waiting page, which asks again by itself, with its script and without."""
        code, after = self.context.seating.maker.resume_code(seat.id), ask_again_after(place)
        self.show("waiting.html", seat=seat, code=code, place=place, after=after)

    def sit_down(self, seat: Seat) -> None:
        """Give this browser the cookie of a seat."""
        self.context.seating.maker.cookie.give(self, seat.id)


class LobbyHandler(WorkshopPage):
    """The first page."""

    async def get(self) -> None:
        """Show the lobby: with the seat of this browser, with the two ways to one, or with the door."""
        await self.show_lobby()

    async def show_lobby(self, wrong: str = "", form: JoinForm = NO_FORM) -> None:
        """Show the lobby. wrong: the text that says what is to be changed, or ""; form: what was sent."""
        seat = await self.seat()
        code = self.context.seating.maker.resume_code(seat.id) if seat else ""
        if wrong:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
        values = {
            "seat": seat,
            "code": code,
            "admitted": self.admitted,
            "wrong": wrong,
            "form": form,
            "sectors": load_sectors().sectors,
            "unsaid": UNSAID,
            "most_signs": MOST_SIGNS,
            "team": await self.context.teams.of(seat.id) if seat else None,
            "team_size": self.context.teams.size,
            "has_cards": self.context.course is not None,
            "feedback": self._feedback(seat),
        }
        self.show("lobby.html", **values)

    def _feedback(self, seat: Seat | None) -> list[tuple[str, str]]:
        """The cases of which feedback was given out to the seat, each with its title."""
        course = self.context.course
        if course is None or seat is None:
            return []
        return [(case, course.title(case, self.language)) for case in course.feedback_of(seat.trainee)]


class FeedbackHandler(WorkshopPage):
    """The feedback on what a seat has handed in, for the phone that sits there."""

    async def get(self, case: str) -> None:
        """Send the page of this browser's seat, and of no other. Raises HTTPError 404 where there is none."""
        seat, course = await self.seat(), self.context.course
        pages = course.feedback_of(seat.trainee) if course is not None and seat is not None else {}
        if case not in pages:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        # One file with a stylesheet of its own, that loads nothing.
        self.set_header("Content-Security-Policy", f"{FEEDBACK_POLICY}; {frame_ancestors(self._frames)}")
        self.finish(opened_in(pages[case].read_bytes(), self.language))


def opened_in(page: bytes, language: Language) -> bytes:
    """A feedback page that opens in a language, where it has that one; see graders/feedback/templates.

    Text of anybody has neither < nor > on that page, so that nothing of it is taken for a button.
    """
    button = f'id="show-{language}">'.encode()
    if button not in page:
        return page
    page = page.replace(b'" checked><label for="show-', b'"><label for="show-', 1)
    page = page.replace(button, f'id="show-{language}" checked>'.encode(), 1)
    page = _PAGE_LANGUAGE.sub(f'<html lang="{language}"'.encode(), page, count=1)
    heading = re.search(rf'<div [^>]*id="in-{language}"[^>]*>\s*<h1>(.*?)</h1>'.encode(), page)
    if heading is None:
        return page
    # A title cannot follow the buttons as the headings do: no script runs there.
    return _PAGE_TITLE.sub(lambda _: b"<title>" + heading[1] + b"</title>", page, count=1)


class DoorHandler(LobbyHandler):
    """The workshop's code: typed, or in the address of the link and the QR code."""

    async def get(self, typed: str | None = None) -> None:
        """Let this browser into the lobby, or say that this is not the code."""
        if typed is None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
        else:
            await self._try(typed)

    async def post(self, _typed: str | None = None) -> None:
        """Do the same for a code that was typed."""
        await self._try(self.get_body_argument("door", ""))

    async def _try(self, typed: str) -> None:
        context = self.context
        if self.admitted:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        # Counted before it is compared: else the right one would pass however many were tried.
        if not await self.may_try("code"):
            return
        if not context.door.opens(typed):
            await self.show_lobby("lobby_door_wrong")
            return
        await self.was_right("code")
        context.door.let_in(self)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class JoinHandler(LobbyHandler):
    """Taking a seat."""

    async def get(self) -> None:
        """Lead to the lobby, where the form is."""
        self.redirect("/")

    async def post(self) -> None:
        """Give this browser a new seat, where it has none yet and its form is in order, and lead it to play.

        In a workshop that carries a course everybody has one already, and a card that opens it.
        """
        has_cards = self.context.course is not None
        if has_cards or not self.admitted or await self.seat() is not None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        fields = {name: self.get_body_argument(name, "") for name in ("sector", "name", "sure")}
        form = JoinForm.read(**fields)
        if wrong := form.problem(load_sectors().sectors):
            await self.show_lobby(wrong, form)
            return
        if not await self.may_try("join"):
            return
        try:
            self.sit_down(await self.context.seating.new_seat(form.chosen_sector, form.name))
        except WorkshopEndedError:
            self.set_status(HTTPStatus.CONFLICT)
            self.show("error.html", reason="lobby_ended")
            return
        except PseudonymTakenError:
            await self.show_lobby("lobby_name_taken", form)
            return
        except SeatsUnavailableError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None  # the writer's log says why
        # Where people play at tables, the lobby is where they sit down at one.
        self.redirect("/" if self.context.teams.size else APP, status=HTTPStatus.SEE_OTHER)


class ResumeHandler(LobbyHandler):
    """Going on with a resume code."""

    async def get(self) -> None:
        """Lead to the lobby, where the form is."""
        self.redirect("/")

    async def post(self) -> None:
        """Give this browser the seat of the code that was typed, or say that it opens none."""
        if not self.admitted and self.context.course is None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        # Every try is counted before it is looked up, so that many at once are no way around.
        if not await self.may_try("resume"):
            return
        seat = await self.context.seating.seat_by_code(self.get_body_argument("code", ""))
        if seat is None:
            await self.show_lobby("lobby_code_unknown")
            return
        await self.was_right("resume")
        if self.context.course is not None:
            self.context.door.let_in(self)  # a card is better than the workshop's code
        self.sit_down(seat)
        self.redirect(APP, status=HTTPStatus.SEE_OTHER)


class LeaveHandler(WorkshopPage):
    """Handing the phone to somebody else."""

    async def post(self) -> None:
        """Take the seat from this browser, and let another into the room; its resume code still opens it."""
        seat_id = self.seat_id
        self.context.seating.maker.cookie.take(self)
        if seat_id is not None:
            await self.context.hall.leave(seat_id)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class LobbyLanguageHandler(PageHandler):
    """The language switch of the lobby and of the waiting page."""

    may_be_framed = True

    def get(self, language: str) -> None:
        """Remember the language, and lead back to where it was switched."""
        place = self.get_query_argument("dari", "")
        back = APP if place == "kasus" else f"/{place}" if _LEARNERS.fullmatch(place) else "/"
        self.switch_language(language, back)


class QueueHandler(WorkshopPage):
    """The place of a seat in the waiting line, asked again and again by the waiting page's script."""

    async def get(self) -> None:
        """Send the place, 0 for a seat that is let in, and after how many seconds to ask again."""
        seat = await self.seat()
        place = 0 if seat is None else await self.come(seat)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"place": place, "after": ask_again_after(place)}))


class BaseHandler(PageHandler):
    """The base of the public address without its slash, which somebody has typed."""

    def get(self) -> None:
        """Lead to the lobby."""
        self.redirect("/")


class NotFoundHandler(PageHandler):
    """Any other address."""

    may_be_framed = True

    def prepare(self) -> None:
        """There is nothing here; the log tells of what stands above the base. Raises HTTPError 404."""
        if not self.request.path.startswith(self.public.at("/")):
            _OUTSIDE.write(_CUT, self.public.at("/"))
        raise web.HTTPError(HTTPStatus.NOT_FOUND)


def ask_again_after(place: int) -> int:
    """Seconds until a waiting page asks again: the sooner the nearer it is, and not all in one moment."""
    return 3 + min(place, 40) // 5 + secrets.randbelow(3)
