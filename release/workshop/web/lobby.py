"""The lobby: what this is, a seat for whoever stays, and the way back for whoever has a resume code."""

from __future__ import annotations

import json
import secrets
from http import HTTPStatus
from typing import Any

from tornado import web

from release.workshop.failure import kind_and_place
from release.workshop.log import LOG
from release.workshop.seats.door import COOKIE as DOOR
from release.workshop.seats.join_form import MOST_SIGNS, UNSAID, JoinForm
from release.workshop.seats.seat import COOKIE, DAYS, Seat
from release.workshop.seats.seating import PseudonymTakenError, SeatsUnavailableError
from release.workshop.seats.throttle import Throttle
from release.workshop.web.headers import from_own_page, page_headers
from release.workshop.web.house import HOUSE, LANGUAGE_COOKIE, House, language_of
from scenarios.directory.sectors import load_sectors
from scenarios.engine.record import WorkshopEndedError
from scenarios.language import Language

APP = "/kasus"
NO_FORM = JoinForm()


class Page(web.RequestHandler):
    """What the workshop's own pages share."""

    @property
    def house(self) -> House:
        """The workshop."""
        house: House = self.settings[HOUSE]
        return house

    @property
    def language(self) -> Language:
        """The language that the browser asked for in the lobby."""
        return language_of(self.get_cookie(LANGUAGE_COOKIE))

    def set_default_headers(self) -> None:
        """Set the headers of every page."""
        for name, value in page_headers(self.request).items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse a form that another site sends. Raises HTTPError 403."""
        if self.request.method == "POST" and not from_own_page(self.request):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    async def seat(self) -> Seat | None:
        """The seat of this browser, or None."""
        maker = self.house.seating.maker
        return await self.house.seating.seat(maker.seat_in(self.get_cookie(COOKIE)))

    @property
    def admitted(self) -> bool:
        """Whether this browser came with the workshop's code."""
        return self.house.door.passed(self.get_cookie(DOOR))

    def may_try(self, throttle: Throttle, who: str | None = None) -> bool:
        """Count a try of `who`, the address by default; False where there were too many, told by a page."""
        seconds = throttle.take((self.request.remote_ip or "") if who is None else who)
        if seconds == 0:
            return True
        self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
        self.set_header("Retry-After", str(seconds))
        self.finish(self.house.page("error.html", self.language, reason="lobby_too_many"))
        return False

    def show_place(self, seat: Seat, place: int) -> None:
        """Show the waiting page, which asks again by itself, with its script and without."""
        code, after = self.house.seating.maker.resume_code(seat.id), ask_again_after(place)
        values = {"seat": seat, "code": code, "place": place, "after": after}
        self.finish(self.house.page("waiting.html", self.language, **values))

    def sit_down(self, seat: Seat) -> None:
        """Give this browser the token of a seat."""
        token = self.house.seating.maker.token(seat.id)
        secure = self.request.protocol == "https"
        self.set_cookie(COOKIE, token, expires_days=DAYS, httponly=True, samesite="Lax", secure=secure)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Log a failure of ours in one line, nothing of who asked or what was sent."""
        if not isinstance(value, web.HTTPError):
            LOG.error("%s failed: %s.", type(self).__name__, kind_and_place(value))

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say what went wrong, and lead back to the lobby."""
        reason = "lobby_not_found" if status_code == HTTPStatus.NOT_FOUND else "lobby_failed"
        self.finish(self.house.page("error.html", self.language, reason=reason))


