"""What a run of grading came to, for the facilitator's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.feedback.explanation import sentence
from release.course.grade.grade import ClassGraded
from release.course.grade.rescore import Rescored, ResultChange, points_text
from scenarios.language import terminal_language
from scenarios.sentence import Sentence, enumeration, sentences_of

MOST_ROWS = 40
_sentence = sentences_of(Path(__file__).with_name("grade.yaml"))


def print_graded(graded: ClassGraded, console: Console) -> None:
    """Print the counts, and by name whatever was not judged or could not be graded."""
    counts = {"graded": graded.graded, "unchanged": graded.unchanged, "not_judged": len(graded.not_judged)}
    console.print(_sentence("counts", **counts))
    for one in graded.not_judged:
        why = sentence(f"reason_{one.reason}", terminal_language())
        _print(console, _sentence("not_judged", person=one.student, case=one.case, why=why))
    for warning in graded.warnings:
        _print(console, warning)
    for failed in graded.failed:
        _print(console, _sentence("not_graded", failure=failed))
    if graded.failed:
        _print(console, _sentence("tried_again"))
    for rescored in graded.rescored:
        print_rescored(rescored, console)


def print_rescored(rescored: Rescored, console: Console) -> None:
    """Print what a new key did to a case, or would do: who changes and why."""
    if not rescored.again:
        _print(console, _sentence("nobody", case=rescored.case, key=rescored.new_version))
        return
    for head in _heads(rescored):
        _print(console, head)
    if rescored.changes:
        heads = (_sentence("head_person"), _sentence("head_points"), "S", _sentence("head_why"))
        table = Table(*heads)
        for change in rescored.changes[:MOST_ROWS]:
            table.add_row(*map(Text, _row(change)))
        console.print(table)
    if len(rescored.changes) > MOST_ROWS:
        _print(console, _sentence("more", count=len(rescored.changes) - MOST_ROWS))
    by_hand = [change.student for change in rescored.changes if change.manual]
    if by_hand:
        _print(console, _sentence("by_hand", names=", ".join(by_hand)))
    if rescored.file is not None:
        _print(console, _sentence("whole_list", file=rescored.file))


def question() -> Sentence:
    """What is asked before a class is graded again by another key."""
    return _sentence("ask")


def _print(console: Console, text: str) -> None:
    # What trainees named their files and folders is text, never markup, and holds no control characters.
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    console.print(plain, markup=False, soft_wrap=True)


def _heads(rescored: Rescored) -> Iterator[Sentence]:
    case, changed = rescored.case, len(rescored.changes)
    keys = {"old": enumeration(rescored.old_versions), "new": rescored.new_version}
    head = "outlook" if rescored.file is None else "rescored"
    yield _sentence(head, case=case, **keys, again=rescored.again, changed=changed)
    yield _sentence("balance", case=case, gains=rescored.gains, losses=rescored.losses)
    if rescored.ungraded:
        yield _sentence("ungraded", case=case, names=", ".join(rescored.ungraded))
    for name, before, after in rescored.weights:
        yield _sentence("weight", case=case, decision=name, old=f"{before:g}", new=f"{after:g}")


def _row(change: ResultChange) -> tuple[str, str, str, str]:
    old, new = change.old, change.new
    most = {"old_most": f"{old.max:g}", "new_most": f"{new.max:g}"}
    points = _sentence("points", old=_figure(old.raw), new=_figure(new.raw), **most)
    why: list[str] = [points_text(part) for part in change.decisions]
    if (old.H, old.M) != (new.H, new.M):
        harm = {"old_harm": _figure(old.H), "new_harm": _figure(new.H)}
        why.append(_sentence("harm", **harm, old_missed=_figure(old.M), new_missed=_figure(new.M)))
    if old.status != new.status:
        both = {name: _sentence(f"status_{note.status}") for name, note in (("old", old), ("new", new))}
        why.append(_sentence("status_change", **both))
    return change.student, points, f"{_figure(old.S)} > {_figure(new.S)}", "; ".join(why)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
