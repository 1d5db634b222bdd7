"""What leaves a course for research: only of those who said yes, and nothing that tells who they are."""

from __future__ import annotations

from collections.abc import MutableSequence
from dataclasses import replace
from random import Random

from graders.exports.research import HEADER, research_table
from graders.key.key import load_key
from graders.people.cohort import CourseCase, JudgedPlay
from graders.sheet_export import csv_bytes
from scenarios.case import Case
from tests.parts.report_class import REFLECTION, RIGHT, ReportClass, empty_class, varied_class
from tests.places import VARIANTS


def shuffled(names: MutableSequence[str]) -> None:
    Random(1).shuffle(names)


def asked(people: ReportClass, yes: int) -> ReportClass:
    """The class in which the first so many people said yes."""

    def answered(number: int, one: JudgedPlay) -> JudgedPlay:
        started = one.play.started
        assert started is not None
        start = started.model_copy(update={"research": number < yes})
        return replace(one, play=replace(one.play, started=start))

    return replace(people, handed=tuple(answered(*each) for each in enumerate(people.handed)))


def test_nobody_is_in_it_who_did_not_say_yes() -> None:
    people = asked(empty_class().plus(6, "police", RIGHT).plus(6, "social", RIGHT), 6)

    table = research_table(people.cohort(), shuffled)

    assert {row[0] for row in table.rows} == set(range(1, 7))
    assert {row[1] for row in table.rows} == {"police"}


def test_neither_a_pseudonym_nor_a_text_nor_a_moment_leaves() -> None:
    people = asked(empty_class().plus(6, "police", RIGHT), 6)

    text = csv_bytes(research_table(people.cohort(), shuffled)).decode()

    assert text.startswith(",".join(HEADER))
    assert not [word for word in ("p00", REFLECTION, "2026-11-22") if word in text]
    assert "sekolah:jam:tindakan;psikolog:hari:usia+tidur" in text


def test_a_small_sector_is_not_named() -> None:
    people = asked(empty_class().plus(8, "police", RIGHT).plus(2, "school", RIGHT), 10)

    assert "school" not in {row[1] for row in research_table(people.cohort(), shuffled).rows}


def test_a_play_ends_before_its_first_skip() -> None:
    people = asked(empty_class().plus(5, "police", {**RIGHT, "mendesak": None}), 5)

    assert research_table(people.cohort(), shuffled).rows == ()


def test_each_row_names_the_variant_that_was_played(varied_case: Case) -> None:
    part = CourseCase(varied_case, load_key(varied_case, VARIANTS / "keys"))
    people = asked(varied_class(part, {"baru": RIGHT, "lama": RIGHT}), 12)

    rows = [dict(zip(HEADER, row, strict=True)) for row in research_table(people.cohort(), shuffled).rows]

    variants = [row["variant"] for row in rows if row["decision"] == "mendesak" and row["s"] == 1]
    assert variants == ["baru"] * 6
    assert {row["variant"] for row in rows} == {"baru", "lama"}
