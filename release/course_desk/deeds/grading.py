"""Grading, a new key tried and taken, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from graders.feedback.explanation import sentence as explanation
from graders.grading.class_key import class_key, stored_key, used_digest
from graders.key.key import keys_folder
from release.course.grade.grade import ClassGraded, grade_class, rescore_outlook
from release.course.grade.grade_checks import released_cases
from release.course.grade.key_shelf import way_back
from release.course.grade.rescore import Rescored, ResultChange, points_text
from release.course_desk.message import (
    DeedName,
    DeedOutcome,
    Order,
    Remark,
    ShownTable,
    heading,
    remark,
    remark_of,
)
from scenarios.language import LANGUAGES, with_decimal_sign
from scenarios.sentence import enumeration

OnProgress = Callable[[int, int], None]


def grade(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Grade whatever is not graded yet, each case by the key that its class has. Raises BadInputError."""
    course, keys = order.course, keys_folder()
    handed = {place.name for place in course.glob("submitted/*/*") if place.is_dir()}
    cases = [case for case in (released_cases(course, order.cases) if handed else ()) if case in handed]
    if not cases:
        return DeedOutcome(remarks=(remark("look", "grade_nothing"),))
    runs = [
        grade_class(course, group, keys=folder, on_progress=on_progress)
        for folder, group in by_key(course, cases, keys).items()
        if folder is not None
    ]
    remarks = list(_counts(runs)) + key_remarks(course, cases, keys)
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(_not_judged(runs)))


def by_key(course: Path, cases: Iterable[str], keys: Path) -> Mapping[Path | None, list[str]]:
    """Cases by the folder of the key of their class, None where the course has no copy of it."""
    groups: dict[Path | None, list[str]] = {}
    for case in cases:
        groups.setdefault(class_key(course, case, keys), []).append(case)
    return groups


def key_remarks(course: Path, cases: Iterable[str], keys: Path) -> list[Remark]:
    """Of which cases there is a new key that the class is not graded by."""
    groups = by_key(course, cases, keys)
    older = [case for folder, group in groups.items() if folder not in {None, keys} for case in group]
    remarks = [remark("look", "grade_older_key", cases=", ".join(older))] if older else []
    if waiting := groups.get(None):
        remarks.append(remark("bad", "grade_key_lost", cases=", ".join(waiting)))
    return remarks


def try_new_key(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Who would gain and who would lose by the key of now. Nothing is written. Raises BadInputError."""
    return _tried(order, keys_folder(), "key", on_progress)


def take_new_key(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Grade a class again by the key of now. Raises BadInputError."""
    return _taken(order, keys_folder(), on_progress)


def try_way_back(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Who would change by the key of before. Nothing is written. Raises BadInputError."""
    (case,) = order.cases
    return _tried(order, way_back(order.course, case), "key_return", on_progress)


def go_back(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Grade a class again by the key of before. Raises BadInputError."""
    (case,) = order.cases
    return _taken(order, way_back(order.course, case), on_progress)


def _tried(order: Order, keys: Path, offer: DeedName, on_progress: OnProgress) -> DeedOutcome:
    course, (case,) = order.course, order.cases
    (trial,) = rescore_outlook(course, (case,), keys=keys, on_progress=on_progress)
    if not trial.again:
        return DeedOutcome(remarks=(remark("good", "key_same", case=case),))
    remarks = list(_key_remarks("key_trial", trial))
    if stored_key(course, case, used_digest(course, case)) is None:
        remarks.append(remark("look", "key_no_way_back"))
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(_changes(trial)), offer=offer)


def _taken(order: Order, keys: Path, on_progress: OnProgress) -> DeedOutcome:
    graded = grade_class(order.course, order.cases, keys=keys, rescore=True, on_progress=on_progress)
    remarks = [one for rescored in graded.rescored for one in _key_remarks("key_taken", rescored)]
    remarks += [remark("bad", "grade_failed", detail=failed) for failed in graded.failed]
    tables = [table for rescored in graded.rescored for table in _changes(rescored)]
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(tables))


def _counts(runs: Iterable[ClassGraded]) -> Iterator[Remark]:
    runs = tuple(runs)
    counts = {
        "graded": sum(run.graded for run in runs),
        "unchanged": sum(run.unchanged for run in runs),
        "not_judged": sum(len(run.not_judged) for run in runs),
    }
    yield remark("look" if counts["not_judged"] else "good", "graded", **counts)
    for run in runs:
        for warning in run.warnings:
            yield remark_of("look", warning)
        for failed in run.failed:
            yield remark("bad", "grade_failed", detail=failed)


def _not_judged(runs: Iterable[ClassGraded]) -> Iterator[ShownTable]:
    header = tuple(heading(f"column_{name}") for name in ("id", "case", "why"))
    rows = tuple(
        (
            one.student,
            one.case,
            {language: explanation(f"reason_{one.reason}", language) for language in LANGUAGES},
        )
        for run in runs
        for one in run.not_judged
    )
    if rows:
        yield ShownTable(title=heading("not_judged_table"), header=header, rows=rows)


def _key_remarks(name: str, rescored: Rescored) -> Iterator[Remark]:
    yield remark(
        "look" if rescored.changes else "good",
        name,
        case=rescored.case,
        old=enumeration(rescored.old_versions),
        new=rescored.new_version,
        again=rescored.again,
        gain=rescored.gains,
        lose=rescored.losses,
    )
    if rescored.ungraded:
        yield remark("bad", "key_ungraded", names=", ".join(rescored.ungraded))


def _changes(rescored: Rescored) -> Iterator[ShownTable]:
    if not rescored.changes:
        return
    names = ("id", "result", "score_before", "score_after", "decisions")
    order = {"not_judged": 0, "loses": 1, "gains": 2, "other": 3}
    rows = tuple(
        (
            one.student,
            heading(f"move_{_moved(one)}"),
            _figure(one.old.S),
            _figure(one.new.S),
            "; ".join(map(points_text, one.decisions)) or "–",
        )
        for one in sorted(rescored.changes, key=lambda one: (order[_moved(one)], one.student))
    )
    header = tuple(heading(f"column_{name}") for name in names)
    yield ShownTable(title=heading("key_table"), header=header, rows=rows)
    by_hand = tuple((one.student,) for one in rescored.changes if one.manual)
    if by_hand:
        yield ShownTable(title=heading("key_by_hand"), header=(heading("column_id"),), rows=by_hand)


def _moved(change: ResultChange) -> str:
    old, new = change.old.S, change.new.S
    if new is None and old is not None:
        return "not_judged"
    if old is None or new is None or old == new:
        return "other" if new is None or old == new else "gains"
    return "gains" if new > old else "loses"


def _figure(value: float | None) -> dict[str, str]:
    text = "–" if value is None else f"{value:.1f}"
    return {language: with_decimal_sign(text, language) for language in LANGUAGES}
