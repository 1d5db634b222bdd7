"""Programmes as they stand for somebody: by what they have played, read and been tested in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from graders.path import CaseOffer, Walked, step_note
from release.course.programmes.programme import Programme
from release.course.programmes.programme_path import (
    AFTER,
    Deeds,
    ProgrammePath,
    ProgrammeStep,
    StepState,
    programme_path,
)
from release.workshop.lms_wire import (
    ActivitiesAnswer,
    FormsNote,
    ProgrammeAnswer,
    ProgrammeNote,
    ProgrammeStepNote,
)
from release.workshop.plan import TestTurn
from release.workshop.writer.playable import Playable
from release.workshop.writer.programmes.form_keeper import FormKeeper
from release.workshop.writer.programmes.progress_store import ProgressStore
from scenarios.case import Case
from scenarios.directory.sectors import roles_of
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.language import SOURCE, Language
from scenarios.lessons.lesson_files import load_lessons
from scenarios.pick import RefusedError

# Of the intensities of cases, 0 to 2.
HEAVY = 2
_TURNS: tuple[TestTurn, ...] = get_args(TestTurn)


@dataclass(frozen=True, slots=True)
class ProgrammeKeeper:
    """The programmes of this workshop, by their codes.

    offers: the cases for practice; walked: what a seat has played of them; plays: the events of each play of
    a seat, the first one first; sector: that of a seat.
    """

    programmes: Mapping[str, Programme]
    cases: Mapping[str, Playable]
    progress: ProgressStore
    forms: FormKeeper
    offers: Sequence[CaseOffer]
    walked: Callable[[str], Walked]
    plays: Callable[[str], Sequence[Sequence[Event]]]
    sector: Callable[[str], str | None]

    def has_tests(self, programme: Programme) -> bool:
        """Whether both forms of a programme's test are played here."""
        return programme.tests[0] in self.forms.pairs

    def path_of(self, seat: str, code: str) -> ProgrammePath | None:
        """How a programme stands for a seat, None where there is no such one. Raises DatabaseError."""
        programme = self.programmes.get(code)
        if programme is None:
            return None
        tests = self.has_tests(programme)
        deeds = Deeds(
            walked=self.walked(seat),
            lessons=self.progress.lessons(seat),
            tests=self._tests(seat, programme.tests[0]) if tests else {},
            left=self.progress.left_out(seat),
        )
        offers = {offer.case: offer for offer in self.offers}
        return programme_path(programme, offers, deeds, roles_of(self.sector(seat)), tests=tests)

    def leave_out(self, seat: str, case: str, *, is_left: bool) -> bool:
        """Let a seat leave a heavy case out of its programmes, or take it in again; False for any other case.

        Raises DatabaseError.
        """
        here = self.cases.get(case)
        if here is None or here.case.use == "test" or here.case.intensity < HEAVY:
            return False
        self.progress.leave_out(seat, case, is_left=is_left)
        return True

    def answer(self, seat: str, code: str, language: Language) -> ProgrammeAnswer | None:
        """The same in words; what is open of its tests is open from now on. Raises DatabaseError."""
        path = self.path_of(seat, code)
        if path is None:
            return None
        programme = self.programmes[code]
        suggestion = path.suggestion
        return {
            "answer": "programme",
            "code": code,
            "name": programme.name[language],
            "for_whom": programme.for_whom[language],
            "steps": [self._step(seat, programme, step, language) for step in path.steps],
            "next": path.steps.index(path.next) if path.next is not None else None,
            "reason": step_note(suggestion, language)["reason"] if suggestion is not None else "",
            "then": self._case_in(path.then, language).title if path.then else "",
        }

    def activities(self, language: Language) -> ActivitiesAnswer:
        """What somebody may choose of all this."""
        programmes = [self._programme_note(one, language) for one in self.programmes.values()]
        tests = [self._test_note(test, pair) for test, pair in self.forms.pairs.items()]
        return {"answer": "activities", "programmes": programmes, "tests": tests}

    def of_lesson(self, lesson: str) -> Iterator[str]:
        """The codes of the programmes that have a lesson."""
        for code, programme in self.programmes.items():
            if any(lesson in session.lessons for session in programme.sessions):
                yield code

    def of_case(self, case: str) -> Iterator[str]:
        """The codes of the programmes that have a case, or a form of their test that is this one."""
        for code, programme in self.programmes.items():
            if case in programme.cases or (case in programme.tests and self.has_tests(programme)):
                yield code

    def _tests(self, seat: str, test: str) -> dict[str, StepState]:
        forms = {turn: self.forms.form(seat, test, turn) for turn in _TURNS}
        return {turn: self._state(seat, form) for turn, form in forms.items() if form is not None}

    def _state(self, seat: str, form: str) -> StepState:
        case, is_begun = self.cases[form].case, False
        for events in self.plays(seat):
            started = events[0] if events else None
            if not isinstance(started, Started) or (started.case, started.version) != (form, case.version):
                continue
            try:
                ended = Play.replay(case, events).ended
            except RefusedError:
                continue
            if ended:
                return "done"
            is_begun = True
        return "begun" if is_begun else "open"

    def _step(
        self, seat: str, programme: Programme, step: ProgrammeStep, language: Language
    ) -> ProgrammeStepNote:
        note: ProgrammeStepNote = {
            "kind": step.kind,
            "id": step.id,
            "state": step.state,
            "title": "",
            "case": "",
            "minutes": programme.lesson,
            "intensity": 0,
            "instead": [],
        }
        if step.kind == "lesson":
            note["title"] = load_lessons(language)[step.id].title
            return note
        if step.kind == "test":
            note["minutes"] = self._longest(programme.tests)
            is_seen = step.state != "closed"
            turn: TestTurn = "after" if step.id == AFTER else "before"
            note["case"] = (self.forms.open(seat, programme.tests[0], turn) or "") if is_seen else ""
            return note
        case = self._case_in(step.id, language)
        note["title"], note["minutes"], note["intensity"] = case.title, case.minutes, case.intensity
        note["case"] = "" if step.state == "closed" else case.id
        if case.intensity >= HEAVY:
            lessons = load_lessons(language)
            codes = [code for one in programme.sessions if step.id in one.cases for code in one.lessons]
            note["instead"] = [lessons[code].title for code in dict.fromkeys(codes)]
        return note

    def _case_in(self, case: str, language: Language) -> Case:
        playable = self.cases[case].case
        return playable.in_language(language if language in playable.languages else SOURCE)

    def _longest(self, pair: Sequence[str]) -> int:
        return max(self.cases[form].case.minutes for form in pair)

    def _programme_note(self, programme: Programme, language: Language) -> ProgrammeNote:
        cases = [self.cases[name].case for name in programme.cases]
        lessons = {code for session in programme.sessions for code in session.lessons}
        tests = [self.cases[form].case for form in programme.tests] if self.has_tests(programme) else []
        read = programme.lesson * len(lessons) + (programme.feedback or 0) * len(cases)
        drafts = [case.is_draft for case in (*cases, *tests)]
        drafts += [load_lessons(language)[code].status == "draft" for code in lessons]
        return {
            "code": programme.code,
            "name": programme.name[language],
            "for_whom": programme.for_whom[language],
            "lessons": len(lessons),
            "cases": len(set(programme.cases)),
            "has_tests": bool(tests),
            "minutes": read + sum(case.minutes for case in (*cases, *tests)),
            "is_draft": any(drafts),
        }

    def _test_note(self, test: str, pair: tuple[str, str]) -> FormsNote:
        return {
            "test": test,
            "forms": list(pair),
            "programmes": [code for code, one in self.programmes.items() if one.tests == pair],
            "minutes": self._longest(pair),
            "is_draft": any(self.cases[form].case.is_draft for form in pair),
        }
