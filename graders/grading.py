"""Grade one handed-in folder: points, explanations and the reflection, with no kernel and no trainee code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.explanation import decision_html, in_both, not_judged_html, result_html, sentence_html
from graders.feedback import KeyFeedback
from graders.key import Key, load_key
from graders.score import score
from graders.submission import CASE_FOLDER, NotJudgedError, Submission, read_submission, reflections
from scenarios.case import Case
from scenarios.feedback import CaseFeedback, DecisionFeedback
from scenarios.language import LANGUAGES, Language
from scenarios.loader import load_case
from scenarios.play import Play
from scenarios.services import Directory, load_directory


@dataclass(frozen=True, slots=True)
class Grading:
    """What one folder earned.

    weights, points, explanations: by decision id, the last as HTML; result: the whole case as HTML;
    reflections: question and answer of each free text; not_judged: why there is no score, or None.
    Where it was not judged, every point is 0.
    """

    weights: Mapping[str, float]
    points: Mapping[str, float]
    explanations: Mapping[str, str]
    result: str
    reflections: tuple[tuple[str, str], ...] = ()
    not_judged: NotJudgedError | None = None


def grade_folder(folder: Path, keys: Path) -> Grading:
    """Grade the record in `folder` against the case in its ``case/`` and the key in `keys`.

    Raises ProblemsError where the case or its key cannot be read: that is nobody's score.
    """
    case = load_case(folder / CASE_FOLDER)
    key = load_key(case, keys)
    try:
        submission = read_submission(folder, case)
    except NotJudgedError as error:
        return _alike(key, not_judged_html(error.reason), error)
    if not submission.handed_in:
        return _alike(key, sentence_html("nothing"))
    services = folder / CASE_FOLDER / "services.yaml"
    return _judged(case, key, submission, load_directory(services) if services.exists() else load_directory())


def _alike(key: Key, html: str, error: NotJudgedError | None = None) -> Grading:
    weights = {name: part.weight for name, part in key.decisions.items()}
    return Grading(weights, dict.fromkeys(weights, 0.0), dict.fromkeys(weights, html), html, (), error)


def _judged(case: Case, key: Key, submission: Submission, directory: Directory) -> Grading:
    play = submission.play
    result = score(case, play, key)
    points = {verdict.decision: float(verdict.points) for verdict in result.verdicts}
    weights = {verdict.decision: verdict.weight for verdict in result.verdicts}
    told = _told(play, KeyFeedback(case, key, due=True, directory=directory))
    explained = {
        name: in_both(
            (part.language, decision_html(part.decisions[name], earned, part.language)) for part in told
        )
        for name, earned in points.items()
    }
    summary = in_both((part.language, result_html(part.case, part.language)) for part in told)
    return Grading(weights, points, explained, summary, reflections(play))


@dataclass(frozen=True, slots=True)
class _Told:
    """The feedback on a play in one language, as a whole and by decision."""

    language: Language
    case: CaseFeedback
    decisions: Mapping[str, DecisionFeedback]


def _told(play: Play, feedback: KeyFeedback) -> tuple[_Told, ...]:
    told = []
    for language in LANGUAGES:
        whole = feedback.on_case(play, language)
        if whole is not None:
            told.append(_Told(language, whole, {part["decision"]: part for part in whole["decisions"]}))
    return tuple(told)
