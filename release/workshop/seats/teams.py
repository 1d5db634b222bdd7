"""Who sits at which table: the teams of the workshop, asked of the writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from release.workshop.seats.seat import TEAM_LENGTH
from release.workshop.seats.seating import SeatsUnavailableError, WriterAccess
from release.workshop.wire import Answer, Request
from scenarios.engine.record import WorkshopEndedError

_MAX_TYPED = 40

# Each is a text of the lobby.
TeamProblem = Literal["lobby_team_unknown", "lobby_team_full", "lobby_team_other"]


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """The team of a seat. id: that of the team's own seat, which no browser learns."""

    id: str
    code: str
    members: int


@dataclass(slots=True)
class Teams:
    """The teams, asked of the writer.

    size: how many may sit at one table, None where no team is made; has_any: whether one was ever made, by
    this server or an earlier one: until then nobody is looked for.
    """

    writer: WriterAccess
    size: int | None = None
    has_any: bool = False

    async def of(self, seat: str) -> TeamPlace | None:
        """The team of a seat, or None."""
        if not self.has_any:
            return None
        return _team(await self.writer.ask({"ask": "team", "seat": seat}))

    async def make(self, seat: str) -> TeamProblem | None:
        """Make a team with a first member. Raises WorkshopEndedError or SeatsUnavailableError."""
        self.has_any = True
        return await self._done({"ask": "make_team", "seat": seat})

    async def join(self, seat: str, typed: str) -> TeamProblem | None:
        """Join the team whose code was typed, or say why not. Raises as `make` does."""
        code = "".join(sign for sign in typed[:_MAX_TYPED].upper() if sign.isalnum())
        if len(code) != TEAM_LENGTH:
            return "lobby_team_unknown"
        return await self._done({"ask": "join_team", "seat": seat, "code": code})

    async def leave(self, seat: str) -> TeamProblem | None:
        """Be in no team any more; what was answered stays. Raises as `make` does."""
        return await self._done({"ask": "leave_team", "seat": seat})

    async def _done(self, request: Request) -> TeamProblem | None:
        answer = await self.writer.ask(request)
        match answer["answer"]:
            case "team" | "done":
                return None
            case "nobody":
                return "lobby_team_unknown"
            case "full_team":
                return "lobby_team_full"
            case "taken":
                return "lobby_team_other"
            case "ended":
                raise WorkshopEndedError
            case _:
                raise SeatsUnavailableError("No team could be kept; the writer's log says why.")


def _team(answer: Answer) -> TeamPlace | None:
    if answer["answer"] != "team":
        return None
    return TeamPlace(answer["team"], answer["code"], answer["members"])
