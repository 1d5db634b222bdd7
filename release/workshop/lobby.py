"""The lobby: what this is, a seat for whoever stays, and the way back for whoever has a resume code."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from tornado import web

from release.workshop.house import HOUSE, LANGUAGE_COOKIE, House, language_of, page_headers
from release.workshop.seat import COOKIE, DAYS, Seat
from scenarios.language import Language

APP = "/kasus"
LOG = logging.getLogger("kasuslab.workshop")


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
        origin = self.request.headers.get("Origin", f"//{self.request.host}")
        if self.request.method == "POST" and urlsplit(origin).netloc != self.request.host:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)

    async def seat(self) -> Seat | None:
        """The seat of this browser, or None."""
        maker = self.house.seating.maker
        return await self.house.seating.seat(maker.seat_in(self.get_cookie(COOKIE)))

    def sit_down(self, seat: Seat) -> None:
        """Give this browser the token of a seat."""
        token = self.house.seating.maker.token(seat.id)
        secure = self.request.protocol == "https"
        self.set_cookie(COOKIE, token, expires_days=DAYS, httponly=True, samesite="Lax", secure=secure)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Log a failure of ours in one line; what a visitor did wrong is no news."""
        if not isinstance(value, web.HTTPError):
            LOG.error("%s %s failed: %r", self.request.method, self.request.path, value)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Say what went wrong, and lead back to the lobby."""
        reason = "lobby_not_found" if status_code == HTTPStatus.NOT_FOUND else "lobby_failed"
        self.finish(self.house.page("error.html", self.language, reason=reason))


class LobbyHandler(Page):
    """The first page."""

    async def get(self) -> None:
        """Show the lobby: with the seat of this browser, or with the two ways to one."""
        await self.show()

    async def show(self, *, unknown_code: bool = False) -> None:
        """Show the lobby. unknown_code: the resume code that was typed opens no seat."""
        seat = await self.seat()
        code = self.house.seating.maker.resume_code(seat.id) if seat else ""
        values = {"seat": seat, "code": code, "unknown_code": unknown_code}
        self.finish(self.house.page("lobby.html", self.language, **values))


class JoinHandler(Page):
    """Taking a seat."""

    async def post(self) -> None:
        """Give this browser a new seat, where it has none yet."""
        if await self.seat() is None:
            self.sit_down(await self.house.seating.new_seat())
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class ResumeHandler(LobbyHandler):
    """Going on with a resume code."""

    async def get(self) -> None:
        """Lead to the lobby, where the form is."""
        self.redirect("/")

    async def post(self) -> None:
        """Give this browser the seat of the code that was typed, or say that it opens none."""
        seat = await self.house.seating.seat_by_code(self.get_body_argument("code", ""))
        if seat is None:
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self.show(unknown_code=True)
            return
        self.sit_down(seat)
        self.redirect(APP, status=HTTPStatus.SEE_OTHER)


class LeaveHandler(Page):
    """Handing the phone to somebody else."""

    def post(self) -> None:
        """Take the seat from this browser; it stays open to its resume code."""
        self.clear_cookie(COOKIE)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class LanguageHandler(Page):
    """The language switch of the lobby."""

    def get(self, language: str) -> None:
        """Remember the language, and lead back to the lobby."""
        self.set_cookie(LANGUAGE_COOKIE, language_of(language), expires_days=DAYS, samesite="Lax")
        self.redirect("/", status=HTTPStatus.SEE_OTHER)


class NotFoundHandler(Page):
    """Any other address."""

    def prepare(self) -> None:
        """There is nothing here. Raises HTTPError 404."""
        raise web.HTTPError(HTTPStatus.NOT_FOUND)
