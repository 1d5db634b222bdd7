"""Of no two tables the difference tells of fewer than five people."""

from __future__ import annotations

import random
from itertools import chain, combinations

import pytest

from graders.people.cohort import Member
from graders.people.disclosure import Disclosure, People
from graders.people.groups import LEAST, by_sector

SECTORS = ("police", "prosecution", "health", "school", "village", "legal_aid", None)


def people(first: int, last: int) -> People:
    return frozenset(f"{number:03}" for number in range(first, last))


def test_the_same_people_may_be_shown_again() -> None:
    disclosure = Disclosure()
    disclosure.show([people(0, 5), people(5, 12)])

    assert disclosure.allows([people(0, 5)])
    assert disclosure.allows([people(0, 12)])


@pytest.mark.parametrize(("last", "may"), [(11, False), (14, False), (15, True)])
def test_a_figure_moves_by_five_people(last: int, may: bool) -> None:  # noqa: FBT001 -- a row of the table
    disclosure = Disclosure()
    disclosure.show([people(0, 10)])

    assert disclosure.allows([people(0, last)]) is may


def test_groups_that_together_are_nearly_an_earlier_figure_are_not_shown() -> None:
    disclosure = Disclosure()
    disclosure.show([people(0, 12)])

    assert not disclosure.allows([people(0, 5), people(5, 11), people(20, 30)])


def test_a_group_that_grew_by_one_stays_as_it_was_and_others_move() -> None:
    disclosure, before = Disclosure(), (people(0, 5), people(10, 15))
    disclosure.show(before)

    table = disclosure.table(people(0, 30), [people(0, 6), people(10, 20)], before)

    assert set(table) == {people(0, 5), people(10, 20)}


def test_what_is_left_of_the_whole_counts_as_a_figure() -> None:
    disclosure = Disclosure()
    disclosure.show([people(0, 5)])

    assert disclosure.table(people(0, 11), [people(5, 11)]) == (people(5, 11),)
    assert disclosure.table(people(0, 16), [people(6, 16)]) == (), "six are left, five of whom were shown"


def test_fewer_than_five_are_never_left_over_beside_a_whole_that_is_shown() -> None:
    disclosure = Disclosure()
    disclosure.show([people(0, 22)])

    (shown,) = disclosure.table(people(0, 22), [people(0, 10), people(10, 20)])

    assert len(shown) == 10, "beside both, two would be left over"


def unions(groups: tuple[People, ...]) -> list[People]:
    chosen = chain.from_iterable(combinations(groups, size) for size in range(1, len(groups) + 1))
    return [frozenset[str]().union(*some) for some in chosen]


@pytest.mark.parametrize("seed", range(40))
def test_no_difference_in_a_random_room_tells_of_fewer_than_five(seed: int) -> None:
    chance = random.Random(seed)
    class_members = [Member(f"{number:03}", chance.choice(SECTORS)) for number in range(40)]
    disclosure, figures = Disclosure(), list[People]()
    before: tuple[People, ...] = ()
    for present in range(chance.randrange(5, 9), 41, chance.randrange(5, 8)):
        whole = frozenset(member.id for member in class_members[:present])
        groups = by_sector(class_members[:present]).visible
        table = disclosure.table(whole, (group.members for group in groups), before)
        rest = whole.difference(*table)
        for new in unions((*table, rest) if table else ()):
            assert all(not new ^ old or len(new ^ old) >= LEAST for old in (*figures, whole))
        before = table or before
        figures += [*table, rest, whole] if table else []
