"""Small groups are merged, then hidden, and no subtraction brings them back."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from graders.people.cohort import Member
from graders.people.groups import LEAST, Groups, by_sector
from scenarios.directory.sectors import load_sectors

Grouping = Callable[[Iterable[Member]], Groups]


def people(**sizes: int) -> list[Member]:
    """So many members of each sector; `none` for those who did not say."""
    return [
        Member(f"{sector}-{number}", None if sector == "none" else sector)
        for sector, size in sizes.items()
        for number in range(size)
    ]


def sizes_and_hidden(groups: Groups) -> tuple[list[tuple[str, str, int]], int]:
    return [(group.level, group.id, group.size) for group in groups.visible], groups.hidden


def test_sectors_of_five_and_more_are_shown() -> None:
    assert sizes_and_hidden(by_sector(people(police=12, health=5))) == (
        [("sector", "police", 12), ("sector", "health", 5)],
        0,
    )


def test_a_small_sector_merges_its_whole_family() -> None:
    class_groups = by_sector(people(police=12, prosecution=2, health=9))

    assert sizes_and_hidden(class_groups) == ([("family", "law_enforcement", 14), ("sector", "health", 9)], 0)
    assert class_groups.visible[0].name["en"] == "Law enforcement"


def test_a_family_below_five_is_hidden_and_the_next_smallest_with_it() -> None:
    assert sizes_and_hidden(by_sector(people(police=12, health=6, legal_aid=2))) == (
        [("sector", "police", 12)],
        8,
    )


def test_two_hidden_groups_of_five_in_all_hide_no_third() -> None:
    assert sizes_and_hidden(by_sector(people(police=12, health=3, legal_aid=2))) == (
        [("sector", "police", 12)],
        5,
    )


def test_two_hidden_groups_below_five_in_all_hide_a_third() -> None:
    assert sizes_and_hidden(by_sector(people(police=12, school=7, health=2, legal_aid=1))) == (
        [("sector", "police", 12)],
        10,
    )


def test_who_did_not_say_is_a_group_like_the_others() -> None:
    class_groups = by_sector([*people(police=12, none=6), Member("x", "no_such_sector")])

    assert sizes_and_hidden(class_groups) == ([("sector", "police", 12), ("unknown", "", 7)], 0)


def test_nobody_is_no_group() -> None:
    assert sizes_and_hidden(by_sector([])) == ([], 0)


def test_a_class_below_five_shows_no_group() -> None:
    assert sizes_and_hidden(by_sector(people(police=4))) == ([], 4)


def random_class(chance: random.Random) -> list[Member]:
    """A class of any size whose sectors are as lopsided as chance makes them."""
    sectors = [*load_sectors().sectors, None]
    chosen = chance.sample(sectors, chance.randint(1, len(sectors)))
    weights = [chance.random() ** 3 + 0.001 for _ in chosen]
    return [
        Member(str(number), chance.choices(chosen, weights)[0]) for number in range(chance.randint(1, 70))
    ]


def differences(sets: Sequence[frozenset[str]]) -> Iterable[frozenset[str]]:
    """What is left of each set when others that lie within it and apart from one another are taken out."""
    for whole in sets:
        inside = [part for part in sets if part < whole]
        for size in range(1, len(inside) + 1):
            for parts in itertools.combinations(inside, size):
                if sum(len(part) for part in parts) == len(frozenset().union(*parts)):
                    yield whole.difference(*parts)


def recoverable(visible: Sequence[frozenset[str]], small: frozenset[str], everybody: Sequence[str]) -> bool:
    """Whether some sum of the shown sets' counts, each taken any number of times, is the small set's."""
    rows = np.array([[name in group for name in everybody] for group in visible], dtype=float)
    wanted = np.array([name in small for name in everybody], dtype=float)
    return bool(np.linalg.matrix_rank(np.vstack([rows, wanted])) == np.linalg.matrix_rank(rows))


def small_groups(members: Sequence[Member]) -> list[frozenset[str]]:
    """The ids of each sector and each family that fewer than five come from."""
    keys: tuple[Callable[[Member], object], ...] = (lambda member: member.sector, family)
    return [
        frozenset(member.id for member in members if key(member) == name)
        for key in keys
        for name, count in Counter(key(member) for member in members).items()
        if count < LEAST
    ]


def family(member: Member) -> str:
    return load_sectors().sectors[member.sector].family if member.sector else ""


def test_nothing_below_five_is_shown_or_can_be_told_by_subtraction() -> None:
    chance, hidden, small_count = random.Random(20260401), 0, 0
    for _ in range(300):
        members = random_class(chance)
        everybody = [member.id for member in members]
        groups = by_sector(members)
        visible = {group.members for group in groups.visible}
        if len(members) < LEAST:
            assert not visible
            continue
        sets = list(dict.fromkeys([frozenset(everybody), *sorted(visible, key=sorted)]))
        assert all(len(group) >= LEAST for group in sets)
        assert all(len(rest) == 0 or len(rest) >= LEAST for rest in differences(sets))
        for small in small_groups(members):
            small_count += 1
            assert not recoverable(sets, small, everybody)
        assert groups.hidden == len(members) - sum(group.size for group in groups.visible)
        hidden += groups.hidden > 0
    assert hidden > 50
    assert small_count > 300


def test_each_member_stands_in_one_group_at_most() -> None:
    chance = random.Random(7)
    for _ in range(50):
        names = [name for group in by_sector(random_class(chance)).visible for name in group.members]
        assert len(names) == len(set(names))
