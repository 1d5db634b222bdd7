"""A new version of a key on a class that was graded before: who changes, by how much, and why.

What was is kept in ``reports/.rescore-<case>.json`` from before the first change until the list is
written, so that a run that was broken off can still tell it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_cell, decision_of, is_decision
from graders.grading.note import GradingNote, read_note
from graders.score import DIGITS
from graders.sheet_export import formula_free
from release.course.grade.graded_folder import Json, cell_checksum, named_cells
from scenarios.whole_file import write_whole

REPORTS = "reports"
HEAD = (
    *("trainee", "old_key", "new_key", "old_points", "old_max", "new_points", "new_max"),
    *("old_S", "new_S", "change_S", "old_H", "new_H", "old_M", "new_M", "decisions", "manual"),
)


@dataclass(frozen=True, slots=True)
class Before:
    """What a class had by the key before: the note of each trainee, and what each decision was worth."""

    notes: Mapping[str, GradingNote]
    weights: Mapping[str, float]


_BEFORE: TypeAdapter[Before] = TypeAdapter(Before)


@dataclass(frozen=True, slots=True)
class PointsChange:
    """The points of one decision, before and after, of what it was and is worth; None where not judged."""

    decision: str
    old: float | None
    new: float | None
    old_weight: float
    new_weight: float


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A trainee whose result changed, and why.

    decisions: those whose points changed; manual: cells with a score of a person's own, which stands.
    """

    student: str
    old: GradingNote
    new: GradingNote
    decisions: tuple[PointsChange, ...]
    manual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rescored:
    """What a new key did to a case.

    old_versions: of the key before; weights: decisions that are worth something else now, before and
    after; changes: those whose result changed, of the `again` who were graded again; file: the list
    of them, None where nobody had been graded by another key.
    """

    case: str
    old_versions: tuple[str, ...]
    new_version: str
    weights: tuple[tuple[str, float, float], ...]
    changes: tuple[ResultChange, ...]
    again: int
    file: Path | None


def begin_rescore(
    course: Path, case: str, digest: str, notes: Mapping[str, GradingNote], maxima: Mapping[str, float]
) -> Before:
    """What the class had before the key of `digest`, kept on disk until `finish_rescore`.

    notes: those that stand in ``autograded/``; maxima: of the gradebook's cells, by name. What a run
    that was broken off has kept goes before both.
    """
    older = {student: note for student, note in notes.items() if note.key_digest != digest}
    weights = {decision_of(name): most for name, most in maxima.items() if is_decision(name)}
    earlier = _read_before(course, case)
    if earlier is not None:
        older, weights = {**older, **earlier.notes}, {**weights, **earlier.weights}
    before = Before(older, weights)
    if older:
        write_whole(_place(course, case), _BEFORE.dump_json(before), parents=True)
    return before


def finish_rescore(  # noqa: PLR0913 -- what was, what is, and where it stands
    course: Path,
    grader: CaseGrader,
    before: Before,
    new: Mapping[str, GradingNote],
    manual: Mapping[str, Collection[str]],
    *,
    complete: bool,
) -> Rescored:
    """Compare, and write ``reports/rescore-<case>.csv``.

    new: the notes of this run; where there is none, the one in ``autograded/`` counts. manual: the
    cells with a score of a person's own, by student. complete: whether nobody is left to be graded.
    """
    case, changes = grader.case.id, []
    weights = {name: float(part.weight) for name, part in grader.key.decisions.items()}
    for student, old in sorted(before.notes.items()):
        note = new.get(student) or read_note(course / "autograded" / student / case)
        if note is not None and note.key_digest == grader.key_digest:
            both = (before.weights, weights)
            change = result_change(student, old, note, both, manual.get(student, ()))
            changes += [change] if change is not None else []
    file = course / REPORTS / f"rescore-{case}.csv" if before.notes else None
    if file is not None:
        write_whole(file, _sheet(changes), parents=True)
    if complete:
        _place(course, case).unlink(missing_ok=True)
    return Rescored(
        case,
        tuple(sorted({note.key_version for note in before.notes.values()})),
        grader.key.version,
        changed_weights(weights, before.weights),
        tuple(changes),
        len(before.notes),
        file,
    )


