"""What came back of a review, entered into its round: the comments and the signatures of a Word document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.review.demands import QUESTIONS, Question, load_demands
from graders.review.round import (
    ReviewComment,
    ReviewRound,
    ReviewRoundError,
    Signature,
    add_comment,
    add_reviewer,
    read_entry,
    sign,
)
from graders.review.sight import Sight
from release.author.review.comments import Comment
from release.author.review.paper import Anchor
from release.author.review.sign_table import SignRow, SignTable, words_of
from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.language import Texts
from scenarios.sentence import Sentence, enumeration, sentences_of

_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class Entering:
    """Who says something in a round, what lay before them, by which way, and when it is entered.

    reviewer: their id in the round; seen: the mark of the sight.
    """

    reviewer: str
    seen: str
    way: str
    day: date

    @property
    def parts(self) -> Mapping[str, object]:
        """The same as parts of a comment or a signature."""
        return {"reviewer": self.reviewer, "seen": self.seen, "way": self.way, "day": self.day}


def reviewer_of(round_: ReviewRound, name: str | None) -> tuple[ReviewRound, str]:
    """The round in which somebody reviews, and their id: one that is there, or that of a new one of a role.

    Raises ReviewRoundError where `name` is neither, with what there is.
    """
    if name in round_.reviewers and name is not None:
        return round_, name
    if name is None or name not in load_reviewer_roles():
        choices = enumeration(_choices(round_))
        kind = "who_else" if name else "who"
        raise ReviewRoundError(_sentence(kind, name=name, choices=choices))
    return add_reviewer(round_, name)


def _choices(round_: ReviewRound) -> Iterator[Sentence]:
    """Who may be named: the reviewers of a round, and each role with what it is called."""
    yield from (Sentence(Texts.same(one)) for one in round_.reviewers)
    for code, role in load_reviewer_roles().items():
        yield _sentence("role_choice", code=code, name=Sentence(role.name))


def prove_mark(round_: ReviewRound, table: SignTable, file: Path) -> str:
    """The mark of what a document shows. Raises ReviewRoundError where the round has not given that out."""
    if not table.mark:
        raise ReviewRoundError(_sentence("no_mark", file=file.name))
    if table.mark not in round_.sights:
        raise ReviewRoundError(_sentence("other_mark", file=file.name, mark=table.mark))
    return table.mark


def with_document(
    round_: ReviewRound, entering: Entering, comments: Sequence[Comment], rows: Sequence[SignRow]
) -> ReviewRound:
    """The round with what was signed in a document, and then with its comments.

    Whoever objects in a comment and agrees in the table objects; a word that is unclear signs nothing. Raises
    ReviewRoundError.
    """
    sight = round_.sights[entering.seen]
    places = document_places(sight)
    usual = usual_question(round_.reviewers[entering.reviewer])
    for row in rows:
        if row.comment:
            entry = {**entering.parts, "question": row.question, "text": row.comment}
            entry["objects"] = row.word == "objects"
            round_ = add_comment(round_, read_entry(ReviewComment, entry))
        if row.word in {"agrees", "objects"}:
            entry = {**entering.parts, "question": row.question, "agrees": row.word == "agrees"}
            round_ = sign(round_, read_entry(Signature, entry))
    for comment in comments:
        place, variant = places.get(comment.bookmark, ("", None))
        about = f"“{comment.about}”: " if comment.about else ""
        remark = _read_remark(comment.text, usual)
        parts = {"place": place, "variant": variant, "text": f"{about}{remark.text}"[:4000]}
        entry = {**entering.parts, **parts, "question": remark.question, "objects": remark.objects}
        round_ = add_comment(round_, read_entry(ReviewComment, entry))
    return round_


def entered_before(round_: ReviewRound, comments: Sequence[ReviewComment]) -> str:
    """Who has said all of these in `round_` already, of the same places; "" for nobody, or of none."""
    remarks = [(one.place, one.variant, one.question, one.text) for one in comments]
    for reviewer in round_.reviewers if remarks else ():
        own = [one for one in round_.comments if one.reviewer == reviewer]
        if {*remarks} <= {(one.place, one.variant, one.question, one.text) for one in own}:
            return reviewer
    return ""


def document_places(sight: Sight) -> Mapping[str, tuple[str, str | None]]:
    """Where each bookmark of a document stands: the place, as a round has it, and the variant."""
    return {
        Anchor(variant, file, path).bookmark: (f"{file}:{'.'.join(path)}", variant or None)
        for variant in ("", *sight.variants)
        for file, path in dict.fromkeys(_prefixes(sight))
    }


def _prefixes(sight: Sight) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in sight.parts:
        file, _, dotted = part.partition(":")
        steps = tuple(dotted.split("."))
        yield from ((file, steps[:length]) for length in range(1, len(steps) + 1))


def usual_question(role: str) -> Question:
    """What a reviewer of a role speaks of where they do not say: the first question that the role signs."""
    for question in QUESTIONS:
        if role in load_demands().questions[question].signed_by:
            return question
    return "practice"


@dataclass(frozen=True, slots=True)
class _ReadRemark:
    question: Question
    objects: bool
    text: str


def _read_remark(text: str, usual: Question) -> _ReadRemark:
    """A comment by how it begins: “Objection”, and the name of a question, each where it stands there."""
    head, colon, rest = text.partition(":")
    names = [part.strip().lower() for part in re.split(r"[,;]", head)] if colon else []
    questions: dict[str, Question] = {
        name.lower(): question
        for question in QUESTIONS
        for _, name in load_demands().questions[question].name.items()
    }
    words = words_of("objection_words")
    if not names or not all(name in words or name in questions for name in names):
        # What begins as an objection is one, whatever follows: none shall be lost by a word.
        return _ReadRemark(usual, objects=names[:1] != [] and names[0] in words, text=text)
    named: list[Question] = [questions[name] for name in names if name in questions]
    objects = any(name in words for name in names)
    return _ReadRemark(named[0] if named else usual, objects=objects, text=rest.strip() or text)
