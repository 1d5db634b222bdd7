"""A cohort as tables: raw rows hold what was picked, ready-made ones hold no group below five."""

from __future__ import annotations

import pandas as pd
import pytest

from graders.key.key import load_key
from graders.people.cohort import CourseCase
from graders.report.cohort_table import ALL, FLAGS, OPTIONS, ROWS, decision_rows, flag_table, option_table
from scenarios.case import Case
from tests.parts.report_class import HARMFUL, REFLECTION, RIGHT, empty_class, mixed_class, varied_class
from tests.places import VARIANTS

COHORT = mixed_class().cohort()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return decision_rows(COHORT)


def test_there_is_a_row_for_each_option_that_somebody_picked(rows: pd.DataFrame) -> None:
    one = rows[(rows.member == "p07") & (rows.case == "daftar-nilai")]  # a social worker, all right

    assert tuple(rows.columns) == ROWS
    assert one.groupby("decision").size().to_dict() == {
        "bicara": 1,
        "langkah": 3,
        "mendesak": 1,
        "serah": 2,
        "urutan": 4,
    }
    assert set(one.s) == {1.0}


def test_an_order_keeps_its_order(rows: pd.DataFrame) -> None:
    ranked = rows[(rows.member == "p00") & (rows.decision == "urutan")]

    assert list(ranked.option) == ["pantau", "sekolah", "setuju", "aman"]


def test_what_was_skipped_has_no_row(rows: pd.DataFrame) -> None:
    assert rows[(rows.member == "p22") & (rows.decision == "serah")].empty
    assert not rows[(rows.member == "p22") & (rows.decision == "bicara")].empty


def test_a_row_tells_only_a_group_that_may_be_shown(rows: pd.DataFrame) -> None:
    groups = rows.drop_duplicates("member").groupby("group").size()

    assert {"police", "social", "school"} <= set(groups.index)
    assert all(size >= 5 for name, size in groups.items() if name)
    assert "health" not in groups.index


def test_no_reflection_is_in_a_table(rows: pd.DataFrame) -> None:
    assert not rows.isin([REFLECTION]).to_numpy().any()
    assert "refleksi" not in set(rows.decision)


def test_harms_stand_beside_the_pick() -> None:
    rows = decision_rows(empty_class().plus(5, "police", HARMFUL).cohort())

    assert rows.groupby("decision").harm.max().to_dict() == {
        "bicara": 1,
        "langkah": 1,
        "mendesak": 0,
        "serah": 1,
        "urutan": 0,
    }


def test_the_option_table_shows_the_class_and_no_group_below_five() -> None:
    table = option_table(COHORT)

    assert tuple(table.columns) == OPTIONS
    assert table.n.min() >= 5
    assert set(table[table.group == ALL].low.isna()) == {False}
    assert not table.group.isin(["Kesehatan", "Desa dan PATBM"]).any()
    chosen = table[(table.decision == 2) & (table.group == ALL)].set_index("letter").share
    assert chosen.sum() == pytest.approx(1)


def test_the_flag_table_holds_every_harm_and_must_with_its_bound() -> None:
    table = flag_table(empty_class().plus(30, "police", RIGHT).cohort(), "en")

    assert tuple(table.columns) == FLAGS
    assert set(table.grade) == {"harm", "practice", "must"}
    assert set(table.bound.round(3)) == {0.095}
    assert set(table["count"]) == {0}


def test_each_row_names_the_variant_that_was_played(varied_case: Case) -> None:
    part = CourseCase(varied_case, load_key(varied_case, VARIANTS / "keys"))
    cohort = varied_class(part, {"baru": RIGHT, "lama": {**RIGHT, "mendesak": "rendah"}}).cohort()

    rows, options, flags = decision_rows(cohort), option_table(cohort), flag_table(cohort)

    urgent = rows[rows.decision == "mendesak"]
    assert urgent.groupby("variant").option.unique().map(list).to_dict() == {
        "baru": ["sedang"],
        "lama": ["rendah"],
    }
    assert set(options.case) == {"Berkas Beredar"}
    assert set(options.variant) == set(flags.variant) == {"baru", "lama"}
    assert set(option_table(COHORT).variant) == {""}
