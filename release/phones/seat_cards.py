"""The cards of a course's people, to print and cut: a QR code that opens one's own seat, and its code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from graders.exports import EXPORTS
from release.phones.card_sheet import card_sheet
from release.phones.seats import CourseSeats, course_seats
from release.phones.words import PhonesError, phone_sentence
from release.workshop.desk.course_choice import CARDS
from release.workshop.plan import WorkshopPlan, read_plan
from release.workshop.serve.network import reached_by_others, url_host
from release.workshop.web.invitation import qr_image
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import SOURCE, Language
from scenarios.sentence import in_language

REPLACED = "seat-cards-replaced.html"


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One person's card. name: as the roster has it, the id where it has none; code: of their seat.

    address: the workshop's, "" where it is not known yet: then the card has no QR code.
    """

    name: str
    code: str
    address: str = ""

    @property
    def link(self) -> str:
        """What the QR code holds. What stands behind the “#” no browser sends to a server, or logs there."""
        return f"{self.address.rstrip('/')}/#{self.code}"

    def qr(self) -> Markup | None:
        """The QR code of the link."""
        return qr_image(self.link) if self.address else None

    @property
    def account(self) -> str:
        """None: the code alone opens the seat."""
        return ""

    @property
    def how(self) -> str:
        """The text that says what is done with the card."""
        return "card_how" if self.address else "card_how_typed"


def seat_cards(
    seats: CourseSeats, address: str = "", only: Collection[str] | None = None
) -> tuple[SeatCard, ...]:
    """A card for each person, or for those of `only`, in the order of the roster.

    Raises PhonesError for what is no address.
    """
    if address and not (urlsplit(address).scheme in {"http", "https"} and urlsplit(address).netloc):
        raise PhonesError(phone_sentence("no_address", address=address))
    return tuple(
        SeatCard(seats.roster[name].name or name, code, address)
        for name, code in seats.codes.items()
        if only is None or name in only
    )


@dataclass(frozen=True, slots=True)
class SeatCards:
    """Cards that were written. count: how many."""

    file: Path
    count: int


def planned_address(data: Path) -> str:
    """The address that the workshop of a data folder is planned at; "" where no phone would reach it."""
    return plan_address(read_plan(data))


def plan_address(plan: WorkshopPlan) -> str:
    """The address that a plan serves at; "" where no phone would reach it."""
    if plan.public.url:
        return plan.public.url
    if not (plan.port and reached_by_others(plan.host)):
        return ""
    scheme = "https" if plan.certificate else "http"
    return f"{scheme}://{url_host(plan.host)}:{plan.port}{plan.public.at('/')}"


def write_seat_cards(  # noqa: PLR0913 -- each is an option of the command
    course: Path,
    data: Path,
    address: str = "",
    *,
    replace: Collection[str] = (),
    language: Language = SOURCE,
    file: Path | None = None,
) -> SeatCards:
    """Write the cards as a page, for its owner's eyes; in the course's exports/ where no file is named.

    data: the folder of the workshop; address: its own, for the QR codes; replace: whose card is lost: theirs
    alone are written then, with new codes, and the lost ones open nothing. Raises WorkshopRefusedError for no
    course, RosterError, PhonesError, CardsError.
    """
    seats = course_seats(course, data)
    cards = seat_cards(seats.after_replacing(replace), address, replace or None)
    target = file or seats.course.place / EXPORTS / (REPLACED if replace else CARDS)
    page = card_sheet(seats.course.card.course, cards, language, _text)
    try:
        write_whole(target, page, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise PhonesError(phone_sentence("unwritable", file=target, why=why)) from None
    # A lost card holds until the sheet with the new one is on disk.
    seats.replace_cards(replace)
    return SeatCards(target, len(cards))


def _text(text_name: str, language: Language, /, **values: object) -> str:
    return in_language(phone_sentence(text_name, **values), language)
