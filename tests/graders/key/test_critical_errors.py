"""The critical errors: read whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.key.critical_errors import CRITICAL_ERRORS, load_critical_errors
from scenarios.documents.problem import ProblemsError

ONE_ERROR = """\
errors:
  E01:
    name: {id: nama, en: name}
    why: {id: sebab, en: why}
    grade: harm
    roles: [anyone]
    sources: [L1]
"""


def problems_of(folder: Path, text: str) -> str:
    file = folder / "critical_errors.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_critical_errors(file)
    return str(caught.value)


def test_the_lab_knows_twenty_two_errors_of_which_four_only_cost_points() -> None:
    errors = load_critical_errors()

    assert list(errors) == [f"E{number:02}" for number in range(1, 23)]
    practice = [code for code, error in errors.items() if error.grade == "practice"]
    assert practice == ["E19", "E20", "E21", "E22"]


def test_the_report_within_3x24_hours_is_no_duty_of_a_teacher() -> None:
    error = load_critical_errors()["E07"]

    assert error.binds("uptd_ppa")
    assert not error.binds("school")
    assert not error.binds("anyone")


def test_an_error_of_anyone_binds_every_role() -> None:
    assert load_critical_errors()["E05"].binds("school")


def test_a_harm_needs_law_or_a_safeguarding_source(tmp_path: Path) -> None:
    faults = problems_of(tmp_path, ONE_ERROR.replace("[L1]", "[LAB]"))

    assert "critical_errors.yaml:7: errors.E01.sources: " in faults
    assert faults.endswith("[flag-source]")


def test_an_unknown_source_is_named(tmp_path: Path) -> None:
    faults = problems_of(tmp_path, ONE_ERROR.replace("[L1]", "[L1, L99]"))

    assert "there is no source “L99”" in faults


def test_an_error_without_roles_is_refused(tmp_path: Path) -> None:
    assert "errors.E01.roles" in problems_of(tmp_path, ONE_ERROR.replace("[anyone]", "[]"))


def test_the_catalogue_stands_beside_its_loader() -> None:
    assert CRITICAL_ERRORS.is_file()
