"""Sends grades to their platforms, again and again until they are there; what is due the writer knows."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import CONTENT, SCOPE, Grade, score_message, scores_address
from release.workshop.lms_wire import DueGrade
from release.workshop.log import LOG
from release.workshop.web.lms.lms_context import LmsContext
from release.workshop.writer_line import WriterSilentError

LOOK_SECONDS = 2.0
# To one platform at once: a class of seventy that ends together is there in seconds.
AT_ONCE = 8
# What an answer says that no later try mends by itself: the place of the grade, or the person, is not there.
REFUSALS = (400, 403, 404, 409, 410, 422)


@dataclass(slots=True)
class GradeSender:
    """Sends what is due, to each platform on its own: one that is slow or down holds up no other."""

    lms: LmsContext
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _troubled: set[int] = field(default_factory=set)

    async def run(self) -> None:
        """Send what is due, for as long as the server runs."""
        try:
            while True:
                with contextlib.suppress(WriterSilentError):
                    await self.send_due()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._busy.values():
                task.cancel()

    async def send_due(self) -> Sequence[asyncio.Task[None]]:
        """Begin to send all that is due now: the tasks that do, one a platform. Raises WriterSilentError.

        A platform to which grades are under way is left out until they are there, or were not taken.
        """
        answer = await self.lms.writer.ask({"ask": "due_grades", "spare": list(self._busy)})
        due = answer["grades"] if answer["answer"] == "due_grades" else []
        if not due:
            return []
        platforms = {one.number: one for one in await self.lms.platforms()}
        by_platform: defaultdict[int, list[DueGrade]] = defaultdict(list)
        for grade in due:
            by_platform[grade["platform"]].append(grade)
        return [self._begin(number, grades, platforms) for number, grades in by_platform.items()]

    def _begin(
        self, number: int, grades: Sequence[DueGrade], platforms: Mapping[int, Platform]
    ) -> asyncio.Task[None]:
        async def send() -> None:
            # What was not noted is due again by itself.
            with contextlib.suppress(WriterSilentError):
                await self._send_all(grades, number, platforms)

        task = self._busy[number] = asyncio.create_task(send())
        task.add_done_callback(lambda _: self._busy.pop(number, None))
        return task

    async def _send_all(
        self, grades: Sequence[DueGrade], number: int, platforms: Mapping[int, Platform]
    ) -> None:
        places = asyncio.Semaphore(AT_ONCE)

        async def send(grade: DueGrade) -> None:
            async with places:
                await self._send(grade, platforms[number])

        try:
            await self.lms.tokens.token(platforms[number], SCOPE)
        except (LtiRefusedError, KeyError) as error:
            trouble = _word_of(error) if isinstance(error, LtiRefusedError) else "unregistered"
            await asyncio.gather(*(self._note(grade, trouble) for grade in grades))
            return
        await asyncio.gather(*(send(grade) for grade in grades))

    async def _send(self, due: DueGrade, platform: Platform) -> None:
        trouble = ""
        try:
            message = score_message(Grade.model_validate(due["grade"]), due["subject"], due["at"])
            token = await self.lms.tokens.token(platform, SCOPE)
            address = scores_address(due["line_item"])
            await self.lms.fetch.post(address, json.dumps(message), CONTENT, token)
        except LtiRefusedError as error:
            self.lms.tokens.drop(platform, SCOPE)  # it may be that which was refused
            trouble = _word_of(error)
        await self._note(due, trouble)

    async def _note(self, due: DueGrade, trouble: str) -> None:
        number, grade, platform = due["number"], due["grade"], due["platform"]
        if trouble and platform not in self._troubled:
            LOG.warning("A grade could not be sent (%s); it is sent again until it is there.", trouble)
            self._troubled.add(platform)
        elif platform in self._troubled and not trouble:
            LOG.warning("Grades can be sent again.")
            self._troubled.discard(platform)
        await self.lms.writer.ask({"ask": "grade_sent", "number": number, "grade": grade, "trouble": trouble})


def _word_of(error: LtiRefusedError) -> str:
    """Why a grade is not there, in a word: whether a platform that answers does not want it."""
    why = error.values.get("why")
    is_refusal = isinstance(why, int) and why in REFUSALS
    return "not_taken" if error.reason == "unreachable" and is_refusal else error.reason
