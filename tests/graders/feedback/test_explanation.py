"""The explanation in a score cell: short, harm first, in both languages, and no text of it is ever markup."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from graders.feedback.explanation import (
    TEXTS,
    decision_html,
    in_each,
    not_judged_html,
    not_judged_text,
    number,
    result_html,
)
from graders.feedback.key_feedback import KeyFeedback
from graders.grading.submission import REASONS
from graders.key.key import Key, load_key
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback, DecisionFeedback
from scenarios.language import LANGUAGES, Language, read_catalogue
from tests.places import KEYS

PICKS = (
    ("mendesak", "sedang"),
    ("bicara", "marah"),
    "diam",
    ("langkah", ["catat", "kabar"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "psikolog", "urgency": "hari", "packet": ["usia"]}]),
    ("refleksi", "Saya akan bertanya lebih dulu."),
)
Explanations = Callable[..., CaseFeedback]


@pytest.fixture(scope="module")
def key(small_case: Case) -> Key:
    return load_key(small_case, KEYS)


@pytest.fixture
def explanation(
    small_case: Case, key: Key, started: Started, steps: Callable[..., tuple[Event, ...]]
) -> Explanations:
    """A factory: the feedback on a whole play, by the key or by another one."""

    def feedback(language: Language = "id", by: Key = key) -> CaseFeedback:
        play = Play.replay(small_case, (started, *steps(*PICKS)))
        whole = KeyFeedback(small_case, by, due=True).on_case(play, language)
        assert whole is not None
        return whole

    return feedback


def note_of(whole: CaseFeedback, decision: str) -> DecisionFeedback:
    return next(note for note in whole["decisions"] if note["decision"] == decision)


class Elements(HTMLParser):
    """The elements of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.names.add(tag)


def test_harm_comes_before_points_choice_and_the_rest(explanation: Explanations) -> None:
    html = decision_html(note_of(explanation(), "bicara"), 0.0, "id")

    parts = ("(E05)", "Nilai: 0 dari 2", "Anda memilih", "Tidak Anda pilih")
    assert [html.count(part) for part in parts] == [1, 1, 1, 1]
    assert sorted(parts, key=html.index) == list(parts)


def test_what_is_the_lab_s_own_is_marked_once_a_decision(explanation: Explanations) -> None:
    html = decision_html(note_of(explanation(), "mendesak"), 2.0, "id")

    assert html.count("<em>kesepakatan lab; cek ketentuan di daerah Anda</em>") == 1
    assert "Sumber: Kesepakatan lab" not in html
    assert html.count("Sumber: L11, ") == 2


def test_a_contested_decision_is_for_discussion_and_has_no_points(
    explanation: Explanations, key: Key
) -> None:
    part = key.decisions["mendesak"].model_copy(update={"weight": 0})
    panel = key.model_copy(update={"decisions": {**key.decisions, "mendesak": part}})
    html = decision_html(note_of(explanation("en", panel), "mendesak"), 0.0, "en")

    assert "For discussion, neither right nor wrong" in html
    for word in ("points", "(right", "(wrong", "(partly", "(neutral"):
        assert word not in html


def test_what_is_told_is_only_ever_text(explanation: Explanations) -> None:
    note = note_of(explanation(), "bicara")
    note["ask"] = "<b>?</b>"
    note["options"][0] |= {"text": "<img src=x onerror=alert(1)>", "why": "</li><script>alert(1)</script>"}
    note["harm"][0] |= {"name": "<i>E05</i>", "reason": "&lt;script&gt;"}

    html = decision_html(note, 1.0, "id")

    assert Elements(html).names == {"p", "strong", "ul", "li", "small"}
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "&amp;lt;script&amp;gt;" in html


def test_the_explanation_of_a_decision_stays_short(explanation: Explanations) -> None:
    for language in LANGUAGES:
        whole = explanation(language)
        for note in whole["decisions"]:
            assert len(decision_html(note, 1.0, language)) < 4500


def test_a_draft_says_nothing_of_its_standard(explanation: Explanations) -> None:
    assert "masih draf" in result_html(explanation(), "id")
    assert "standar kasusnya" not in result_html(explanation(), "id")


@pytest.mark.parametrize(("meets", "sentence"), [(True, "meets the case"), (False, "does not yet meet")])
def test_a_reviewed_case_says_whether_its_standard_is_met(
    explanation: Explanations, *, meets: bool, sentence: str
) -> None:
    whole = {**explanation("en"), "draft": False, "meets": meets}

    assert sentence in result_html(whole, "en")  # type: ignore[arg-type]  # a TypedDict with some changes


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_not_judging_has_its_sentence(reason: str) -> None:
    html, text = not_judged_html(reason), not_judged_text(reason)

    for language in LANGUAGES:
        why = read_catalogue(TEXTS)[f"reason_{reason}"][language]
        assert why in html
        assert why in text


def test_each_language_is_marked_as_what_it_is() -> None:
    assert in_each((("id", "<p>a</p>"), ("en", "<p>b</p>"))) == (
        '<section lang="id"><p>a</p></section><section lang="en"><p>b</p></section>'
    )


def test_a_number_is_written_as_the_reader_writes_it() -> None:
    assert (number(41.4, "id"), number(41.4, "en"), number(3.0, "en")) == ("41,4", "41.4", "3")
