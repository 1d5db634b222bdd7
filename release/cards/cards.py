"""The cards of the lab, to print or to read on a phone: the lessons, the law card, the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from markupsafe import Markup

from scenarios.directory.competencies import load_competencies
from scenarios.directory.glossary import Term, load_glossary
from scenarios.directory.law_age import Aged, aged_source, aged_text
from scenarios.directory.law_card import load_law_card
from scenarios.directory.law_words import law_due, long_date
from scenarios.directory.sources import Source, load_sources
from scenarios.documents.template import template_page
from scenarios.documents.whole_file import write_whole
from scenarios.drawing.diagram import diagram_sentences, diagram_svg
from scenarios.language import LANGUAGES, Language, read_catalogue
from scenarios.lessons.lesson import Lesson, LessonSection
from scenarios.lessons.lesson_files import load_lessons
from scenarios.palette import with_palette
from widgets.view import TEXTS as PLAYER_TEXTS

_HERE = Path(__file__).parent
_TEXTS = _HERE / "cards.yaml"
_STYLE = _HERE / "cards.css"
_CARDS, _INDEX = "cards.html.j2", "index.html.j2"


@dataclass(frozen=True, slots=True)
class CardPart:
    """One part of a card. picture: its diagram as SVG, or nothing; sentences: what the diagram says."""

    title: str
    blocks: tuple[tuple[str, ...] | str, ...]
    is_agreement: bool = False
    picture: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One card in one language.

    name: of its file, and its id in a page; note: what a reader is prepared for; notes: what stands at
    its foot.
    """

    name: str
    kind: str
    title: str
    about: str
    parts: tuple[CardPart, ...]
    note: str = ""
    terms: tuple[Term, ...] = ()
    terms_title: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardWords:
    """What cards say in one language beside the texts of the lab; today: the day on which they are made."""

    language: Language
    today: date

    def due(self, aged: Iterable[Aged]) -> list[str]:
        """That the law is to be read again, a sentence a reason."""
        return law_due(tuple(aged), load_sources(), self.language)

    def t(self, name: str, /, **values: object) -> str:
        """One sentence of the catalogue."""
        return read_catalogue(_TEXTS)[name][self.language].format(**values)

    @property
    def safety(self) -> str:
        """That this is practice, and where to turn when a child is in danger."""
        return read_catalogue(PLAYER_TEXTS)["ui_safety"][self.language]

    def date(self, day: date) -> str:
        """A date with its month in words."""
        return long_date(day, self.language)

    def source(self, code: str, source: Source) -> str:
        """A source with its code, and the day up to which it was read where it was read at all."""
        title = source.described(self.language)
        if source.read is None:
            return self.t("source_undated", code=code, title=title)
        return self.t("source", code=code, title=title, date=self.date(source.read))


@dataclass(frozen=True, slots=True)
class CardIndex:
    """The cards of one language."""

    words: CardWords
    cards: tuple[Card, ...]


def cards_in(language: Language, today: date) -> tuple[Card, ...]:
    """All cards in one language, as of `today`: lessons, law card, glossary. Raises ProblemsError."""
    words = CardWords(language, today)
    lessons = (lesson_card(lesson, words) for lesson in load_lessons(language).values())
    return (*lessons, law_card(words), glossary_card(words))


def lesson_card(lesson: Lesson, words: CardWords) -> Card:
    """The card of a lesson, with what it explains, what to try, and what it rests on."""
    sources = load_sources()
    code = lesson.competency
    practise = load_competencies()[code].practise[words.language]
    parts = [_part(lesson, section, words) for section in lesson.sections.values()]
    notes = [words.t("mark_note")] if any(part.is_agreement for part in parts) else []
    notes.append(words.t("law_checked", date=words.date(lesson.law_checked)))
    notes += words.due(aged_text(lesson.sources, sources, lesson.law_checked, words.today))
    if lesson.status == "draft":
        notes.append(words.t("draft"))
    return Card(
        name=code,
        kind=words.t("lesson", code=code),
        title=lesson.title,
        about=lesson.about,
        note=lesson.note or "",
        parts=(*parts, CardPart(words.t("practise"), (practise,))),
        terms=_terms(words.language, lesson.words),
        terms_title=words.t("words"),
        # What is the lab's own is marked where it stands, and needs no line here.
        sources=tuple(words.source(code, sources[code]) for code in lesson.sources if sources[code].read),
        notes=tuple(notes),
    )


