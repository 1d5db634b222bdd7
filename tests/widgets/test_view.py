"""The view: what the browser is shown of a play, and what it is never shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import load_key
from scenarios.case import Case
from scenarios.directory.law_age import Aged
from scenarios.directory.law_words import law_due, long_date
from scenarios.directory.services import Contact, load_directory
from scenarios.directory.sources import SourceChange, load_sources
from scenarios.engine.event import Event, Paused, Started
from scenarios.engine.play import Play
from scenarios.feedback import FeedbackSource
from scenarios.language import LANGUAGES, Language, Texts, read_catalogue
from tests.places import KEYS
from widgets.hand_in import FolderDesk
from widgets.player_files import player_script, player_sheet
from widgets.shelf import OpenPlay, ReadStore
from widgets.view import (
    KIND_TEXTS,
    TEXTS,
    Surroundings,
    before_view,
    contact_view,
    is_fresh,
    page_labels,
    play_view,
)

TODAY = date(2026, 11, 22)
AROUND = Surroundings("id", TODAY, "Ibu P", load_directory())

Steps = Callable[..., tuple[Event, ...]]


def open_play(
    case: Case, record: tuple[Event, ...], feedback: FeedbackSource | None, person: str | None
) -> OpenPlay:
    return OpenPlay(
        case=case,
        store=ReadStore(record),
        course="uji",
        mode="test",
        feedback=feedback,
        read_only=False,
        notices=(),
        person=person,
    )


@pytest.fixture
def opened(small_case: Case, started: Started) -> Callable[..., tuple[OpenPlay, Play]]:
    """A factory: the play of the small case after some events, in a mode, with its key's feedback."""

    def make(*events: Event, mode: str = "test") -> tuple[OpenPlay, Play]:
        first = started.model_copy(update={"mode": mode})
        record = (first, *events)
        feedback = KeyFeedback(small_case, load_key(small_case, KEYS))
        return open_play(small_case, record, feedback, "Ibu P"), Play.replay(small_case, record)

    return make


WHOLE = (
    ("mendesak", "rendah"),
    "grup_lain",
    ("bicara", "dengar"),
    ("langkah", ["catat"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]),
    ("refleksi", "Lebih cepat."),
)


def test_a_play_that_has_not_begun_shows_its_cover_and_no_scene(small_case: Case) -> None:
    view = play_view(AROUND, open_play(small_case, (), None, None), Play.of(small_case))

    assert (view["screen"], view["n"], view["scene"]) == ("cover", 0, None)
    assert view["case"] is not None
    assert view["case"]["note"] == small_case.note
    assert view["case"]["law"] == "Hukum per tanggal 31 Maret 2026"


def test_the_cover_says_of_a_law_read_over_six_months_ago_that_it_was(small_case: Case) -> None:
    opened, play = open_play(small_case, (), None, None), Play.of(small_case)
    fresh = play_view(replace(AROUND, today=date(2026, 9, 30)), opened, play)["case"]
    aged = play_view(replace(AROUND, today=date(2026, 10, 1)), opened, play)["case"]

    assert fresh is not None
    assert aged is not None
    assert fresh["law_due"] == []
    assert [why.partition(",")[0] for why in aged["law_due"]] == [
        "Hukum di sini terakhir dibaca 31 Maret 2026"
    ]


def test_the_cover_says_what_has_changed_since_its_law_was_read() -> None:
    change = SourceChange(day=date(2026, 6, 1), what=Texts({"id": "X.", "en": "Article 5 is repealed."}))
    source = load_sources()["L1"].model_copy(update={"changed": change})

    sentences = law_due([Aged(date(2026, 3, 31), "L1")], {"L1": source}, "en")

    assert len(sentences) == 1
    assert sentences[0].startswith("Something has changed since 1 June 2026: Article 5 is repealed. ")


@pytest.mark.parametrize(
    ("desk", "words"),
    [(None, "di komputer fasilitator"), (FolderDesk(Path()), "dalam berkas di samping buku catatan ini")],
)
def test_before_a_play_one_reads_where_it_is_kept(
    small_case: Case, desk: FolderDesk | None, words: str
) -> None:
    before = before_view(replace(open_play(small_case, (), None, "Ibu P"), keep_days=7, desk=desk), "id")

    assert before is not None
    assert words in before["told"][1]


def test_a_pause_hides_the_case_text(opened: Callable[..., tuple[OpenPlay, Play]], started: Started) -> None:
    view = play_view(AROUND, *opened(Paused(at=started.at)))

    assert (view["screen"], view["scene"], view["known"]) == ("paused", None, [])


