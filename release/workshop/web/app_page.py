"""The page that plays: our own frame around what Voilà rendered, and whether its seat may still play."""

from __future__ import annotations

from http import HTTPStatus

from tornado import web

from release.workshop.web.headers import from_own_page
from release.workshop.web.lobby import APP, WorkshopPage

PART = "kasuslab_part"
SEATED = f"{APP}/duduk"
# The case that somebody is led to from elsewhere, in the query of the address.
CASE = "buka"
# The programme that somebody goes through, the same.
PROGRAMME = "program"


class AppHandler(WorkshopPage):
    """The page of a participant's player, served from memory: nothing but its frame tells of the seat."""

    async def get(self) -> None:
        """Send the page; whoever has no seat is led to the lobby."""
        context = self.context
        seat = await self.seat()
        if seat is None:
            self.redirect("/")
            return
        if place := await self.come(seat):
            self.show_place(seat, place)
            return
        if not self.may_load(seat):
            return
        code = context.seating.maker.resume_code(seat.id)
        led = self.get_query_argument(CASE, "")
        is_led = led in {*context.cases, *context.forms}
        case = led if is_led else await context.seating.current_case(seat)
        part = self.settings[PART]
        programme = self.get_query_argument(PROGRAMME, "")
        back = programme if context.has_programme(programme) else ""
        self.show("app.html", seat=seat, code=code, case=case or "", is_led=is_led, part=part, programme=back)


class SeatedHandler(WorkshopPage):
    """Whether the seat of this browser may play on: a closed websocket does not tell."""

    async def get(self) -> None:
        """Answer 204 where it may, 403 where there is no seat, 404 where it has to wait for a place.

        421 where its websocket would be refused: the page stands at an address that is none of the server's.
        """
        if not from_own_page(self.request, self.public):
            raise web.HTTPError(HTTPStatus.MISDIRECTED_REQUEST)
        seat = await self.seat()
        if seat is None:
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        if await self.come(seat):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_status(HTTPStatus.NO_CONTENT)
