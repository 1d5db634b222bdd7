"""Sends statements to a learning record store, again and again until they are there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from release.workshop.log import LOG
from release.workshop.seats.seating import WriterAccess
from release.workshop.web.record_store.learning_store import LearningStore, StoreRefusedError
from release.workshop.wire import DueStatement
from release.workshop.writer_line import WriterSilentError

LOOK_SECONDS = 2.0
# Where one of many is to blame, or they are too many: then each is sent alone, so that it holds up no other.
_OF_ONE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(slots=True)
class StatementSender:
    """Sends what is due, as the writer knows it."""

    writer: WriterAccess
    store: LearningStore
    _has_trouble: bool = False

    async def run(self) -> None:
        """Send what is due, for as long as the server runs."""
        while True:
            with contextlib.suppress(WriterSilentError):
                while await self.send_due():
                    pass
            await asyncio.sleep(LOOK_SECONDS)

    async def send_due(self) -> bool:
        """Send some of what is due now; whether all of it was taken. Raises WriterSilentError."""
        answer = await self.writer.ask({"ask": "due_statements"})
        due = answer["statements"] if answer["answer"] == "due_statements" else []
        if not due:
            return False
        status = await self._send(due)
        if status in _OF_ONE and len(due) > 1:
            statuses = [await self._send([one]) for one in due]
            return all([await self._note([one], each) for one, each in zip(due, statuses, strict=True)])
        return await self._note(due, status)

    async def _send(self, due: Sequence[DueStatement]) -> int:
        try:
            await self.store.send([one["body"] for one in due])
        except StoreRefusedError as error:
            return error.status
        return HTTPStatus.OK

    async def _note(self, due: Sequence[DueStatement], status: int) -> bool:
        # An id is made of what a statement says: what stands there under it is the same.
        is_there = status in {HTTPStatus.OK, HTTPStatus.CONFLICT}
        trouble = "" if is_there else str(status or "unreachable")
        if trouble and not self._has_trouble:
            LOG.warning("The learning record store took no statements (%s); they are sent again.", trouble)
        elif self._has_trouble and is_there:
            LOG.warning("The learning record store takes statements again.")
        self._has_trouble = not is_there
        numbers = [one["number"] for one in due]
        await self.writer.ask({"ask": "statements_sent", "numbers": numbers, "trouble": trouble})
        return is_there