def test_the_stages_of_the_case_stand_in_the_order_of_the_work(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps
) -> None:
    view = play_view(AROUND, *opened(*steps(("mendesak", "sedang"))))

    assert [step["state"] for step in view["stages"]] == ["done", "now", "ahead", "ahead", "ahead"]
    assert view["stages"][1]["name"] == "Asesmen"


def test_the_count_of_decisions_only_grows_and_ends_where_none_is_ahead(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps
) -> None:
    counts = [play_view(AROUND, *opened(*steps(*WHOLE[:length])))["count"] for length in range(8)]

    settled = [count and count["settled"] for count in counts]
    assert settled == [0, 1, 1, 2, 3, 4, 5, 6]
    assert {count["most"] for count in counts if count} == {6}


def test_a_test_shows_nothing_of_the_key(opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps) -> None:
    key_words = {
        word
        for text in (KEYS / "daftar-nilai.yaml").read_text("utf-8").splitlines()
        for word in re.findall(r"[A-Z][^:.]{20,}\.", text)
    }
    assert key_words
    for length in range(len(WHOLE) + 1):
        view = play_view(AROUND, *opened(*steps(*WHOLE[:length])))
        assert (view["feedback"], view["result"]) == (None, None)
        assert not [word for word in key_words if word in str(view)]


def test_practice_shows_feedback_on_the_last_decision_until_the_next_event(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps
) -> None:
    decided = steps(("mendesak", "rendah"))

    feedback = play_view(AROUND, *opened(*decided, mode="practice"))["feedback"]
    gone = play_view(AROUND, *opened(*steps(*WHOLE[:2]), mode="practice"))["feedback"]

    assert feedback is not None
    assert (feedback["event"], feedback["note"]["decision"]) == (1, "mendesak")
    assert feedback["note"]["gist"]["points"] == "1 tingkat di bawah yang tepat. Belum ada nilai."
    assert gone is None


def test_a_skip_is_left_in_peace(opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps) -> None:
    assert play_view(AROUND, *opened(*steps(("mendesak", None)), mode="practice"))["feedback"] is None


def test_the_end_of_practice_shows_a_result_and_why_a_draft_has_no_verdict(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps
) -> None:
    view = play_view(AROUND, *opened(*steps(*WHOLE), mode="practice"))

    assert view["screen"] == "ended"
    assert view["can_again"]
    assert view["result"] is not None
    assert any("draf" in text for text in view["result"]["summary"])
    assert "80" not in " ".join(view["result"]["summary"])


def test_a_revisable_decision_is_offered_in_a_test_only(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps
) -> None:
    way = steps(("mendesak", "sedang"), ("bicara", "dengar"), ("langkah", ["catat"]))

    test, practice = (play_view(AROUND, *opened(*way, mode=mode))["revise"] for mode in ("test", "practice"))

    assert test is not None
    assert test["decision"] == "langkah"
    assert practice is None


def test_a_view_speaks_the_language_that_is_asked_for(opened: Callable[..., tuple[OpenPlay, Play]]) -> None:
    view = play_view(replace(AROUND, language="en"), *opened())

    assert view["scene"] is not None
    assert view["scene"]["title"] == "The first call"
    assert view["stages"][0]["name"] == "Identification"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scene_carries_the_terms_of_its_text_and_its_decision(
    opened: Callable[..., tuple[OpenPlay, Play]], steps: Steps, language: Language
) -> None:
    around = replace(AROUND, language=language)
    views = [
        play_view(around, *opened(*steps(*WHOLE[:length])))["scene"]
        for length in (0, 3, 5)  # plain words, an option, the names of services
    ]

    named = [[term["name"] for term in scene["terms"]] for scene in views if scene is not None]
    assert named == [[], ["TPPK"], ["PUSPAGA", "Unit PPA", "Polres"]]


@pytest.mark.parametrize(
    ("checked", "fresh"),
    [
        ("2026-11-22, petugas lab", True),
        (date(2026, 5, 26), True),
        (date(2026, 5, 25), False),
        ("2026-12-01, besok", False),
        ("petugas lab", False),
        ("2026-02-31", False),
    ],
)
def test_a_contact_counts_as_checked_for_180_days(checked: str | date, *, fresh: bool) -> None:
    assert is_fresh(checked, TODAY) is fresh


def test_a_contact_that_nobody_called_says_so_and_a_phone_can_dial_it() -> None:
    view = contact_view(Contact(kind="phone", value="021-129"), "id", TODAY)

    assert view["checked"] == "Belum diperiksa, tanyakan panitia."
    assert view["dial"] == "021129"


