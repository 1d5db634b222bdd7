"""Sends grades to their platforms, again and again until they are there; what is due the writer knows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.access import granted_token, token_request
from release.lms.services.grade import CONTENT, SCOPE, Grade, score_message, scores_address
from release.workshop.lms_wire import DueGrade
from release.workshop.log import LOG
from release.workshop.web.lms.lms_context import LmsContext
from release.workshop.writer_line import WriterSilentError
from scenarios.documents.json_data import json_data

LOOK_SECONDS = 2.0
FORM = "application/x-www-form-urlencoded"
# A token is used no longer than this before its end.
MARGIN_SECONDS = 30.0
# To one platform at once: a class of seventy that ends together is there in seconds.
AT_ONCE = 8


@dataclass(slots=True)
class GradeSender:
    """Sends what is due. clock: seconds that never go back."""

    lms: LmsContext
    clock: Callable[[], float] = time.monotonic
    _tokens: dict[int, tuple[float, str]] = field(default_factory=dict)
    _has_trouble: bool = False

    async def run(self) -> None:
        """Send what is due, for as long as the server runs."""
        while True:
            with contextlib.suppress(WriterSilentError):
                await self.send_due()
            await asyncio.sleep(LOOK_SECONDS)

    async def send_due(self) -> None:
        """Send all that is due now. Raises WriterSilentError."""
        answer = await self.lms.writer.ask({"ask": "due_grades"})
        due = answer["grades"] if answer["answer"] == "due_grades" else []
        if not due:
            return
        platforms = {one.number: one for one in await self.lms.platforms()}
        by_platform: defaultdict[int, list[DueGrade]] = defaultdict(list)
        for grade in due:
            by_platform[grade["platform"]].append(grade)
        # One that is slow or down holds up no other.
        await asyncio.gather(
            *(self._send_all(grades, number, platforms) for number, grades in by_platform.items())
        )

    async def _send_all(
        self, grades: Sequence[DueGrade], number: int, platforms: Mapping[int, Platform]
    ) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def send(grade: DueGrade) -> None:
            async with places:
                await self._send(grade, platforms[number])

        try:
            await self._token(platforms[number])
        except (LtiRefusedError, KeyError) as error:
            trouble = error.reason if isinstance(error, LtiRefusedError) else "unregistered"
            await asyncio.gather(*(self._note(grade, trouble) for grade in grades))
            return
        await asyncio.gather(*(send(grade) for grade in grades))

    async def _send(self, due: DueGrade, platform: Platform) -> None:
        trouble = ""
        try:
            message = score_message(Grade.model_validate(due["grade"]), due["subject"], due["at"])
            token = await self._token(platform)
            address = scores_address(due["line_item"])
            await self.lms.fetch.post(address, json.dumps(message), CONTENT, token)
        except LtiRefusedError as error:
            self._tokens.pop(platform.number, None)  # it may be that which was refused
            trouble = error.reason
        await self._note(due, trouble)

    async def _note(self, due: DueGrade, trouble: str) -> None:
        if trouble and not self._has_trouble:
            LOG.warning("A grade could not be sent (%s); it is sent again until it is there.", trouble)
        elif self._has_trouble and not trouble:
            LOG.warning("Grades can be sent again.")
        self._has_trouble = bool(trouble)
        number, grade = due["number"], due["grade"]
        await self.lms.writer.ask({"ask": "grade_sent", "number": number, "grade": grade, "trouble": trouble})

    async def _token(self, platform: Platform) -> str:
        """A token for grades. Raises LtiRefusedError."""
        ends, token = self._tokens.get(platform.number, (0.0, ""))
        if token and ends > self.clock():
            return token
        form = token_request(platform, self.lms.keys(), SCOPE, self.lms.now())
        answer = await self.lms.fetch.post(platform.token, form, FORM)
        try:
            token, seconds = granted_token(json_data(answer))
        except ValueError:
            raise LtiRefusedError("no_token") from None
        self._tokens[platform.number] = (self.clock() + seconds - MARGIN_SECONDS, token)
        return token
