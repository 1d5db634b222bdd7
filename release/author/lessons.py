"""Prove the lessons and the law card, and count what there is to read in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scenarios.directory.competencies import load_competencies
from scenarios.directory.glossary import load_glossary
from scenarios.directory.law_card import load_law_card
from scenarios.directory.sources import load_sources
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.language import LANGUAGES, Language
from scenarios.lessons.lesson_files import LESSONS, lesson_document
from scenarios.proof.lessons import (
    LessonBench,
    law_card_problems,
    lesson_ease,
    lesson_problems,
    lesson_prose,
    missing_lessons,
    words_of_a_screen,
)
from scenarios.proof.wording import load_wording


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """How much there is to read in a lesson in one language. screens: of a phone; ease: LIX."""

    words: int
    screens: float
    ease: float


@dataclass(frozen=True, slots=True)
class CheckedLesson:
    """One lesson that was checked; figures: none where a file of it could not be read."""

    competency: str
    figures: Mapping[Language, LessonFigures]


@dataclass(frozen=True, slots=True)
class CheckedLessons:
    """Lessons that were checked together, and every problem of them."""

    lessons: tuple[CheckedLesson, ...] = ()
    problems: tuple[Problem, ...] = ()


def check_lessons(
    competencies: Iterable[str], today: date, *, whole: bool, folder: Path = LESSONS
) -> CheckedLessons:
    """Check the lessons on `competencies` that stand in `folder`.

    whole: they are all that there are, so that each competency has to have one, and the law card is
    checked with them.
    """
    try:
        bench = LessonBench(load_competencies(), load_sources(), load_glossary(), load_wording(), today)
        laws = load_law_card()
    except ProblemsError as error:
        return CheckedLessons((), error.problems)
    codes = tuple(competencies)
    problems = [problem for code in codes for problem in lesson_problems(code, bench, folder)]
    if whole:
        problems.extend(missing_lessons(bench.competencies, folder))
        problems.extend(law_card_problems(laws, bench))
    lessons = tuple(CheckedLesson(code, _figures(code, folder)) for code in codes)
    return CheckedLessons(lessons, tuple(sorted(set(problems))))


def _figures(competency: str, folder: Path) -> Mapping[Language, LessonFigures]:
    figures: dict[Language, LessonFigures] = {}
    for language in LANGUAGES:
        try:
            document = lesson_document(competency, language, folder)
        except ProblemsError:
            return {}  # told among the problems
        words = lesson_prose(document, language).words
        ease = lesson_ease(document, language)
        figures[language] = LessonFigures(words, words / words_of_a_screen(language), ease)
    return figures
