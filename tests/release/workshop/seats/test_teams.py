"""Where people sit: the writer is asked once there is a table, and never before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from release.workshop.seats.teams import TeamPlace, Teams
from release.workshop.wire import Answer, Request


@dataclass
class OneTable:
    """A writer that knows one table, where everybody sits."""

    asked: list[str] = field(default_factory=list)

    async def ask(self, request: Request) -> Answer:
        """Its answer."""
        self.asked.append(request["ask"])
        return {"answer": "team", "team": "a" * 32, "code": "BCDF", "members": 1}


def test_a_room_without_tables_asks_nothing_of_the_writer() -> None:
    writer = OneTable()

    assert asyncio.run(Teams(writer, 4).of("0" * 32)) is None
    assert writer.asked == []


def test_from_the_first_table_on_each_seat_may_have_one() -> None:
    writer = OneTable()
    teams = Teams(writer, 4)

    async def make_and_look() -> TeamPlace | None:
        assert await teams.make("0" * 32) is None
        return await teams.of("0" * 32)

    assert asyncio.run(make_and_look()) == TeamPlace("a" * 32, "BCDF", 1)
    assert writer.asked == ["make_team", "team"]


def test_a_code_of_another_length_is_no_tables() -> None:
    writer = OneTable()

    assert asyncio.run(Teams(writer, 4).join("0" * 32, "BCDFG")) == "lobby_team_unknown"
    assert writer.asked == []