def test_help_names_the_person_before_any_service(opened: Callable[..., tuple[OpenPlay, Play]]) -> None:
    view = play_view(AROUND, *opened())

    assert view["help"]["person"] == "Ibu P"
    assert view["help"]["services"][0]["name"].startswith("SAPA 129")


@pytest.mark.parametrize(("language", "words"), [("id", "31 Maret 2026"), ("en", "31 March 2026")])
def test_a_date_is_written_in_words(language: Language, words: str) -> None:
    assert long_date(date(2026, 3, 31), language) == words


def used_labels() -> set[str]:
    """The names of labels that player.js asks for; those made up of parts are spelled out here."""
    source = player_script()
    plain = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    kinds = ("name", "number", "email", "link", "handle")
    made = {f"private_{kind}" for kind in kinds}
    made |= {f"standing_{word}" for word in ("right", "partly", "wrong", "neutral", "harmful")}
    badges = ("right", "partly", "learn", "harm", "missed", "incomplete", "contested")
    made |= {f"badge_{word}" for word in badges} | {f"flag_{word}" for word in ("harm", "must", "practice")}
    made |= {f"order_{word}" for word in ("step", "yours", "keys")}
    made |= {f"stage_{word}" for word in ("done", "now", "ahead")}
    made |= {f"room_{about}" for about in ("said", "several", "first", "few", "ahead", "locked")}
    made |= {f"end_{mode}" for mode in ("test", "discussion", "practice", "panel")}
    made |= {f"shelf_open_{status}" for status in ("new", "begun", "finished")}
    made |= {f"shelf_{group}" for group in ("begun", "own", "other", "finished", "closed")}
    return plain | made


def test_the_page_asks_only_for_labels_that_exist_and_none_is_left_over() -> None:
    source = player_script()
    made_of_parts = set(re.findall(r'\bt\(app, "([a-z_]+_)" \+', source))
    asked = set(re.findall(r'\bt\(app, "([a-z_]+)"', source)) - made_of_parts
    for language in LANGUAGES:
        names = set(page_labels(language)["texts"])
        assert asked <= names
        assert names <= used_labels()


@pytest.mark.parametrize("file", [TEXTS, *KIND_TEXTS], ids=lambda file: file.parent.name + "/" + file.name)
def test_nobody_reads_of_a_kernel(file: Path) -> None:
    sentences = [(name, words) for name, text in read_catalogue(file).items() for _, words in text.items()]

    assert [name for name, words in sentences if "kernel" in words.lower()] == []


def test_a_kind_of_decision_says_nothing_by_a_name_that_is_taken() -> None:
    catalogues = [set(read_catalogue(file)) for file in KIND_TEXTS]
    names = [name.removeprefix("ui_") for name in read_catalogue(TEXTS)]
    for catalogue in catalogues:
        names.extend(catalogue)

    assert all(catalogues)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", [TEXTS, *KIND_TEXTS], ids=lambda file: file.parent.name + "/" + file.name)
def test_both_languages_of_a_text_are_filled_with_the_same_words(file: Path) -> None:
    for name, text in read_catalogue(file).items():
        filled = [set(re.findall(r"\{\w+\}", words)) for _, words in text.items()]
        assert filled[0] == filled[1], name


PAGE = {"player.js": player_script(), "player.css": player_sheet()}


@pytest.mark.parametrize(
    ("file", "newer"),
    [
        ("player.js", r"\?\?=|\|\|=|&&=|\.at\(|structuredClone|replaceAll|replaceChildren|\binert\b|#\w+\("),
        ("player.js", r"innerHTML|outerHTML|insertAdjacent|\beval\b|document\.write|\bimport\b|https?:"),
        ("player.js", r"crypto|clipboard|serviceWorker|sessionStorage"),
        ("player.css", r":has\(|:is\(|:where\(|\binset\s*:|aspect-ratio|(?<![\w-])gap\s*:|@import|url\("),
    ],
)
def test_the_page_runs_on_an_old_phone_over_plain_http_and_loads_nothing(file: str, newer: str) -> None:
    assert re.findall(newer, PAGE[file]) == []


def test_every_rule_of_the_stylesheet_stays_inside_the_player() -> None:
    rules = re.findall(r"([^{}]+)\{", PAGE["player.css"])
    selectors = [part.strip() for rule in rules for part in rule.split(",")]

    assert [each for each in selectors if ".kasuslab" not in each and not each.startswith("@media")] == []
