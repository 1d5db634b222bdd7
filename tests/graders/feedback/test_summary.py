"""What a whole play comes to: taken from what its decisions say, harm first, and nothing made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import load_key
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback
from tests.places import KEYS

BEST = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ["catat", "minta", "sandi"],
    "urutan": ["aman", "setuju", "sekolah", "pantau"],
    "serah": [
        {"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]},
        {"service": "psikolog", "urgency": "hari", "packet": ["usia", "tidur"]},
    ],
    "refleksi": "Cukup.",
}
Summaries = Callable[..., CaseFeedback]


@pytest.fixture
def summary(small_case: Case, started: Started, steps: Callable[..., tuple[Event, ...]]) -> Summaries:
    """A factory: the feedback on a whole play by the key, some of its picks changed."""

    def note(**changes: object) -> CaseFeedback:
        picks = {**BEST, **changes}
        play = Play.replay(small_case, (started.model_copy(update={"mode": "practice"}),))
        while play.ended is None:
            here = play.scene.decision
            play = play.after(*steps(play.scene_id if here is None else (here.id, picks[here.id])))
        whole = KeyFeedback(small_case, load_key(small_case, KEYS)).on_case(play, "id")
        assert whole is not None
        return whole

    return note


def test_what_went_well_are_the_weightiest_decisions_that_were_right(summary: Summaries) -> None:
    good = summary(bicara="marah")["good"]

    scenes = ["Menahan penyebaran", "Siapa yang dilibatkan", "Telepon pertama"]
    assert [note["about"] for note in good] == scenes
    assert good[2]["text"] == "Ditangani hari ini"


def test_where_nothing_was_wholly_right_the_right_part_is_told(summary: Summaries) -> None:
    whole = summary(
        mendesak="tinggi",
        bicara="catat",
        langkah=["catat", "kabar"],
        urutan=["setuju", "aman", "sekolah", "pantau"],
        serah=[{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}],
    )

    assert whole["figures"]["right"] == 0
    assert {note["text"] for note in whole["good"]} >= {"Catat grup, waktu dan pengunggahnya", "Sekolah"}


def test_a_play_without_anything_right_has_no_praise_that_is_not_true(summary: Summaries) -> None:
    whole = summary(
        mendesak="rendah",
        bicara="marah",
        langkah=["umumkan"],
        urutan=["pantau", "sekolah", "setuju", "aman"],
        serah=[{"service": "puspaga", "urgency": "pekan", "packet": ["konseling"]}],
    )

    assert (whole["good"], whole["figures"]["right"]) == ([], 0)


def test_what_it_meant_for_the_child_begins_with_what_hurt(summary: Summaries) -> None:
    child = summary(bicara="marah", mendesak="rendah")["child"]

    assert 1 <= len(child) <= 2
    assert child[0]["about"] in {"Telepon pertama", "Anak A berbicara"}
    assert all(note["text"] for note in child)


def test_the_one_thing_to_practise_is_what_a_harm_is_about_before_the_weakest(summary: Summaries) -> None:
    harmed = summary(bicara="marah", urutan=["pantau", "sekolah", "setuju", "aman"])["focus"]
    weak = summary(urutan=["pantau", "sekolah", "setuju", "aman"])["focus"]

    assert (harmed["code"] if harmed else "", weak["code"] if weak else "") == ("K2", "K5")
    assert summary()["focus"] is None


def test_a_play_is_counted(summary: Summaries) -> None:
    assert summary(bicara="marah")["figures"] == {"decisions": 5, "right": 4, "harm": 1, "missed": 0}