class LobbyHandler(Page):
    """The first page."""

    async def get(self) -> None:
        """Show the lobby: with the seat of this browser, with the two ways to one, or with the door."""
        await self.show()

    async def show(self, wrong: str = "", form: JoinForm = NO_FORM) -> None:
        """Show the lobby. wrong: the text that says what is to be changed, or ""; form: what was sent."""
        seat = await self.seat()
        code = self.house.seating.maker.resume_code(seat.id) if seat else ""
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
        }
        self.finish(self.house.page("lobby.html", self.language, **values))


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
        house = self.house
        if not house.door.opens(typed):
            if self.admitted:
                self.redirect("/", status=HTTPStatus.SEE_OTHER)
            elif self.may_try(house.throttles.codes):
                await self.show("lobby_door_wrong")
            return
        secure = self.request.protocol == "https"
        token = house.door.token()
        self.set_cookie(DOOR, token, expires_days=DAYS, httponly=True, samesite="Lax", secure=secure)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class JoinHandler(LobbyHandler):
    """Taking a seat."""

    async def get(self) -> None:
        """Lead to the lobby, where the form is."""
        self.redirect("/")

    async def post(self) -> None:
        """Give this browser a new seat, where it has none yet and its form is in order."""
        if not self.admitted or await self.seat() is not None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        sent = {name: self.get_body_argument(name, "") for name in ("sector", "name", "sure")}
        form = JoinForm.read(**sent)
        if wrong := form.problem(load_sectors().sectors):
            await self.show(wrong, form)
            return
        if not self.may_try(self.house.throttles.joins):
            return
        try:
            self.sit_down(await self.house.seating.new_seat(form.chosen_sector, form.name))
        except WorkshopEndedError:
            self.set_status(HTTPStatus.CONFLICT)
            self.finish(self.house.page("error.html", self.language, reason="lobby_ended"))
            return
        except PseudonymTakenError:
            await self.show("lobby_name_taken", form)
            return
        except SeatsUnavailableError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None  # the writer's log says why
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class ResumeHandler(LobbyHandler):
    """Going on with a resume code."""

    async def get(self) -> None:
        """Lead to the lobby, where the form is."""
        self.redirect("/")

    async def post(self) -> None:
        """Give this browser the seat of the code that was typed, or say that it opens none."""
        if not self.admitted:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        # Every try is counted before it is looked up, so that many at once are no way around.
        resumes = self.house.throttles.resumes
        if not self.may_try(resumes):
            return
        seat = await self.house.seating.seat_by_code(self.get_body_argument("code", ""))
        if seat is None:
            await self.show("lobby_code_unknown")
            return
        resumes.give_back(self.request.remote_ip or "")
        self.sit_down(seat)
        self.redirect(APP, status=HTTPStatus.SEE_OTHER)


class LeaveHandler(Page):
    """Handing the phone to somebody else."""

    async def post(self) -> None:
        """Take the seat from this browser, and let another into the room; its resume code still opens it."""
        seat_id = self.house.seating.maker.seat_in(self.get_cookie(COOKIE))
        self.clear_cookie(COOKIE)
        if seat_id is not None:
            self.house.line.leave(seat_id)
            await self._end_kernels(seat_id)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)

    async def _end_kernels(self, seat_id: str) -> None:
        # Those whose page is still open, on another device, go on.
        kernels: Any = self.settings["kernel_manager"]
        for kernel in self.house.seating.kernels_of(seat_id):
            if kernel in kernels and kernels.kernel_model(kernel)["connections"] == 0:
                await kernels.end(kernel)


class LanguageHandler(Page):
    """The language switch of the lobby and of the waiting page."""

    def get(self, language: str) -> None:
        """Remember the language, and lead back to where it was switched."""
        self.set_cookie(LANGUAGE_COOKIE, language, expires_days=DAYS, samesite="Lax")
        back = APP if self.get_query_argument("dari", "") == "kasus" else "/"
        self.redirect(back, status=HTTPStatus.SEE_OTHER)


class LineHandler(Page):
    """The place in the line of whoever waits, asked again and again by the waiting page's script."""

    def get(self) -> None:
        """Tell the place, 0 for whoever is let in, and after how many seconds to ask again."""
        seat_id = self.house.seating.maker.seat_in(self.get_cookie(COOKIE))
        place = 0 if seat_id is None else self.house.line.come(seat_id)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"place": place, "after": ask_again_after(place)}))


class NotFoundHandler(Page):
    """Any other address."""

    def prepare(self) -> None:
        """There is nothing here. Raises HTTPError 404."""
        raise web.HTTPError(HTTPStatus.NOT_FOUND)


def ask_again_after(place: int) -> int:
    """Seconds until a waiting page asks again: the sooner the nearer it is, and not all in one moment."""
    return 3 + min(place, 40) // 5 + secrets.randbelow(3)
