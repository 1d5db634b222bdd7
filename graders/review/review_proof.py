"""Whether a case may say that it is reviewed: what a round, the law and its own file lack for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graders.review.demands import ReviewDemands, load_demands
from graders.review.round import ReviewRound
from graders.review.sight import Sight
from graders.review.standing import RoundStanding, standing
from scenarios.case import Case, CaseReview
from scenarios.directory.law_age import MONTHS, Aged, aged_text
from scenarios.directory.sources import Source
from scenarios.documents.document import Document
from scenarios.documents.problem import Problem
from scenarios.sentence import Sentence, sentences_of

RULE = "review"
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class ReviewState:
    """A case with all that its review rests on. now: as reviewers would see it; round: None where none is.

    aged: why the law that it rests on is to be read again.
    """

    case: Case
    now: Sight
    round: ReviewRound | None
    aged: tuple[Aged, ...]
    sources: Mapping[str, Source]

    @classmethod
    def of(
        cls,
        case: Case,
        now: Sight,
        round_: ReviewRound | None,
        sources: Mapping[str, Source],
        today: date,
    ) -> ReviewState:
        """That of a case on the day `today`."""
        aged = aged_text(now.sources, sources, case.law_checked, today)
        return cls(case, now, round_, aged, sources)

    def standing(self, demands: ReviewDemands | None = None) -> RoundStanding | None:
        """Where its round stands; None where there is none."""
        return None if self.round is None else standing(self.round, self.now, demands)

    def lacking(self, demands: ReviewDemands | None = None) -> tuple[Sentence, ...]:
        """Why it cannot be called reviewed, a sentence each; none where it can."""
        return tuple(self._lacking(load_demands() if demands is None else demands))

    def _lacking(self, demands: ReviewDemands) -> Iterator[Sentence]:
        where = self.standing(demands)
        if where is None:
            yield _sentence("no_round_lacking", case=self.case.id)
        else:
            yield from where.lacking
        yield from self._law_due()
        if self.case.fiction.confirmed_by is None:
            yield _sentence("no_second_person")

    def _law_due(self) -> Iterator[Sentence]:
        for one in self.aged:
            change = self.sources[one.code].changed if one.code else None
            if change is None:
                yield _sentence("law_aged", day=one.day, months=MONTHS)
            else:
                yield _sentence("law_changed", code=one.code, day=change.day, what=Sentence(change.what))

    def review(self) -> CaseReview | None:
        """What the case may say of its review; None where something lacks."""
        where = self.standing()
        if where is None or where.day is None or self.round is None or self.lacking():
            return None
        panel = self.round.panel
        return CaseReview(
            day=where.day,
            roles=where.roles,
            experts=panel.size if panel is not None and self.now.has_points else 0,
            law_checked=self.case.law_checked,
            story=self.case.story,
        )


def review_problems(document: Document, state: ReviewState) -> Iterator[Problem]:
    """What is wrong with a case that says it is reviewed; `document` is its ``case.yaml``."""
    case = state.case
    if case.status != "reviewed":
        yield from unreviewed_problems(document, case)
        return
    command = _sentence("write_back", case=case.id)
    lacking: Sequence[Sentence] = state.lacking()
    for fault in lacking:
        yield document.problem(("status",), _sentence("not_reviewed", fault=fault), command, RULE)
    if not lacking and case.review != state.review():
        yield document.problem(("review",), _sentence("other_review"), command, RULE)


def unreviewed_problems(document: Document, case: Case) -> Iterator[Problem]:
    """What can be told of a review without the key: one that stands at a draft, or is not of this story."""
    command = _sentence("write_back", case=case.id)
    if case.status == "draft" and case.review is not None:
        yield document.problem(("review",), _sentence("review_of_a_draft"), command, RULE)
    if case.status == "reviewed" and case.valid_review is None:
        name = "no_review" if case.review is None else "review_of_another_story"
        yield document.problem(("status",), _sentence(name), command, RULE)
