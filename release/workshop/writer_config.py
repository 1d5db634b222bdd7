"""What the writer is told at its start. Apart from the writer, so that the server imports no database."""

from __future__ import annotations

import json
from dataclasses import dataclass

from scenarios.engine.event import Mode


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """What the writer is told at its start, over its standard input: never by argument or environment.

    database: an SQLAlchemy URL; secret: what the server says hello with; person: who can be spoken
    to; cases: the ids to play; services: the file of the referral directory, or "" for the library's;
    lock: a file that one writer at a time holds, or ""; mode, keep_days: of the workshop, None to leave
    them as they are; data: the folder of its exports, "" to forget nothing by itself; workshop:
    the name of the one to go on with, though it be closed, "" for the one that is open, or a new one.
    """

    address: str
    secret: str
    database: str
    lock: str
    person: str
    cases_folder: str
    cases: tuple[str, ...]
    keys_folder: str
    services: str = ""
    mode: Mode | None = None
    keep_days: int | None = None
    data: str = ""
    workshop: str = ""


def read_config(line: bytes) -> WriterConfig:
    """The configuration from the first line of standard input."""
    fields = json.loads(line)
    return WriterConfig(**{**fields, "cases": tuple(fields["cases"])})
