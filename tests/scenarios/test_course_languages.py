"""A course in the languages that it was made with, whatever the lab has learned since."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scenarios.course_card import CourseCard, case_of, directory_of, languages_of, read_course_card
from scenarios.documents.problem import ProblemsError
from scenarios.language import LANGUAGES, SOURCE, UNSAID, NoSuchLanguageError
from tests.places import CASES
from widgets.conversation import Conversation, random_id, utc_now
from widgets.shelf import NotebookShelf

CARD = {"course": "Kelas", "mode": "practice", "person": "Ibu R.", "keep_days": 30}
SERVICE = {"when": {"id": "Kapan"}, "can": {"id": "Bisa"}, "send": None, "never": None, "family": "other"}

Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An assignment with its card, in one language alone."""

    def make(**card: object) -> Path:
        case = tmp_path / "daftar-nilai" / "case"
        case.mkdir(parents=True)
        shutil.copy(CASES / "daftar-nilai" / "case.yaml", case)
        services = {"services": {"sekolah": {"name": {"id": "Sekolah"}, **SERVICE}}, "help": ["sekolah"]}
        (case / "services.yaml").write_text(yaml.safe_dump(services), encoding="utf-8")
        (case / "course.yaml").write_text(yaml.safe_dump({**CARD, **card}), encoding="utf-8")
        return case.parent

    return make


def test_a_card_that_names_no_languages_is_of_those_that_the_lab_had_first(made: Made) -> None:
    card = read_course_card(made() / "case")

    assert card.languages == card.spoken == UNSAID
    assert "languages" not in card.written()


def test_a_card_of_other_languages_says_so() -> None:
    assert CourseCard.model_validate({**CARD, "languages": ["id"]}).written()["languages"] == ["id"]


def test_a_case_lacks_none_of_the_languages_of_its_card(made: Made) -> None:
    with pytest.raises(ProblemsError, match=r"en\.yaml:1: the file cannot be read"):
        case_of(made())


def test_a_course_made_in_one_language_is_read_in_this_one(made: Made) -> None:
    assignment = made(languages=["id"])

    assert languages_of(assignment) == case_of(assignment).languages == ("id",)
    assert directory_of(assignment).services["sekolah"].name["id"] == "Sekolah"
    with pytest.raises(NoSuchLanguageError, match="no language “en” here"):
        case_of(assignment).in_language("en")


def test_an_assignment_without_a_card_has_all_languages_of_the_lab(tmp_path: Path) -> None:
    shutil.copytree(CASES / "daftar-nilai", tmp_path / "case")

    assert case_of(tmp_path).languages == LANGUAGES


@pytest.mark.parametrize(
    ("languages", "fault"), [(["id", "fr"], "no language “fr”"), (["en"], "“id” is not among them")]
)
def test_a_card_of_a_language_that_the_lab_never_had_is_refused_with_its_line(
    made: Made, languages: list[str], fault: str
) -> None:
    with pytest.raises(ProblemsError, match=rf"course\.yaml:\d+: languages: .*{fault}"):
        languages_of(made(languages=languages))


def test_its_player_offers_its_languages_and_refuses_others_with_a_sentence(made: Made) -> None:
    player = Conversation(NotebookShelf(made(languages=["id"])), "en", utc_now, random_id)

    labels, view = player.answer({"type": "ready", "language": "en"})
    (refused,) = player.answer({"type": "language", "language": "en"})
    (malformed,) = player.answer({"type": "language", "language": "fr"})
    player.close()

    assert labels["type"] == "labels"
    assert labels["languages"] == {"id": "Bahasa Indonesia"}
    assert view["type"] == "view"
    assert view["view"]["language"] == SOURCE
    assert refused["type"] == malformed["type"] == "refused"
    assert (refused["code"], malformed["code"]) == ("no_language", "malformed")
    assert "tidak ada dalam English" in refused["text"]
