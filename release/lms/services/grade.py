"""A grade on its way to a platform (Assignment and Grade Services 2.0), and the words beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from release.lms.refusal import lms_sentence
from scenarios.documents.part import Part
from scenarios.feedback import CaseFeedback, FlagNote
from scenarios.language import Language, with_decimal_sign
from scenarios.sentence import in_language

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
CONTENT = "application/vnd.ims.lis.v1.score+json"
MAXIMUM = 100
Progress: TypeAlias = Literal["InProgress", "Completed"]


class Grade(Part):
    """What a platform is to know of somebody in one activity.

    score: 0 to 100, None while there is none; ended: of how much it was made, such as plays that are over.
    """

    progress: Progress
    score: float | None = None
    comment: str = ""
    ended: int = 0


BEGUN = Grade(progress="InProgress")


def grade_of(notes: Sequence[CaseFeedback], language: Language, *, is_test: bool) -> Grade:
    """The grade of whoever has ended these plays of a case, told in the order in which they began.

    In practice the best one counts, in a test the first; what is harmful or missed is told of that one. Of a
    test no more than their number is told, since its feedback is not due. A play without any figure, as where
    every decision was skipped, leaves it begun: who skipped is told to nobody.
    """
    figures = [note for note in notes if note["S"] is not None]
    counted = figures[:1] if is_test else figures
    if not counted:
        return BEGUN.model_copy(update={"ended": len(notes)})
    best = best_of(counted)
    score = round(best["S"] or 0.0, 2)
    comment = _comment(best, score, language, is_test=is_test)
    return Grade(progress="Completed", score=score, comment=comment, ended=len(notes))


def best_of(notes: Sequence[CaseFeedback]) -> CaseFeedback:
    """The best of several plays of a case. Raises ValueError where there is none."""
    return max(notes, key=lambda note: (note["S"] or 0.0, -note["H"], -note["M"]))


def lesson_grade(language: Language) -> Grade:
    """The grade of whoever says that they have read a lesson."""
    return Grade(progress="Completed", score=MAXIMUM, comment=_words("lesson", language), ended=1)


def programme_grade(done: int, steps: int, notes: Sequence[CaseFeedback], language: Language) -> Grade:
    """The grade of a programme: the share of its steps that are done, whatever any play of them was worth.

    steps: those on the person's own way, without what they left out; notes: the feedback on the best play of
    each case for practice, of which harm and missed duties are told.
    """
    score = round(MAXIMUM * done / steps, 2)
    parts = [_words("steps", language, done=done, steps=steps)]
    for number, kind in enumerate(("harm", "missed")):
        names = dict.fromkeys(name for note in notes for name in _named_flags(note)[number])
        parts += [_words(kind, language, names="; ".join(names))] if names else []
    progress: Progress = "Completed" if done == steps else "InProgress"
    return Grade(progress=progress, score=score, comment=" ".join(parts), ended=done)


def _comment(note: CaseFeedback, score: float, language: Language, *, is_test: bool) -> str:
    of = "test_" if is_test else ""
    parts = [_words(f"{of}score", language, score=score_text(score, language))]
    harm, missed = _named_flags(note)
    for kind, names, count in (("harm", harm, note["H"]), ("missed", missed, note["M"])):
        if count and is_test:
            parts.append(_words(f"{kind}_count", language, count=count))
        elif count:
            parts.append(_words(kind, language, names="; ".join(dict.fromkeys(names))))
    parts += [_words("incomplete", language)] if note["incomplete"] else []
    parts += [_words(f"{of}draft", language)] if note["draft"] else []
    return " ".join(parts)


def score_text(score: float, language: Language) -> str:
    """A score as a person reads it."""
    return with_decimal_sign(f"{score:.2f}".rstrip("0").rstrip("."), language)


def _named_flags(note: CaseFeedback) -> tuple[list[str], list[str]]:
    """What is harmful, and which duties were missed, as the feedback names them."""
    # What is of the practice grade takes points and is no harm (scoring.md).
    harm = [_flag_name(flag) for flag in note["harm"] if flag["grade"] != "practice"]
    return harm, [_flag_name(flag) for flag in note["missed"]]


def _words(name: str, language: Language, **values: object) -> str:
    return in_language(lms_sentence(f"grade_{name}", **values), language)


def _flag_name(flag: FlagNote) -> str:
    return flag["name"] or flag["text"]


def score_message(grade: Grade, subject: str, at: str) -> Mapping[str, Any]:
    """What is sent to a line item. at: the moment, later than that of whatever was sent there before."""
    message: dict[str, Any] = {
        "userId": subject,
        "timestamp": at,
        "activityProgress": grade.progress,
        "gradingProgress": _grading(grade),
    }
    if grade.score is not None:
        message |= {"scoreGiven": grade.score, "scoreMaximum": MAXIMUM}
    return message | ({"comment": grade.comment} if grade.comment else {})


def scores_address(line_item: str) -> str:
    """Where the scores of a line item go: before its query."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=f"{parts.path}/scores"))


def _grading(grade: Grade) -> str:
    """How far the grade itself is: a score that may grow is a part of one (AGS 2.0, 3.4.4)."""
    if grade.score is None:
        return "NotReady"
    return "FullyGraded" if grade.progress == "Completed" else "Pending"
