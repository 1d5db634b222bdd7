"""The moment of handing in, as the ``timestamp.txt`` beside a record tells it.

nbgrader takes the digits of “+0700” for 700 seconds, and knows no zone of Indonesia by its letters: what
it would misread is given to it in UTC. Moments in other forms are read by nbgrader itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from graders.grading.submission import TIMESTAMP, NotJudgedError, plain_bytes

_MOST_BYTES = 200
_WITH_ZONE = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?) ?(?P<zone>[+-]\d\d:?\d\d|WIB|WITA|WIT)"
)
_ZONES = {"WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00"}


def timestamp_text(submitted: Path) -> str | None:
    """What the ``timestamp.txt`` of a submission says, in words that nbgrader reads right.

    None where it is no small plain file, or tells no moment.
    """
    try:
        text = plain_bytes(submitted / TIMESTAMP, _MOST_BYTES).decode("utf-8").strip()
        moment = handed_in_at(text)
    except (NotJudgedError, ValueError):
        return None
    if moment is None:
        return None
    return text if _WITH_ZONE.fullmatch(text) is None else f"{moment} UTC"


def handed_in_at(text: str) -> datetime | None:
    """The moment of a ``timestamp.txt``, in UTC without a time zone; None for an empty one.

    Raises ValueError for a text that is no moment.
    """
    if not text:
        return None
    if text.endswith(" UTC"):
        try:
            moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is None:
            return moment
    match = _WITH_ZONE.fullmatch(text)
    if match is not None:
        zone = _ZONES.get(match["zone"], match["zone"])
        moment = datetime.fromisoformat(f"{match['moment']}{zone}")
        return moment.astimezone(UTC).replace(tzinfo=None)
    return _by_nbgrader(text)


def _by_nbgrader(text: str) -> datetime | None:
    from nbgrader.utils import parse_utc  # noqa: PLC0415 -- seconds, for the rare moment of another zone

    try:
        moment = parse_utc(text)
    except (AttributeError, OverflowError, TypeError) as error:
        raise ValueError(str(error)) from None
    return moment if isinstance(moment, datetime) else None
