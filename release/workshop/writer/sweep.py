"""The sweep: at its start and once an hour the writer forgets each workshop whose time is over."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path

from release.workshop.writer.forget import forget_due
from release.workshop.writer.held import HeldError, held_workshops
from release.workshop.writer_config import WriterConfig
from scenarios.documents.problem import BadInputError

HOUR = 3600.0


class LongerError(BadInputError):
    """Plays were to be kept for longer than participants were told; a sentence."""


def sweep(config: WriterConfig, *, spare: str = "") -> tuple[str, ...]:
    """Forget what is due, but the workshop `spare`. The names of what is gone. Raises HeldError."""
    if not config.data:
        return ()
    return forget_due(config.database, Path(config.data), datetime.now(UTC), spare=spare)


def refuse_longer(config: WriterConfig) -> None:
    """Refuse to keep the plays of those who have joined for longer than they were told.

    Raises LongerError, or HeldError where the database cannot be used.
    """
    found = held_workshops(config.database) if config.keep_days is not None else ()
    if not found or found[-1].closed is not None or not found[-1].seats or config.keep_days is None:
        return
    told = found[-1].keep_days
    if config.keep_days > told:
        raise LongerError(
            f"Those who joined {found[-1].name} were told that it is kept for {told} days, not for "
            f"{config.keep_days}. Start with --keep-days {told} or less, or close that workshop first: "
            "kasuslab workshop close"
        )


async def sweep_hourly(config: WriterConfig, running: str, *, pause: float = HOUR) -> None:
    """Do so again and again while the workshop `running` runs; what cannot be deleted now is tried later."""
    while True:
        await asyncio.sleep(pause)
        with contextlib.suppress(HeldError):
            sweep(config, spare=running)
