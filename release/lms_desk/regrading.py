"""A new key for grades that platforms have already: who would gain, who would lose, and only then the change.

It is worked out beside the writer that runs, on the same tables: what it changes is sent by the same outbox.
That writer has the keys that it started with, so that it is to be started anew before or after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.lms.services.grade import Grade
from release.workshop.plan import WorkshopPlan
from release.workshop.writer.lms.grade_keeper import GradeChange, GradeKeeper
from release.workshop.writer.workshops import WorkshopSummary
from release.workshop.writer.writer import assembled_writer
from release.workshop.writer_config import WriterConfig
from scenarios.library import practice_ids


@dataclass(frozen=True, slots=True)
class Regrading:
    """What the keys of now make of a workshop's grades. graded: how many stand; changes: which differ."""

    graded: int
    changes: Sequence[GradeChange]

    @property
    def gains(self) -> int:
        """How many have a higher score, or have one at last."""
        return sum(_score(one.after) > _score(one.before) for one in self.changes)

    @property
    def losses(self) -> int:
        """How many have a lower score, or none any more."""
        return sum(_score(one.after) < _score(one.before) for one in self.changes)

    @property
    def others(self) -> int:
        """How many have the same score with other words beside it."""
        return len(self.changes) - self.gains - self.losses

    @property
    def digest(self) -> str:
        """By which a question is known again: another one where anything has changed since it was asked."""
        text = "\n".join(f"{one.number} {one.after.model_dump_json()}" for one in self.changes)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def grade_keeper_of(url: str, workshop: WorkshopSummary, cases: Path, keys: Path) -> Iterator[GradeKeeper]:
    """Who works out the grades of a workshop by the keys in `keys`; beside a writer, or without one.

    cases: the folder of all that may be played. Raises DatabaseError, ProblemsError.
    """
    config = WriterConfig(
        plan=WorkshopPlan(lms=True),
        address="",
        secret="",
        database=url,
        lock=None,
        person="",
        cases=practice_ids(cases),
        cases_folder=cases,
        keys_folder=keys,
        workshop=workshop.name,
    )
    writer = assembled_writer(config)
    try:
        yield writer.registry.grades
    finally:
        writer.store.close()


def regrading_of(keeper: GradeKeeper) -> Regrading:
    """What would change; nothing does. Raises DatabaseError."""
    graded = sum(one.wanted is not None for one in keeper.grades.all())
    return Regrading(graded, tuple(keeper.changes()))


def regrade(keeper: GradeKeeper, regrading: Regrading) -> None:
    """Let the grades stand as they were worked out anew; they are then sent. Raises DatabaseError."""
    for one in regrading.changes:
        keeper.grades.want([one.number], one.after)


def _score(grade: Grade) -> float:
    return -1.0 if grade.score is None else grade.score
