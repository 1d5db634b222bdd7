"""Local time: every moment is kept in UTC, and shown as the clocks of the place show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal, get_args

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


def likely_zone(zone: ZoneName | None = None) -> ZoneName:
    """The zone of Indonesia of a training: the one that was settled, else this machine's, else WIB."""
    here = zone_name(now_in(zone))
    return next((name for name in get_args(ZoneName) if name == here), "WIB")


def _zone(name: ZoneName | None) -> tzinfo | None:
    return None if name is None else ZONES[name]
