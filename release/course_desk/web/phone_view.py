"""What the page of a course shows of phones: the workshops of this machine, and where phones reach them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graders.exports import EXPORTS
from release.course_desk.web.course_view import CourseView
from release.phones.seat_cards import REPLACED, plan_address
from release.phones.seats import course_seats
from release.workshop.desk.announcement import cards_elsewhere
from release.workshop.desk.course_choice import CARDS
from release.workshop.desk.desk import Desk
from release.workshop.serve.network import reached_by_others
from release.workshop.writer.workshops import WorkshopSummary
from scenarios.documents.problem import BadInputError
from scenarios.language import Language
from scenarios.sentence import error_text


@dataclass(frozen=True, slots=True)
class PhoneView:
    """Phones, as the page of a course shows them.

    workshops: of this machine, the latest first; carrier: the name of the one that carries the course, "" for
    none; address: where phones reach the one that runs or is planned, "" where none does; cards_at: where the
    printed cards send them, if it is elsewhere, else ""; sheets: those of cards that stand in the exports;
    wrong: what could not be read.
    """

    workshops: tuple[WorkshopSummary, ...] = ()
    carrier: str = ""
    address: str = ""
    cards_at: str = ""
    sheets: tuple[str, ...] = ()
    wrong: str = ""


def phone_view(desk: Desk, view: CourseView, language: Language) -> PhoneView:
    """Phones as they stand now for a course."""
    folder = view.course.folder
    sheets = tuple(name for name in (CARDS, REPLACED) if (folder / EXPORTS / name).is_file())
    try:
        workshops = desk.workshops()
        carrier = _carrier(desk, folder) if workshops and view.roster else ""
        address = _address(desk)
        cards_at = cards_elsewhere(folder, address) if address else ""
        return PhoneView(workshops, carrier, address, cards_at, sheets)
    except BadInputError as error:
        return PhoneView(sheets=sheets, wrong=error_text(error, language))


def _carrier(desk: Desk, course: Path) -> str:
    carriers = course_seats(course, desk.data).workshops(desk.url)
    return next((name for name, is_own in carriers.items() if is_own), "")


def _address(desk: Desk) -> str:
    if not desk.runs:
        return plan_address(desk.plan)
    announced = desk.announcement
    return announced.invitation.address if reached_by_others(announced.address.address) else ""
