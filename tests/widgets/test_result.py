"""The result of a play: what may be said of it, how it compares, and the page to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import pytest

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import load_key
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, PlayFigures
from scenarios.language import LANGUAGES, Language
from tests.places import KEYS
from widgets.result.keepsake import keepsake_name, keepsake_page
from widgets.result.result_view import result_sentences, result_view

WHOLE = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "minta"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "psikolog", "urgency": "hari", "packet": ["usia"]}]),
    ("refleksi", "Nama saya Rahasia."),
)
ABOUT = {"date": "22 November 2026", "law": "Hukum per tanggal ini", "safety": "Ini latihan", "status": ""}
Results = Callable[..., CaseFeedback]


@pytest.fixture
def feedback(small_case: Case, started: Started, steps: Callable[..., tuple[Event, ...]]) -> Results:
    """A factory: the feedback on a whole play, some of it changed."""

    def note(language: Language = "id", **changes: object) -> CaseFeedback:
        begin = started.model_copy(update={"mode": "practice"})
        play = Play.replay(small_case, (begin, *steps(*WHOLE)))
        whole = KeyFeedback(small_case, load_key(small_case, KEYS)).on_case(play, language)
        assert whole is not None
        return {**whole, **changes}  # type: ignore[typeddict-item]  # a TypedDict with some changes

    return note


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"draft": False, "meets": True}, "memenuhi standar kasus"),
        ({"draft": False, "meets": False}, "belum memenuhi standar"),
        ({"incomplete": True}, "Belum lengkap"),
        ({"draft": True}, "masih draf"),
        ({"draft": False, "panel": True}, "ditetapkan oleh panel ahli"),
        ({"draft": False, "review": "Ditinjau polisi pada 1 April 2026."}, "Ditinjau polisi pada 1 April"),
    ],
)
def test_a_result_says_what_may_be_said(feedback: Results, changes: Mapping[str, object], words: str) -> None:
    assert words in " ".join(result_sentences(feedback(**changes), "id"))


def test_of_a_draft_no_cut_is_told(feedback: Results) -> None:
    assert not re.search(r"\d", " ".join(result_sentences(feedback(draft=True), "id")))


def test_figures_are_whole_numbers(feedback: Results) -> None:
    view = result_view(feedback(S=33.1), "id")

    assert view["total"] == "33"


@pytest.mark.parametrize(
    ("right", "harm", "words"),
    [
        (1, 0, "Lebih banyak dari permainan Anda sebelumnya, yang 1 dari 5."),
        (2, 0, "Sama banyaknya"),
        (4, 0, "Permainan Anda sebelumnya 4 dari 5."),
    ],
)
def test_a_play_is_compared_with_the_one_before_it(
    feedback: Results, right: int, harm: int, words: str
) -> None:
    before: PlayFigures = {"decisions": 5, "right": right, "harm": harm, "missed": 0}

    compared = result_view(feedback(before=before), "id")["compared"]

    assert compared[0].startswith(words)
    assert result_view(feedback(), "id")["compared"] == []


def test_what_is_better_than_before_is_said(feedback: Results) -> None:
    figures: PlayFigures = {"decisions": 5, "right": 5, "harm": 0, "missed": 0}
    before: PlayFigures = {"decisions": 5, "right": 1, "harm": 2, "missed": 1}

    compared = result_view(feedback(figures=figures, before=before), "id")["compared"]

    assert compared[1:] == [
        "Kali ini tidak ada pilihan yang membahayakan.",
        "Kali ini tidak ada kewajiban yang terlewat.",
    ]


class ReadPage(HTMLParser):
    """The text and the elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes, self.chips = "", list[str](), set[str](), set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag == "span":
            self.chips.add(dict(attrs)["class"] or "")
        elif tag != "strong":
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_to_keep_tells_the_result_and_names_nobody(feedback: Results, language: Language) -> None:
    view = result_view(feedback(language), language)

    html = keepsake_page(view, ABOUT, language)
    page = ReadPage(html)

    assert "Rahasia" not in page.text
    assert "peserta" not in page.text.lower()
    assert page.tags.count("tr") == 1 + len(view["note"]["decisions"])
    assert not {"script", "img", "link", "form", "a"} & set(page.tags)
    assert "://" not in html
    for note in (*view["note"]["good"], *view["note"]["child"]):
        assert note["text"] in page.text
    assert [flag["text"] for flag in view["note"]["harm"] if flag["text"] not in page.text] == []
    assert page.chips == {"kasuslab-joint", "kasuslab-person kasuslab-person-A"}


def test_no_text_of_a_case_becomes_markup_on_the_page_to_keep(feedback: Results) -> None:
    note = feedback(title="<script>alert(1)</script>")

    page = ReadPage(keepsake_page(result_view(note, "id"), ABOUT, "id"))

    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text


def test_the_file_to_keep_is_named_after_the_case() -> None:
    assert keepsake_name("teman-gim", "id") == "hasil-latihan-teman-gim.html"


@pytest.mark.parametrize(
    ("right", "words"), [(0, "Anda melewati keputusan kasus ini"), (3, "sudah tepat. Cerita")]
)
def test_whoever_skipped_everything_is_not_told_that_all_was_right(
    feedback: Results, right: int, words: str
) -> None:
    figures: PlayFigures = {"decisions": 5, "right": right, "harm": 0, "missed": 0}

    page = ReadPage(keepsake_page(result_view(feedback(figures=figures, focus=None), "id"), ABOUT, "id"))

    assert words in page.text
