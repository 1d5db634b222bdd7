"""The report of a case in variants: each variant's figures apart, and whether the facts decided."""

from __future__ import annotations

import pytest

from graders.key.key import load_key
from graders.people.cohort import CourseCase
from graders.report.data import CaseReport
from graders.report.page import report_page
from scenarios.case import Case
from tests.parts.report_class import RIGHT, Picks, ReportClass, varied_class
from tests.places import VARIANTS

LATE: Picks = {**RIGHT, "mendesak": "rendah"}


@pytest.fixture(scope="module")
def part(varied_case: Case) -> CourseCase:
    return CourseCase(varied_case, load_key(varied_case, VARIANTS / "keys"))


def case_report(made: ReportClass) -> CaseReport:
    return made.data(guides={}).cases[0]


def test_the_figures_of_each_variant_stand_apart_by_its_own_key(part: CourseCase) -> None:
    report = case_report(varied_class(part, {"baru": RIGHT, "lama": LATE}))

    urgent = [one for one in report.decisions if one.id == "mendesak"]
    assert [(one.number, one.variant, one.n, one.mean) for one in urgent] == [
        (1, "baru", 6, 1.0),
        (1, "lama", 6, 1.0),
    ]
    assert [[option.standing for option in one.options] for one in urgent] == [
        ["wrong", "right", "partly"],
        ["right", "partly", "wrong"],
    ]


def test_a_class_that_tells_the_facts_apart_is_above_what_one_answer_gets(part: CourseCase) -> None:
    apart = case_report(varied_class(part, {"baru": RIGHT, "lama": LATE})).sensitivities
    alike = case_report(varied_class(part, {"baru": RIGHT, "lama": RIGHT})).sensitivities

    assert (apart[0].number, apart[0].mean, apart[0].ceiling) == (1, 1.0, 0.75)
    assert (apart[0].value, alike[0].value) == (0.25, 0.0)


def test_a_decision_whose_key_is_the_same_in_all_variants_teaches_nothing_of_them(part: CourseCase) -> None:
    one = case_report(varied_class(part, {"baru": RIGHT, "lama": LATE})).sensitivities[1]

    assert (one.number, one.ceiling, one.value) == (2, 1.0, 0.0)


def test_nothing_is_said_of_variants_that_nobody_played(part: CourseCase) -> None:
    assert case_report(varied_class(part, {"baru": RIGHT})).sensitivities == ()


def test_the_page_tells_it_beside_what_differs(part: CourseCase) -> None:
    page = report_page(varied_class(part, {"baru": RIGHT, "lama": LATE}).data(guides={}))

    assert "Apakah fakta menentukan jawaban" in page
    assert "Berkas sudah dihapus sebulan yang lalu" in page
