"""A new version of a key on a class that was graded before: who changes, by how much, and why.

It can be looked at before anything is written (`release.course.grade.grade.rescore_outlook`). What was is
kept in ``reports/.rescore-<case>.json`` from before the first change until the list is written, so that a
run that was broken off can still tell it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from graders.grading.case_grader import CaseGrader
from graders.grading.cell_names import decision_cell, decision_of, is_decision
from graders.grading.note import GradingNote, read_note
from graders.score import DIGITS
from graders.sheet_export import formula_free
from release.course.grade.graded_folder import Json, cell_checksum, named_cells
from release.course.grade.key_label import KeyLabel
from scenarios.documents.whole_file import write_whole
from scenarios.sentence import Sentence

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
    """What a new key did to a case, or would do.

    old_versions, new_version: by what the keys are told apart; weights: decisions that are worth something
    else now, before and after; changes: those whose result changed, of the `again` who were graded again;
    file: the list of them, None where nobody had been graded by another key, or nothing is written yet.
    """

    case: str
    old_versions: tuple[Sentence, ...]
    new_version: Sentence
    weights: tuple[tuple[str, float, float], ...]
    changes: tuple[ResultChange, ...]
    again: int
    file: Path | None = None

    @property
    def gains(self) -> int:
        """How many have a higher result, or have one at last."""
        return sum(_result(change.new) > _result(change.old) for change in self.changes)

    @property
    def losses(self) -> int:
        """How many have a lower result, or none any more."""
        return sum(_result(change.new) < _result(change.old) for change in self.changes)

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Who was judged, and is not by the new key."""
        return tuple(
            change.student for change in self.changes if change.old.S is not None and change.new.S is None
        )


def _result(note: GradingNote) -> float:
    return -1.0 if note.S is None else note.S


def before_rescore(
    course: Path, grader: CaseGrader, notes: Mapping[str, GradingNote], maxima: Mapping[str, float]
) -> Before:
    """What the class had before the key of `grader`.

    notes: those that stand in ``autograded/``; maxima: of the gradebook's cells, by name. What a run
    that was broken off has kept goes before both.
    """
    older = {student: note for student, note in notes.items() if note.key_digest != grader.key_digest}
    weights = {decision_of(name): most for name, most in maxima.items() if is_decision(name)}
    earlier = _read_before(course, grader.case.id)
    if earlier is not None:
        older, weights = {**older, **earlier.notes}, {**weights, **earlier.weights}
    return Before(older, weights)


def begin_rescore(
    course: Path, grader: CaseGrader, notes: Mapping[str, GradingNote], maxima: Mapping[str, float]
) -> Before:
    """What `before_rescore` gives, kept on disk until `finish_rescore`."""
    before = before_rescore(course, grader, notes, maxima)
    if before.notes:
        write_whole(_place(course, grader.case.id), _BEFORE.dump_json(before), parents=True)
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
    result = compare(course, grader, before, new, manual)
    if before.notes:
        file = course / REPORTS / f"rescore-{result.case}.csv"
        write_whole(file, _sheet(result.changes, KeyLabel.of(before.notes.values(), grader)), parents=True)
        result = replace(result, file=file)
    if complete:
        _place(course, result.case).unlink(missing_ok=True)
    return result


def compare(
    course: Path,
    grader: CaseGrader,
    before: Before,
    new: Mapping[str, GradingNote],
    manual: Mapping[str, Collection[str]],
) -> Rescored:
    """What the key of `grader` changes in a case. new, manual: as for `finish_rescore`."""
    case, changes = grader.case.id, []
    weights = {name: float(part.weight) for name, part in grader.key.decisions.items()}
    for student, old in sorted(before.notes.items()):
        note = new.get(student) or read_note(course / "autograded" / student / case)
        if note is not None and note.key_digest == grader.key_digest and _outcome(note) != _outcome(old):
            decisions = tuple(_points_changes(old, note, before.weights, weights))
            changes.append(
                ResultChange(student, old, note, decisions, tuple(sorted(manual.get(student, ()))))
            )
    label = KeyLabel.of(before.notes.values(), grader)
    return Rescored(
        case,
        label.of_notes(before.notes.values()),
        label.now,
        changed_weights(weights, before.weights),
        tuple(changes),
        len(before.notes),
    )


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


def _sheet(changes: Sequence[ResultChange], label: KeyLabel) -> bytes:
    # Of a case without variants the list is as it always was.
    is_varied = any(change.new.variant is not None for change in changes)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*HEAD, "variant") if is_varied else HEAD)
    for change in changes:
        old, new = change.old, change.new
        moved = None if old.S is None or new.S is None else round(new.S - old.S, DIGITS)
        cells = (
            *(formula_free(change.student), label.of_note(old), label.now),
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
