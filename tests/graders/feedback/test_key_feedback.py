"""Feedback by a key: in the reader's language, for every kind of decision, and only when it is due."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import EllipsisType
from typing import TypeAlias

import pytest

from graders.feedback.key_feedback import KeyFeedback, practise_notes
from graders.key.key import Key, load_key
from graders.score import Verdict
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import load_directory
from scenarios.engine.event import Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import DecisionFeedback
from scenarios.kinds.referral import Handover
from scenarios.language import LANGUAGES, Language, Texts
from scenarios.pick import Pick
from tests.places import KEYS

SCHOOL = Handover(service="sekolah", urgency="hari", packet=("tindakan", "tidur"))
PICKS: Mapping[str, Pick] = {
    "mendesak": "tinggi",
    "bicara": "catat",
    "langkah": ("catat", "kabar"),
    "urutan": ("setuju", "aman", "sekolah", "pantau"),
    "serah": (SCHOOL,),
    "refleksi": "Lebih cepat.",
}
Change: TypeAlias = Pick | EllipsisType | None
Answered = Callable[..., Play]


@pytest.fixture(scope="session")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def feedback(small_case: Case, key: Key) -> KeyFeedback:
    return KeyFeedback(small_case, key)


@pytest.fixture
def answered(small_case: Case, started: Started) -> Answered:
    """A factory: an ended play in some mode, some of its picks changed, skipped (None) or left out (...)."""

    def play(mode: Mode = "practice", **changes: Change) -> Play:
        merged: dict[str, Change] = {**PICKS, **changes}
        picks = {name: pick for name, pick in merged.items() if not isinstance(pick, EllipsisType)}
        start = started.model_copy(update={"mode": mode})
        empty = Play.of(small_case)
        return replace(empty, started=start, scene_id="rawat_diri", picks=picks, first=picks)

    return play


def test_a_service_goes_by_the_name_that_a_facilitator_gave_it(
    small_case: Case, key: Key, answered: Answered
) -> None:
    lab = load_directory()
    school = lab.services["sekolah"].model_copy(update={"name": Texts({"id": "Sekolah Y", "en": "School Y"})})
    local = lab.model_copy(update={"services": {**lab.services, "sekolah": school}})

    note = feedback_on(KeyFeedback(small_case, key, directory=local), answered(), "serah", "en")

    assert "School Y" in [option["text"] for option in note["options"]]


def feedback_on(
    source: KeyFeedback, play: Play, decision: str, language: Language = "id"
) -> DecisionFeedback:
    note = source.on_decision(play, decision, language)
    assert note is not None
    return note


def standings(note: DecisionFeedback) -> dict[str, str]:
    return {option["id"]: option["standing"] for option in note["options"]}


def test_a_decision_in_practice_is_told_at_once_in_either_language(
    feedback: KeyFeedback, answered: Answered
) -> None:
    indonesian = feedback_on(feedback, answered(), "bicara", "id")
    english = feedback_on(feedback, answered(), "bicara", "en")

    assert (indonesian["ask"], english["ask"]) == (
        "Apa yang Anda katakan lebih dulu?",
        "What do you say first?",
    )
    assert indonesian["options"][2]["why"].startswith("Anak A malu")
    assert english["options"][2]["why"].startswith("Child A is ashamed")
    assert english["options"][2]["text"] == "This is not your fault. What do you need?"


@pytest.mark.parametrize("mode", ["discussion", "test"])
def test_nothing_is_told_before_it_is_due(
    feedback: KeyFeedback, small_case: Case, key: Key, answered: Answered, mode: Mode
) -> None:
    play = answered(mode)

    assert feedback.on_decision(play, "bicara", "id") is None
    assert feedback.on_case(play, "id") is None
    assert KeyFeedback(small_case, key, due=True).on_decision(play, "bicara", "id") is not None
    assert KeyFeedback(small_case, key, due=True).on_case(play, "id") is not None


def test_a_case_for_tests_is_not_told_in_practice(small_case: Case, key: Key, answered: Answered) -> None:
    source = KeyFeedback(small_case.model_copy(update={"use": "test"}), key)

    assert source.on_decision(answered(), "bicara", "id") is None
    assert source.on_case(answered(), "id") is None


def test_a_decision_that_is_not_settled_is_never_told(small_case: Case, key: Key, answered: Answered) -> None:
    play = answered(bicara=...)

    assert KeyFeedback(small_case, key, due=True).on_decision(play, "bicara", "id") is None


def test_a_reflection_has_no_key_and_no_feedback(feedback: KeyFeedback, answered: Answered) -> None:
    assert feedback.on_decision(answered(), "refleksi", "id") is None


def test_a_play_in_practice_is_told_whole_once_it_has_ended(
    feedback: KeyFeedback, answered: Answered
) -> None:
    running = replace(answered(), scene_id="refleksi")

    assert feedback.on_case(running, "id") is None
    assert feedback.on_case(answered(), "id") is not None


def test_a_single_pick_stands_right_partly_or_harmful(feedback: KeyFeedback, answered: Answered) -> None:
    note = feedback_on(feedback, answered(), "bicara")

    assert standings(note) == {"catat": "partly", "marah": "harmful", "dengar": "right"}
    assert [option["id"] for option in note["options"] if option["chosen"]] == ["catat"]
    assert (note["status"], note["score"], note["weight"], note["competency"]) == ("answered", 0.5, 2, "K2")
    assert (note["harm"], note["missed"], note["handovers"]) == ([], [], [])


def test_a_rating_below_the_line_is_wrong(feedback: KeyFeedback, answered: Answered) -> None:
    assert standings(feedback_on(feedback, answered(), "mendesak")) == {
        "rendah": "wrong",
        "sedang": "right",
        "tinggi": "partly",
    }


def test_an_option_of_a_multi_may_be_neutral_and_one_of_the_practice_grade_is_wrong(
    feedback: KeyFeedback, answered: Answered
) -> None:
    assert standings(feedback_on(feedback, answered(), "langkah")) == {
        "umumkan": "harmful",
        "catat": "right",
        "tppk": "wrong",
        "sandi": "right",
        "kabar": "neutral",
        "minta": "right",
    }


def test_a_rank_shows_the_given_and_the_right_place(feedback: KeyFeedback, answered: Answered) -> None:
    note = feedback_on(feedback, answered(urutan=("pantau", "aman", "sekolah", "setuju")), "urutan")

    assert {
        option["id"]: (option["position"], option["right_position"], option["standing"])
        for option in note["options"]
    } == {
        "pantau": (1, 4, "wrong"),
        "aman": (2, 1, "partly"),
        "sekolah": (3, 3, "right"),
        "setuju": (4, 2, "wrong"),
    }


def test_a_referral_shows_each_service_chosen_or_right(feedback: KeyFeedback, answered: Answered) -> None:
    unit_ppa = Handover(service="unit_ppa", urgency="jam", packet=("konseling",))

    note = feedback_on(feedback, answered(serah=(SCHOOL, unit_ppa)), "serah", "en")

    school, unit, psychologist = note["handovers"]
    assert [part["service"] for part in note["handovers"]] == ["sekolah", "unit_ppa", "psikolog"]
    assert [(part["id"], part["chosen"], part["standing"]) for part in school["urgency"]] == [
        ("jam", False, "right"),
        ("hari", True, "wrong"),
        ("pekan", False, "wrong"),
    ]
    assert [(part["id"], part["chosen"], part["standing"]) for part in school["packet"]] == [
        ("tindakan", True, "right"),
        ("usia", False, "neutral"),
        ("tidur", True, "wrong"),
        ("konseling", False, "harmful"),
    ]
    assert school["why_urgency"] == "Every hour more people read the file."
    assert {part["standing"] for part in unit["urgency"]} == {"neutral"}
    assert unit["why_urgency"] == ""
    assert not any(part["chosen"] for part in (*psychologist["urgency"], *psychologist["packet"]))


def test_a_harm_names_its_error_and_what_was_told_to_whom(feedback: KeyFeedback, answered: Answered) -> None:
    full_packet = SCHOOL.model_copy(update={"packet": ("konseling",)})

    (flag,) = feedback_on(feedback, answered(serah=(full_packet,)), "serah")["harm"]

    assert (flag["option"], flag["code"], flag["grade"]) == ("sekolah", "E15", "harm")
    assert flag["text"] == "Sekolah diberi tahu: Isi catatan konseling Anak A."
    assert flag["name"].startswith("Sekolah, desa, Komdigi")
    assert flag["reason"].startswith("Sekolah perlu tahu")


def test_a_practice_error_is_told_with_its_grade(feedback: KeyFeedback, answered: Answered) -> None:
    play = answered(langkah=("catat", "tppk"))

    (flag,) = feedback_on(feedback, play, "langkah")["harm"]
    whole = feedback.on_case(play, "id")

    assert (flag["option"], flag["code"], flag["grade"]) == ("tppk", "E21", "practice")
    assert whole is not None
    assert (whole["H"], [note["grade"] for note in whole["harm"]]) == (0, ["practice"])


def test_a_missed_must_says_why_it_is_owed(feedback: KeyFeedback, answered: Answered) -> None:
    psychologist = Handover(service="psikolog", urgency="hari", packet=("usia",))

    (flag,) = feedback_on(feedback, answered(serah=(psychologist,)), "serah", "en")["missed"]

    assert (flag["option"], flag["code"], flag["grade"]) == ("sekolah", None, "must")
    assert (flag["name"], flag["text"]) == ("A duty that was missed", "School")
    assert (flag["reason"].startswith("Only the school"), flag["why"]) == (True, "")


def test_a_source_that_is_an_agreement_of_the_lab_says_so(feedback: KeyFeedback, answered: Answered) -> None:
    _, today, at_once = feedback_on(feedback, answered(), "mendesak")["options"]

    assert [(source["code"], source["lab_only"]) for source in today["sources"]] == [
        ("L11", False),
        ("L21", False),
    ]
    assert [(source["code"], source["lab_only"]) for source in at_once["sources"]] == [("LAB", True)]


def test_a_skipped_decision_is_explained_without_a_score(feedback: KeyFeedback, answered: Answered) -> None:
    for decision in ("bicara", "urutan", "serah"):
        note = feedback_on(feedback, answered(**{decision: None}), decision)

        assert (note["status"], note["score"]) == ("skipped", None)
        assert not any(option["chosen"] for option in note["options"])
        assert all(option["why"] for option in note["options"])


def test_a_play_is_told_whole(feedback: KeyFeedback, answered: Answered) -> None:
    whole = feedback.on_case(answered(), "en")

    assert whole is not None
    assert (whole["case"], whole["title"], whole["key_version"]) == (
        "daftar-nilai",
        "The Grade List",
        "1.0.0",
    )
    assert (whole["law_checked"], whole["draft"], whole["panel"], whole["cut"]) == (
        "2026-03-31",
        True,
        False,
        80,
    )
    assert (whole["H"], whole["M"], whole["incomplete"], whole["meets"]) == (0, 0, False, None)
    # Rating 1/2, single 1/2, multi 2/4, rank 1 - 2/8, referral (2 * 2/3 + 0 + 1/4) / 4.
    earned = 2 * 0.5 + 2 * 0.5 + 3 * 0.5 + 2 * 0.75 + 3 * (4 / 3 + 0.25) / 4
    assert whole["S"] == pytest.approx(100 * earned / 12)
    assert [note["decision"] for note in whole["decisions"]] == [
        "mendesak",
        "bicara",
        "langkah",
        "urutan",
        "serah",
    ]


def test_an_unfinished_play_can_be_told_once_it_is_due(
    small_case: Case, key: Key, answered: Answered
) -> None:
    play = replace(answered("test", serah=..., refleksi=...), scene_id="rujukan")

    whole = KeyFeedback(small_case, key, due=True).on_case(play, "id")

    assert whole is not None
    assert whole["incomplete"]
    assert whole["decisions"][-1]["status"] == "unanswered"


def test_what_to_practise_begins_with_the_weakest(feedback: KeyFeedback, answered: Answered) -> None:
    play = answered(mendesak="sedang", bicara="marah", langkah=None)

    whole = feedback.on_case(play, "id")

    assert whole is not None
    assert [(note["code"], note["score"], note["decisions"]) for note in whole["practise"]] == [
        ("K2", None, 1),
        ("K6", None, 1),
        ("K5", None, 1),
    ]


def test_a_competency_has_a_figure_from_five_decisions_on(key: Key) -> None:
    decisions = {str(number): key.decisions["bicara"] for number in range(5)}
    wide = key.model_copy(update={"decisions": decisions})
    verdicts = [
        Verdict(str(number), "answered", s, 2.0, 0.0) for number, s in enumerate((1.0, 1.0, 0.5, 0.0, 0.0))
    ]

    assert [note["score"] for note in practise_notes(verdicts, wide, load_competencies(), "id")] == [0.5]
    assert [note["score"] for note in practise_notes(verdicts[:4], wide, load_competencies(), "id")] == [None]


def test_feedback_is_plain_data(feedback: KeyFeedback, answered: Answered) -> None:
    for language in LANGUAGES:
        whole = feedback.on_case(answered(), language)

        assert json.loads(json.dumps(whole)) == whole


@pytest.fixture
def contested(small_case: Case, key: Key) -> Callable[[str], KeyFeedback]:
    """A factory: feedback by a panel's key in which the experts disagreed on one decision."""

    def source(decision: str) -> KeyFeedback:
        part = key.decisions[decision].model_copy(update={"weight": 0})
        panel = key.model_copy(update={"decisions": {**key.decisions, decision: part}})
        return KeyFeedback(small_case, panel)

    return source


