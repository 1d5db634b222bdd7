"""The door of a workshop: the code that keeps passers-by out, and the cookie of a phone that has typed it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from release.workshop.seats.seat import SeatMaker

COOKIE = "kasuslab_door"
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

    def token(self) -> str:
        """The signed value of the cookie; it does not tell the code."""
        return self.maker.sign(COOKIE, self.maker.code_hash(self.code))

    def passed(self, token: str | None) -> bool:
        """Whether a cookie's value was given for this code; always where none is asked."""
        if not self.code:
            return True
        signed = self.maker.signed(COOKIE, token)
        return signed is not None and hmac.compare_digest(signed, self.maker.code_hash(self.code))
