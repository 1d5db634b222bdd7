"""The path through a programme: what of it somebody has done, what is open to them, and what comes next.

Somebody who learns alone goes through a programme step by step: the test before, its lessons and cases, the
test after. The rule, in its order:

1. The test before comes first: until it is over, the rest is closed. It would measure what was just read.
2. Then lessons and cases are open. A case that was begun is gone on with.
3. Else the next case is the one that the person's own decisions suggest (`graders.path`), among those of the
   programme that they have not played to the end. Where nothing is suggested, it is the next in the plan.
4. A case comes after the lesson on what the suggestion is about, and after those of its own session.
5. Lessons of sessions without a case come after the cases.
6. The test after is open once all of that is done, and closed before: both forms ask the same.

A heavy case may be left out, by one choice and without opening it: then it is no step of that person's way,
neither done nor missing, until they take it in again. Whatever else is there stays: above all the lessons of
its session.

What opens a step is what was done, never a score: a case is done once one play of it is over, whatever was
chosen or skipped, and a lesson once its reader says so. Source: design.md, “Path”; scoring.md, “What makes
training work”.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graders.path import CaseOffer, PathStep, Walked, next_step
from release.course.programmes.programme import Programme

StepKind: TypeAlias = Literal["test", "lesson", "case"]
StepState: TypeAlias = Literal["done", "begun", "open", "closed", "left"]
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Deeds:
    """What somebody has done.

    walked: the cases for practice that they have played; lessons: the competencies whose lesson was read;
    tests: how far each test has come, "before" and "after"; one that is not named was not begun; left: the
    heavy cases that they chose to leave out.
    """

    walked: Walked = field(default_factory=Walked)
    lessons: Collection[str] = ()
    tests: Mapping[str, StepState] = field(default_factory=dict)
    left: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeStep:
    """One step. id: “before” or “after” of a test, the competency of a lesson, or the id of a case."""

    kind: StepKind
    id: str
    state: StepState = "open"


@dataclass(frozen=True, slots=True)
class ProgrammePath:
    """A programme as it stands for somebody.

    steps: all of them, in the order of the plan; next: the one that comes next, None where all is done;
    suggestion: why, where the person's own decisions led there; then: the case before which a lesson is
    read that is next, "" for none.
    """

    steps: tuple[ProgrammeStep, ...]
    next: ProgrammeStep | None = None
    suggestion: PathStep | None = None
    then: str = ""

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)

    @property
    def begun(self) -> int:
        """How many steps were begun and are not done."""
        return sum(step.state == "begun" for step in self.steps)

    @property
    def length(self) -> int:
        """How many steps there are on this person's way: all but those that they left out."""
        return sum(step.state != "left" for step in self.steps)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is done."""
        return self.done == self.length


def programme_path(
    programme: Programme,
    offers: Mapping[str, CaseOffer],
    deeds: Deeds,
    roles: Collection[str] = (),
    *,
    tests: bool,
) -> ProgrammePath:
    """How a programme stands for somebody, by the rule above.

    offers: its cases by id; roles: those of the person's sector; tests: whether its tests are played.
    """
    steps = tuple(_steps(programme, deeds, tests=tests))
    standing = {(step.kind, step.id): step for step in steps}
    undone = [step for step in steps if step.state in {"open", "begun"}]
    tested = [step for step in undone if step.kind == "test"]
    if tested and tested[0].id == BEFORE:
        return ProgrammePath(steps, tested[0])
    begun = [case for case in deeds.walked.begun if _is(standing.get(("case", case)), "begun")]
    if begun:
        return ProgrammePath(steps, standing["case", begun[-1]])
    suggestion = _suggestion(undone, offers, deeds, roles)
    wanted = next(_wanted(undone, suggestion), None)
    if wanted is None:
        return ProgrammePath(steps)
    reason = suggestion if suggestion is not None and _is_about(wanted, suggestion) else None
    if wanted.kind == "case":
        if reason is not None and _is(standing.get(("lesson", reason.competency)), "open"):
            return ProgrammePath(steps, standing["lesson", reason.competency], reason, wanted.id)
        for lesson in _of_its_session(programme, wanted.id):
            if _is(standing.get(("lesson", lesson)), "open"):
                return ProgrammePath(steps, standing["lesson", lesson], None, wanted.id)
    return ProgrammePath(steps, wanted, reason)


def _steps(programme: Programme, deeds: Deeds, *, tests: bool) -> Iterator[ProgrammeStep]:
    """The steps in the order of the plan, a lesson or a case of several sessions once."""
    before = deeds.tests.get(BEFORE, "open")
    is_closed = tests and before != "done"
    if tests:
        yield ProgrammeStep("test", BEFORE, before)
    ended = {one.case for one in deeds.walked.practised}
    is_all_done = not is_closed
    named: set[tuple[StepKind, str]] = set()
    for session in programme.sessions:
        of_session: list[tuple[StepKind, str]] = [("lesson", code) for code in session.lessons]
        for kind, name in [*of_session, *(("case", case) for case in session.cases)]:
            if (kind, name) in named:
                continue
            named.add((kind, name))
            is_done = name in (deeds.lessons if kind == "lesson" else ended)
            if kind == "case" and name in deeds.left and not is_done:
                yield ProgrammeStep(kind, name, "left")
                continue
            is_all_done = is_all_done and is_done
            yield ProgrammeStep(kind, name, _state(name, deeds, is_done=is_done, is_closed=is_closed))
    if tests:
        yield ProgrammeStep("test", AFTER, deeds.tests.get(AFTER, "open") if is_all_done else "closed")


def _state(name: str, deeds: Deeds, *, is_done: bool, is_closed: bool) -> StepState:
    if is_done:
        return "done"
    if is_closed:
        return "closed"
    return "begun" if name in deeds.walked.begun else "open"


def _suggestion(
    undone: Sequence[ProgrammeStep], offers: Mapping[str, CaseOffer], deeds: Deeds, roles: Collection[str]
) -> PathStep | None:
    left = [offers[step.id] for step in undone if step.kind == "case" and step.id in offers]
    return next_step(deeds.walked.practised, left, roles) if left else None


def _wanted(undone: Sequence[ProgrammeStep], suggestion: PathStep | None) -> Iterator[ProgrammeStep]:
    """What is left, the likeliest first: what is suggested, then cases, lessons and tests as in the plan."""
    yield from (step for step in undone if suggestion is not None and _is_about(step, suggestion))
    for kind in ("case", "lesson", "test"):
        yield from (step for step in undone if step.kind == kind)


def _of_its_session(programme: Programme, case: str) -> Iterator[str]:
    """The lessons of the session in which a case is played."""
    yield from (code for one in programme.sessions if case in one.cases for code in one.lessons)


def _is_about(step: ProgrammeStep, suggestion: PathStep) -> bool:
    if suggestion.offer is None:
        return (step.kind, step.id) == ("lesson", suggestion.competency)
    return (step.kind, step.id) == ("case", suggestion.offer.case)


def _is(step: ProgrammeStep | None, state: StepState) -> bool:
    return step is not None and step.state == state
