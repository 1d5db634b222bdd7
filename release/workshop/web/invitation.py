"""The invitation to a workshop: its address, its code, and the QR code of the join sheet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a workshop is joined.

    address: that of its lobby; code: the workshop's, "" where none is asked.
    """

    address: str
    code: str

    @property
    def link(self) -> str:
        """What the QR code holds: the address, with the code in its path."""
        return f"{self.address.rstrip('/')}/g/{self.code}" if self.code else self.address

    @property
    def short(self) -> str:
        """The address as it is typed on a phone: in full, for a browser may try “https://” by itself."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def qr(self) -> Markup:
        """The QR code of the link as an SVG image."""
        return qr_image(self.link)


def qr_image(text: str) -> Markup:
    """A QR code as an SVG image, four signs of white around it."""
    drawn = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgclass="js-qr", lineclass=None, border=4, omitsize=True)
    return Markup(drawn.getvalue().decode("utf-8"))  # noqa: S704 -- drawn by segno, of squares alone
