"""The page that plays: our own frame around what Voilà renders, and whether its kernel still lives."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web
from tornado.iostream import StreamClosedError
from voila.tornado.handler import TornadoVoilaHandler

from release.workshop.house import HOUSE, LANGUAGE_COOKIE, House, language_of, page_headers
from release.workshop.lobby import Page
from release.workshop.seat import COOKIE

# Stands in app.html where Voilà's part of the page goes.
SLOT = "<!--voila-->"


class AppHandler(TornadoVoilaHandler):  # type: ignore[misc]  # it comes without types
    """The page of a participant's player.

    Its frame is sent at once; a kernel then starts and runs the notebook, and what Voilà renders of it,
    the ids of the kernel and of the player's model, follows. Nothing of the seat is in Voilà's part.
    """

    @property
    def content_security_policy(self) -> str:
        """That of all pages of the workshop."""
        return page_headers(self.request)["Content-Security-Policy"]

    @allow_unauthenticated
    async def get(self, path: str | None = None) -> None:
        """Send the page; whoever has no seat is led to the lobby."""
        house: House = self.settings[HOUSE]
        seat = await house.seating.seat(self.current_user.username) if self.current_user else None
        if seat is None:
            self.redirect("/")
            return
        for name, value in page_headers(self.request).items():
            self.set_header(name, value)
        language = language_of(self.get_cookie(LANGUAGE_COOKIE))
        code, case = house.seating.maker.resume_code(seat.id), await house.seating.current_case(seat)
        head, tail = house.page("app.html", language, seat=seat, code=code, case=case or "").split(SLOT)
        try:
            await self.flush_part(head)
            async for part in self.get_generator(path=path):
                await self.flush_part(part)
            await self.flush_part(tail)
        except StreamClosedError:
            return
        except Exception:
            # The frame is on the participant's screen: its script says that no player came.
            self.log.exception("A kernel could not be started for a page.")
            await self.flush_part(tail)

    async def flush_part(self, part: str) -> None:
        """Send a part of the page now."""
        self.write(part)
        await self.flush()


class AliveHandler(Page):
    """Whether a kernel that this browser's seat has claimed still lives: a closed websocket does not tell."""

    def get(self, kernel_id: str) -> None:
        """Answer 204 where it lives, 404 where it has ended, 403 where it is another's."""
        seating = self.house.seating
        claim = seating.claims.get(kernel_id)
        kernels: Any = self.settings["kernel_manager"]
        if kernel_id not in kernels:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        if claim is not None and claim.seat != seating.maker.seat_in(self.get_cookie(COOKIE)):
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        self.set_status(HTTPStatus.NO_CONTENT)
