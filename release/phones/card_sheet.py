"""The sheet of cards to print and cut: a QR code that opens one's own place, and a code to type instead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from markupsafe import Markup

from scenarios.documents.template import template_page
from scenarios.language import LANGUAGES, Language

_PAGES = Path(__file__).with_name("pages")


class PrintedCard(Protocol):
    """One person's card.

    name: "" for the facilitator; account: "" where the code alone is typed; code: "" where it was used;
    address: "" where it is not known; how: the text that says what is done with the card, "" for none.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 -- said above
    @property
    def account(self) -> str: ...  # noqa: D102 -- said above
    @property
    def code(self) -> str: ...  # noqa: D102 -- said above
    @property
    def address(self) -> str: ...  # noqa: D102 -- said above
    @property
    def how(self) -> str: ...  # noqa: D102 -- said above

    def qr(self) -> Markup | None:
        """The QR code, None where there is nothing to scan."""
        ...


class CardTexts(Protocol):
    """The sentences of a sheet, by name."""

    def __call__(self, text_name: str, language: Language, /, **values: object) -> str:
        """A sentence in a language."""
        ...


def card_sheet(course: str, cards: Sequence[PrintedCard], language: Language, texts: CardTexts) -> str:
    """The cards as one page: each of its sentences in `language` first, then in the others."""
    return template_page(
        _PAGES / "card_sheet.html",
        course=course,
        cards=cards,
        language=language,
        others=[tag for tag in LANGUAGES if tag != language],
        style=Markup((_PAGES / "card_sheet.css").read_text("utf-8")),  # noqa: S704 -- the lab's own
        t=texts,
    )
