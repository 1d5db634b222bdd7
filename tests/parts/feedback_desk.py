"""A course whose submissions are graded and shown as feedback, without nbgrader between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graders.feedback.view import Marks
from graders.feedback_page import FeedbackPageView, feedback_of, page_html
from graders.grading.case_grader import CaseGrader
from graders.grading.note import GradingNote, write_note
from graders.grading.submission import shared_plays
from scenarios.engine.event import Event
from scenarios.engine.record import RECORD_NAME, record_bytes

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class FeedbackDesk:
    """One assignment of a course."""

    course: Path
    case: str
    keys: Path

    def hand_in(self, name: str, events: tuple[Event, ...]) -> Path:
        """The record of a trainee, as collected."""
        folder = self.course / "submitted" / name / self.case
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECORD_NAME).write_bytes(record_bytes(events))
        return folder

    def grade(self, name: str) -> GradingNote:
        """Grade one trainee; the note stands where nbgrader's autograded notebook would."""
        submitted = self.course / "submitted"
        grader = CaseGrader.of(self.course / "release" / self.case, self.keys)
        shared = shared_plays(submitted, self.case)
        note = grader.grade(submitted / name / self.case, shared=shared, now=NOW).note
        place = self.course / "autograded" / name / self.case
        place.mkdir(parents=True, exist_ok=True)
        write_note(place, note)
        return note

    def page(self, name: str, marks: Marks | None = None, student: str | None = None) -> FeedbackPageView:
        """The feedback of a graded trainee, with the gradebook's points where no others are given."""
        folder = self.course / "autograded" / name / self.case
        return feedback_of(folder, student or name, marks or Marks(), now=NOW, keys=self.keys)

    def html(self, name: str, marks: Marks | None = None, student: str | None = None) -> str:
        """The page as it is handed back."""
        return page_html(self.page(name, marks, student))


def marks_by(note: GradingNote, changed: Mapping[str, float] | None = None, comment: str = "") -> Marks:
    """The gradebook after `note`, with some points changed by a facilitator, and a comment."""
    points = {**note.points, **(changed or {})}
    return Marks(points, {}, sum(points.values()), note.max, comment)
