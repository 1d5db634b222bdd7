"""A training of two days in a real Chromium, by buttons alone: from the double click to the deletion.

`python -m tests.parts.training` plays the whole of it, with pictures; here fewer people play less.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from graders.people.roster import course_roster
from release.workshop.data_folder import database_of
from release.workshop.writer.workshops import workshops_in
from scenarios.language import SOURCE
from tests.parts.training.eye import NARROW, Eye
from tests.parts.training.first_day import FIRST_DAY
from tests.parts.training.hall import open_hall
from tests.parts.training.second_day import SECOND_DAY
from tests.parts.training.sentences import strange_words
from tests.parts.training.training import SHORT, TrainingRun

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def training(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainingRun]:
    """A training that was played to its end."""
    place = tmp_path_factory.mktemp("training")
    with open_hall(place, chromium.browser_type, SOURCE) as hall:
        # The pages of a course, the board of a case and the reports are taller, and have tests of their own.
        training = TrainingRun(hall, SHORT, Eye(SOURCE, sizes=(NARROW,), tallest=6000), place)
        training.play({**FIRST_DAY, **SECOND_DAY})
        yield training


def test_every_step_from_the_double_click_to_the_deletion_is_a_button(training: TrainingRun) -> None:
    assert list(training.notes) == [*FIRST_DAY, *SECOND_DAY]
    assert len(training.eye.seen) > 50


def test_everybody_who_played_has_a_grade_of_each_case_and_both_tests(training: TrainingRun) -> None:
    cases = [*training.plan.cases, *training.tests]

    assert training.graded == dict.fromkeys(cases, training.plan.people)


def test_no_page_breaks_a_rule_of_accessibility(training: TrainingRun) -> None:
    assert training.eye.barriers == []


def test_no_page_says_a_word_in_another_language_than_the_one_that_was_chosen(training: TrainingRun) -> None:
    assert training.eye.strange == []


def test_a_word_of_another_language_is_found() -> None:
    assert strange_words("Simpan pilihan. Save the choices.", "id") == ["save", "the", "choices"]
    assert strange_words("Save the choices. Simpan pilihan.", "en") == ["simpan", "pilihan"]


def test_no_page_is_scrolled_sideways_on_a_phone(training: TrainingRun) -> None:
    assert training.eye.overflows == []


def test_no_page_asks_another_server_and_no_script_fails(training: TrainingRun) -> None:
    assert training.hall.strangers == []
    assert training.hall.failures == []


def test_in_the_end_nothing_is_left_of_anybody(training: TrainingRun) -> None:
    data = training.hall.home / "workshop"

    assert course_roster(training.course) == {}
    assert not list(training.course.glob("*/*/*/decisions.jsonl"))
    assert workshops_in(database_of(data)) == ()
    assert not list((data / "exports").glob("*"))
