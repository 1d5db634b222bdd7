"""Who sends grades: one platform that is slow holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import BEGUN
from release.lms.tool_keys import tool_keys
from release.workshop.lms_wire import DueGrade
from release.workshop.web.lms.grade_sender import GradeSender
from release.workshop.web.lms.key_sets import KeySets
from release.workshop.web.lms.lms_context import LmsContext
from release.workshop.wire import Answer, Request
from tests.parts.lti_platform import TOOL, LtiPlatform

SLOW, DOWN, GOOD = 1, 2, 3


@dataclass
class ThreePlatforms:
    """Three platforms that grades go to, and the writer that has one due for each, again and again."""

    slow: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: list[str] = field(default_factory=list)
    troubles: list[tuple[int, str]] = field(default_factory=list)
    spared: list[list[int]] = field(default_factory=list)

    async def ask(self, request: Request) -> Answer:
        """What the writer answers."""
        if request["ask"] == "platforms":
            rows = [self.platform(number) for number in (SLOW, DOWN, GOOD)]
            return {"answer": "platforms", "platforms": rows}
        if request["ask"] == "due_grades":
            self.spared.append(request["spare"])
            due = [self.grade(number) for number in (SLOW, DOWN, GOOD) if number not in request["spare"]]
            return {"answer": "due_grades", "grades": due}
        assert request["ask"] == "grade_sent"
        self.troubles.append((request["number"], request["trouble"]))
        return {"answer": "done"}

    def platform(self, number: int) -> dict[str, Any]:
        return LtiPlatform(f"https://{number}.example").registered.model_dump() | {"number": number}

    def grade(self, number: int) -> DueGrade:
        return {
            "number": number,
            "platform": number,
            "subject": "42",
            "line_item": f"https://{number}.example/9/lineitem",
            "grade": BEGUN.model_dump(),
            "at": "2026-11-30T08:00:00.000000Z",
        }

    async def post(self, address: str, _body: str, _kind: str, _token: str = "") -> bytes:
        """What a platform answers."""
        host = urlsplit(address).netloc.partition(".")[0]
        if host == str(DOWN):
            raise LtiRefusedError("unreachable", host=host, why="502")
        if host == str(SLOW):
            await self.slow.wait()
        self.arrived.append(host)
        return b'{"access_token": "for-grades", "expires_in": 3600}'

    async def page(self, address: str, kind: str, token: str) -> tuple[object, str]:
        raise NotImplementedError

    async def json(self, address: str, body: Mapping[str, Any] | None = None, token: str = "") -> object:
        raise NotImplementedError


def test_a_platform_that_is_slow_or_down_holds_up_no_other(tmp_path: Path) -> None:
    async def send(world: ThreePlatforms) -> None:
        sender = GradeSender(
            LmsContext(TOOL, partial(tool_keys, tmp_path), "w", world, world, KeySets(world))
        )
        async with asyncio.timeout(20):
            slow, *others = await sender.send_due()
            await asyncio.gather(*others)
            await asyncio.gather(*await sender.send_due())
            assert not slow.done()
            world.slow.set()
            await slow
            await asyncio.gather(*await sender.send_due())

    world = ThreePlatforms()
    asyncio.run(send(world))

    assert world.spared == [[], [SLOW], []]
    grades_before_the_slow_one = world.troubles[: world.troubles.index((SLOW, ""))]
    assert sorted(grades_before_the_slow_one) == sorted(2 * [(DOWN, "unreachable"), (GOOD, "")])
    assert world.troubles.count((SLOW, "")) == 2
