"""Decisions for research: of those alone who said yes to it, and without what tells who they are.

The yes is a box of its own on the cover, unticked, and stands in the record. Numbers of persons are
drawn anew for each export; sectors below five are merged or left out (graders/people/groups.py); there is no
time, no place and no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableSequence
from typing import TypeAlias

from graders.people.cohort import Cohort, JudgedPlay, decisions_before_skip
from graders.people.groups import by_sector
from graders.sheet_export import Cell, Table
from scenarios.pick import written_parts

HEADER = ("person", "group", "case", "version", "variant", "key", "decision", "pick", "s", "harm", "missed")

Shuffle: TypeAlias = Callable[[MutableSequence[str]], None]


def research_table(cohort: Cohort, shuffle: Shuffle) -> Table:
    """One row for each decision of those who said yes, first attempts, up to a play's first skip.

    group: the sector or family that may be shown, else empty; variant: of the play, empty where its case has
    none; pick: ids with “;” between; s: 0..1; harm and missed: counts. shuffle: puts the persons into a
    random order, from which they are numbered.
    """
    willing = [one for one in cohort.handed if one.play.started is not None and one.play.started.research]
    names = sorted({one.member.id for one in willing})
    shuffle(names)
    numbers = {name: number for number, name in enumerate(names, start=1)}
    members = {one.member.id: one.member for one in willing}
    groups = {name: group.id for group in by_sector(members.values()).visible for name in group.members}
    rows: list[tuple[Cell, ...]] = []
    for one in sorted(willing, key=lambda one: (numbers[one.member.id], one.case)):
        person: tuple[Cell, ...] = (numbers[one.member.id], groups.get(one.member.id))
        rows += [(*person, *row) for row in _decisions(cohort, one)]
    return Table(HEADER, tuple(rows))


def _decisions(cohort: Cohort, one: JudgedPlay) -> Iterator[tuple[Cell, ...]]:
    part = cohort.cases[one.case]
    played = (one.case, part.case.version, one.play.case.variant, part.key.version)
    verdicts = {verdict.decision: verdict for verdict in one.first.verdicts}
    for name in decisions_before_skip(one.play):
        verdict, pick = verdicts[name], one.play.first[name]
        counts = (verdict.s, len(verdict.harm), len(verdict.missed))
        yield (*played, name, ";".join(written_parts(pick)), *counts)
