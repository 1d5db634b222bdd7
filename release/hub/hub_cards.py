"""The cards of a hub's people, to print and cut: an account, and the code that opens it once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from release.hub.accounts import HubAccounts
from release.hub.words import HubError, hub_sentence
from release.phones.card_sheet import card_sheet
from release.workshop.web.invitation import qr_image
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import SOURCE, Language
from scenarios.sentence import in_language

HUB_CARDS = "hub-cards.html"


@dataclass(frozen=True, slots=True)
class HubCard:
    """One person's card. name: as the roster has it, "" for the facilitator; code: "" where it was used."""

    name: str
    account: str
    code: str
    address: str

    def qr(self) -> Markup | None:
        """The QR code of the door, with the form filled in: what stands behind the “#” goes to no server."""
        if not self.code:
            return None
        return qr_image(f"{self.address}hub/login#{quote(f'{self.account} {self.code}')}")

    @property
    def how(self) -> str:
        """The text that says what is done with the card, "" where it was used."""
        return "card_how" if self.code else ""


def hub_cards(
    accounts: HubAccounts, address: str, only: Collection[str] | None = None
) -> tuple[HubCard, ...]:
    """The facilitator's card and each trainee's, or those of `only`, an empty id for the facilitator's."""
    roster = accounts.roster()
    return tuple(
        HubCard(
            name=(roster[each.trainee].name or each.trainee) if each.trainee else "",
            account=each.name,
            code="" if accounts.is_used(each.name) else accounts.code(each.name),
            address=address,
        )
        for each in accounts.all().values()
        if only is None or (each.trainee or "") in only
    )


def write_hub_cards(
    accounts: HubAccounts,
    address: str,
    *,
    replace: Collection[str] = (),
    language: Language = SOURCE,
    file: Path | None = None,
) -> tuple[Path, int]:
    """Write the cards as a page for its owner's eyes; where it stands, and how many cards it has.

    replace: whose card is lost or password forgotten: theirs alone are written, with new codes. The page is
    the hub's own where no file is named: a course is the facilitator's. Raises HubError, RosterError.
    """
    if replace:
        accounts.replace_cards(replace)
    cards = hub_cards(accounts, address, replace or None)
    target = file or accounts.places.own / HUB_CARDS
    page = card_sheet(accounts.course.name, cards, language, _text)
    try:
        write_whole(target, page, mode=OWNER_ALONE, parents=True)
    except OSError as error:
        raise HubError(hub_sentence("place_unwritable", place=target, why=error.strerror)) from None
    return target, len(cards)


def _text(text_name: str, language: Language, /, **values: object) -> str:
    return in_language(hub_sentence(text_name, **values), language)
