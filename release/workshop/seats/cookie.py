"""The cookies of a participant: what they hold is signed here, and nothing else of a browser says who it is.

`SEAT` holds the id of a seat; `DOOR`, that the workshop's code was typed (`door`). The board has its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tornado.web import RequestHandler, create_signed_value, decode_signed_value

from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress

SEAT, DOOR = "kasuslab_seat", "kasuslab_door"
DAYS = 30
# What a server's settings name its public address by; a server without one stands behind no proxy.
PUBLIC = "kasuslab_public_address"
_MAX_SIGNED = 500
_SEAT_ID = re.compile(r"[0-9a-f]{32}")


def public_of(handler: RequestHandler) -> PublicAddress:
    """The public address of the server that answers."""
    public: PublicAddress = handler.settings.get(PUBLIC, NOWHERE_ELSE)
    return public


def is_encrypted(handler: RequestHandler) -> bool:
    """Whether the browser of a request reaches us by TLS: ours, or that of a proxy before us."""
    return handler.request.protocol == "https" or public_of(handler).is_encrypted


@dataclass(frozen=True, slots=True)
class SignedCookie:
    """A cookie by its name. key: what its values are signed with."""

    name: str
    key: bytes = field(repr=False)

    def sign(self, value: str) -> str:
        """What the cookie holds for `value`."""
        return create_signed_value(self.key, self.name, value).decode("ascii")

    def value_of(self, signed: str | None) -> str | None:
        """The value that was signed here for this cookie, or None; one older than 30 days counts no more."""
        if not signed or len(signed) > _MAX_SIGNED:
            return None
        value = decode_signed_value(self.key, self.name, signed, max_age_days=DAYS, min_version=2)
        return value.decode("ascii", "replace") if value else None

    def read(self, handler: RequestHandler) -> str | None:
        """The value that the browser of a request holds, or None."""
        return self.value_of(handler.get_cookie(self.name))

    def give(self, handler: RequestHandler, value: str) -> None:
        """Let the browser hold `value`: no script reads it, and no form of another site brings it."""
        secure, signed = is_encrypted(handler), self.sign(value)
        handler.set_cookie(self.name, signed, expires_days=DAYS, httponly=True, samesite="Lax", secure=secure)

    def take(self, handler: RequestHandler) -> None:
        """Let the browser hold nothing any more."""
        handler.clear_cookie(self.name)


@dataclass(frozen=True, slots=True)
class SeatCookie(SignedCookie):
    """The cookie whose value is the id of a seat. card: the number of the card that opens a seat."""

    card: Callable[[str], int] = field(repr=False)

    def sign(self, value: str) -> str:
        """What the cookie holds for the seat of the id `value`, until its card is replaced."""
        number = self.card(value)
        return SignedCookie.sign(self, f"{value}.{number}" if number else value)

    def value_of(self, signed: str | None) -> str | None:
        """The id of the seat; None where it was not signed here, is too old, or came by an earlier card."""
        value = SignedCookie.value_of(self, signed) or ""
        seat, _, number = value.partition(".")
        if not _SEAT_ID.fullmatch(seat) or number != (str(self.card(seat) or "")):
            return None
        return seat
