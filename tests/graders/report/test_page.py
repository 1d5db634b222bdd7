"""The report's page: whole in both languages, escaped, with no script, no network and nobody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import get_args

import pytest

from graders.grading.submission import REASONS
from graders.people.cohort import Member, NotJudged
from graders.report.data import Compared
from graders.report.debrief import TEXTS as DEBRIEF
from graders.report.debrief import Why
from graders.report.page import TEXTS, ReportPage, report_page
from graders.report.statistics import Interval, PairedChange
from scenarios.feedback import Standing
from scenarios.kinds.referral import Handover
from scenarios.language import LANGUAGES, Language, Texts, read_catalogue
from scenarios.library import CASES
from tests.parts.report_class import (
    HARMFUL,
    HOSTILE,
    REFLECTION,
    RIGHT,
    WRONG,
    ReportClass,
    empty_class,
    mixed_class,
)


@lru_cache(maxsize=1)
def page() -> str:
    return report_page(mixed_class().data())


def test_the_letter_of_each_person_of_a_case_is_the_chip_of_the_player() -> None:
    assert (
        'Anak<span class="kasuslab-joint"> </span><span class="kasuslab-person kasuslab-person-A">A</span>'
        in half(page(), "id")
    )
    assert ".kasuslab-person-A {" in page()


def half(text: str, language: Language) -> str:
    """One language's part of the page."""
    parts = text.split('<div class="page page-')
    return next(part for part in parts if part.startswith(f'{language}"'))


def visible_text(text: str) -> str:
    return re.sub(r"<[^>]+>", " ", text)


