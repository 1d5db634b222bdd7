"""The first layer: which sentence is told of which pick, and where what it meant for the child comes from."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

import pytest

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import Key, load_key
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import GistNote, ReasonNote
from scenarios.language import LANGUAGES, Language
from tests.parts.every_feedback import decided, picks_of, play_at
from tests.places import KEYS

WAY = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat", "minta", "sandi"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
)
Gists = Callable[..., GistNote]


@pytest.fixture(scope="module")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def gist(small_case: Case, key: Key, started: Started, steps: Callable[..., tuple[Event, ...]]) -> Gists:
    """A factory: the first layer of a decision that was just made, all before it by the key."""

    def after(decision: str, pick: object, language: Language = "id", by: Key = key) -> GistNote:
        before = tuple(takewhile(lambda step: step[0] != decision, WAY))
        begin = started.model_copy(update={"mode": "practice"})
        play = Play.replay(small_case, (begin, *steps(*before, (decision, pick))))
        note = KeyFeedback(small_case, by).on_decision(play, decision, language)
        assert note is not None
        return note["gist"]

    return after


def handover(service: str, urgency: str, *packet: str) -> dict[str, object]:
    return {"service": service, "urgency": urgency, "packet": list(packet)}


def text_of(note: ReasonNote | None) -> str:
    return note["text"] if note is not None else ""


def about(note: ReasonNote | None) -> str:
    return note["about"] if note is not None else ""


def test_what_is_told_of_a_level_is_how_far_it_is_from_the_right_one(gist: Gists) -> None:
    low, high = gist("mendesak", "rendah"), gist("mendesak", "tinggi")

    assert (low["badge"], low["points"]) == ("learn", "1 tingkat di bawah yang tepat. Belum ada nilai.")
    assert high["points"] == "1 tingkat di atas yang tepat. Masih mendapat sebagian nilai."
    assert [line["text"] for line in low["right"]] == ["Ditangani hari ini"]
    assert (gist("mendesak", "sedang")["points"], gist("mendesak", "sedang")["right"]) == ("Nilai penuh.", [])


def test_the_reason_is_that_of_the_pick_and_never_what_is_said_of_an_error_anywhere(gist: Gists) -> None:
    harmful = gist("bicara", "marah")

    assert (harmful["badge"], harmful["points"]) == ("harm", "Karena itu belum ada nilai.")
    assert [(line["text"], line["standing"]) for line in harmful["chosen"]] == [
        ("Kata sandi itu mestinya kamu jaga sendiri.", "harmful")
    ]
    assert text_of(harmful["why"]).startswith("Anak yang disalahkan berhenti bercerita. Yang bertanggung")


@pytest.mark.parametrize(
    ("pick", "points", "why"),
    [
        (["catat", "minta", "sandi"], "3 dari 3 yang tepat.", "catat"),
        (["catat", "minta"], "2 dari 3 yang tepat.", "sandi"),
        (["catat", "tppk"], "Kekeliruan praktik, jadi belum ada nilai.", "tppk"),
        (["umumkan", "minta"], "Karena itu belum ada nilai.", "umumkan"),
        (["kabar"], "0 dari 3 yang tepat.", "catat"),
    ],
)
def test_of_several_the_reason_is_that_which_weighs_most(
    gist: Gists, key: Key, pick: list[str], points: str, why: str
) -> None:
    note = gist("langkah", pick)

    assert note["points"] == points
    assert key.why("langkah", why, "id") in {text_of(note["why"]), text_of(note["child"])}


def test_what_wrong_options_took_away_is_told_in_whole_options(gist: Gists, key: Key) -> None:
    langkah = key.decisions["langkah"].model_copy(
        update={"right": {"catat": 1, "minta": 1}, "wrong": {"tppk": 1, "kabar": 1}, "harm": {}}
    )
    even = key.model_copy(update={"decisions": {**key.decisions, "langkah": langkah}})

    one, both = (
        gist("langkah", ["catat", "minta", "tppk"], by=even),
        gist("langkah", ["catat", "tppk"], by=even),
    )

    assert one["points"] == "2 dari 2 yang tepat, tetapi 1 yang keliru menghapus 1 yang tepat."
    assert both["points"] == "1 dari 2 yang tepat, tetapi 1 yang keliru menghapus 1 yang tepat."


def test_where_the_right_ones_weigh_differently_no_number_is_taken_away(gist: Gists, key: Key) -> None:
    langkah = key.decisions["langkah"].model_copy(update={"harm": {}})
    free = key.model_copy(update={"decisions": {**key.decisions, "langkah": langkah}})

    assert gist("langkah", ["catat", "minta", "tppk"], by=free)["points"] == (
        "2 dari 3 yang tepat, tetapi 1 yang keliru mengurangi nilainya."
    )


def test_an_order_stands_side_by_side_with_the_keys(gist: Gists, key: Key) -> None:
    note = gist("urutan", ["pantau", "aman", "sekolah", "setuju"])

    assert [(line["id"], line["yours"], line["keys"]) for line in note["order"]] == [
        ("aman", 2, 1),
        ("setuju", 4, 2),
        ("sekolah", 3, 3),
        ("pantau", 1, 4),
    ]
    assert note["points"] == "1 dari 4 ada di tempat yang tepat."
    assert (note["chosen"], note["right"]) == ([], [])
    assert key.why("urutan", "pantau", "id") in {text_of(note["why"]), text_of(note["child"])}


def test_a_referral_without_a_right_service_counts_neither_times_nor_packets(gist: Gists) -> None:
    note = gist("serah", [handover("puspaga", "jam")])

    assert note["points"] == "0 dari 2 layanan yang tepat. 1 layanan keliru mengurangi nilainya."


def test_a_referral_counts_services_times_and_packets(gist: Gists) -> None:
    note = gist("serah", [handover("sekolah", "jam", "tindakan"), handover("psikolog", "pekan", "usia")])

    assert note["points"] == (
        "2 dari 2 layanan yang tepat. Waktunya tepat untuk 1, informasinya pas untuk 1."
    )
    assert [(line["id"], line["remark"]) for line in note["chosen"]] == [
        ("sekolah", ""),
        ("psikolog", "seharusnya: Dalam tiga hari"),
    ]


@pytest.mark.parametrize(
    ("pick", "reason", "text"),
    [
        (
            [handover("sekolah", "jam", "konseling")],
            "Sekolah tidak boleh tahu “Isi catatan konseling Anak A”",
            "Sekolah perlu tahu tindakan",
        ),
        ([handover("psikolog", "hari", "usia", "tidur")], "Sekolah", "Hanya sekolah"),
        ([handover("sekolah", "jam", "tindakan"), handover("puspaga", "jam")], "PUSPAGA", "PUSPAGA menolong"),
        (
            [handover("sekolah", "pekan", "tindakan"), handover("psikolog", "hari", "usia", "tidur")],
            "Sekolah: seberapa cepat",
            "Setiap jam",
        ),
        (
            [handover("sekolah", "jam"), handover("psikolog", "hari", "usia", "tidur")],
            "Sekolah: informasi yang diserahkan",
            "Sekolah perlu tahu tindakan",
        ),
    ],
)
def test_of_a_referral_the_reason_is_of_the_service_time_or_packet_that_weighs_most(
    gist: Gists, pick: list[dict[str, object]], reason: str, text: str
) -> None:
    note = gist("serah", pick)

    told = next(part for part in (note["why"], note["child"]) if about(part) == reason)
    assert text_of(told).startswith(text)


def test_a_missed_duty_says_so_beside_what_would_have_been_right(gist: Gists) -> None:
    note = gist("serah", [handover("psikolog", "hari", "usia", "tidur")])

    assert note["badge"] == "missed"
    assert [(line["text"], line["remark"]) for line in note["right"]] == [
        ("Sekolah", "Dalam hitungan jam; kewajiban peran Anda")
    ]


def test_what_it_meant_for_the_child_is_told_by_the_story_where_the_pick_alone_led_there(gist: Gists) -> None:
    child = gist("mendesak", "rendah")["child"]

    assert about(child) == "Dua hari kemudian"
    assert text_of(child) == "Anda meminta maaf atas jeda itu, lalu bertanya apakah Anak A mau berbicara."


def test_where_the_story_tells_nothing_a_reason_that_speaks_of_a_child_does_and_stands_there_alone(
    gist: Gists, key: Key
) -> None:
    partly, right = gist("bicara", "catat"), gist("bicara", "dengar")
    why = {option: key.why("bicara", option, "id") for option in ("catat", "dengar")}

    assert (text_of(partly["why"]), text_of(partly["child"])) == (why["catat"], why["dengar"])
    assert (right["why"], text_of(right["child"])) == (None, why["dengar"])
    assert (partly["why_right"], right["why_right"]) == (None, None)


def test_where_nothing_speaks_of_a_child_nothing_is_said_of_one(gist: Gists, key: Key) -> None:
    langkah = key.decisions["langkah"]
    texts = key.translations["id"].decisions["langkah"]
    silent = texts.model_copy(update={"why": dict.fromkeys(langkah.why, "Begitulah.")})
    indonesian = key.translations["id"]
    spoken = indonesian.model_copy(update={"decisions": {**indonesian.decisions, "langkah": silent}})
    quiet = key.model_copy(update={"translations": {**key.translations, "id": spoken}})

    note = gist("langkah", ["catat"], by=quiet)

    assert note["child"] is None
    assert (text_of(note["why"]), text_of(note["why_right"])) == ("Begitulah.", "")


def test_what_a_panel_contested_has_no_points_and_nothing_right(gist: Gists, key: Key) -> None:
    part = key.decisions["bicara"].model_copy(update={"weight": 0})
    panel = key.model_copy(update={"decisions": {**key.decisions, "bicara": part}})

    note = gist("bicara", "catat", by=panel)

    assert (note["badge"], note["points"], note["right"]) == ("contested", "", [])
    assert key.why("bicara", "catat", "id") in {text_of(note["why"]), text_of(note["child"])}


def test_every_pick_has_a_reason_in_every_language_and_no_text_twice(small_case: Case, key: Key) -> None:
    feedback = KeyFeedback(small_case, key)
    for decision in small_case.key_decisions():
        at = play_at(small_case, key, decision.id)
        for pick in picks_of(decision):
            play = at.after(decided(decision.id, pick))
            for language in LANGUAGES:
                note = feedback.on_decision(play, decision.id, language)
                assert note is not None
                gist = note["gist"]
                texts = [text_of(gist[name]) for name in ("why", "why_right", "child") if gist[name]]
                assert texts
                assert all(texts)
                assert len(texts) == len(set(texts))
