"""The page of ``nbgrader generate_feedback``: what a trainee takes home, in one file that needs no network.

The adapter reads what was graded: the record as it was handed in, by the key that graded it, and the
points and the comment in the gradebook. Nothing of the notebook's own text is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode

from graders.feedback.explanation import not_judged_text, number, sentence
from graders.feedback.key_feedback import KeyFeedback
from graders.feedback.plain import preformatted
from graders.feedback.view import FeedbackView, Marks, feedback_view, page_sentence
from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import REFLECTION, decision_of, is_decision
from graders.grading.course_path import course_step
from graders.grading.note import read_note
from graders.grading.submission import REASONS, NotJudgedError, Reason, record_digest, shared_plays
from graders.key.key import Key, keys_folder
from graders.key.rules import load_rules
from graders.path import step_note
from graders.people.roster import course_roster
from graders.proof.source_uses import key_sources
from scenarios.case import Case
from scenarios.directory.law_age import aged_text
from scenarios.directory.law_words import law_due
from scenarios.directory.people import PEOPLE_SHEET, with_chips
from scenarios.directory.sources import load_sources
from scenarios.documents.problem import BadInputError
from scenarios.documents.template import template_environment
from scenarios.engine.play import Play
from scenarios.feedback import NextStep
from scenarios.language import Language, Texts, card_of
from scenarios.palette import with_palette
from scenarios.sentence import Sentence, sentences_of

_sentence = sentences_of(Path(__file__).with_name("texts.yaml"))

TEMPLATES = Path(__file__).parent / "feedback" / "templates" / "kasuslab"
_NBGRADERS_OWN_COMMENT = "No response."

Say: TypeAlias = Callable[..., str]


class StaleGradingError(BadInputError):
    """What was graded is not what stands there now; the text says what changed, and what to do."""


@dataclass(frozen=True, slots=True)
class FeedbackPageView:
    """What the template sees.

    titles: of the case, by language; student: the pseudonym; person: who can be spoken to, "" where
    nobody was named; marks: the gradebook's side; views: the feedback by language, empty where the
    submission was not judged, and then `reason` says why; law_due: why the law that the case rests on is to
    be read again, by language; steps: what comes next, by language, empty where
    nothing does.
    """

    titles: Texts
    student: str
    person: str
    marks: Marks
    views: Mapping[Language, FeedbackView]
    reason: Reason | None
    law_due: Mapping[Language, Sequence[str]] = field(default_factory=dict)
    steps: Mapping[Language, NextStep] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[Language, ...]:
        """Those that the case has its texts in."""
        return tuple(self.titles)

    @property
    def comment(self) -> str:
        """The facilitator's answer, "" where there is none."""
        return self.marks.comment

    @property
    def given(self) -> Mapping[Language, tuple[str, str]]:
        """The points that a person gave by hand, of how many, by language; empty where nobody did."""
        if self.marks.total <= 0:
            return {}
        both = (self.marks.total, self.marks.maximum)
        return {
            language: (number(both[0], language), number(both[1], language)) for language in self.languages
        }

    def why_not(self, language: Language) -> str:
        """Why the submission was not judged."""
        return sentence(f"reason_{self.reason}", language)

    @property
    def style(self) -> Markup:
        """The stylesheet, which is the lab's own."""
        return Markup(_style())  # noqa: S704 -- no text of another's stands in it

    @staticmethod
    def name(language: Language) -> str:
        """What a language calls itself."""
        return card_of(language).name

    @staticmethod
    def say(language: Language) -> Say:
        """The sentences of the page in `language`, by name."""
        return partial(page_sentence, language=language)


class FeedbackPage(HTMLExporter):
    """Named in a course's configuration as ``GenerateFeedback.exporter_class``.

    A subclass, because nbgrader asks for one; of nbconvert's own templates and settings it uses none,
    since what is set for HTMLExporter rules formgrader's pages.
    """

    def from_notebook_node(
        self,
        nb: NotebookNode,
        resources: Any = None,  # noqa: ANN401 -- nbconvert's ResourcesDict
        **kwargs: Any,  # noqa: ANN401 -- nbconvert's own
    ) -> Any:  # noqa: ANN401 -- the page and nbconvert's ResourcesDict
        """The page of the graded notebook `nb`, with the grades that nbgrader's preprocessors fetch.

        Raises StaleGradingError where key or record changed since, ProblemsError or KeysMissingError
        where the course or its key cannot be read.
        """
        graded, after = Exporter.from_notebook_node(self, nb, resources, **kwargs)
        names = after["nbgrader"]
        folder = Path(after["metadata"]["path"])
        page = feedback_of(folder, names["student"], marks_of(graded, names), now=datetime.now(UTC))
        return page_html(page), after


