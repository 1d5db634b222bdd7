"""What is due next in a course, as its page says it at the top, and which parts of it are unfolded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from release.course_desk.message import DeedName
from release.course_desk.web.course_view import CourseView
from release.course_desk.web.phone_view import PhoneView

PARTS = (
    "kursus",
    "peserta",
    "ponsel",
    "serahan",
    "nilai",
    "renungan",
    "laporan",
    "moodle",
    "berkas",
    "kunci",
    "data",
)
"""The parts of a course's page, in their order."""

PART_OF: Mapping[DeedName, str] = {
    "make": "kursus",
    "roster_trial": "peserta",
    "roster": "peserta",
    "cards": "ponsel",
    "new_card": "ponsel",
    "phone_trial": "ponsel",
    "phone_hand_in": "ponsel",
    "phone_feedback": "ponsel",
    "attendance": "ponsel",
    "collect": "serahan",
    "grade": "nilai",
    "report": "laporan",
    "worksheet": "moodle",
    "feedback": "moodle",
    "moodle": "moodle",
    "papers": "berkas",
    "key_trial": "kunci",
    "key": "kunci",
    "key_back": "kunci",
    "key_return": "kunci",
    "panel": "kunci",
    "research": "data",
    "export": "data",
    "forget_trial": "data",
    "forget": "data",
    "delete_trial": "data",
    "delete": "data",
}
"""In which part the button of a deed stands; that for keys is on the page of all courses."""


@dataclass(frozen=True, slots=True)
class DueStep:
    """text: the name of its sentence; link: where it is done, a part of the page or another page."""

    text: str
    link: str


def due_step(view: CourseView, phones: PhoneView) -> DueStep:
    """What is due next: participants, cards, a workshop that carries them, grading, then all the rest."""
    if not view.roster:
        return DueStep("course_next_roster", "#h-peserta")
    if view.waiting:
        return DueStep("course_next_grade", "#h-nilai")
    if view.handed:
        return DueStep("course_next_graded", "#h-laporan")
    if view.is_panel:
        return DueStep("course_next_hand_in", "#h-serahan")
    if phones.carrier:
        return DueStep("course_next_take", "#h-ponsel")
    run = DueStep("course_next_run", f"/?kursus={quote(str(view.course.folder))}#h-kasus")
    return run if phones.sheets else DueStep("course_next_cards", "#h-ponsel")


def unfolded_parts(view: CourseView, last: DeedName | None, *, is_read: bool) -> frozenset[str]:
    """The parts that are unfolded: what is due, and where something was done last.

    last: the last deed, where there was one; is_read: whether formgrader runs, to read reflections in.
    """
    parts = set(_due_parts(view))
    if last is not None:
        parts.add(PART_OF[last])
    if is_read:
        parts.add("renungan")
    if any(case.has_new_key for case in view.cases):
        parts.add("kunci")
    return frozenset(parts)


def _due_parts(view: CourseView) -> tuple[str, ...]:
    if not view.roster:
        return ("kursus", "peserta")
    if view.waiting:
        return ("nilai",)
    if view.handed:
        return ("renungan", "laporan")
    return ("serahan",) if view.is_panel else ("ponsel", "serahan")
