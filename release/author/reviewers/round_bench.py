"""The review round as the bench has it: comments beside their fields, who agreed, what is still lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.review.demands import QUESTIONS, load_demands
from graders.review.review_proof import ReviewState
from graders.review.round import Settlement, open_round, read_entry, settle_comment
from graders.review.round_file import change_round, write_round
from graders.review.standing import CommentStanding, RoundStanding
from release.author.bench.findings import BenchIndex
from release.author.bench.messages import (
    ChangedMessage,
    CommentMessage,
    PartMessage,
    RoundMessage,
    RoundQuestionMessage,
    SignerMessage,
)
from release.author.reviewers.desk import ReviewersDesk
from scenarios.directory.reviewer_roles import load_reviewer_roles
from scenarios.directory.sources import load_sources
from scenarios.documents.document import Data
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES
from scenarios.sentence import Sentence, error_texts, in_language, sentences_of

_sentence = sentences_of(Path(__file__).with_name("reviewers.yaml"))


class RoundNotChangedError(BadInputError):
    """What the author asked of a round was not done; the text says why, in each language."""


@dataclass(frozen=True, slots=True)
class RoundBench:
    """The round of one case, for its author. desk: that of its reviewers; link: which they are given."""

    desk: ReviewersDesk
    link: str

    def message(self, parts: Sequence[PartMessage]) -> RoundMessage:
        """Where the round stands. parts: of the bench, in which each comment has its place."""
        try:
            read, round_ = self.desk.reading(), self.desk.round_now()
            state = ReviewState.of(read.case, read.sight, round_, load_sources(), self.desk.today())
        except BadInputError as error:
            return self._message(None, parts, dict(error_texts(error).items()))
        return self._message(state, parts, {})

    def _message(
        self,
        state: ReviewState | None,
        parts: Sequence[PartMessage],
        fault: dict[str, str],
    ) -> RoundMessage:
        index = BenchIndex.of(parts)
        round_ = None if state is None else state.round
        stands = None if state is None else state.standing()
        return RoundMessage(
            kind="round",
            open=round_ is not None,
            fault=fault,
            link=self.link,
            shared=self.desk.is_shared,
            reviewers=0 if round_ is None else len(round_.reviewers),
            comments=[] if stands is None else [_comment(one, index) for one in stands.comments],
            questions=[] if stands is None else _questions(stands),
            lacking=[] if state is None else [_texts(one) for one in state.lacking()],
            since=[] if stands is None else _since(stands, index),
            law_changed=stands is not None and stands.since.law_checked,
            behind=self.desk.is_behind,
        )

    def act(self, content: Mapping[str, Data]) -> None:
        """Do what the author asks of the round. Raises BadInputError; nothing was written then."""
        do = content.get("do")
        if do == "open_round":
            self._open()
        elif do == "share":
            self.desk.is_shared = content.get("shared") is True
        else:
            number, answer = content.get("number"), content.get("answer")
            if not isinstance(number, int) or not isinstance(answer, str) or not answer.strip():
                raise RoundNotChangedError(_sentence("no_answer"))
            settled = read_entry(Settlement, {"answer": answer, "day": self.desk.today()})
            change_round(
                self.desk.case_id, self.desk.keys, lambda round_: settle_comment(round_, number, settled)
            )

    def _open(self) -> None:
        if self.desk.round_now() is not None:
            raise RoundNotChangedError(_sentence("round_there"))
        read = self.desk.reading()
        if self.desk.is_behind:
            raise RoundNotChangedError(_sentence("mend_first"))
        write_round(open_round(self.desk.case_id, read.sight), self.desk.keys)


def _comment(one: CommentStanding, index: BenchIndex) -> CommentMessage:
    comment, place = one.comment, index.place_of(one.comment.place)
    return CommentMessage(
        number=one.number,
        role=dict(load_reviewer_roles()[one.role].name.items()),
        question=dict(load_demands().questions[comment.question].name.items()),
        objects=comment.objects,
        text=comment.text,
        variant=comment.variant or "",
        day=comment.day.isoformat(),
        answer="" if comment.settled is None else comment.settled.answer,
        has_changed=one.has_changed,
        place=comment.place,
        part=place.part,
        field=place.field,
    )


def _questions(stands: RoundStanding) -> list[RoundQuestionMessage]:
    demands, roles = load_demands(), load_reviewer_roles()
    return [
        RoundQuestionMessage(
            name=dict(demands.questions[question].name.items()),
            asks=dict(demands.questions[question].asks.items()),
            signers=[
                SignerMessage(role=dict(roles[one.role].name.items()), state=one.state)
                for one in (*stands.demanded, *stands.unasked)
                if one.question == question
            ],
        )
        for question in QUESTIONS
    ]


def _since(stands: RoundStanding, index: BenchIndex) -> list[ChangedMessage]:
    """What is other than reviewers were given: a line for each field, or each place that has none."""
    changed: dict[str, ChangedMessage] = {}
    for place in stands.since.parts:
        here = index.place_of(place)
        name = here.field or place
        one = ChangedMessage(part=here.part, field=here.field, place=place)
        changed.setdefault(f"{here.part} {name}", one)
    return list(changed.values())


def _texts(sentence: Sentence) -> dict[str, str]:
    return {tag: in_language(sentence, tag) for tag in LANGUAGES}
