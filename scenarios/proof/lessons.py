"""What is proven of a lesson, and of the law card: links, length, sources, and all that holds for any text.

A lesson is two to four screens of a phone. A screen is three quarters of what a scene has at most
(``scenarios/languages.yaml``): about twenty lines on a phone 360 points wide, beside a title and some air.
That is 112 words in Bahasa Indonesia and 135 in English; what stands in a diagram counts as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scenarios.directory.competencies import Competency
from scenarios.directory.glossary import Glossary
from scenarios.directory.law_card import LAW_CARD, Law
from scenarios.directory.sources import Source
from scenarios.documents.document import Data, DataPath, Document, read_document
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.language import LANGUAGES, SOURCE, Language, card_of
from scenarios.lessons.lesson import Lesson
from scenarios.lessons.lesson_files import (
    LESSONS,
    lesson_competencies,
    lesson_document,
    lesson_file,
    load_lesson,
)
from scenarios.loader import mapping
from scenarios.proof.checks import LawBasis, dated_problems, written_problems
from scenarios.proof.prose import Prose, prose_of
from scenarios.proof.texts import Written
from scenarios.proof.wording import Wording, mention_of
from scenarios.sentence import sentences_of

_finding = sentences_of(Path(__file__).with_name("findings.yaml"))

SCREENS = (2, 4)
SCREEN_SHARE = 0.75  # of a scene at its longest

_NAMES = frozenset({"title", "name"})
_IN_SENTENCES = frozenset({"about", "note", "text"})
_BULLETS = re.compile(r"^- ", re.MULTILINE)
_AS_IN_THE_SOURCE = frozenset({"competency", "status", "law_checked", "kind", "diagram"})


@dataclass(frozen=True, slots=True)
class LessonBench:
    """With what lessons are checked."""

    competencies: Mapping[str, Competency]
    sources: Mapping[str, Source]
    glossary: Glossary
    wording: Wording
    today: date


def words_of_a_screen(language: Language) -> int:
    """How many words stand on one screen of a phone. Raises NoSuchLanguageError."""
    return int(SCREEN_SHARE * card_of(language).scene)


def lesson_texts(document: Document, language: Language) -> Iterator[Written]:
    """The texts of a lesson in one language, in the order of the file."""
    yield from _texts(document, (), document.data, language)


def _texts(document: Document, path: DataPath, data: Data, language: Language) -> Iterator[Written]:
    for name, part in mapping(data).items():
        at = (*path, name)
        if isinstance(part, str) and name not in _AS_IN_THE_SOURCE:
            # A sign before a line of a list is no part of its sentence; each character keeps its place.
            plain = _BULLETS.sub("  ", part)
            yield Written(document, at, plain, "title" if name in _NAMES else "lesson", language)
        yield from _texts(document, at, part, language)


def lesson_prose(document: Document, language: Language) -> Prose:
    """How much there is to read in a lesson, its titles and diagrams with it."""
    # What a diagram shows is said by a sentence for those only who cannot see it.
    return prose_of(text.text for text in lesson_texts(document, language) if text.path[-1] != "desc")


def lesson_ease(document: Document, language: Language) -> float:
    """The LIX of what is told in sentences: titles and diagrams, a few words each, would lower it."""
    texts = lesson_texts(document, language)
    return prose_of(text.text for text in texts if text.path[-1] in _IN_SENTENCES).lix


def lesson_problems(competency: str, bench: LessonBench, folder: Path = LESSONS) -> Iterator[Problem]:
    """Every problem of the lesson on `competency` in `folder`, in all languages of the lab."""
    for language in LANGUAGES:
        try:
            lesson = load_lesson(competency, language, folder)
        except ProblemsError as error:
            yield from error.problems
            continue
        document = lesson_document(competency, language, folder)
        if language == SOURCE:
            yield from _link_problems(document, lesson, bench)
            yield from _source_problems(document, lesson, bench)
            basis = LawBasis(lesson.sources, bench.sources, lesson.status == "reviewed")
            yield from dated_problems(document, lesson.law_checked, bench.today, basis)
        texts = tuple(lesson_texts(document, language))
        yield from _word_problems(document, lesson, texts, bench)
        yield from _law_problems(texts, lesson, bench)
        yield from _note_problems(document, lesson, texts, bench)
        yield from _length_problems(document, language)
        yield from written_problems(texts, bench.wording)


def missing_lessons(competencies: Mapping[str, Competency], folder: Path = LESSONS) -> Iterator[Problem]:
    """Each competency on which there is no lesson."""
    there = lesson_competencies(folder)
    for code in competencies:
        if code not in there:
            file = folder / lesson_file(code, SOURCE)
            fault, remedy = _finding("there_no_lesson", code=code), _finding("write_lesson_here")
            yield Problem(str(file), 1, "", fault, remedy, "lesson")


def law_card_problems(
    laws: Mapping[str, Law], bench: LessonBench, file: Path = LAW_CARD
) -> Iterator[Problem]:
    """What is wrong with the law card, which stands in `file`."""
    document = read_document(file)
    for name, law in laws.items():
        path: DataPath = ("laws", name)
        for index, code in enumerate(law.sources):
            yield from _source_problem(document, (*path, "sources", index), code, bench)
            if code in bench.sources and bench.sources[code].kind != "law":
                fault, remedy = _finding("no_source_law", code=code), _finding("name_law_itself")
                yield document.problem((*path, "sources", index), fault, remedy, "source")
        texts = tuple(
            Written(document, (*path, "says", language), law.says[language], "lesson", language)
            for language in law.says
        )
        yield from written_problems(texts, bench.wording)


def _link_problems(document: Document, lesson: Lesson, bench: LessonBench) -> Iterator[Problem]:
    if lesson.competency not in bench.competencies:
        fault = _finding("there_no_competency", code=lesson.competency)
        remedy = _finding("use_one", choices=", ".join(bench.competencies))
        yield document.problem(("competency",), fault, remedy, "link")
    for index, term in enumerate(lesson.words):
        if term not in bench.glossary.entries:
            fault, remedy = _finding("glossary_has_no", term=term), _finding("use_id_scenarios_glossary")
            yield document.problem(("words", index), fault, remedy, "link")
    drawn: dict[str, str] = {}
    for name, section in lesson.sections.items():
        if section.diagram is None:
            continue
        path: DataPath = ("sections", name, "diagram")
        if section.diagram not in lesson.diagrams:
            fault = _finding("there_no_diagram", diagram=section.diagram)
            remedy = _finding("use_one", choices=", ".join(lesson.diagrams))
            yield document.problem(path, fault, remedy if lesson.diagrams else _finding("draw_under"), "link")
        if drawn.setdefault(section.diagram, name) != name:
            fault = _finding("drawn_already", diagram=section.diagram, section=drawn[section.diagram])
            yield document.problem(path, fault, _finding("draw_once"), "diagram")
    for name in lesson.diagrams:
        if name not in drawn:
            fault, remedy = _finding("no_section_draws_this"), _finding("write_diagram_section", name=name)
            yield document.problem(("diagrams", name), fault, remedy, "diagram")


def _source_problems(document: Document, lesson: Lesson, bench: LessonBench) -> Iterator[Problem]:
    for name, section in lesson.sections.items():
        path: DataPath = ("sections", name, "sources")
        for index, code in enumerate(section.sources):
            yield from _source_problem(document, (*path, index), code, bench)
        kinds = {bench.sources[code].kind for code in section.sources if code in bench.sources}
        if {"lab", "law"} <= kinds:
            fault, remedy = _finding("section_rests_law_agreement"), _finding("make_two_no_law")
            yield document.problem(path, fault, remedy, "agreement")


def _source_problem(document: Document, path: DataPath, code: str, bench: LessonBench) -> Iterator[Problem]:
    if code not in bench.sources:
        fault, remedy = _finding("there_no_source", code=code), _finding("use_code_scenarios_sources")
        yield document.problem(path, fault, remedy, "link")


def _word_problems(
    document: Document, lesson: Lesson, texts: tuple[Written, ...], bench: LessonBench
) -> Iterator[Problem]:
    """Words that a lesson is said to explain and that do not occur in it."""
    occurring = {term.id for text in texts for term in bench.glossary.terms_in(text.text, text.language)}
    for index, term in enumerate(lesson.words):
        if term in bench.glossary.entries and term not in occurring:
            spellings = bench.glossary.entries[term].terms[texts[0].language]
            fault, remedy = _finding("word_does_not_occur", word=spellings[0]), _finding("use_text_or_take")
            yield document.problem(("words", index), fault, remedy, "word")


def _law_problems(texts: tuple[Written, ...], lesson: Lesson, bench: LessonBench) -> Iterator[Problem]:
    """Sections that speak of the law with no source of law; and sentences that say what the mark says."""
    for text in texts:
        for match in bench.wording.agreements.pattern(text.language).finditer(text.text):
            fault, remedy = (
                _finding("says_what_mark_says", text=match.group()),
                _finding("take_out_section_marked"),
            )
            yield text.problem(fault, remedy, "agreement", at=match.start())
        match_of_law = bench.wording.laws.pattern(text.language).search(text.text)
        section = lesson.sections.get(str(text.path[1])) if text.path[0] == "sections" else None
        if match_of_law is None or section is None:
            continue
        if not any(bench.sources[code].kind == "law" for code in section.sources if code in bench.sources):
            fault = _finding("speaks_law_no_source", text=match_of_law.group())
            remedy = _finding("name_law_under_sources")
            yield text.problem(fault, remedy, "source", at=match_of_law.start())


def _note_problems(
    document: Document, lesson: Lesson, texts: tuple[Written, ...], bench: LessonBench
) -> Iterator[Problem]:
    """Subjects for which the note of a lesson does not prepare its reader."""
    # A phrase is one whether or not a line breaks within it.
    read = [replace(text, text=" ".join(text.text.split())) for text in texts if text.path != ("note",)]
    for name, subject in bench.wording.subjects.items():
        mention = mention_of(subject, read, bench.wording.denials)
        words = subject.note[texts[0].language]
        if mention is None or not words:
            continue
        if lesson.note is None or not subject.note.pattern(texts[0].language).search(lesson.note):
            fault = _finding("lesson_speaks_note_not", mention=mention, subject=name)
            yield document.problem(("note",), fault, _finding("name_subject_few_plain"), "content-note")


def _length_problems(document: Document, language: Language) -> Iterator[Problem]:
    count, screen = lesson_prose(document, language).words, words_of_a_screen(language)
    least, most = (screens * screen for screens in SCREENS)
    if not least <= count <= most:
        fault = _finding("lesson_has_words", count=count)
        remedy = _finding("lesson_is_screens", few=SCREENS[0], many=SCREENS[1], least=least, most=most)
        yield document.problem(("sections",), fault, remedy, "length")
    ease, hardest = lesson_ease(document, language), card_of(language).ease
    if ease > hardest:
        fault = _finding("reading_ease_lix_lower", lix=f"{ease:.0f}", hardest=hardest)
        remedy = _finding("shorter_sentences_everyday_words")
        line, name = document.place(("sections",))
        yield Problem(str(document.file), line, name, fault, remedy, "reading-ease", "warning")