@pytest.mark.parametrize(
    ("decision", "pick"),
    [("mendesak", "rendah"), ("langkah", ("tppk",)), ("urutan", ("pantau", "setuju", "sekolah", "aman"))],
)
def test_what_a_panel_contested_is_neither_right_nor_wrong(
    contested: Callable[[str], KeyFeedback], answered: Answered, decision: str, pick: Pick
) -> None:
    note = feedback_on(contested(decision), answered(**{decision: pick}), decision)

    assert (note["score"], note["weight"]) == (None, 0)
    assert set(standings(note).values()) <= {"neutral", "harmful"}
    assert {option["right_position"] for option in note["options"]} == {None}
    assert all(option["why"] for option in note["options"])


def test_harm_stays_harm_where_a_panel_disagreed(
    contested: Callable[[str], KeyFeedback], answered: Answered
) -> None:
    note = feedback_on(contested("bicara"), answered(bicara="marah"), "bicara")

    assert standings(note) == {"catat": "neutral", "marah": "harmful", "dengar": "neutral"}
    assert [flag["code"] for flag in note["harm"]] == ["E05"]


def test_a_contested_referral_shows_what_was_chosen_and_what_must_never_be_told(
    contested: Callable[[str], KeyFeedback], answered: Answered
) -> None:
    (school,) = feedback_on(contested("serah"), answered(), "serah")["handovers"]

    assert {part["standing"] for part in school["urgency"]} == {"neutral"}
    assert {part["id"]: part["standing"] for part in school["packet"]} == {
        "tindakan": "neutral",
        "usia": "neutral",
        "tidur": "neutral",
        "konseling": "harmful",
    }


def test_what_a_panel_contested_is_not_to_be_practised(
    contested: Callable[[str], KeyFeedback], answered: Answered
) -> None:
    whole = contested("bicara").on_case(answered(), "id")

    assert whole is not None
    assert "K2" not in [note["code"] for note in whole["practise"]]