def result_change(
    student: str,
    old: GradingNote,
    new: GradingNote,
    weights: tuple[Mapping[str, float], Mapping[str, float]],
    manual: Collection[str],
) -> ResultChange | None:
    """How the result of a trainee changes; None where it stays as it is.

    weights: of each decision, before and after; manual: cells with a score of a person's own.
    """
    if _outcome(new) == _outcome(old):
        return None
    decisions = tuple(_points_changes(old, new, *weights))
    return ResultChange(student, old, new, decisions, tuple(sorted(manual)))


def changed_weights(
    new: Mapping[str, float], old: Mapping[str, float]
) -> tuple[tuple[str, float, float], ...]:
    """The decisions whose weight is another one now: name, before, after."""
    return tuple((name, old[name], weight) for name, weight in new.items() if old[name] != weight)


def set_points(course: Path, case: str, weights: Mapping[str, float]) -> bool:
    """Give the score cells of the source and the released notebook these points; whether any changed."""
    changed = False
    for step in ("source", "release"):
        file = course / step / case / f"{case}.ipynb"
        notebook: Json = json.loads(file.read_text(encoding="utf-8"))
        cells = named_cells(notebook)
        differ = [
            (cells[decision_cell(name)], weight)
            for name, weight in weights.items()
            if float(cells[decision_cell(name)]["metadata"]["nbgrader"]["points"]) != weight
        ]
        for cell, weight in differ:
            about = cell["metadata"]["nbgrader"]
            about["points"] = int(weight) if weight.is_integer() else weight
            if "checksum" in about:
                about["checksum"] = cell_checksum(cell)
        if differ:
            text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
            write_whole(file, text)
            changed = True
    return changed


def _read_before(course: Path, case: str) -> Before | None:
    try:
        return _BEFORE.validate_json(_place(course, case).read_bytes())
    except (OSError, ValidationError):
        return None


def _place(course: Path, case: str) -> Path:
    return course / REPORTS / f".rescore-{case}.json"


def _outcome(note: GradingNote) -> tuple[object, ...]:
    return note.status, note.raw, note.max, note.S, note.H, note.M, dict(note.points)


def _points_changes(
    old: GradingNote, new: GradingNote, before: Mapping[str, float], after: Mapping[str, float]
) -> Iterator[PointsChange]:
    for name, weight in after.items():
        was, now = old.points.get(name), new.points.get(name)
        if was != now or before[name] != weight:
            yield PointsChange(name, was, now, before[name], weight)


def _sheet(changes: Sequence[ResultChange]) -> bytes:
    # Of a case without variants the list is as it always was.
    is_varied = any(change.new.variant is not None for change in changes)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*HEAD, "variant") if is_varied else HEAD)
    for change in changes:
        old, new = change.old, change.new
        moved = None if old.S is None or new.S is None else round(new.S - old.S, DIGITS)
        cells = (
            *(formula_free(change.student), old.key_version, new.key_version),
            *map(_number, (old.raw, old.max, new.raw, new.max, old.S, new.S, moved)),
            *map(_number, (old.H, new.H, old.M, new.M)),
            *("; ".join(map(points_text, change.decisions)), ", ".join(change.manual)),
        )
        writer.writerow((*cells, new.variant or "") if is_varied else cells)
    return stream.getvalue().encode()


def points_text(change: PointsChange) -> str:
    """A change of points in short: ``serah 2/3 > 1/2``."""
    was, now = _number(change.old) or "–", _number(change.new) or "–"
    return f"{change.decision} {was}/{change.old_weight:g} > {now}/{change.new_weight:g}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
