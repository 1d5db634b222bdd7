"""The door of a workshop: the code that keeps passers-by out, and the cookie of a phone that has typed it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from tornado.web import RequestHandler

from release.workshop.seats.seat import SeatMaker

_MAX_CODE = 40


@dataclass(slots=True)
class Door:
    """The code of a workshop, "" where none is asked."""

    maker: SeatMaker
    code: str

    def opens(self, typed: str) -> bool:
        """Whether that is the code, however it was typed."""
        plain = "".join(sign for sign in typed[:_MAX_CODE].upper() if sign.isalnum())
        return hmac.compare_digest(plain.encode(), self.code.encode())

    def let_in(self, handler: RequestHandler) -> None:
        """Give the browser the cookie of those who have typed the code; it does not tell the code."""
        self.maker.door_cookie.give(handler, self.maker.code_hash(self.code))

    def has_let_in(self, handler: RequestHandler) -> bool:
        """Whether the browser of a request came with this code; always where none is asked."""
        if not self.code:
            return True
        value = self.maker.door_cookie.read(handler)
        return value is not None and hmac.compare_digest(value, self.maker.code_hash(self.code))
