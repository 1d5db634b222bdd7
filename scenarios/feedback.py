"""Feedback on a play as plain data: the graders write it, the player and nbgrader's pages show it.

Only the types stand here, so that a trainee's environment can show feedback without holding a key.
Every text is already in the reader's language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, NotRequired, Protocol, TypedDict

from scenarios.engine.play import Play
from scenarios.engine.team import PickLine
from scenarios.language import Language

TERMS: Final = Path(__file__).with_suffix(".yaml")
"""The words for what feedback tells, the same in the player, on the page and in a notebook's cells."""

Standing = Literal["right", "partly", "wrong", "neutral", "harmful"]
Status = Literal["answered", "skipped", "unanswered"]
Badge = Literal["right", "partly", "learn", "harm", "missed", "incomplete", "contested"]
"""How a decision went, in one word; harm and a missed duty come before its points."""
DecisionState = Literal["ahead", "open", "locked", "revealed"]
"""How a decision stands for a whole room."""


class SourceNote(TypedDict):
    """A source as shown: its code, its title, and whether it is only an agreement of the lab."""

    code: str
    title: str
    lab_only: bool


class FlagNote(TypedDict):
    """A harmful pick or a missed must: which option, the critical error's code and name, its grade.

    reason: why, in the case's own words; why: what is said of that error wherever it is made, "" where it has
    no name.
    """

    option: str
    text: str
    code: str | None
    name: str
    grade: Literal["harm", "practice", "must"]
    reason: str
    why: str


class OptionNote(TypedDict):
    """One option: whether it was chosen, what the key says of it, and why."""

    id: str
    text: str
    chosen: bool
    standing: Standing
    position: int | None
    right_position: int | None
    why: str
    sources: list[SourceNote]


class PartNote(TypedDict):
    """One line inside a handover: an urgency or a fact, whether chosen, and its standing."""

    id: str
    text: str
    chosen: bool
    standing: Standing


class HandoverNote(TypedDict):
    """For one service of a referral: the urgency and the packet, with their whys ("" where there is none)."""

    service: str
    text: str
    urgency: list[PartNote]
    why_urgency: str
    packet: list[PartNote]
    why_packet: str


class RoomNote(TypedDict):
    """What the room answered: how many people, and how many picked each option; None where 5 are too few.

    Of a case with variants, those who had the same facts. Of an order: how many put the option first.
    uncounted: the reader's own answer is not among them.
    """

    n: int
    counts: dict[str, int] | None
    uncounted: NotRequired[bool]


class GistLine(TypedDict):
    """One option in a line. remark: what else is to be said of it in a few words, "" for nothing."""

    id: str
    text: str
    standing: Standing
    remark: str


class OrderLine(TypedDict):
    """One option of an order: its place in the reader's order and in the key's, None where there is none."""

    id: str
    text: str
    yours: int | None
    keys: int | None
    standing: Standing


class ReasonNote(TypedDict):
    """A text of the case or its key. about: the option or the scene that it is of, "" where that is plain."""

    about: str
    text: str


class GistNote(TypedDict):
    """The first layer of the feedback on a decision: what is read before anything is unfolded.

    points: what the answer is worth, as a person would say it, "" where nothing is; chosen: what was picked;
    order: in its place where the options have places; why: the reason that fits this pick, None where `child`
    says it; right: what would have been right and was left out, with a reason where the story gives none;
    child: what it meant for the child, from the story or else from the key, None where neither speaks of one.
    """

    badge: Badge
    points: str
    chosen: list[GistLine]
    order: list[OrderLine]
    why: ReasonNote | None
    right: list[GistLine]
    why_right: ReasonNote | None
    child: ReasonNote | None


class RuleNote(TypedDict):
    """A rule of the field that an answer turned on. lab_only: it is no more than an agreement of the lab."""

    text: str
    lab_only: bool


class RightNote(TypedDict):
    """What would have been right: an option, or a service with how soon it is called and what it gets.

    place: in an order, from 1; urgency: "" where no service is called; packet: the facts; why: the reasons.
    """

    id: str
    text: str
    place: int | None
    urgency: str
    packet: list[str]
    why: list[str]
    sources: list[SourceNote]


class OwnNote(TypedDict):
    """What a member of a team answered alone, beside what the team settled on.

    lines: the answer in words; score: as in `DecisionFeedback`, and words: that in words, put in by whoever
    shows it; is_same: whether the team settled on the same.
    """

    lines: list[PickLine]
    score: float | None
    words: str
    harm: list[FlagNote]
    is_same: bool


