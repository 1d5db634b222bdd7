"""The cards: what is written, that each is whole, and that nothing is loaded or run."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from release.cards.cards import CardWords, cards_in, law_card, lesson_card, write_cards
from scenarios.directory.glossary import load_glossary
from scenarios.directory.law_card import load_law_card
from scenarios.directory.law_words import long_date
from scenarios.directory.sources import SourceChange, load_sources
from scenarios.language import LANGUAGES, Language, Texts
from scenarios.lessons.lesson_files import lesson_competencies, lesson_of, load_lessons

# All was read in March, and nothing is due yet; a year on all of it is.
TODAY, LATE = date(2026, 4, 1), date(2027, 4, 1)
NAMES = (*lesson_competencies(), "law", "glossary")


class Page(HTMLParser):
    """A page as it is read: its tags, its ids, what it refers to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = {name: value or "" for name, value in attrs}
        self.ids.extend([given["id"]] if "id" in given else [])
        self.references.extend(given.get("aria-labelledby", "").split())

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    write_cards(folder, TODAY)
    return folder


def test_each_card_is_a_page_in_each_language_and_all_are_one_page_more(folder: Path) -> None:
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}

    pages = {f"{language}/{name}.html" for language in LANGUAGES for name in (*NAMES, "all")}
    assert files == {"index.html", *pages}


def test_the_list_leads_to_each_page(folder: Path) -> None:
    links = re.findall(r'href="([^"]+)"', (folder / "index.html").read_text("utf-8"))

    assert len(links) == len(set(links)) == len(LANGUAGES) * (len(NAMES) + 1)
    assert all((folder / link).is_file() for link in links)


def test_no_page_loads_or_runs_anything(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        text = file.read_text("utf-8")
        page = Page(text)
        assert {"script", "link", "img", "iframe", "form"} & set(page.tags) == set(), file
        assert re.search(r"""url\(|@import|src=|href="http""", text) is None, file
        assert "default-src 'none'; style-src 'unsafe-inline'" in text, file


def test_each_id_stands_once_in_a_page_and_each_that_is_referred_to_is_there(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        page = Page(file.read_text("utf-8"))
        assert len(page.ids) == len(set(page.ids)), file
        assert set(page.references) <= set(page.ids), file


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("competency", lesson_competencies())
def test_the_card_of_a_lesson_is_whole(folder: Path, competency: str, language: Language) -> None:
    lesson = lesson_of(competency, language)
    page = Page((folder / language / f"{competency}.html").read_text("utf-8"))
    read = " ".join(page.text.split())

    for section in lesson.sections.values():
        assert section.title in read
        for block in section.blocks:
            assert all(text in read for text in ([block] if isinstance(block, str) else block))
    assert page.tags.count("svg") == len(lesson.diagrams)
    assert page.tags.count("h1") == 1
    assert CardWords(language, TODAY).safety in read


def test_what_the_lab_has_agreed_on_is_marked_at_its_parts_and_explained_once() -> None:
    card = lesson_card(load_lessons("id")["K4"], CardWords("id", TODAY))

    marks = {part.title: part.is_agreement for part in card.parts}
    assert marks["Urutan langkah"]
    assert not marks["Gambarnya jangan dibuka"]
    assert [note for note in card.notes if "◆" in note] == [
        "Bagian bertanda ◆: kesepakatan lab, periksa di daerah Anda."
    ]


def test_a_card_says_what_it_rests_on_and_up_to_when_its_law_was_read() -> None:
    card = lesson_card(load_lessons("en")["K7"], CardWords("en", TODAY))

    assert card.sources[0].startswith(
        "L1: Law 12/2022 on Sexual Violence Crimes, Articles 39-42, read up to 31 M"
    )
    assert "Law as of 31 March 2026." in card.notes
    assert "Draft: not reviewed by a practitioner or a lawyer yet." in card.notes
    assert not any("LAB" in source for source in card.sources)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_law_card_has_each_law_with_its_date_and_its_sources(language: Language) -> None:
    words = CardWords(language, TODAY)
    card, laws, sources = law_card(words), load_law_card(), load_sources()

    assert [part.title for part in card.parts] == [law.name[language] for law in laws.values()]
    for part, law in zip(card.parts, laws.values(), strict=True):
        assert part.blocks[-1] == f"{words.t('sources')}: {', '.join(law.sources)}"
        assert (law.since is None) == (len(part.blocks) == 2)
    named = {code for law in laws.values() for code in law.sources}
    assert set(card.sources) == {words.source(code, sources[code]) for code in named}


def test_the_glossary_has_each_term_once_by_the_alphabet() -> None:
    for language in LANGUAGES:
        terms = cards_in(language, TODAY)[-1].terms
        names = [term.name.lower() for term in terms]
        assert names == sorted(names)
        assert {term.id for term in terms} == set(load_glossary().entries)


def test_a_date_is_said_with_its_month() -> None:
    assert CardWords("id", TODAY).date(date(2026, 1, 2)) == "2 Januari 2026"
    assert CardWords("en", TODAY).date(date(2026, 1, 2)) == "2 January 2026"


def test_paper_is_a4_and_each_card_begins_a_page(folder: Path) -> None:
    text = (folder / "id" / "all.html").read_text("utf-8")

    assert "@page { size: A4;" in text
    assert "article + article { break-before: page;" in text
    assert Page(text).tags.count("article") == len(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_whose_law_was_read_too_long_ago_says_so(language: Language) -> None:
    lesson = load_lessons(language)["K7"]
    fresh, old = (lesson_card(lesson, CardWords(language, day)) for day in (TODAY, LATE))
    laws = law_card(CardWords(language, LATE))

    (due,) = set(old.notes) - set(fresh.notes)
    assert long_date(lesson.law_checked, language) in due
    assert due in laws.notes
    assert laws.notes[:-1] != law_card(CardWords(language, TODAY)).notes[:-1]


def test_a_law_that_has_changed_says_so_at_its_own_part(monkeypatch: pytest.MonkeyPatch) -> None:
    name, law = next(iter(load_law_card().items()))
    what = Texts({language: f"Pasal 1 ({language})." for language in LANGUAGES})
    change = SourceChange(day=TODAY, what=what)
    source = load_sources()[law.sources[0]].model_copy(update={"changed": change})
    amended = {**load_sources(), law.sources[0]: source}
    monkeypatch.setattr("release.cards.cards.load_sources", lambda: amended)

    parts = {part.title: part.blocks for part in law_card(CardWords("id", TODAY)).parts}

    assert any("Pasal 1 (id)." in block for block in parts[law.name["id"]]), name