def _part(lesson: Lesson, section: LessonSection, words: CardWords) -> CardPart:
    diagram = lesson.diagrams.get(section.diagram or "")
    picture = ""
    sentences: tuple[str, ...] = ()
    if diagram is not None:
        name = f"{lesson.competency}-{section.diagram}"
        # The lab's own, whose every text is escaped.
        picture = Markup(diagram_svg(diagram, words.language, name))  # noqa: S704
        sentences = diagram_sentences(diagram, words.language)
    agreement = section.is_agreement(load_sources())
    return CardPart(section.title, tuple(section.blocks), agreement, picture, sentences)


def law_card(words: CardWords) -> Card:
    """The laws that cases rest on most often, each with its date, its sources, and how it has changed since.

    That a law was read long ago is said once, at the foot.
    """
    sources = load_sources()
    parts: list[CardPart] = []
    old: list[Aged] = []
    for law in load_law_card().values():
        aged = [one for code in law.sources if (one := aged_source(code, sources[code], words.today))]
        old += [one for one in aged if one.code is None]
        blocks = [law.says[words.language], *words.due(one for one in aged if one.code is not None)]
        if law.since is not None:
            blocks.append(words.t("since", date=words.date(law.since)))
        blocks.append(f"{words.t('sources')}: {', '.join(law.sources)}")
        parts.append(CardPart(law.name[words.language], tuple(blocks)))
    codes = dict.fromkeys(code for law in load_law_card().values() for code in law.sources)
    return Card(
        name="law",
        kind=words.t("law"),
        title=words.t("law"),
        about=words.t("law_about"),
        parts=tuple(parts),
        sources=tuple(words.source(code, sources[code]) for code in codes),
        notes=(*dict.fromkeys(words.due(old)), words.t("draft")),
    )


def glossary_card(words: CardWords) -> Card:
    """Every term of the glossary, in the order of the alphabet."""
    terms = _terms(words.language, load_glossary().entries)
    return Card(
        name="glossary",
        kind=words.t("glossary"),
        title=words.t("glossary"),
        about=words.t("glossary_about"),
        parts=(),
        terms=tuple(sorted(terms, key=lambda term: term.name.lower())),
    )


def _terms(language: Language, ids: Iterable[str]) -> tuple[Term, ...]:
    entries = load_glossary().entries
    return tuple(Term(name, entries[name].terms[language][0], entries[name].text[language]) for name in ids)


def write_cards(folder: Path, today: date) -> tuple[Path, ...]:
    """Write all cards of every language into `folder`, as of `today`; the files, the list of all first.

    Raises ProblemsError where a lesson cannot be read, BadInputError where a file cannot be written.
    """
    indexes = [CardIndex(CardWords(language, today), cards_in(language, today)) for language in LANGUAGES]
    pages: Mapping[Path, str] = dict(_pages(folder, indexes))
    for file, text in pages.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
    return tuple(pages)


def _pages(folder: Path, indexes: list[CardIndex]) -> Iterator[tuple[Path, str]]:
    yield folder / "index.html", _rendered(_INDEX, indexes=indexes)
    for index in indexes:
        place = folder / index.words.language
        for card in index.cards:
            yield place / f"{card.name}.html", _page(index.words, (card,), card.title)
        yield place / "all.html", _page(index.words, index.cards, index.words.t("title"))


def _page(words: CardWords, cards: tuple[Card, ...], title: str) -> str:
    return _rendered(_CARDS, words=words, cards=cards, title=title)


def _rendered(template: str, **values: object) -> str:
    style = Markup(with_palette(_STYLE))  # noqa: S704 -- the lab's own
    return template_page(_HERE / template, style=style, **values)
