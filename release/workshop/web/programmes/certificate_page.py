"""The certificate of whoever has gone through a programme, and the page that verifies one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from tornado import web

from release.workshop.seats.cookie import is_encrypted
from release.workshop.seats.seat import Seat
from release.workshop.web.lobby import WorkshopPage
from release.workshop.web.programmes.programme_page import PROGRAMME_PLACE, SeatPage

CERTIFICATE_PLACE = "/sertifikat"
MOST_NAME = 80
# A paper is one file with a stylesheet of its own, that loads nothing.
PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The page that verifies says itself, by its hash, which script it runs.
VERIFY_POLICY = f"{PAPER_POLICY}; script-src 'unsafe-inline'"


class CertificateHandler(SeatPage):
    """The certificate of a programme."""

    async def get(self, code: str) -> None:
        """Ask for the name that is to stand on it; whoever has steps left is led to the programme."""
        seat = await self.own_seat()
        if seat is not None:
            await self._ask_name(seat, code)

    async def post(self, code: str) -> None:
        """Send it, under the name that was written, as a page to print or as a badge."""
        seat = await self.own_seat()
        if seat is None:
            return
        name = " ".join(self.get_body_argument("name", "").split())
        if not name or len(name) > MOST_NAME or not name.isprintable():
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self._ask_name(seat, code, wrong="certificate_name_wrong")
            return
        is_badge = self.get_body_argument("as", "") == "badge"
        text = await self._paper("badge" if is_badge else "certificate", seat, code, name)
        self.set_header("Content-Security-Policy", PAPER_POLICY)
        if is_badge:
            self.set_header("Content-Type", "image/svg+xml")
            self.set_header("Content-Disposition", f'attachment; filename="kasuslab-{code}.svg"')
        self.finish(text)

    async def _ask_name(self, seat: Seat, code: str, wrong: str = "") -> None:
        programme = await self.programme(seat, code)
        if programme["next"] is not None:
            self.redirect(f"{PROGRAMME_PLACE}/{code}", status=HTTPStatus.SEE_OTHER)
            return
        self.show(
            "programmes/certificate.html",
            programme=programme,
            wrong=wrong,
            most_signs=MOST_NAME,
            back=f"{PROGRAMME_PLACE}/{code}",
            place=f"{PROGRAMME_PLACE}/{code}{CERTIFICATE_PLACE}",
            here=f"program/{code}{CERTIFICATE_PLACE}",
        )

    async def _paper(self, ask: Literal["certificate", "badge"], seat: Seat, code: str, name: str) -> str:
        """The paper's text. Raises HTTPError where it is nobody's, or cannot be made."""
        answer = await self.context.seating.writer.ask(
            {
                "ask": ask,
                "seat": seat.id,
                "programme": code,
                "name": name,
                "language": self.language,
                "address": self._address(),
            }
        )
        if answer["answer"] == "paper":
            return answer["text"]
        is_nobodys = answer["answer"] == "nobody"
        raise web.HTTPError(HTTPStatus.NOT_FOUND if is_nobodys else HTTPStatus.SERVICE_UNAVAILABLE)

    def _address(self) -> str:
        """Where anybody verifies a certificate: the page below, where it stands under TLS; else ""."""
        if not is_encrypted(self):
            return ""  # browsers verify nothing without
        root = self.public.url.rstrip("/") or f"https://{self.request.host}{self.public.base}"
        return f"{root}{CERTIFICATE_PLACE}"


class VerifyHandler(WorkshopPage):
    """The page that verifies certificates and asks nobody anything."""

    async def get(self) -> None:
        """Send it. Raises HTTPError 404 where no certificates are given."""
        answer = await self.context.seating.writer.ask({"ask": "verify_page"})
        if answer["answer"] != "paper":
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        self.set_header("Content-Security-Policy", VERIFY_POLICY)
        self.finish(answer["text"])
