"""Who begins with which form of a test: a rule that draws it, and the table of ids that a course keeps."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from graders.people.roster import Roster

FORMS = "forms.csv"
HEADER = ("id", "before", "after")

Orders: TypeAlias = Mapping[str, tuple[str, str]]  # by id: the form before, and the form after


class OtherTableError(Exception):
    """The table has other columns than HEADER."""


def forms_of(text: str) -> Orders:
    """The orders that a table holds. Raises ValueError or csv.Error for no table, OtherTableError."""
    header, *rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        raise OtherTableError
    return {row[0]: (row[1], row[2]) for row in rows}


def form_orders(roster: Roster, standing: Orders, tests: tuple[str, str], *, seed: str) -> Orders:
    """An order of the two forms for everybody in `roster`: half and half, within each sector too.

    standing: orders that stand. The same seed and roster give the same orders.
    """
    both = (tests, (tests[1], tests[0]))
    orders = {name: standing[name] for name in roster if standing.get(name) in both}
    everybody = Counter(orders.values())
    for _, people in _by_sector(roster):
        sector = Counter(orders[name] for name in people if name in orders)
        for drawn, name in sorted((_drawn(seed, name), name) for name in people if name not in orders):
            chosen = both if int(drawn[-1], 16) % 2 else both[::-1]
            fewer = min(chosen, key=lambda order: (sector[order], everybody[order]))
            orders[name] = fewer
            sector[fewer] += 1
            everybody[fewer] += 1
    return {name: orders[name] for name in roster}


def _by_sector(roster: Roster) -> Iterator[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for name, person in roster.items():
        groups.setdefault(person.sector or "", []).append(name)
    yield from sorted(groups.items())


def _drawn(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
