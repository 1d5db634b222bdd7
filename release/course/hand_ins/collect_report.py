"""What became of what was handed in, as lines for whoever collected it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graders.people.roster import course_roster
from release.course.hand_ins.collect import Collected
from release.course.hand_ins.records import sentence
from scenarios.sentence import Sentence


def report_lines(course: Path, collected: Collected) -> Iterator[Sentence]:
    """What was placed and what was not, who has not handed in, and the counts. Raises RosterError."""
    for one in collected.placed:
        yield sentence("collect_placed", label=one.label, person=one.person, case=one.case)
    for one in collected.older:
        yield sentence("collect_older", label=one.label, person=one.person, case=one.case)
    whole = len(course_roster(course))
    for case, ids in collected.missing.items():
        yield sentence("collect_missing", case=case, count=len(ids), whole=whole, ids=", ".join(ids))
    parts = {part: len(getattr(collected, part)) for part in ("placed", "unchanged", "older", "left")}
    yield sentence("collect_counts", course=course, **parts)


def warning_lines(collected: Collected) -> Iterator[Sentence]:
    """What was not placed, and what else somebody has to look at."""
    for one in (*collected.remarks, *collected.left):
        yield sentence("collect_warning", label=one.label, why=one.why)
