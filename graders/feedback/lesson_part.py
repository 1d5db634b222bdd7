"""The lessons that a feedback page carries with it: those on the competencies of the case's decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.directory.sources import load_sources
from scenarios.drawing.diagram import diagram_sentences
from scenarios.language import Language
from scenarios.lessons.lesson import Lesson, LessonSection
from scenarios.lessons.lesson_files import load_lessons


@dataclass(frozen=True, slots=True)
class LessonPart:
    """One section of a lesson. blocks: a text is a paragraph, several are a list, as a diagram is."""

    title: str
    blocks: tuple[tuple[str, ...] | str, ...]
    is_agreement: bool


@dataclass(frozen=True, slots=True)
class FeedbackLesson:
    """A lesson as the page shows it; note: what a reader is prepared for, "" for nothing."""

    competency: str
    title: str
    about: str
    note: str
    parts: tuple[LessonPart, ...]


def feedback_lessons(competencies: Iterable[str], language: Language) -> tuple[FeedbackLesson, ...]:
    """The lessons on these competencies, each once, in the lab's order. Raises ProblemsError."""
    wanted = set(competencies)
    return tuple(
        FeedbackLesson(
            competency,
            lesson.title,
            lesson.about,
            lesson.note or "",
            tuple(_part(lesson, section, language) for section in lesson.sections.values()),
        )
        for competency, lesson in load_lessons(language).items()
        if competency in wanted
    )


def _part(lesson: Lesson, section: LessonSection, language: Language) -> LessonPart:
    blocks = tuple(section.blocks)
    if section.diagram is not None:
        blocks = (*blocks, diagram_sentences(lesson.diagrams[section.diagram], language))
    return LessonPart(section.title, blocks, section.is_agreement(load_sources()))
