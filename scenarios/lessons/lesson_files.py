"""The files of the lessons: where they stand, how one is read in a language, and which one somebody wants.

``<competency>.yaml`` holds a lesson in the language that cases are written in, and
``<competency>.<language>.yaml`` its texts in another one, under the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from scenarios.documents.document import Data, DataPath, Document, read_document
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.shape import validated
from scenarios.language import SOURCE, Language
from scenarios.lessons.lesson import Lesson
from scenarios.loader import TranslationFile, mapping
from scenarios.sentence import sentences_of

LESSONS = Path(__file__).resolve().parent

_finding = sentences_of(LESSONS.parent / "loader.yaml")

# What is the same in every language, by its name wherever it stands.
_SAME = frozenset({"competency", "status", "law_checked", "words", "sources", "diagram", "kind"})


class NoSuchLessonError(BadInputError):
    """There is no lesson on that competency; the text says on which there are."""


def lesson_file(competency: str, language: Language) -> str:
    """The name of the file that holds a lesson's texts in `language`; that of the source holds the lesson."""
    return f"{competency}.yaml" if language == SOURCE else f"{competency}.{language}.yaml"


def lesson_competencies(folder: Path = LESSONS) -> tuple[str, ...]:
    """The competencies on which a lesson stands in `folder`, sorted."""
    return tuple(sorted(file.stem for file in folder.glob("*.yaml") if "." not in file.stem))


def load_lesson(competency: str, language: Language = SOURCE, folder: Path = LESSONS) -> Lesson:
    """Load a lesson in one language. Raises ProblemsError with every problem of its file in that language."""
    document = lesson_document(competency, language, folder)
    problems: list[Problem] = []
    lesson = validated(document, Lesson, problems)
    if language != SOURCE:
        # What stands in the original alone is told there.
        problems = [problem for problem in problems if _SAME.isdisjoint(problem.path.split("."))]
        problems.extend(_translation_problems(competency, document, language, folder))
        if lesson is None and not problems:
            load_lesson(competency, SOURCE, folder)
    elif lesson is not None and lesson.competency != competency:
        fault = _finding("lesson_on_another", named=lesson.competency, file=competency)
        problems.append(document.problem(("competency",), fault, _finding("give_both_same_code"), "id"))
    if problems or lesson is None:
        raise ProblemsError(problems)
    return lesson


def lesson_document(competency: str, language: Language, folder: Path = LESSONS) -> Document:
    """A lesson as a document in one language: of a translation, with all that is the same in every language.

    Each text is in its place, and on the line on which it stands in the file of that language.
    Raises ProblemsError where a file cannot be read.
    """
    original = read_document(folder / lesson_file(competency, SOURCE))
    if language == SOURCE:
        return original
    texts = read_document(folder / lesson_file(competency, language))
    return Document(texts.file, _with_same(original.data, texts.data), texts.lines)


@lru_cache(maxsize=8)
def load_lessons(language: Language, folder: Path = LESSONS) -> Mapping[str, Lesson]:
    """All lessons in one language by their competency. Raises ProblemsError with the problems of all."""
    problems: list[Problem] = []
    lessons: dict[str, Lesson] = {}
    for competency in lesson_competencies(folder):
        try:
            lessons[competency] = load_lesson(competency, language, folder)
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    return lessons


def lesson_of(competency: str, language: Language) -> Lesson:
    """The lab's lesson on a competency in a language. Raises NoSuchLessonError, NoSuchLanguageError."""
    lessons = load_lessons(language)
    if competency not in lessons:
        raise NoSuchLessonError(_finding("no_lesson", code=competency, choices=", ".join(lessons)))
    return lessons[competency]


def lessons_of(competencies: Iterable[str], language: Language) -> tuple[Lesson, ...]:
    """The lab's lessons on these competencies, each once, in the lab's order: what to read before a case."""
    wanted = set(competencies)
    return tuple(lesson for code, lesson in load_lessons(language).items() if code in wanted)


def lessons_on_term(term: str, language: Language) -> tuple[Lesson, ...]:
    """The lab's lessons that explain a term of the glossary, given by its id."""
    return tuple(lesson for lesson in load_lessons(language).values() if term in lesson.words)


def _with_same(original: Data, texts: Data) -> Data:
    """The texts, with what is the same in every language put in from the original."""
    if not isinstance(original, dict) or not isinstance(texts, dict):
        return texts
    merged = {name: _with_same(original.get(name), part) for name, part in texts.items()}
    return {**merged, **{name: part for name, part in original.items() if name in _SAME}}


def _translation_problems(
    competency: str, document: Document, language: Language, folder: Path
) -> Iterator[Problem]:
    original = read_document(folder / lesson_file(competency, SOURCE))
    beside = TranslationFile(document, original.file.name, language)
    yield from _differences(beside, (), original.data, document.data)
    for name in mapping(read_document(folder / lesson_file(competency, language)).data):
        if name in _SAME:
            fault = _finding("same_every_language", name=name)
            remedy = _finding("let_stand_only", original=beside.original)
            yield document.problem((name,), fault, remedy, "translation")


def _differences(beside: TranslationFile, path: DataPath, wanted: Data, given: Data) -> Iterator[Problem]:
    here, there = mapping(wanted), mapping(given)
    yield from beside.differences(path, wanted, given)
    for name in here.keys() & there.keys():
        yield from _differences(beside, (*path, name), here[name], there[name])
