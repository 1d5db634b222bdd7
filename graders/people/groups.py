"""Groups of people that may be shown: small ones merged, then hidden, so that no subtraction reveals them.

The rule is that of scoring.md, “A class of 30 to 70”: a group below 5 merges into its family, then is
hidden; where one group is hidden the next smallest is hidden too (complementary suppression: Hundepool
and others, Statistical Disclosure Control, Wiley 2012, chapter 4). Apply it to the people behind one
table (those who answered a question), not to the class: each table then keeps the rule by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from graders.people.cohort import Member
from graders.people.roster import folded
from scenarios.directory.sectors import Sectors, load_sectors
from scenarios.language import Catalogue, Texts, read_catalogue

LEAST = 5
TEXTS = Path(__file__).with_name("groups.yaml")

Level: TypeAlias = Literal["sector", "family", "text", "unknown"]


@dataclass(frozen=True, slots=True)
class Group:
    """People who are shown together, at least 5. level: what they share; members: their ids."""

    id: str
    level: Level
    name: Texts
    members: frozenset[str]

    @property
    def size(self) -> int:
        """How many people these are."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one table. visible: the largest first; hidden: how many people stand in none of them.

    hidden is 0 or at least 5, and then two groups or more; only where there are fewer than 5 people in
    all is it less. Who they are, and how many groups, is not told.
    """

    visible: tuple[Group, ...]
    hidden: int


def by_sector(members: Iterable[Member], sectors: Sectors | None = None) -> Groups:
    """The sectors that `members` come from; where one has fewer than 5, its whole family instead.

    sectors: the catalogue, that of the lab where left out; a sector that it lacks counts as not stated.
    """
    catalogue = load_sectors() if sectors is None else sectors
    people = tuple(members)

    def sector(member: Member) -> str:
        name = member.sector or ""
        return name if name in catalogue.sectors else ""

    groups: list[Group] = []
    for family, part in _parted_by(people, lambda one: _family(sector(one), catalogue)).items():
        if not family:
            groups.append(_unknown(part))
            continue
        parts = _parted_by(part, sector)
        if len(parts) == 1 or all(len(some) >= LEAST for some in parts.values()):
            groups.extend(
                _group("sector", name, catalogue.sectors[name].name, some) for name, some in parts.items()
            )
        else:
            groups.append(_group("family", family, catalogue.families[family].name, part))
    return _suppressed(groups)


def by_text(members: Iterable[Member], text: Callable[[Member], str]) -> Groups:
    """Those of `members` together of whom `text` says the same: their province, their team, their batch.

    Texts that differ in case or in spaces alone are one, in the spelling that most of them have. There is no
    family of such groups: one below 5 is hidden.
    """
    parts = _parted_by(members, lambda one: folded(text(one)))
    groups = []
    for name, part in parts.items():
        spelling = Counter(" ".join(text(one).split()) for one in part).most_common(1)[0][0]
        groups.append(_group("text", name, Texts.same(spelling), part) if name else _unknown(part))
    return _suppressed(groups)


def _suppressed(groups: Sequence[Group]) -> Groups:
    """Hide what is below 5, and the next smallest until 5 people are hidden or none is left.

    One group below 5 so never stays hidden alone, where the total would tell it.
    """
    waiting = sorted(groups, key=lambda group: (group.size, group.level, group.id))
    hidden = 0
    while waiting and (waiting[0].size < LEAST or 0 < hidden < LEAST):
        hidden += waiting.pop(0).size
    return Groups(_largest_first(waiting), hidden)


def _largest_first(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (-group.size, group.level, group.id)))


def _parted_by(people: Iterable[Member], key: Callable[[Member], str]) -> Mapping[str, list[Member]]:
    parts: dict[str, list[Member]] = {}
    for one in people:
        parts.setdefault(key(one), []).append(one)
    return parts


def _family(sector: str, catalogue: Sectors) -> str:
    return catalogue.sectors[sector].family if sector else ""


def _group(level: Level, name_id: str, name: Texts, people: Iterable[Member]) -> Group:
    return Group(name_id, level, name, frozenset(one.id for one in people))


def _unknown(people: Iterable[Member]) -> Group:
    return _group("unknown", "", _texts()["unknown"], people)


@lru_cache(maxsize=1)
def _texts() -> Catalogue:
    return read_catalogue(TEXTS)
