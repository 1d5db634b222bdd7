"""The rubric for reflections: a kind sentence for each level of each criterion, and never a point."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.reflections.rubric import OWN, course_rubric, load_rubric
from scenarios.documents.problem import ProblemsError
from scenarios.language import LANGUAGES


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = OWN.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "rubric.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_the_labs_own_looks_for_four_things_in_three_levels() -> None:
    rubric = load_rubric()

    assert list(rubric.criteria) == ["self", "child", "change", "need"]
    assert all(len(part.sentences) == len(rubric.levels) == 3 for part in rubric.criteria.values())


def test_it_has_words_and_no_numbers() -> None:
    rubric = load_rubric()
    for language in LANGUAGES:
        for criterion in rubric.criteria.values():
            texts = [text[language] for text in criterion.sentences.values()]
            assert not any(character.isdigit() for text in texts for character in text)


def test_a_course_may_lay_its_own_beside(tmp_path: Path) -> None:
    assert course_rubric(tmp_path) == load_rubric()

    edited(tmp_path, 'en: "Begins to show"', 'en: "On the way"')

    assert course_rubric(tmp_path).levels["begins"]["en"] == "On the way"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('clear: {id: "Terbaca jelas", en: "Clear"}', "", "do not stand for the levels"),
        ('en: "Clear"', 'en: "Clear", points: 3', "points"),
        ('en: "Choose just one decision, and write what you would try next time."', 'en: " "', "is empty"),
        ("  self:\n    name:", "  Self:\n    name:", "Self"),
    ],
)
def test_a_wrong_one_is_told(tmp_path: Path, old: str, new: str, fault: str) -> None:
    edited(tmp_path, old, new)

    with pytest.raises(ProblemsError, match=fault):
        course_rubric(tmp_path)


def test_two_levels_never_share_a_sentence(tmp_path: Path) -> None:
    rubric = load_rubric()
    first, second = (rubric.criteria[name].sentences["clear"]["en"] for name in ("self", "child"))
    edited(tmp_path, first, second)

    with pytest.raises(ProblemsError, match="stands for two levels"):
        course_rubric(tmp_path)