class PageOutline(HTMLParser):
    """The tags, ids and references of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name in {"href", "src", "aria-labelledby", "aria-describedby", "for"}:
                self.links.append(value or "")


def test_the_page_holds_no_script_and_asks_for_nothing() -> None:
    outline = PageOutline(page())

    assert not {"script", "img", "link", "iframe", "object", "form"} & set(outline.tags)
    assert not [name for name in outline.attributes if name.startswith("on")]
    assert not re.findall(r"https?://|@import|url\((?!#)", page())
    assert "default-src 'none'" in page()


def test_every_id_is_one_and_every_link_within_the_page_finds_its_place() -> None:
    outline = PageOutline(page())

    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)


def test_both_languages_have_the_same_parts() -> None:
    outlines = [PageOutline(half(page(), language)) for language in LANGUAGES]

    assert outlines[0].tags == outlines[1].tags
    assert [name[3:] for name in outlines[0].ids] == [name[3:] for name in outlines[1].ids]
    for part in ("glance", "script", "decisions", "agreement", "change", "skills", "authors"):
        assert f"id-{part}" in outlines[0].ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_place_in_a_sentence_is_left_unfilled(language: Language) -> None:
    page_text = visible_text(half(page(), language))

    assert not re.search(r"\{\w*\}|None|Undefined|Markup|\bnan\b", page_text)


def test_text_of_people_is_text() -> None:
    made = replace(mixed_class(), course=HOSTILE)
    stranger = Member(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    refused = (NotJudged(stranger, "daftar-nilai", "unreadable"),)
    data = replace(made, members=(*made.members, stranger), refused=refused).plus(5, HOSTILE, RIGHT).data()

    page_text = report_page(data)

    assert "<script" not in page_text
    assert "<img" not in page_text
    assert page_text.count(escape(HOSTILE)) >= 4  # the course's name, and whose record was not judged


def test_texts_of_a_case_stay_text_in_charts_and_tables() -> None:
    part = empty_class().parts[0]
    case = part.case.model_copy(
        update={
            "title": HOSTILE,
            "translations": {"en": part.case.translations["en"].model_copy(update={"title": HOSTILE})},
        }
    )

    page_text = report_page(replace(mixed_class(), parts=(replace(part, case=case),)).data())

    assert "<script" not in page_text
    assert escape(HOSTILE, quote=False) in page_text


def test_nobody_is_named_and_no_reflection_is_told() -> None:
    assert REFLECTION not in page()
    assert not re.search(r"\bp\d\d\b", visible_text(page()))


def test_who_was_not_judged_is_told_by_code_with_the_reason_in_words() -> None:
    refused = (NotJudged(Member("p90", "police"), "daftar-nilai", "unreadable"),)

    page_text = half(report_page(replace(mixed_class(), refused=refused).data()), "id")

    assert "rekaman tidak dapat dibaca" in page_text
    assert page_text.count("p90") == 1


def test_every_reason_of_not_judged_has_its_words() -> None:
    texts = read_catalogue(TEXTS)

    assert all(f"reason_{reason}" in texts for reason in REASONS)
    assert "baru" in ReportPage("id").reason("baru")  # one that is added later is told all the same


def test_every_reason_and_standing_that_is_shown_has_its_words() -> None:
    assert all(f"why_{why}" in read_catalogue(DEBRIEF) for why in get_args(Why))
    assert all(f"standing_{standing}" in read_catalogue(TEXTS) for standing in get_args(Standing))


def test_harm_and_missed_duties_stand_before_any_points() -> None:
    made = empty_class().plus(6, "police", HARMFUL).plus(6, "social", WRONG)

    page_text = visible_text(half(report_page(made.data()), "id"))

    places = [
        page_text.index(word)
        for word in ("Pilihan yang membahayakan:", "Kewajiban yang terlewat:", "Nilai rata-rata")
    ]
    assert places == sorted(places)


def test_what_nobody_chose_is_told_with_its_bound_in_words() -> None:
    page_text = visible_text(half(report_page(empty_class().plus(30, "police", RIGHT).data()), "id"))

    assert "Tidak ada yang memilih B. Dari 30 orang" in page_text
    assert "paling banyak 9,5%" in page_text
    assert "Tidak ada pilihan yang membahayakan dalam 30 permainan" in page_text


def test_a_harm_is_told_with_its_error_once_and_what_was_handed_over() -> None:
    spilled = Handover(service="sekolah", urgency="jam", packet=("konseling",))
    twice = {**RIGHT, "serah": (spilled, spilled.model_copy(update={"service": "puspaga"}))}

    page_text = visible_text(half(report_page(empty_class().plus(6, "police", twice).data()), "en"))

    part = page_text.split("3. By case", 1)[1]
    assert "handed over to School: 6 of 6 people" in part
    assert part.count("are told more than they need to know") == 1
    assert part.count("The same error.") == 1


def test_every_chart_stands_beside_a_table_with_the_same_figures() -> None:
    for block in re.findall(
        r'<div class="beside">.*?(?=<div class="beside">|</article>|</section>)', page(), re.DOTALL
    ):
        svg = "".join(re.findall(r"<svg.*?</svg>", block, re.DOTALL))
        if "-talk-title" in svg:
            assert re.search(r'<figcaption><a href="#(id|en)-daftar-nilai-\w+">', block)
            continue
        beside = visible_text(block.replace(svg, ""))
        figures = re.findall(r">(\d+%)</text>", svg)
        axis = {"0%", "20%", "40%", "50%", "60%", "80%", "100%"}
        assert [figure for figure in figures if figure not in axis and figure not in beside] == []


def charts_of(text: str) -> Iterator[str]:
    yield from re.findall(r"<svg.*?</svg>", text, re.DOTALL)


def test_every_chart_has_a_title_and_a_description_in_its_language() -> None:
    for language in LANGUAGES:
        charts = list(charts_of(half(page(), language)))
        assert len(charts) >= 5
        assert all('role="img"' in svg and "<title" in svg and "<desc" in svg for svg in charts)
    assert "Bagian kelas yang memilih" in half(page(), "id")
    assert "Bagian kelas yang memilih" not in half(page(), "en")


def test_a_class_that_has_handed_in_nothing_has_a_page_too() -> None:
    page_text = report_page(replace(empty_class(), missing={"daftar-nilai": 12}).data())

    assert "Belum ada permainan yang dinilai." in page_text
    assert "Belum ada jawaban untuk dibicarakan." in page_text
    assert not list(charts_of(page_text))


def test_a_draft_and_a_key_without_a_panel_say_so() -> None:
    page_text = visible_text(half(page(), "en"))

    assert "The key of this case is a draft that no expert panel has played" in page_text
    assert "A cut of 80 is a placeholder" in page_text


def test_numbers_and_dates_are_written_as_the_language_writes_them() -> None:
    indonesian, english = ReportPage("id"), ReportPage("en")

    assert (indonesian.number(3.14159, 2), english.number(-0.5)) == ("3,14", "−0.5")
    assert (indonesian.number(-0.001), english.number(None)) == ("0,0", "–")
    assert indonesian.date(date(2026, 8, 5)) == "5 Agustus 2026"
    assert english.date(date(2026, 12, 31)) == "31 December 2026"


@pytest.mark.parametrize(
    ("ends", "direction"),
    [
        (Interval(1, 5), "up"),
        (Interval(-5, -1), "down"),
        (Interval(-1, 5), "open"),
        (Interval(0, 5), "open"),
        (None, "open"),
    ],
)
def test_what_may_be_concluded_follows_the_interval(ends: Interval | None, direction: str) -> None:
    change = PairedChange(n=12, before=50, after=52, change=2, interval=ends, balanced=True, gain=0.04)

    assert ReportPage("id").direction(change) == direction


def test_a_change_is_told_in_one_sentence_with_its_interval() -> None:
    change = PairedChange(12, 50.0, 61.5, 11.5, Interval(4.0, 19.0), balanced=False, gain=0.23)
    form = Texts({"id": "Bentuk A", "en": "Form A"})
    data = replace(mixed_class().data(), compared=Compared(form, form, change))

    page_text = visible_text(half(report_page(data), "id"))

    assert "Perubahan per orang +11,5 poin (rentang 95%: 4,0 sampai 19,0)" in page_text
    assert "nilai kelas ini naik" in page_text
    assert "Semua orang memakai urutan bentuk yang sama" in page_text


def test_two_percentages_do_not_stand_side_by_side() -> None:
    for language in LANGUAGES:
        shares = re.findall(r"\(\d+\s?%[^()]*\)", visible_text(half(page(), language)))

        assert shares
        assert not [share for share in shares if re.search(r"%\s+\d", share)]


def test_a_change_of_fewer_than_five_is_not_shown() -> None:
    change = PairedChange(4, 50.0, 61.5, 11.5, None, balanced=False, gain=0.23)
    form = Texts({"id": "Bentuk A", "en": "Form A"})

    page_text = report_page(replace(mixed_class().data(), compared=Compared(form, form, change)))

    assert "Baru 4 orang" in page_text
    assert "61,5" not in page_text


def test_a_long_title_is_cut_in_a_chart_and_whole_in_the_table() -> None:
    part = empty_class().parts[0]
    case = part.case.model_copy(update={"title": "Daftar nilai yang panjang sekali namanya"})

    page_text = half(report_page(replace(mixed_class(), parts=(replace(part, case=case),)).data()), "id")

    assert "Daftar nilai yang panjang sekali…" in " ".join(charts_of(page_text))
    assert '<th scope="row">Daftar nilai yang panjang sekali namanya</th>' in page_text


def test_where_the_panel_disagreed_the_page_calls_nothing_right_or_wrong() -> None:
    part = empty_class().parts[0]
    keys = {name: key.model_copy(update={"weight": 0}) for name, key in part.key.decisions.items()}
    whole = replace(part, key=part.key.model_copy(update={"decisions": keys}))

    page_text = visible_text(half(report_page(ReportClass((whole,)).plus(6, "police", WRONG).data()), "id"))

    assert page_text.count("Panel ahli tidak sepakat di sini: bobotnya 0") == len(keys)
    assert "✓ tepat" not in page_text
    assert page_text.count("kurang tepat") == 1  # in the legend


def test_a_test_case_is_not_to_be_talked_about_before_the_last_test() -> None:
    page_text = report_page(empty_class(CASES / "bentuk-a", CASES / "bentuk-b").data(guides={}))

    assert page_text.count("Bahas hanya sesudah semua orang menyelesaikan tes terakhir") == 2
    assert "Bahas hanya sesudah" not in page()
