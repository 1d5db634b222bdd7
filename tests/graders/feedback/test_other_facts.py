"""What would have been right with other facts: told of a practice play that is over, and never before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import Key, load_key
from scenarios.case import Case
from scenarios.engine.event import Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import DecisionFeedback, OtherFactsNote
from scenarios.language import LANGUAGES
from tests.conftest import MOMENT
from tests.parts.feedback_desk import FeedbackDesk
from tests.places import VARIANTS

KEYS = VARIANTS / "keys"
STEPS: tuple[str | tuple[str, object], ...] = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat", "minta", "sandi"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]),
    ("refleksi", "Cukup."),
)
Steps = Callable[..., tuple[Event, ...]]
Played = Callable[..., Play]
LATE = "Berkas sudah dihapus sebulan yang lalu, dan tidak ada yang menyebarkannya lagi."


def started_in(mode: Mode, variant: str = "baru") -> Started:
    return Started(
        at=MOMENT,
        play="a" * 32,
        case="berkas-beredar",
        version="1.0.0",
        course="uji",
        mode=mode,
        variant=variant,
    )


@pytest.fixture(scope="session")
def key(varied_case: Case) -> Key:
    return load_key(varied_case, KEYS)


@pytest.fixture
def played(varied_case: Case, steps: Steps) -> Played:
    """A factory: a play of the first so many steps, of all of them to its end where left out."""

    def play(mode: Mode = "practice", count: int = len(STEPS), variant: str = "baru") -> Play:
        return Play.replay(varied_case, (started_in(mode, variant), *steps(*STEPS[:count])))

    return play


def others(note: DecisionFeedback) -> list[OtherFactsNote]:
    return note.get("others", [])


def test_a_decision_whose_right_answer_differs_tells_what_differs_and_what_would_be_right_and_why(
    varied_case: Case, key: Key, played: Played
) -> None:
    note = KeyFeedback(varied_case, key).on_case(played(), "id")

    assert note is not None
    (other,) = others(note["decisions"][0])
    assert other["facts"] == LATE
    (right,) = other["right"]
    assert (right["id"], right["text"]) == ("rendah", "Cukup dicatat dulu")
    assert right["why"] == ["Penyebaran sudah berhenti sebulan yang lalu. Cukup dicatat dulu."]
    assert [source["code"] for source in right["sources"]] == ["L11"]


def test_a_decision_in_which_the_same_is_right_tells_nothing_of_other_facts(
    varied_case: Case, key: Key, played: Played
) -> None:
    note = KeyFeedback(varied_case, key).on_case(played(), "id")

    assert note is not None
    assert {each["decision"] for each in note["decisions"] if others(each)} == {"mendesak", "serah"}


def test_a_referral_tells_how_soon_each_service_would_be_called_and_what_it_would_get(
    varied_case: Case, key: Key, played: Played
) -> None:
    note = KeyFeedback(varied_case, key).on_case(played(), "en")

    assert note is not None
    (other,) = others(note["decisions"][-1])
    case = varied_case.in_language("en").in_variant("lama")
    urgency = case.key_decisions()[-1].level_texts["pekan"]
    school = next(each for each in other["right"] if each["id"] == "sekolah")
    assert (school["urgency"], school["packet"]) == (urgency, [case.facts["tindakan"]])
    assert school["why"][1:] == [
        "Every hour more people read the file.",
        "The school needs to know the steps asked for. It does not need the counselling notes for that.",
    ]


def test_each_variant_tells_of_the_other_in_each_language(
    varied_case: Case, key: Key, played: Played
) -> None:
    source = KeyFeedback(varied_case, key)
    for language in LANGUAGES:
        spoken = varied_case.in_language(language)
        for variant, other in (("baru", "lama"), ("lama", "baru")):
            play = played(variant=variant, count=1)
            whole = played(variant=variant)
            assert source.on_case(play, language) is None
            note = source.on_case(whole, language)
            assert note is not None
            assert [each["facts"] for each in others(note["decisions"][0])] == [spoken.variants[other]]


def test_nothing_of_another_variant_is_told_while_the_play_goes_on(
    varied_case: Case, key: Key, played: Played
) -> None:
    source = KeyFeedback(varied_case, key)
    late = key.in_variant("lama").translations["id"].decisions["mendesak"].why["rendah"]
    for count in range(1, len(STEPS)):
        play = played(count=count)
        for name in play.picks:
            note = source.on_decision(play, name, "id")
            assert "others" not in (note or {})
            assert late not in json.dumps(note, ensure_ascii=False)
        assert source.on_case(play, "id") is None


def test_a_due_page_of_a_play_that_is_not_over_tells_nothing_of_other_facts(
    varied_case: Case, key: Key, played: Played
) -> None:
    note = KeyFeedback(varied_case, key, due=True).on_case(played(count=3), "id")

    assert note is not None
    assert not any(others(each) for each in note["decisions"])


@pytest.mark.parametrize("mode", ["test", "discussion"])
def test_outside_practice_nothing_is_told_of_other_facts_even_where_feedback_is_due(
    varied_case: Case, key: Key, played: Played, mode: Mode
) -> None:
    note = KeyFeedback(varied_case, key, due=True).on_case(played(mode), "id")

    assert note is not None
    assert not any(others(each) for each in note["decisions"])


def test_a_case_for_tests_tells_nothing_of_other_facts(varied_case: Case, key: Key, played: Played) -> None:
    case = varied_case.model_copy(update={"use": "test"})

    note = KeyFeedback(case, key, due=True).on_case(played(), "id")

    assert note is not None
    assert not any(others(each) for each in note["decisions"])


def test_an_option_that_experts_contested_with_other_facts_is_not_called_right(
    varied_case: Case, key: Key, played: Played
) -> None:
    late = key.tellings["lama"]
    contested = late.decisions["mendesak"].model_copy(update={"weight": 0})
    telling = late.model_copy(update={"decisions": {**late.decisions, "mendesak": contested}})
    changed = key.model_copy(update={"tellings": {**key.tellings, "lama": telling}})

    note = KeyFeedback(varied_case, changed).on_case(played(), "id")

    assert note is not None
    assert others(note["decisions"][0]) == []


@pytest.fixture
def page(tmp_path: Path, steps: Steps) -> Callable[[Mode], str]:
    """A factory: nbgrader's feedback page of a play in a course of this mode."""

    def html(mode: Mode) -> str:
        course = tmp_path / mode
        place = course / "release" / "berkas-beredar" / "case"
        shutil.copytree(VARIANTS / "cases" / "berkas-beredar", place)
        card = {"course": "uji", "mode": mode, "person": "Ibu R."}
        (place / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
        desk = FeedbackDesk(course, "berkas-beredar", KEYS)
        desk.hand_in("peserta-01", (started_in(mode), *steps(*STEPS)))
        desk.grade("peserta-01")
        return desk.html("peserta-01")

    return html


def test_the_feedback_page_of_a_practice_course_tells_it_in_both_languages(
    page: Callable[[Mode], str],
) -> None:
    html = page("practice")

    assert html.count("Seandainya faktanya lain") == html.count("With other facts") == 2
    assert LATE in html
    assert "The spread ended a month ago. A note is enough for now." in html
    assert "Seberapa cepat: Dalam seminggu." in html


def test_the_feedback_page_of_a_test_tells_nothing_of_it(page: Callable[[Mode], str]) -> None:
    html = page("test")

    assert "Seandainya faktanya lain" not in html
    assert LATE not in html
