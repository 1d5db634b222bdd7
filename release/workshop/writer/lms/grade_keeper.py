"""What platforms are to know of their learners: worked out from what is on disk, whenever that grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from release.lms.items import LmsItem, item_named
from release.lms.refusal import LtiRefusedError
from release.lms.services.grade import BEGUN, Grade, best_of, grade_of, lesson_grade, programme_grade
from release.workshop.writer.database import News, keep_news
from release.workshop.writer.lms.grade_store import GradePlan, GradeStore
from release.workshop.writer.playable import Playable
from release.workshop.writer.programmes.programme_keeper import ProgrammeKeeper
from scenarios.engine.event import Event, Mode, Started
from scenarios.engine.play import Play
from scenarios.feedback import CaseFeedback
from scenarios.language import LANGUAGES, SOURCE, Language


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A grade by its number, as it stands and as it would."""

    number: int
    before: Grade
    after: Grade


@dataclass(slots=True)
class GradeKeeper:
    """The grades of one workshop.

    plays: the events of each play of a seat, the first one first; graded: by seat, the activities whose grade
    goes anywhere.
    """

    grades: GradeStore
    cases: Mapping[str, Playable]
    mode: Mode
    plays: Callable[[str], Sequence[Sequence[Event]]]
    programmes: ProgrammeKeeper
    graded: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def begin(self) -> None:
        """Take up what was left: a play may have ended in the moment before the writer did.

        What was graded once is not graded anew here, so that a new key changes nothing unasked.
        """
        for one in self.grades.all():
            self.graded[one.plan.seat].add(one.plan.item)
            ended, begun = self._counts(one.plan.seat, one.plan.item)
            if begun and (one.wanted is None or one.wanted.ended != ended):
                self._regrade(one.plan.seat, one.plan.item)

    def place(self, plan: GradePlan, *also: News) -> None:
        """Keep where a grade goes, with what was done before. also: kept with it. Raises DatabaseError."""
        item = _item(plan.item)
        if item is None or not self._is_here(item):
            keep_news(self.grades.engine, *also)
            return
        self.grades.place(plan, *also)
        self.graded[plan.seat].add(plan.item)
        if self._counts(plan.seat, plan.item)[1]:
            self._regrade(plan.seat, plan.item)

    def note(self, seat: str, play: Play) -> None:
        """See whether an event that has reached the disk changes a grade: a play that begins or is over."""
        if seat in self.graded and (play.length == 1 or play.ended is not None):
            programmes = (f"programme:{code}" for code in self.programmes.of_case(play.case.id))
            tests = (f"test:{name}" for name in self.programmes.forms.names_of(seat, play.case.id))
            self._regrade_all(seat, {f"case:{play.case.id}", *programmes, *tests})

    def changes(self) -> Iterator[GradeChange]:
        """The grades that stand, and are others by the keys of now; nothing is changed. Raises DatabaseError.

        What was played in another version of its case stands as it is.
        """
        for one in self.grades.all():
            seat, item, here = one.plan.seat, one.plan.item, _item(one.plan.item)
            if one.wanted is None or here is None or not self._is_here(here):
                continue
            if not self._counts(seat, item)[1]:
                continue
            after = self._grade(seat, item, _language(one.plan.language))
            if after != one.wanted:
                yield GradeChange(one.number, one.wanted, after)

    def note_read(self, seat: str, lesson: str) -> None:
        """See which grades a lesson changes that was read."""
        if seat in self.graded:
            programmes = (f"programme:{code}" for code in self.programmes.of_lesson(lesson))
            self._regrade_all(seat, {f"lesson:{lesson}", *programmes})

    def note_left(self, seat: str, case: str) -> None:
        """See which grades change as a case was left out of a way, or taken in again."""
        for code in self.programmes.of_case(case):
            item = f"programme:{code}"
            if item in self.graded.get(seat, ()) and self._counts(seat, item)[1]:
                self._regrade(seat, item)

    def _is_here(self, item: LmsItem) -> bool:
        match item.kind:
            case "case":
                return item.id in self.cases
            case "test":
                return self.programmes.forms.of_name(item.id) is not None
            case "programme":
                return item.id in self.programmes.programmes
            case "lesson":
                return True

    def _regrade_all(self, seat: str, items: set[str]) -> None:
        for item in sorted(items & self.graded[seat]):
            self._regrade(seat, item)

    def _regrade(self, seat: str, item: str) -> None:
        places = self.grades.all(seat, item)
        for language in {one.plan.language for one in places}:
            grade = self._grade(seat, item, _language(language))
            changed = [one.number for one in places if one.plan.language == language and one.wanted != grade]
            if changed:
                self.grades.want(changed, grade)

    def _grade(self, seat: str, name: str, language: Language) -> Grade:
        item = _item(name)
        if item is None:
            return BEGUN
        if item.kind == "lesson":
            return lesson_grade(language)
        if item.kind == "programme":
            return self._programme_grade(seat, item.id, language)
        case = item.id if item.kind == "case" else self.programmes.forms.named_form(seat, item.id)
        if case is None:
            return BEGUN
        is_test = item.kind == "test" or self.mode != "practice"
        plays = self._ended(seat, case)
        reader = self._reader(case, language)
        return grade_of(self._notes(case, plays, reader), reader, is_test=is_test) if plays else BEGUN

    def _programme_grade(self, seat: str, code: str, language: Language) -> Grade:
        path = self.programmes.path_of(seat, code)
        if path is None:
            return BEGUN
        notes: list[CaseFeedback] = []
        for step in path.steps:
            if step.kind == "case" and step.state == "done":
                plays, reader = self._ended(seat, step.id), self._reader(step.id, language)
                of_case = self._notes(step.id, plays, reader)
                notes += [best_of(of_case)] if of_case else []
        return programme_grade(path.done, path.length, notes, language)

    def _counts(self, seat: str, name: str) -> tuple[int, int]:
        """How much is over, and how much began, of what a grade is made of."""
        item = _item(name)
        if item is None:
            return 0, 0
        if item.kind == "lesson":
            is_read = item.id in self.programmes.progress.lessons(seat)
            return int(is_read), int(is_read)
        if item.kind == "programme":
            path = self.programmes.path_of(seat, item.id)
            return (path.done, path.done + path.begun) if path is not None else (0, 0)
        case = item.id if item.kind == "case" else self.programmes.forms.named_form(seat, item.id)
        plays = self._plays(seat, case) if case is not None else []
        return sum(play.ended is not None for play in plays), len(plays)

    def _notes(self, case: str, plays: Sequence[Play], reader: Language) -> list[CaseFeedback]:
        """The feedback on plays that are over, as it is due to no trainee in a test."""
        playable = self.cases[case]
        is_due = self.mode == "practice" and playable.case.use == "practice"
        feedback = playable.feedback if is_due else playable.revealed
        return [note for play in plays if (note := feedback.on_case(play, reader)) is not None]

    def _reader(self, case: str, language: Language) -> Language:
        return language if language in self.cases[case].case.languages else SOURCE

    def _ended(self, seat: str, case: str) -> list[Play]:
        return [play for play in self._plays(seat, case) if play.ended is not None]

    def _plays(self, seat: str, case: str) -> list[Play]:
        """The plays of the version that is played, the first one first; one that was changed is left out."""
        now, plays = self.cases[case].case, []
        for events in self.plays(seat):
            started = events[0] if events else None
            if isinstance(started, Started) and started.case == case and started.version == now.version:
                plays.append(Play.replay(now, events))
        return plays


def _language(tag: str) -> Language:
    return tag if tag in LANGUAGES else SOURCE


def _item(name: str) -> LmsItem | None:
    try:
        return item_named(name)
    except LtiRefusedError:
        return None
