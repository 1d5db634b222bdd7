"""When what rests on a source is to be read again: six months after, or once it has changed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from scenarios.directory.sources import Source

MONTHS: Final = 6
_YEAR: Final = 12


class Aged(NamedTuple):
    """Why something is to be read again. day: of its last reading; code: of a source that has changed since.

    code is None where nothing but time has passed.
    """

    day: date
    code: str | None = None


def last_day(read: date) -> date:
    """The last day on which what was read on `read` still counts as read: the same day six months on."""
    months = read.month - 1 + MONTHS
    year, month = read.year + months // _YEAR, months % _YEAR + 1
    return date(year, month, min(read.day, monthrange(year, month)[1]))


def aged_text(
    codes: Iterable[str], sources: Mapping[str, Source], read: date, today: date
) -> tuple[Aged, ...]:
    """Why a case or lesson is to be read again, whose law was read on `read` and which rests on `codes`.

    A change counts as read where `read` is later than its day.
    """
    changed = tuple(_changed(codes, sources, read, today))
    return (*changed, Aged(read)) if last_day(read) < today else changed


def aged_rule(
    codes: Iterable[str], sources: Mapping[str, Source], read: date | None, today: date
) -> tuple[Aged, ...]:
    """Why a rule is to be read again that rests on `codes`, once for each source that asks for it.

    read: the day on which the rule itself was held against them; None where nobody wrote one down, so that it
    was read when they were.
    """
    return tuple(_aged_by_sources(tuple(codes), sources, read, today))


def aged_source(code: str, source: Source, today: date) -> Aged | None:
    """Why a source itself is to be read again, or None; one that nobody has read does not age."""
    return next(iter(aged_rule((code,), {code: source}, None, today)), None)


def aged_cover(case_id: str, sources: Mapping[str, Source], read: date, today: date) -> tuple[Aged, ...]:
    """Why a case is to be read again, as it can be told without its key: see `SourceChange.cases`."""
    codes = [code for code, one in sources.items() if one.changed and case_id in one.changed.cases]
    return aged_text(codes, sources, read, today)


def _changed(codes: Iterable[str], sources: Mapping[str, Source], read: date, today: date) -> Iterator[Aged]:
    for code in codes:
        change = sources[code].changed if code in sources else None
        if change is not None and read <= change.day <= today:
            yield Aged(read, code)


def _aged_by_sources(
    codes: tuple[str, ...], sources: Mapping[str, Source], read: date | None, today: date
) -> Iterator[Aged]:
    for code in codes:
        source = sources.get(code)
        days = [day for day in (read, source.read if source else None) if day is not None]
        if source is None or not days:
            continue
        changes = tuple(_changed((code,), sources, read or source.read or min(days), today))
        yield from changes
        if not changes and last_day(max(days)) < today:
            yield Aged(max(days))
