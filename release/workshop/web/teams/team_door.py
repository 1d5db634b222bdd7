"""Making, joining and leaving a table, in the lobby."""

from __future__ import annotations

from http import HTTPStatus

from tornado import web

from release.workshop.seats.seating import SeatsUnavailableError
from release.workshop.seats.teams import TeamPlace, TeamProblem
from release.workshop.web.lobby import LobbyHandler
from release.workshop.web.websocket import OPEN_PAGES, OpenPages
from scenarios.engine.record import WorkshopEndedError


class TeamHandler(LobbyHandler):
    """The table of the seat of this browser."""

    async def get(self) -> None:
        """Lead to the lobby, where the forms are."""
        self.redirect("/")

    async def post(self) -> None:
        """Make, join or leave a table, and tell the pages of its other members."""
        seat = await self.seat()
        if not self.admitted or seat is None:
            self.redirect("/", status=HTTPStatus.SEE_OTHER)
            return
        if not await self.may_try("table", seat.id):
            return
        left = await self.context.teams.of(seat.id)
        try:
            problem = await self._carry_out(seat.id)
        except WorkshopEndedError:
            self.set_status(HTTPStatus.CONFLICT)
            self.show("error.html", reason="lobby_ended")
            return
        except SeatsUnavailableError:
            raise web.HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None  # the writer's log says why
        if problem is not None:
            await self.show_lobby(problem)
            return
        await self._tell(left, seat.id)
        self.redirect("/", status=HTTPStatus.SEE_OTHER)

    async def _carry_out(self, seat: str) -> TeamProblem | None:
        teams = self.context.teams
        match self.get_body_argument("deed", ""):
            case "make" if teams.size is not None:
                return await teams.make(seat)
            case "join":
                return await teams.join(seat, self.get_body_argument("team", ""))
            case "leave":
                return await teams.leave(seat)
        raise web.HTTPError(HTTPStatus.UNPROCESSABLE_ENTITY)

    async def _tell(self, left: TeamPlace | None, seat: str) -> None:
        pages: OpenPages = self.settings[OPEN_PAGES]
        now = await self.context.teams.of(seat)
        hall = self.context.hall
        if left is not None:
            pages.refresh_team(left.id)  # with the pages of whoever goes
            hall.tell(left.id)
        pages.sit(seat, now.id if now is not None else "")
        hall.tell(now.id if now is not None else "", seat)
        if now is not None and now != left:
            pages.refresh_team(now.id)
