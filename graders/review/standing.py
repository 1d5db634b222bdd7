"""Where a review round stands: who has signed, what is open, what changed since, and what still lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from graders.review.demands import QUESTIONS, Question, ReviewDemands, load_demands
from graders.review.round import ReviewComment, ReviewRound, Signature
from graders.review.sight import Sight, SightChanges, changes
from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.sentence import Sentence, sentences_of

SignState: TypeAlias = Literal["agrees", "objects", "changed", "lacking"]
"""Somebody of the role agrees; one objects; all who agreed saw another state; nobody has signed."""
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """How a question stands with a role that has to sign it. reviewers: those who make it stand so."""

    question: Question
    role: str
    state: SignState
    reviewers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureStanding:
    """What a reviewer signed last on a question. role: theirs; is_valid: whether it counts for what is now.

    An objection does until they sign again, whatever was changed meanwhile.
    """

    signature: Signature
    role: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class CommentStanding:
    """A comment. number: by which it is settled; role: of its reviewer.

    has_changed: whether what it is about is another text since its reviewer saw it.
    """

    number: int
    comment: ReviewComment
    role: str
    has_changed: bool


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """Where a round stands.

    demanded: each role that has to sign a question; unasked: others that signed one all the same;
    signatures: all that were given last; comments: all of the round; since: what is other in the case than
    what reviewers are given now; lacking: why the case cannot be called reviewed, a sentence each, none where
    it can.
    """

    demanded: tuple[RoleStanding, ...]
    unasked: tuple[RoleStanding, ...]
    signatures: tuple[SignatureStanding, ...]
    comments: tuple[CommentStanding, ...]
    since: SightChanges
    lacking: tuple[Sentence, ...]

    @property
    def open_comments(self) -> tuple[CommentStanding, ...]:
        """The comments that nobody has settled."""
        return tuple(one for one in self.comments if one.comment.settled is None)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that agree to what stands there now, in the order of the lab's roles."""
        agreed = {one.role for one in self.signatures if one.is_valid and one.signature.agrees}
        return tuple(role for role in load_reviewer_roles() if role in agreed)

    @property
    def day(self) -> date | None:
        """The day on which the last of them agreed, None where nobody does."""
        days = [one.signature.day for one in self.signatures if one.is_valid and one.signature.agrees]
        return max(days, default=None)


def standing(round_: ReviewRound, now: Sight, demands: ReviewDemands | None = None) -> RoundStanding:
    """Where a round stands, of a case as it is now. demands: those of the library where left out."""
    demands = load_demands() if demands is None else demands
    signatures = tuple(
        SignatureStanding(one, round_.reviewers[one.reviewer], is_valid(round_, one, now))
        for one in round_.last_signatures
    )
    demanded = tuple(
        _role_standing(question, role, signatures)
        for question in QUESTIONS
        for role in demands.roles(question, now.role)
    )
    asked = {(one.question, one.role) for one in demanded}
    unasked = tuple(
        _role_standing(question, role, signatures)
        for question, role in dict.fromkeys((one.signature.question, one.role) for one in signatures)
        if (question, role) not in asked
    )
    comments = tuple(_comment_standings(round_, now))
    lacking = (
        *(_lacking_role(one, demands) for one in demanded if one.state != "agrees"),
        *_objections(signatures, comments, demands),
        *_lacking_panel(round_, now, demands),
    )
    since = changes(round_.sight, now)
    return RoundStanding(demanded, unasked, signatures, comments, since, tuple(dict.fromkeys(lacking)))


def is_valid(round_: ReviewRound, signature: Signature, now: Sight) -> bool:
    """Whether a signature counts for the case as it is now.

    An agreement does where story and key are what its reviewer saw; on the law, the day up to which the law
    was read as well. An objection always does.
    """
    sight = round_.sights[signature.seen]
    is_same_text = (sight.story, sight.key) == (now.story, now.key)
    is_same_law = signature.question != "law" or sight.law_checked == now.law_checked
    return not signature.agrees or (is_same_text and is_same_law)


def changes_since(round_: ReviewRound, seen: str, now: Sight) -> SightChanges:
    """What is other in the case now than in the sight of that mark, which is one of the round's."""
    return changes(round_.sights[seen], now)


def _role_standing(question: Question, role: str, signatures: tuple[SignatureStanding, ...]) -> RoleStanding:
    own = [one for one in signatures if one.role == role and one.signature.question == question]
    ways: tuple[tuple[SignState, list[SignatureStanding]], ...] = (
        ("objects", [one for one in own if not one.signature.agrees]),
        ("agrees", [one for one in own if one.signature.agrees and one.is_valid]),
        ("changed", [one for one in own if not one.is_valid]),
    )
    for state, those in ways:
        if those:
            return RoleStanding(question, role, state, tuple(one.signature.reviewer for one in those))
    return RoleStanding(question, role, "lacking", ())


def _comment_standings(round_: ReviewRound, now: Sight) -> Iterator[CommentStanding]:
    other = {mark: changes(sight, now) for mark, sight in round_.sights.items()}
    for number, comment in enumerate(round_.comments, 1):
        place, since = comment.place, other[comment.seen]
        near = [part for part in since.parts if not place or part == place or part.startswith(f"{place}.")]
        role = round_.reviewers[comment.reviewer]
        yield CommentStanding(number, comment, role, bool(near) or (since.text and not place))


def _lacking_role(one: RoleStanding, demands: ReviewDemands) -> Sentence:
    question = Sentence(demands.questions[one.question].name)
    role = Sentence(load_reviewer_roles()[one.role].name)
    reviewers = ", ".join(one.reviewers)
    return _sentence(f"role_{one.state}", question=question, role=role, reviewers=reviewers)


def _objections(
    signatures: tuple[SignatureStanding, ...],
    comments: tuple[CommentStanding, ...],
    demands: ReviewDemands,
) -> Iterator[Sentence]:
    """Open objections on what bars a case, whoever made them."""
    for one in comments:
        comment = one.comment
        if comment.objects and comment.settled is None and demands.questions[comment.question].bars:
            question = Sentence(demands.questions[comment.question].name)
            yield _sentence("objection_open", question=question, number=one.number, reviewer=comment.reviewer)
    for given in signatures:
        signature = given.signature
        if not signature.agrees and demands.questions[signature.question].bars:
            question = Sentence(demands.questions[signature.question].name)
            role = Sentence(load_reviewer_roles()[given.role].name)
            yield _sentence("role_objects", question=question, role=role, reviewers=signature.reviewer)


def _lacking_panel(round_: ReviewRound, now: Sight, demands: ReviewDemands) -> Iterator[Sentence]:
    """What a panel lacks, of a case in which points count."""
    wanted, seat = demands.panel, round_.panel
    if not now.has_points:
        return
    if now.panel is None:
        yield _sentence("no_panel", experts=wanted.experts)
        return
    if now.panel.size < wanted.experts:
        yield _sentence("small_panel", size=now.panel.size, experts=wanted.experts)
    if seat is None:
        yield _sentence("no_seat", case=round_.case)
        return
    if (seat.size, seat.played) != (now.panel.size, now.panel.played):
        yield _sentence(
            "other_panel",
            size=seat.size,
            played=seat.played,
            size2=now.panel.size,
            played2=now.panel.played,
            case=round_.case,
        )
    if len(seat.experts) < wanted.sectors:
        yield _sentence("few_sectors", count=len(seat.experts), sectors=wanted.sectors)
    if seat.outline != now.outline:
        yield _sentence("panel_of_another_story", case=round_.case)
