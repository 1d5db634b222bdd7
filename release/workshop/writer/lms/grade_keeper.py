"""What platforms are to know of their learners: worked out from what is on disk, whenever that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from release.lms.services.grade import BEGUN, Grade, grade_of
from release.workshop.writer.lms.grade_store import GradePlan, GradeStore
from release.workshop.writer.playable import Playable
from scenarios.engine.event import Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.language import SOURCE


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A grade by its number, as it stands and as it would."""

    number: int
    before: Grade
    after: Grade


@dataclass(slots=True)
class GradeKeeper:
    """The grades of one workshop.

    plays: the events of each play of a seat, the first one first; graded: seats and cases whose grade goes
    anywhere.
    """

    grades: GradeStore
    cases: Mapping[str, Playable]
    mode: Mode
    plays: Callable[[str], Sequence[Sequence[Event]]]
    graded: set[tuple[str, str]] = field(default_factory=set)

    def begin(self) -> None:
        """Take up what was left: a play may have ended in the moment before the writer did.

        What was graded once is not graded anew here, so that a new key changes nothing unasked.
        """
        for one in self.grades.all():
            self.graded.add((one.plan.seat, one.plan.case))
            ended, begun = self._counts(one.plan.seat, one.plan.case)
            if begun and (one.wanted is None or one.wanted.ended != ended):
                self._regrade(one.plan.seat, one.plan.case)

    def place(self, plan: GradePlan) -> None:
        """Keep where a grade goes, with what was played before. Raises DatabaseError."""
        if plan.case not in self.cases:
            return
        self.grades.place(plan)
        self.graded.add((plan.seat, plan.case))
        if self._counts(plan.seat, plan.case)[1]:
            self._regrade(plan.seat, plan.case)

    def note(self, seat: str, play: Play) -> None:
        """See whether an event that has reached the disk changes a grade: a play that begins or is over."""
        case = play.case.id
        if (seat, case) in self.graded and (play.length == 1 or play.ended is not None):
            self._regrade(seat, case)

    def changes(self) -> Iterator[GradeChange]:
        """The grades that stand, and are others by the keys of now; nothing is changed. Raises DatabaseError.

        What was played in another version of its case stands as it is.
        """
        for one in self.grades.all():
            seat, case = one.plan.seat, one.plan.case
            if one.wanted is None or case not in self.cases or not self._plays(seat, case):
                continue
            after = self._grade(seat, case, one.plan.language)
            if after != one.wanted:
                yield GradeChange(one.number, one.wanted, after)

    def _regrade(self, seat: str, case: str) -> None:
        places = self.grades.all(seat, case)
        for language in {one.plan.language for one in places}:
            grade = self._grade(seat, case, language)
            changed = [one.number for one in places if one.plan.language == language and one.wanted != grade]
            if changed:
                self.grades.want(changed, grade)

    def _grade(self, seat: str, case: str, language: str) -> Grade:
        playable = self.cases[case]
        reader = language if language in playable.case.languages else SOURCE
        is_test = self.mode != "practice"
        feedback = playable.revealed if is_test else playable.feedback
        plays = [play for play in self._plays(seat, case) if play.ended is not None]
        notes = [note for play in plays if (note := feedback.on_case(play, reader)) is not None]
        return grade_of(notes, reader, is_test=is_test) if plays else BEGUN

    def _counts(self, seat: str, case: str) -> tuple[int, int]:
        """How many plays are over, and how many began."""
        plays = self._plays(seat, case)
        return sum(play.ended is not None for play in plays), len(plays)

    def _plays(self, seat: str, case: str) -> list[Play]:
        """The plays of the version that is played, the first one first; one that was changed is left out."""
        now, plays = self.cases[case].case, []
        for events in self.plays(seat):
            started = events[0] if events else None
            if isinstance(started, Started) and started.case == case and started.version == now.version:
                plays.append(Play.replay(now, events))
        return plays
