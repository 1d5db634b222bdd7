"""The invitation to a workshop: its address, its code, the Wi-Fi, and a QR code of each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict
from urllib.parse import urlsplit

import segno
from markupsafe import Markup
from segno.helpers import make_wifi_data

BORDER = 4


class QrView(TypedDict):
    """A QR code as a page's script draws it. size: signs on a side, with the border; path: the black ones."""

    size: int
    path: str


class WifiView(TypedDict):
    """The Wi-Fi that phones join first. password: "" where it has none."""

    name: str
    password: str
    qr: QrView


class JoinView(TypedDict):
    """How it is joined. code: "" where none is asked; cards: whether everybody has a card for it."""

    address: str
    code: str
    qr: QrView
    wifi: WifiView | None
    cards: bool


@dataclass(frozen=True, slots=True)
class Wifi:
    """The Wi-Fi of the room. password: "" where it has none."""

    name: str
    password: str = ""

    @property
    def link(self) -> str:
        """What its QR code holds: a phone that reads it offers to join."""
        # Where there is a password it is of WPA, 2 and 3 too: WEP is gone from phones.
        return make_wifi_data(self.name, self.password or None, "WPA" if self.password else "nopass")

    def qr(self) -> Markup:
        """Its QR code as an SVG image."""
        return qr_image(self.link)

    def view(self) -> WifiView:
        """It as a page's script shows it."""
        return {"name": self.name, "password": self.password, "qr": qr_view(self.link)}


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a workshop is joined.

    address: that of its lobby; code: the workshop's, "" where none is asked; wifi: None where it has no name;
    cards: whether it carries a course, whose people come in with their cards: they are asked for no code.
    """

    address: str
    code: str
    wifi: Wifi | None = None
    cards: bool = False

    @property
    def link(self) -> str:
        """What the QR code holds: the address, with the code in its path."""
        return f"{self.address.rstrip('/')}/g/{self.code}" if self.code else self.address

    @property
    def short(self) -> str:
        """The address as it is typed on a phone: in full, for a browser may try “https://” by itself."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"

    def qr(self) -> Markup:
        """The QR code of the link as an SVG image."""
        return qr_image(self.link)

    def view(self) -> JoinView:
        """It as a page's script shows it."""
        wifi = self.wifi.view() if self.wifi else None
        return {
            "address": self.short,
            "code": self.code,
            "qr": qr_view(self.link),
            "wifi": wifi,
            "cards": self.cards,
        }


def qr_image(text: str) -> Markup:
    """A QR code as an SVG image, four signs of white around it."""
    drawn = io.BytesIO()
    _code(text).save(
        drawn, kind="svg", xmldecl=False, svgclass="js-qr", lineclass=None, border=BORDER, omitsize=True
    )
    return Markup(drawn.getvalue().decode("utf-8"))  # noqa: S704 -- drawn by segno, of squares alone


@lru_cache(maxsize=16)
def qr_view(text: str) -> QrView:
    """A QR code for a page's script, four signs of white around it."""
    rows = [bytes(row) for row in _code(text).matrix_iter(border=BORDER)]
    black = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, sign in enumerate(row) if sign]
    return {"size": len(rows), "path": "".join(black)}


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")
