"""What stands beside a reflection: rubric, whom to call in danger, and the order in which to read.

Nothing here knows who wrote a reflection.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from graders.feedback.plain import entities
from graders.formgrader.lists import in_order
from graders.grading.cell_names import REFLECTION
from graders.grading.graded_cells import question_block
from graders.reflections.danger import TEXTS as DANGER
from graders.reflections.danger import DeskContact, contacts_in_danger
from graders.reflections.rubric import Rubric, course_rubric
from scenarios.case import Case
from scenarios.course_card import case_of, directory_of, languages_of, read_course_card
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, SOURCE, Catalogue, Language, Texts, card_of, read_catalogue

TEXTS = Path(__file__).with_name("formgrader.yaml")

_COURSE_DEPTH = 3  # autograded/<student>/<assignment>/<notebook>.ipynb
_WRITTEN = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReflectionDesk:
    """What the grading page shows besides the notebook.

    languages: of the course; title: of the case, or of the notebook; questions: those that are answered in
    words, by how the notebook has them; has_reflection: whether it has a cell for one; person: who can be
    spoken to, or None; number: which submission of how many.
    """

    languages: tuple[Language, ...]
    texts: Catalogue
    number: Texts
    title: Texts
    questions: Mapping[str, Texts]
    has_reflection: bool
    rubric: Rubric
    person: str | None
    contacts: tuple[DeskContact, ...]

    @property
    def names(self) -> Mapping[Language, str]:
        """What each of the languages calls itself."""
        return {language: card_of(language).name for language in self.languages}

    def spoken(self, source: str) -> str:
        """The cell of a reflection with its questions in each of the languages; what was written stays."""
        return asked_in(self.languages, source, self.questions)


def asked_in(languages: Iterable[Language], source: str, questions: Mapping[str, Texts]) -> str:
    """The cell of a reflection with its questions in each of these languages; what was written stays."""
    for block, ask in questions.items():
        each = (f'<span lang="{tag}">{_plain(ask[tag])}</span>' for tag in languages)
        source = source.replace(block, question_block("".join(each)))
    return source


def questions_of(case: Case) -> Mapping[str, Texts]:
    """The questions of a case that are answered in words, by how a graded notebook has them."""
    questions: dict[str, Texts] = {}
    for one in case.in_each_variant():
        asks = {
            tag: {decision.id: decision.ask for _, decision in _spoken(one, tag).decisions()}
            for tag in LANGUAGES
        }
        for _, decision in one.decisions():
            if decision.is_free_text:
                ask = Texts({tag: asks[tag][decision.id] for tag in LANGUAGES})
                questions[question_block(_plain(decision.ask))] = ask
    return questions


def _spoken(case: Case, tag: Language) -> Case:
    # A language that came later asks nothing of a course.
    return case.in_language(tag if tag in case.languages else SOURCE)


def _plain(ask: str) -> str:
    return entities(ask, keep=" ,.")


def reflection_desk(notebook: Path, *, index: int, total: int) -> ReflectionDesk:
    """The desk for an autograded notebook of a course.

    index: its place in the reader's order, from 0. Raises ProblemsError where a file of the course is wrong.
    """
    course = notebook.parents[_COURSE_DEPTH]
    texts = {**read_catalogue(TEXTS), **read_catalogue(DANGER)}
    assignment = course / "release" / notebook.parent.name
    read, case = read_notebook(notebook), _case(course / "source" / notebook.parent.name)
    title = Texts.same(str(read.metadata.get("title", notebook.stem)))
    return ReflectionDesk(
        languages=in_order(languages_of(assignment)),
        texts=texts,
        number=texts["number"].format(number=index + 1, total=total),
        title=title if case is None else Texts({tag: _spoken(case, tag).title for tag in LANGUAGES}),
        questions={} if case is None else questions_of(case),
        has_reflection=_reflection_cell(read) is not None,
        rubric=course_rubric(course),
        person=read_course_card(course).person,
        contacts=contacts_in_danger(directory_of(assignment)),
    )


def _case(assignment: Path) -> Case | None:
    # Without its case, or with one that is being written, the notebook is read as it stands.
    try:
        return case_of(assignment)
    except BadInputError:
        return None


def read_notebook(file: Path) -> nbformat.NotebookNode:
    """A notebook as nbformat 4."""
    read: nbformat.NotebookNode = nbformat.read(file, as_version=4)
    return read


def reflection_words(notebook: nbformat.NotebookNode) -> str:
    """The words of the reflection as they were written, without the questions; empty where there are none."""
    source = _reflection_cell(notebook) or ""
    return "\n".join(html.unescape(written) for written in _WRITTEN.findall(source))


def _reflection_cell(notebook: nbformat.NotebookNode) -> str | None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == REFLECTION:
            return str(cell.source)
    return None