def marks_of(nb: NotebookNode, names: Mapping[str, Any]) -> Marks:
    """The gradebook's points and comment, as nbgrader's GetGrades put them into the cells and `names`."""
    points, most, comment = {}, {}, ""
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        name = str(about.get("grade_id", ""))
        if is_decision(name) and "score" in about:
            points[decision_of(name)] = float(about["score"])
            most[decision_of(name)] = float(about["points"])
        if name == REFLECTION:
            comment = str(about.get("comment") or "").strip()
    comment = "" if comment in _nobodys_comments() else comment
    return Marks(points, most, float(names["score"]), float(names["max_score"]), comment)


def feedback_of(
    folder: Path, student: str, marks: Marks, *, now: datetime, keys: Path | None = None
) -> FeedbackPageView:
    """The page of one submission; `folder` is ``autograded/<trainee>/<case>`` of a course.

    Raises StaleGradingError, ProblemsError or KeysMissingError, see FeedbackPage.
    """
    course, case_id = folder.absolute().parents[2], folder.name
    assignment = course / "release" / case_id
    keys = keys or keys_folder()
    grader = CaseGrader.of(assignment, keys)
    whom = (grader.case.titles, student, grader.card.person or "", marks)
    try:
        play = _graded_play(grader, folder, course / "submitted" / folder.parent.name / case_id, now)
    except NotJudgedError as error:
        return FeedbackPageView(*whom, views={}, reason=error.reason)
    source = KeyFeedback(grader.case, grader.key, due=True, directory=grader.directory)
    views: dict[Language, FeedbackView] = {}
    for language in grader.case.languages:
        note = source.on_case(play, language)
        if note is not None:
            views[language] = feedback_view(play, note, language, marks)
    person = course_roster(course).get(folder.parent.name)
    sector = person.sector if person is not None else None
    step = course_step(course, folder.parent.name, sector, grader.case.id, play, keys, now)
    steps = {language: step_note(step, language) for language in views} if step is not None else {}
    due = _law_due(grader.case, grader.key, now.date())
    return FeedbackPageView(*whom, views=views, reason=None, law_due=due, steps=steps)


def _law_due(case: Case, key: Key, today: date) -> Mapping[Language, Sequence[str]]:
    """Why the law that a case rests on by its key is to be read again, by language."""
    sources = load_sources()
    aged = aged_text(key_sources(case, key, load_rules()), sources, case.law_checked, today)
    return {language: law_due(aged, sources, language) for language in case.languages}


def page_html(page: FeedbackPageView) -> str:
    """The page as one HTML file."""
    return _templates().get_template("index.html.j2").render(page=page)


def _graded_play(grader: CaseGrader, folder: Path, submitted: Path, now: datetime) -> Play:
    """The play that was graded. Raises NotJudgedError as grading did, or StaleGradingError."""
    note = read_note(folder)
    if note is None:
        shared = shared_plays(submitted.parents[1], submitted.name)
        return grader.read(submitted, shared=shared, now=now).play
    if note.key_digest != grader.key_digest:
        raise StaleGradingError(_stale(submitted, _sentence("key_since_graded"), " --rescore"))
    if note.record != record_digest(submitted):
        raise StaleGradingError(_stale(submitted, _sentence("record_since_graded")))
    if note.reason is not None:
        raise NotJudgedError(note.reason, note.detail)
    return grader.read(submitted, now=now).play


def _nobodys_comments() -> frozenset[str]:
    """Comments that no person wrote: nbgrader's where nothing was answered, and why nothing was judged."""
    return frozenset({_NBGRADERS_OWN_COMMENT, *map(not_judged_text, REASONS)})


def _stale(submitted: Path, what: Sentence, option: str = "") -> Sentence:
    course, name = submitted.parents[2], submitted.name
    place = submitted.relative_to(course).as_posix()
    return _sentence("grade_first", place=place, what=what, course=course, case=name, option=option)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # All of it is entities.
    preformat: Callable[[str], Markup] = lambda text: Markup(preformatted(text))  # noqa: E731, S704
    return template_environment(TEMPLATES, preformatted=preformat, people=with_chips)


@lru_cache(maxsize=1)
def _style() -> str:
    return with_palette(PEOPLE_SHEET, TEMPLATES / "feedback.css")
