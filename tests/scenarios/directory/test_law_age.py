"""When a source, and what rests on it, is to be read again."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.directory.law_age import Aged, aged_cover, aged_rule, aged_source, aged_text, last_day
from scenarios.directory.sources import Source, SourceChange
from scenarios.language import Texts

READ = date(2026, 3, 31)
CHANGED = date(2026, 6, 1)
SOON = date(2026, 7, 1)


def source(change: SourceChange | None = None, read: date | None = READ) -> Source:
    return Source(title=Texts.same("UU X"), kind="law", mark="seen", read=read, changed=change)


CHANGE = SourceChange(day=CHANGED, what=Texts.same("Pasal 5 dicabut."), cases=("teman-gim",))
SOURCES = {"L1": source(), "L2": source(CHANGE), "LAB": source(read=None)}


@pytest.mark.parametrize(
    ("read", "end"),
    [(READ, date(2026, 9, 30)), (date(2026, 8, 31), date(2027, 2, 28)), (date(2026, 7, 1), date(2027, 1, 1))],
)
def test_six_months_end_on_the_same_day_or_the_last_of_a_shorter_month(read: date, end: date) -> None:
    assert last_day(read) == end


def test_a_text_ages_the_day_after_six_months() -> None:
    assert aged_text(["L1"], SOURCES, READ, last_day(READ)) == ()
    assert aged_text(["L1"], SOURCES, READ, date(2026, 10, 1)) == (Aged(READ),)


def test_a_change_is_read_only_by_a_later_reading() -> None:
    assert aged_text(["L2"], SOURCES, CHANGED, SOON) == (Aged(CHANGED, "L2"),)
    assert aged_text(["L2"], SOURCES, date(2026, 6, 2), SOON) == ()


def test_a_change_that_is_still_to_come_ages_nothing() -> None:
    assert aged_text(["L2"], SOURCES, READ, date(2026, 5, 31)) == ()


def test_a_rule_ages_with_its_sources_until_it_is_read_later_itself() -> None:
    assert aged_rule(["L1", "L2"], SOURCES, None, SOON) == (Aged(READ, "L2"),)
    assert aged_rule(["L1", "L2"], SOURCES, SOON, SOON) == ()


def test_what_nobody_has_read_does_not_age() -> None:
    assert aged_source("LAB", SOURCES["LAB"], date(2030, 1, 1)) is None


def test_the_cover_tells_a_change_of_the_cases_that_it_names_and_of_no_other() -> None:
    assert aged_cover("teman-gim", SOURCES, READ, SOON) == (Aged(READ, "L2"),)
    assert aged_cover("arisan-ibu", SOURCES, READ, SOON) == ()
