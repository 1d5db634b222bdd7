"""What is due next in a course, as its page says it at the top: a sentence, and where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from release.course_desk.web.course_view import CourseView
from release.course_desk.web.phone_view import PhoneView


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
