"""`kasuslab round`: a review round opened, filled by hand, settled and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from graders.key.key import load_key
from graders.review.demands import QUESTIONS, load_demands
from graders.review.review_proof import ReviewState
from graders.review.round import (
    ReviewComment,
    ReviewRound,
    ReviewRoundError,
    Settlement,
    Signature,
    add_comment,
    give,
    open_round,
    read_entry,
    seat_panel,
    settle_comment,
    sign,
)
from graders.review.round_file import change_round, lay_aside, load_round, write_round
from release.author.review.hand_out import ReviewDesk
from release.author.review.round_intake import Entering, reviewer_of
from release.author.review.round_report import standing_lines
from scenarios.directory.reviewer_roles import role_names
from scenarios.directory.sources import load_sources
from scenarios.sentence import Sentence, sentences_of

Entered: TypeAlias = Callable[[ReviewRound, Entering], ReviewRound]
_sentence = sentences_of(Path(__file__).with_name("review.yaml"))


@dataclass(frozen=True, slots=True)
class SpokenBy:
    """Who said what is entered by hand. reviewer: an id of the round, or a role; way: by which it came.

    seen: the mark of what lay before them, None for what is given to reviewers now.
    """

    reviewer: str | None
    seen: str | None
    way: str


@dataclass(frozen=True, slots=True)
class RoundDesk:
    """The round of a case, as its author has it before them."""

    desk: ReviewDesk

    def open(self, *, anew: bool) -> Iterator[str]:
        """Open a round, or give the case as it is now to the reviewers of one; a line for each.

        anew: in place of one that is open, which is laid aside. Raises ProblemsError, ReviewRoundError.
        """
        desk, sight = self.desk, self.desk.sight()
        before = load_round(desk.case.id, desk.keys)
        if before is not None and not anew:
            after = change_round(desk.case.id, desk.keys, lambda round_: give(round_, sight))
            if after.sight.mark != before.sight.mark:
                yield desk.say(_sentence("given_again", mark=sight.mark))
            else:
                yield desk.say(_sentence("open_already", case=desk.case.id, day=before.opened))
            return
        if before is not None:
            yield desk.say(_sentence("reopened", file=lay_aside(before, desk.keys)))
        round_ = open_round(desk.case.id, sight)
        write_round(round_, desk.keys)
        parts = {"version": sight.case_version, "key": sight.key_version, "mark": sight.mark}
        yield desk.say(_sentence("opened", case=desk.case.id, day=round_.opened, **parts))

    def lines(self) -> Iterator[str]:
        """Where the round stands. Raises ProblemsError, and ReviewRoundError where there is none."""
        desk = self.desk
        round_ = change_round(desk.case.id, desk.keys, lambda one: one)
        state = ReviewState.of(desk.case, desk.sight(), round_, load_sources(), desk.day)
        standing = state.standing()
        if standing is not None:
            lacking = tuple(desk.say(one) for one in state.lacking())
            yield from standing_lines(round_, standing, lacking, desk.language)

    def sign(self, spoken: SpokenBy, questions: Sequence[str], *, agrees: bool) -> Iterator[str]:
        """Enter what somebody signed, on paper or by word of mouth. Raises ReviewRoundError."""
        if not questions:
            raise ReviewRoundError(_sentence("no_questions", choices=", ".join(QUESTIONS)))

        def entered(round_: ReviewRound, entering: Entering) -> ReviewRound:
            for question in questions:
                entry = {**entering.parts, "question": question, "agrees": agrees}
                round_ = sign(round_, read_entry(Signature, entry))
            return round_

        round_, name = self._entered(spoken, entered)
        yield self._as(round_, name, spoken)
        kind = "signed_agrees" if agrees else "signed_objects"
        for question in QUESTIONS:
            if question in questions:
                asked = Sentence(load_demands().questions[question].name)
                yield self.desk.say(_sentence(kind, question=asked))

    def comment(
        self, spoken: SpokenBy, question: str, text: str, place: str, *, objects: bool
    ) -> Iterator[str]:
        """Enter what somebody said of a place of the case. Raises ReviewRoundError."""

        def entered(round_: ReviewRound, entering: Entering) -> ReviewRound:
            parts = {"question": question, "text": text, "place": place, "objects": objects}
            return add_comment(round_, read_entry(ReviewComment, {**entering.parts, **parts}))

        round_, name = self._entered(spoken, entered)
        yield self._as(round_, name, spoken)
        yield self.desk.say(_sentence("comment_entered", number=len(round_.comments)))

    def settle(self, number: int, answer: str, *, over: bool = False) -> Iterator[str]:
        """Settle a comment with an answer; over: in place of one that it has. Raises ReviewRoundError."""
        desk = self.desk
        settlement = read_entry(Settlement, {"answer": answer, "day": desk.day})

        def entered(round_: ReviewRound) -> ReviewRound:
            after = settle_comment(round_, number, settlement)
            before = round_.comments[number - 1].settled
            if before is not None and not over:
                raise ReviewRoundError(_sentence("settled_already", number=number, answer=before.answer))
            return after

        after = change_round(desk.case.id, desk.keys, entered)
        yield desk.say(_sentence("comment_settled", number=number))
        comment = after.comments[number - 1]
        if comment.objects:
            yield desk.say(_sentence("settled_objection", reviewer=comment.reviewer))

    def seat_panel(self, experts: Sequence[str]) -> Iterator[str]:
        """Enter the sectors of the experts of the key's panel. Raises ReviewRoundError, ProblemsError."""
        desk = self.desk
        panel = load_key(desk.case, desk.keys).panel
        if isinstance(panel, str):
            raise ReviewRoundError(_sentence("panel_none_yet", case=desk.case.id))
        counts: dict[str, int] = {}
        for text in experts:
            sector, _, number = text.partition("=")
            if not number.isdecimal():
                raise ReviewRoundError(_sentence("experts_unclear", text=text))
            counts[sector] = counts.get(sector, 0) + int(number)
        sight = desk.sight()
        change_round(
            desk.case.id, desk.keys, lambda round_: seat_panel(give(round_, sight), counts, panel.played)
        )
        yield desk.say(_sentence("panel_entered", experts=sum(counts.values())))

    def _entered(self, spoken: SpokenBy, entered: Entered) -> tuple[ReviewRound, str]:
        names: list[str] = []

        def change(round_: ReviewRound) -> ReviewRound:
            joined, name = reviewer_of(round_, spoken.reviewer)
            names.append(name)
            seen = joined.sight.mark if spoken.seen is None else spoken.seen
            return entered(joined, Entering(name, seen, spoken.way, self.desk.day))

        return change_round(self.desk.case.id, self.desk.keys, change), names[-1]

    def _as(self, round_: ReviewRound, name: str, spoken: SpokenBy) -> str:
        (role,) = role_names((round_.reviewers[name],), self.desk.language)
        kind = "entered_as" if name == spoken.reviewer else "entered_new"
        return self.desk.say(_sentence(kind, reviewer=name, role=role))
