"""The sweep: every workshop whose time is over is deleted, at the start of a process and once an hour."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from release.workshop.failure import failure_sentence
from release.workshop.writer.forget import forget_due
from release.workshop.writer.workshops import promised
from release.workshop.writer_config import WriterConfig
from scenarios.documents.problem import BadInputError

HOUR = 3600.0


class LongerError(BadInputError):
    """Plays would be kept for longer than participants were promised; a sentence."""


def sweep(config: WriterConfig, *, spare: str = "") -> tuple[str, ...]:
    """Delete what is due, except the workshop `spare`; return the names. Raises BadInputError."""
    if not config.data:
        return ()
    return forget_due(config.database, config.data, datetime.now(UTC), spare=spare)


def refuse_longer(config: WriterConfig) -> None:
    """Refuse to keep the plays of those who have joined for longer than they were promised.

    Raises LongerError, or DatabaseError where the database cannot be used.
    """
    promise, days = promised(config.database), config.plan.keep_days
    if promise is not None and days is not None and days > promise.keep_days:
        raise LongerError(failure_sentence("longer", name=promise.name, promise=promise.keep_days, days=days))


async def sweep_hourly(sweep_once: Callable[[], Awaitable[object]], *, pause: float = HOUR) -> None:
    """Forget what is due, now and every hour, until cancelled; what cannot be deleted now is tried later.

    pause: seconds between two sweeps.
    """
    while True:
        with contextlib.suppress(BadInputError):
            await sweep_once()
        await asyncio.sleep(pause)
