"""The page that plays: our own frame around what Voilà renders, and whether its kernel still lives."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from tornado import web
from tornado.iostream import StreamClosedError

from release.workshop.lobby import Page
from release.workshop.page_pool import PagePool
from release.workshop.seat import COOKIE, Seat

POOL = "kasuslab_pool"
LOG = logging.getLogger("kasuslab.workshop")
# Stands in app.html where Voilà's part of the page goes.
SLOT = "<!--voila-->"


class AppHandler(Page):
    """The page of a participant's player.

    Its frame is sent at once; what Voilà rendered of the notebook, the ids of a kernel and of the
    player's model, follows. Nothing of the seat is in Voilà's part.
    """

    async def get(self) -> None:
        """Send the page; whoever has no seat is led to the lobby."""
        house = self.house
        seat = await self.seat()
        if seat is None:
            self.redirect("/")
            return
        code, case = house.seating.maker.resume_code(seat.id), await house.seating.current_case(seat)
        head, tail = house.page("app.html", self.language, seat=seat, code=code, case=case or "").split(SLOT)
        try:
            await self.flush_part(head)
            await self.flush_part(await self._part_of(seat))
            await self.flush_part(tail)
        except StreamClosedError:
            return
        except Exception:
            # The frame is on the participant's screen: its script says that no player came.
            LOG.exception("A kernel could not be started for a page.")
            await self.flush_part(tail)

    async def flush_part(self, part: str) -> None:
        """Send a part of the page now."""
        self.write(part)
        await self.flush()

    async def _part_of(self, seat: Seat) -> str:
        """The part with the kernel: the one that the seat left by loading its page again, or a new one."""
        pool: PagePool = self.settings[POOL]
        kernels: Any = self.settings["kernel_manager"]
        seating = self.house.seating
        for kernel in seating.kernels_of(seat.id):
            page = pool.given.get(kernel)
            if page and kernel in kernels and kernels.kernel_model(kernel)["connections"] == 0:
                return page.html
        page = await pool.take()
        key: bytes = kernels.get_kernel(page.kernel).session.key
        await seating.claim(page.kernel, key, seat.id)
        return page.html


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
