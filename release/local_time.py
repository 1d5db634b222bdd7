"""Local time: every moment is kept in UTC, and shown as the clocks of the place show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

ZoneName = Literal["WIB", "WITA", "WIT"]

# Law: Keputusan Presiden 41/1987. None of the three has a summer time.
ZONES: Mapping[str, timezone] = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}


def local(moment: datetime, zone: ZoneName | None = None) -> datetime:
    """A moment in a zone of Indonesia, or in the one of this machine where none is named."""
    return moment.astimezone(_zone(zone))


def now_in(zone: ZoneName | None = None) -> datetime:
    """The moment in a zone of Indonesia, or in the one of this machine where none is named."""
    return local(datetime.now(UTC), zone)


def written(moment: datetime, zone: ZoneName | None = None) -> str:
    """A moment to read, such as “2026-11-29 23:59 WIB”."""
    there = local(moment, zone)
    return f"{there:%Y-%m-%d %H:%M} {zone_name(there)}"


def zone_name(moment: datetime) -> str:
    """The name of a moment's zone: Indonesia's own, else how far it is from UTC."""
    for name, zone in ZONES.items():
        if moment.utcoffset() == zone.utcoffset(None):
            return name
    return f"UTC{moment:%z}" if moment.utcoffset() else "UTC"


def _zone(name: ZoneName | None) -> tzinfo | None:
    return None if name is None else ZONES[name]