class OtherFactsNote(TypedDict):
    """What would have been right had the story gone another way. facts: what differs there."""

    facts: str
    right: list[RightNote]


class DecisionFeedback(TypedDict):
    """The feedback on one decision.

    score: 0..1, None where skipped or where a panel contested it; weight: its points, 0 where contested;
    room: in discussion mode, after the reveal; others: of a play in practice mode that is over, the ways of
    the story in which something else is right; own: in a team, what this member answered alone.
    """

    decision: str
    ask: str
    kind: str
    status: Status
    score: float | None
    weight: float
    competency: str
    gist: GistNote
    harm: list[FlagNote]
    missed: list[FlagNote]
    options: list[OptionNote]
    handovers: list[HandoverNote]
    rules: list[RuleNote]
    room: NotRequired[RoomNote]
    others: NotRequired[list[OtherFactsNote]]
    own: NotRequired[OwnNote]


class PractiseNote(TypedDict):
    """A competency: its figure, the decisions behind it (None below the least number), what to practise."""

    code: str
    name: str
    score: float | None
    decisions: int
    practise: str


class PlayFigures(TypedDict):
    """A whole play, counted: the decisions of its key, how many were wholly right, harms, duties missed."""

    decisions: int
    right: int
    harm: int
    missed: int


class NextStep(TypedDict):
    """What comes next on a person's path.

    kind: “case”, another case; “again”, the same one with other facts; “lesson”, where no case is left. case,
    title: of the case, "" for a lesson; lesson: the competency whose lesson is read before it, with the title
    of that lesson, both "" where none is; reason: why, as a whole sentence.
    """

    kind: Literal["case", "again", "lesson"]
    case: str
    title: str
    lesson: str
    lesson_title: str
    reason: str


class PersonNote(TypedDict):
    """What a person who has read the reflection answers; with no word they have read it.

    sentences: of the rubric, for what they saw in it; comment: in words of their own, "" for none.
    """

    sentences: list[str]
    comment: str


class CaseFeedback(TypedDict):
    """The feedback on a whole play. S: 0..100 or None; meets: None where it may not be said (a draft).

    review: who has reviewed the case and when, in a sentence, "" for a draft; good: what went well, by its
    scene; child: what the play meant for the child; focus: the one thing to practise next, None where all was
    right; before: the play of the same case before this one, where there is one and it is over; next_step:
    None where nothing is left, missing where it is not known what else the person has played; persons: those
    who have read the reflection, where anybody has.
    """

    case: str
    title: str
    key_version: str
    law_checked: str
    draft: bool
    review: str
    panel: bool
    S: float | None
    H: int
    M: int
    incomplete: bool
    meets: bool | None
    cut: int
    harm: list[FlagNote]
    missed: list[FlagNote]
    decisions: list[DecisionFeedback]
    figures: PlayFigures
    before: NotRequired[PlayFigures]
    good: list[ReasonNote]
    child: list[ReasonNote]
    focus: PractiseNote | None
    practise: list[PractiseNote]
    next_step: NotRequired[NextStep | None]
    persons: NotRequired[list[PersonNote]]


class RoomCue(TypedDict):
    """What a room that plays together does now, as far as it touches one play.

    waits: the decision made last waits until the facilitator reveals it; state: of the decision that is
    shown, “ahead” until the facilitator opens it, “locked” while no answer is taken; seconds: left of its
    timer, None without one; case: the id of the case that the room plays, where it is another one, else "".
    """

    waits: bool
    state: DecisionState
    seconds: int | None
    case: str


class FeedbackSource(Protocol):
    """Who gives feedback on a play when it is due. The player never scores by itself."""

    def on_decision(self, play: Play, decision_id: str, language: Language) -> DecisionFeedback | None:
        """The feedback on a decision of `play`, or None where it is not due."""
        ...

    def on_case(self, play: Play, language: Language) -> CaseFeedback | None:
        """The feedback on an ended `play`, or None where it is not due."""
        ...

    def on_reveal(self, play: Play, language: Language) -> DecisionFeedback | None:  # noqa: ARG002 -- of most, none
        """In discussion mode: the feedback on the decision of `play` that was revealed last, or None."""
        return None

    def cue(self, play: Play, decided: str | None) -> RoomCue | None:  # noqa: ARG002 -- of most, none
        """In discussion mode: what the room does now, or None where there is no room.

        decided: the decision that was made last, None where `play` has gone on since.
        """
        return None
