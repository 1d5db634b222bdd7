"""The view of a lesson: its texts, its sources and its diagrams as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from scenarios.directory.law_age import aged_text
from scenarios.directory.law_words import law_due, long_date
from scenarios.directory.sources import Source, load_sources
from scenarios.drawing.diagram import diagram_svg
from scenarios.feedback import SourceNote
from scenarios.language import Language
from scenarios.lessons.lesson import Lesson, LessonSection
from scenarios.lessons.lesson_files import lesson_of
from widgets.messages import LessonSectionView, LessonView
from widgets.view import sentence


def lesson_view(competency: str, language: Language, today: date) -> LessonView:
    """The lesson on a competency, as it is read on the day `today`. Raises NoSuchLessonError."""
    lesson, sources = lesson_of(competency, language), load_sources()
    sections = [_section(lesson, section, sources, language) for section in lesson.sections.values()]
    aged = aged_text(lesson.sources, sources, lesson.law_checked, today)
    return LessonView(
        competency=competency,
        language=language,
        title=lesson.title,
        about=lesson.about,
        note=lesson.note or "",
        law=sentence("law", language, date=long_date(lesson.law_checked, language)),
        law_due=law_due(aged, sources, language),
        draft=lesson.status == "draft",
        sections=sections,
    )


def _section(
    lesson: Lesson, section: LessonSection, sources: Mapping[str, Source], language: Language
) -> LessonSectionView:
    named = [(code, sources[code]) for code in section.sources]
    return LessonSectionView(
        title=section.title,
        blocks=[block if isinstance(block, str) else list(block) for block in section.blocks],
        sources=[
            SourceNote(code=code, title=source.title[language], lab_only=source.kind == "lab")
            for code, source in named
        ],
        drawing=_drawing(lesson, section, language),
    )


def _drawing(lesson: Lesson, section: LessonSection, language: Language) -> str:
    if section.diagram is None:
        return ""
    name = f"{lesson.competency}-{section.diagram}"
    return diagram_svg(lesson.diagrams[section.diagram], language, name)
