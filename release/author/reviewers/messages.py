"""What the page of a reviewer is told, and what it is answered."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class SaidMessage(TypedDict):
    """One line of what is said of something: what it is, and the text."""

    name: str
    text: str


class OptionMessage(TypedDict):
    """One option. place: where a comment on it stands; verdict: what the key says of it."""

    place: str
    text: str
    verdict: str
    lines: list[SaidMessage]


class SceneMessage(TypedDict):
    """One scene. place: where a comment on it stands; variant: of its story, "" where there is none."""

    place: str
    variant: str
    heading: str
    stage: str
    paragraphs: list[str]
    learned: list[str]
    ask: str
    options: list[OptionMessage]
    notes: list[SaidMessage]
    ways: list[str]


class ChapterMessage(TypedDict):
    """The story of one variant. same: scenes that are as in the first chapter."""

    title: str
    about: str
    scenes: list[SceneMessage]
    same: list[str]


class StoryMessage(TypedDict):
    """The case as a reviewer reads it, in one language."""

    title: str
    front: list[SaidMessage]
    words: dict[str, str]
    chapters: list[ChapterMessage]


class QuestionMessage(TypedDict):
    """One question that is signed. own: whether the reviewer's role has to sign it.

    agrees: what this reviewer signed last, null for nothing; holds: whether that counts for what they read
    now.
    """

    code: str
    name: dict[str, str]
    asks: dict[str, str]
    own: bool
    agrees: bool | None
    holds: bool


class RemarkMessage(TypedDict):
    """A comment. role: whose it is; answer: of the author, "" while it is open; is_other: somebody else's.

    has_changed: whether what it is about is another text by now.
    """

    place: str
    variant: str
    question: str
    objects: bool
    text: str
    role: dict[str, str]
    answer: str
    has_changed: bool
    is_other: bool


class RoleMessage(TypedDict):
    """A role that somebody reviews a case in."""

    code: str
    name: dict[str, str]


class ReviewMessage(TypedDict):
    """All that a reviewer's page shows.

    state: whether a round is open, and this browser is a reviewer of it; code: the reviewer's own, as this
    browser holds it; sight: the mark of the case as it is now; story: by language, left out where the page
    has it already; words: those of the page.
    """

    kind: Literal["review"]
    state: Literal["no_round", "nobody", "reviewer"]
    case: str
    reviewer: str
    code: str
    role: dict[str, str]
    roles: list[RoleMessage]
    sight: str
    questions: list[QuestionMessage]
    remarks: list[RemarkMessage]
    languages: dict[str, str]
    words: dict[str, dict[str, str]]
    story: NotRequired[dict[str, StoryMessage]]


class RefusedMessage(TypedDict):
    """Something was not taken in. why: in each language."""

    kind: Literal["refused"]
    why: dict[str, str]
