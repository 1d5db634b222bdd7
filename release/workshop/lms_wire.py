"""What the writer is asked and answers about learning management systems; parts of `wire`."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12


class AskPlatforms(TypedDict):
    """The platforms that are registered here. See `release.lms.platform.Platform`."""

    ask: Literal["platforms"]


class AskInvited(TypedDict):
    """Whether a platform may register itself by that token now: done, or nobody."""

    ask: Literal["invited"]
    token: str


class AskRegister(TypedDict):
    """Keep a platform that registered itself, and use the token up."""

    ask: Literal["register"]
    token: str
    platform: dict[str, Any]


class AskGradePlace(TypedDict):
    """Keep where the grade of a seat goes in a case. See `writer.lms.grade_store.GradePlan`."""

    ask: Literal["grade_place"]
    seat: str
    platform: int
    subject: str
    link: str
    case: str
    language: str
    line_item: str


class AskDueGrades(TypedDict):
    """The grades that are to be sent now; whoever asks sends them, or they are due again.

    spare: the numbers of platforms to which nothing is to be sent now.
    """

    ask: Literal["due_grades"]
    spare: list[int]


class AskGradeSent(TypedDict):
    """Note what became of a grade. grade: as it was sent; trouble: why it was not taken, "" where it was."""

    ask: Literal["grade_sent"]
    number: int
    grade: dict[str, Any]
    trouble: str


class PlatformsAnswer(TypedDict):
    """The platforms, each as the fields of a `Platform`."""

    answer: Literal["platforms"]
    platforms: list[dict[str, Any]]


class DueGrade(TypedDict):
    """A grade that is to be sent. platform: its number; at: the moment to send it under."""

    number: int
    platform: int
    subject: str
    line_item: str
    grade: dict[str, Any]
    at: str


class DueGradesAnswer(TypedDict):
    """The grades that are to be sent now."""

    answer: Literal["due_grades"]
    grades: list[DueGrade]


class LtiRefusedAnswer(TypedDict):
    """What was asked for is refused; reason: see `release.lms.refusal.LtiRefusedError`."""

    answer: Literal["lti_refused"]
    reason: str
