"""What a run of grading came to, for the facilitator's terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.feedback.explanation import sentence
from release.course.grade.grade import ClassGraded
from release.course.grade.rescore import Rescored, ResultChange, points_text
from scenarios.language import TERMINAL

MOST_ROWS = 40


def print_graded(graded: ClassGraded, console: Console) -> None:
    """Print the counts, and by name whatever was not judged or could not be graded."""
    counts = (
        f"{graded.graded} graded",
        f"{graded.unchanged} unchanged",
        f"{len(graded.not_judged)} not judged",
    )
    console.print(f"{', '.join(counts)}.")
    for one in graded.not_judged:
        why = sentence(f"reason_{one.reason}", TERMINAL)
        _print(console, f"Not judged: {one.student}, {one.case}: {why}")
    for warning in graded.warnings:
        _print(console, warning)
    for failed in graded.failed:
        _print(console, f"Not graded: {failed}")
    if graded.failed:
        _print(console, "What was not graded is tried again by the next run.")
    for rescored in graded.rescored:
        _print_rescored(rescored, console)


def _print(console: Console, text: str) -> None:
    # What trainees named their files and folders is text, never markup, and holds no control characters.
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    console.print(plain, markup=False, soft_wrap=True)


def print_trial(rescored: Rescored, console: Console) -> None:
    """Print what a changed key would change. Nothing of it is written yet."""
    _print_rescored(rescored, console)
    if rescored.again:
        _print(console, "Nothing is written. To grade by the new key, say --rescore; --back leads back.")


def _print_rescored(rescored: Rescored, console: Console) -> None:
    if not rescored.again:
        _print(
            console, f"{rescored.case}: nobody had been graded by another key than {rescored.new_version}."
        )
        return
    for head in _heads(rescored):
        _print(console, head)
    if rescored.changes:
        table = Table("trainee", "points", "S", "why: points of the decisions, before > now")
        for change in rescored.changes[:MOST_ROWS]:
            table.add_row(*map(Text, _row(change)))
        console.print(table)
    if len(rescored.changes) > MOST_ROWS:
        _print(console, f"And {len(rescored.changes) - MOST_ROWS} more.")
    by_hand = [change.student for change in rescored.changes if change.manual]
    if by_hand:
        _print(
            console,
            f"A score that a person gave stands, and waits to be looked at again: {', '.join(by_hand)}.",
        )
    if rescored.file is not None:
        _print(console, f"The whole list: {rescored.file}")


def _heads(rescored: Rescored) -> Iterator[str]:
    old = ", ".join(rescored.old_versions)
    yield (
        f"{rescored.case}: key {old} > {rescored.new_version}: {rescored.again} graded again, "
        f"{len(rescored.changes)} changed."
    )
    for name, before, after in rescored.weights:
        yield f"{rescored.case}: “{name}” was worth {before:g} and is worth {after:g} points now."


def _row(change: ResultChange) -> tuple[str, str, str, str]:
    old, new = change.old, change.new
    points = f"{_figure(old.raw)} of {old.max:g} > {_figure(new.raw)} of {new.max:g}"
    why = [points_text(part) for part in change.decisions]
    if (old.H, old.M) != (new.H, new.M):
        why.append(f"harm {_figure(old.H)} > {_figure(new.H)}, missed {_figure(old.M)} > {_figure(new.M)}")
    if old.status != new.status:
        why.append(f"{old.status} > {new.status}".replace("_", " "))
    return change.student, points, f"{_figure(old.S)} > {_figure(new.S)}", "; ".join(why)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
