"""The cases that an activity leads to."""

from __future__ import annotations

from release.course.programmes.activity_cases import activity_cases
from release.course.programmes.programme import load_programmes

PROGRAMMES = {str(code): one for code, one in load_programmes().items()}


def test_an_activity_leads_to_the_cases_of_its_item() -> None:
    programme = PROGRAMMES["A2"]
    first, second = programme.tests

    assert activity_cases("", ["a", "b"], PROGRAMMES) == ["a", "b"]
    assert activity_cases("case:teman-gim", [], PROGRAMMES) == ["teman-gim"]
    assert set(activity_cases("programme:A2", [], PROGRAMMES)) == {*programme.cases, first, second}
    assert set(activity_cases(f"test:{first}-before", [], PROGRAMMES)) == {first, second}
    for item in ("lesson:K1", "programme:A9", "test:x-after"):
        assert list(activity_cases(item, ["a"], PROGRAMMES)) == []
