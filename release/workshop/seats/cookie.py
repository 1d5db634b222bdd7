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
# Who gives the sites in whose frames our pages may stand, where a learning management system leads here.
FRAMES = "kasuslab_frames"
_MAX_SIGNED = 500
_SEAT_ID = re.compile(r"[0-9a-f]{32}")


def public_of(handler: RequestHandler) -> PublicAddress:
    """The public address of the server that answers."""
    public: PublicAddress = handler.settings.get(PUBLIC, NOWHERE_ELSE)
    return public


def is_encrypted(handler: RequestHandler) -> bool:
    """Whether the browser of a request reaches us by TLS: ours, or that of a proxy before us."""
    return handler.request.protocol == "https" or public_of(handler).is_encrypted


def keep_cookie(
    handler: RequestHandler, name: str, value: str, *, seconds: int, script: bool = False
) -> None:
    """Let the browser of a request keep a cookie; no form of another site brings it.

    value: without blanks, commas and semicolons; script: whether a script of ours may read it. Where pages of
    ours may stand in a frame of another site, the cookie is kept apart for each such site (CHIPS), which
    browsers do by TLS alone.
    """
    secure = is_encrypted(handler)
    if not (secure and FRAMES in handler.settings):
        days = seconds / (24 * 3600) or -1
        handler.set_cookie(name, value, expires_days=days, httponly=not script, samesite="Lax", secure=secure)
        return
    # By hand: http.cookies knows Partitioned from Python 3.14 on.
    hidden = "" if script else "; HttpOnly"
    place = f"Path={public_of(handler).at('/')}; Max-Age={seconds}"
    kept_apart = f"Secure; SameSite=None; Partitioned{hidden}"
    handler.add_header("Set-Cookie", f"{name}={value}; {place}; {kept_apart}")


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
        keep_cookie(handler, self.name, self.sign(value), seconds=DAYS * 24 * 3600)

    def take(self, handler: RequestHandler) -> None:
        """Let the browser hold nothing any more."""
        keep_cookie(handler, self.name, "", seconds=0)


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
