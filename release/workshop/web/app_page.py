"""The page that plays: our own frame around what Voilà renders, and whether its kernel still lives."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from tornado import web
from tornado.iostream import StreamClosedError

from release.workshop.failure import kind_and_place
from release.workshop.kernels.page_pool import PagePool
from release.workshop.log import LOG
from release.workshop.seats.seat import Seat
from release.workshop.seats.seat_limits import MOST_KERNELS
from release.workshop.web.lobby import WorkshopPage

POOL = "kasuslab_pool"
# Stands in app.html where Voilà's part of the page goes.
SLOT = "<!--voila-->"


class AppHandler(WorkshopPage):
    """The page of a participant's player.

    It is sent as one; where no page is ready, its frame is sent at once, and what Voilà rendered of the
    notebook follows: the ids of a kernel and of the player's model, and nothing of the seat.
    """

    async def get(self) -> None:
        """Send the page; whoever has no seat is led to the lobby."""
        context = self.context
        seat = await self.seat()
        if seat is None:
            self.redirect("/")
            return
        if place := context.queue.come(seat.id):
            self.show_place(seat, place)
            return
        if not self.may_try(context.throttles.seat.pages, seat.id):
            return
        if self._pool:
            case, part = await asyncio.gather(context.seating.current_case(seat), self._part_of(seat))
            self.finish(part.join(self._frame(seat, case)))
        else:
            await self._send_in_parts(seat)

    def _frame(self, seat: Seat, case: str | None) -> list[str]:
        code = self.context.seating.maker.resume_code(seat.id)
        values = {"seat": seat, "code": code, "case": case or ""}
        return self.templates.page("app.html", self.language, **values).split(SLOT)

    async def _send_in_parts(self, seat: Seat) -> None:
        head, tail = self._frame(seat, await self.context.seating.current_case(seat))
        try:
            await self.flush_part(head)
            await self.flush_part(await self._part_of(seat))
            await self.flush_part(tail)
        except StreamClosedError:
            return
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is logged, and the page ended
            # The frame is on the participant's screen: its script says that no player came.
            LOG.error("A page could not be given a kernel: %s.", kind_and_place(error))
            await self.flush_part(tail)

    @property
    def _pool(self) -> PagePool:
        pool: PagePool = self.settings[POOL]
        return pool

    async def flush_part(self, part: str) -> None:
        """Send a part of the page now."""
        self.write(part)
        await self.flush()

    async def _part_of(self, seat: Seat) -> str:
        """The part with the kernel: the one that the seat left by loading its page again, or a new one."""
        pool = self._pool
        kernels: Any = self.settings["kernel_manager"]
        seating = self.context.seating
        async with self.context.throttles.seat.turn(seat.id):
            mine = [kernel for kernel in seating.kernels_of(seat.id) if kernel in kernels]
            for kernel in mine:
                page = pool.in_use.get(kernel)
                left = kernels.kernel_model(kernel)["connections"] == 0
                if page and left and kernels.lives(kernel) and not kernels.channels.pulse.slow(kernel):
                    return page.html
            page = await pool.take()
            key: bytes = kernels.get_kernel(page.kernel).session.key
            await seating.claim(page.kernel, key, seat.id)
            # The page that was opened first says that it has ended, and may be loaded again.
            for kernel in mine[: len(mine) + 1 - MOST_KERNELS]:
                await kernels.end(kernel)
            return page.html


class AliveHandler(WorkshopPage):
    """Whether a kernel that this browser's seat has claimed still lives: a closed websocket does not tell."""

    def get(self, kernel_id: str) -> None:
        """Answer 204 where it lives, 404 where it has ended, 403 where it is another's."""
        seating = self.context.seating
        claim = seating.claims.get(kernel_id)
        kernels: Any = self.settings["kernel_manager"]
        if kernel_id not in kernels or claim is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        if claim.seat != self.seat_id:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        self.set_status(HTTPStatus.NO_CONTENT)
