"""The record of a review round: what its reviewers saw, who they are by role, what they said and signed.

Every function here gives a new round and leaves the old one as it is; none reads or writes a file. What
somebody says is a comment or a signature for a sight: for the story, key and law date that lay before them.
`standing` tells which of them still count. No name is needed of anybody, and none has a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field, StringConstraints

from graders.review.demands import Question
from graders.review.sight import Mark, Sight
from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.directory.sectors import load_sectors
from scenarios.documents.document import Data, DataPath, Document
from scenarios.documents.part import CaseId, Id, Part
from scenarios.documents.problem import BadInputError, Problem
from scenarios.documents.shape import validated
from scenarios.sentence import Sentence, enumeration, sentences_of

P = TypeVar("P", bound=Part)

Way: TypeAlias = Literal["phone", "paper", "document"]
Remark: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Place: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


class ReviewRoundError(BadInputError):
    """Something cannot be entered into a round; the text says what, and what to do. Nothing was changed."""


class Settlement(Part):
    """That a comment was dealt with. answer: what was changed, or why nothing was."""

    answer: Remark
    day: date


class ReviewComment(Part):
    """What a reviewer said of a place of the case.

    reviewer: their id in the round; seen: the mark of the sight that lay before them; place: where, as
    `Sight.has_place` knows it, "" for the case as a whole; variant: of the story that they read, None where
    it has none or they speak of all; objects: whether it is an objection, and no remark; settled: None while
    it is open.
    """

    reviewer: Id
    seen: Mark
    place: Place = ""
    variant: Id | None = None
    question: Question
    objects: bool = False
    text: Remark
    way: Way
    day: date
    settled: Settlement | None = None


class Signature(Part):
    """That a reviewer agrees to one question, or objects. seen: the mark of the sight that they sign."""

    reviewer: Id
    seen: Mark
    question: Question
    agrees: bool
    way: Way
    day: date


class PanelSeat(Part):
    """The panel that is part of a round. played: when, as the key says; experts: how many of each sector.

    outline: that of the sight that was current, see `Sight.outline`.
    """

    played: date
    experts: Annotated[Mapping[Id, Annotated[int, Field(ge=1)]], Field(min_length=1)]
    outline: Mark

    @property
    def size(self) -> int:
        """How many experts it had."""
        return sum(self.experts.values())


class ReviewRound(Part):
    """A review round of one case.

    opened: the day on which it was; reviewers: the role of each by their id in the round; comments: in the
    order in which they came in, by which they are numbered from 1; signatures: in that order too, the last of
    a reviewer on a question holds; panel: None until it is entered; sights: what was given to reviewers, by
    its mark; the last is what they are given now.
    """

    case: CaseId
    opened: date
    reviewers: Mapping[Id, Id] = Field(default_factory=dict)
    comments: tuple[ReviewComment, ...] = ()
    signatures: tuple[Signature, ...] = ()
    panel: PanelSeat | None = None
    sights: Annotated[Mapping[Mark, Sight], Field(min_length=1)]

    @property
    def sight(self) -> Sight:
        """What reviewers are given now."""
        return tuple(self.sights.values())[-1]

    @property
    def last_signatures(self) -> tuple[Signature, ...]:
        """What each reviewer signed last on each question, in the order of the round."""
        last = {(one.reviewer, one.question): one for one in self.signatures}
        return tuple(one for one in self.signatures if last[one.reviewer, one.question] is one)


def open_round(case_id: str, sight: Sight) -> ReviewRound:
    """A new round of a case, in which reviewers are given `sight`, opened on the day of that."""
    return ReviewRound(case=case_id, opened=sight.day, sights={sight.mark: sight})


def give(round_: ReviewRound, sight: Sight) -> ReviewRound:
    """The round in which reviewers are given `sight` from now on; as it was where that is so already."""
    current = round_.sight
    if current.mark == sight.mark:
        same = current.model_copy(update={"day": sight.day}) == sight
        sights = {**round_.sights, sight.mark: sight.model_copy(update={"day": current.day})}
        return round_ if same else round_.model_copy(update={"sights": sights})
    # What was given before is given again where a change was taken back: it is the last one then.
    earlier = {mark: one for mark, one in round_.sights.items() if mark != sight.mark}
    return round_.model_copy(update={"sights": {**earlier, sight.mark: sight}})


def add_reviewer(round_: ReviewRound, role: str, reviewer: str | None = None) -> tuple[ReviewRound, str]:
    """The round with one reviewer more, and their id: such as ``police_2`` where none is asked for.

    Raises ReviewRoundError for a role that is unknown, an id that is none, or one of somebody else.
    """
    if role not in load_reviewer_roles():
        raise ReviewRoundError(_unknown_role(role))
    if reviewer is None:
        number = 1 + sum(one == role for one in round_.reviewers.values())
        while f"{role}_{number}" in round_.reviewers:
            number += 1
        reviewer = f"{role}_{number}"
    if reviewer in round_.reviewers:
        raise ReviewRoundError(_sentence("reviewer_twice", reviewer=reviewer))
    named = read_entry(
        ReviewRound, {**round_.model_dump(), "reviewers": {**round_.reviewers, reviewer: role}}
    )
    return named, reviewer


def add_comment(round_: ReviewRound, comment: ReviewComment) -> ReviewRound:
    """The round with one comment more; its number is `len(comments)`.

    An objection is signed, too: whoever objects to something does not agree to the question. Raises
    ReviewRoundError where the reviewer, the sight, the variant or the place is none of the round.
    """
    _prove(round_, comment)
    sight = round_.sights[comment.seen]
    if comment.place and not sight.has_place(comment.place):
        raise ReviewRoundError(_sentence("no_place", place=comment.place))
    if comment.variant is not None and comment.variant not in sight.variants:
        choices = ", ".join(sight.variants) or "–"
        raise ReviewRoundError(_sentence("no_variant", variant=comment.variant, choices=choices))
    added = round_.model_copy(update={"comments": (*round_.comments, comment)})
    if not comment.objects:
        return added
    parts = {name: getattr(comment, name) for name in ("reviewer", "seen", "question", "way", "day")}
    return sign(added, Signature(agrees=False, **parts))


def settle_comment(round_: ReviewRound, number: int, settlement: Settlement) -> ReviewRound:
    """The round in which the comment `number`, counted from 1, is settled; an answer before it gives way.

    An objection ends with the signature of whoever made it, and not with this. Raises ReviewRoundError where
    there is no such comment.
    """
    if not 1 <= number <= len(round_.comments):
        raise ReviewRoundError(_sentence("no_comment", number=number, most=len(round_.comments)))
    comments = list(round_.comments)
    comments[number - 1] = comments[number - 1].model_copy(update={"settled": settlement})
    return round_.model_copy(update={"comments": tuple(comments)})


def sign(round_: ReviewRound, signature: Signature) -> ReviewRound:
    """The round with one signature more, in place of that reviewer's earlier ones on the question.

    Raises ReviewRoundError where the reviewer or the sight is none of the round.
    """
    _prove(round_, signature)
    return round_.model_copy(update={"signatures": (*round_.signatures, signature)})


def seat_panel(round_: ReviewRound, experts: Mapping[str, int], played: date) -> ReviewRound:
    """The round with its panel: how many experts of each sector played the case, and when, as its key says.

    Raises ReviewRoundError for a sector that is unknown, or a number that is none.
    """
    if unknown := [sector for sector in experts if sector not in load_sectors().sectors]:
        choices = ", ".join(load_sectors().sectors)
        raise ReviewRoundError(_sentence("no_sector", sector=unknown[0], choices=choices))
    data = {"played": played, "experts": experts, "outline": round_.sight.outline}
    return round_.model_copy(update={"panel": read_entry(PanelSeat, data)})


def read_entry(model: type[P], data: Mapping[str, object]) -> P:
    """A comment, signature or settlement of what a page or a command was given.

    Raises ReviewRoundError with every value that is not as it is wanted.
    """
    problems: list[Problem] = []
    entry = validated(Document(Path("–"), _plain(data), {}), model, problems)
    if problems or entry is None:
        raise ReviewRoundError(enumeration(_entry_sentence(problem) for problem in problems))
    return entry


def round_problems(document: Document, round_: ReviewRound) -> Iterator[Problem]:
    """What the model of a round cannot say: roles, sectors, reviewers and sights that are none.

    document: that which the round was read from.
    """
    sectors = () if round_.panel is None else tuple(round_.panel.experts)
    named: list[tuple[DataPath, str, str, Iterable[str]]] = [
        *(
            (("reviewers", name), "role", role, load_reviewer_roles())
            for name, role in round_.reviewers.items()
        ),
        *((("panel", "experts", one), "sector", one, load_sectors().sectors) for one in sectors),
    ]
    for path, kind, name, known in named:
        if name not in known:
            remedy = _sentence("unknown_role_do", choices=", ".join(known))
            yield document.problem(path, _sentence(f"unknown_{kind}", **{kind: name}), remedy, kind)
    yield from _entry_problems(document, round_)
    for mark, sight in round_.sights.items():
        if sight.mark != mark:
            fault = _sentence("other_mark", seen=mark, mark=sight.mark)
            yield document.problem(("sights", mark), fault, _sentence("other_mark_do"), "sight")


def _entry_problems(document: Document, round_: ReviewRound) -> Iterator[Problem]:
    entries: list[tuple[DataPath, ReviewComment | Signature]] = [
        *((("comments", number), one) for number, one in enumerate(round_.comments)),
        *((("signatures", number), one) for number, one in enumerate(round_.signatures)),
    ]
    for path, entry in entries:
        if entry.reviewer not in round_.reviewers:
            fault = _sentence("unknown_reviewer", reviewer=entry.reviewer)
            remedy = _sentence("unknown_reviewer_do", choices=", ".join(round_.reviewers) or "–")
            yield document.problem((*path, "reviewer"), fault, remedy, "reviewer")
        if entry.seen not in round_.sights:
            fault = _sentence("unknown_sight", seen=entry.seen)
            yield document.problem((*path, "seen"), fault, _sentence("unknown_sight_do"), "sight")


def _prove(round_: ReviewRound, entry: ReviewComment | Signature) -> None:
    if entry.reviewer not in round_.reviewers:
        choices = ", ".join(round_.reviewers) or "–"
        raise ReviewRoundError(_sentence("no_reviewer", reviewer=entry.reviewer, choices=choices))
    if entry.seen not in round_.sights:
        raise ReviewRoundError(_sentence("no_sight", seen=entry.seen))


def _unknown_role(role: str) -> Sentence:
    return _sentence("no_role", role=role, choices=", ".join(load_reviewer_roles()))


def _entry_sentence(problem: Problem) -> Sentence:
    return _sentence("entry", path=problem.path, fault=problem.fault, remedy=problem.remedy)


def _plain(data: object) -> Data:
    """What was given, as data is that was read from a file: a day is a text there."""
    match data:
        case date():
            return data.isoformat()
        case Mapping():
            return {str(name): _plain(part) for name, part in data.items()}
        case str() | int() | float() | None:
            return data
        case Iterable():
            return [_plain(part) for part in data]
    return str(data)
