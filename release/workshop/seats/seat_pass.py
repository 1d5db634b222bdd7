"""The pass of a seat: its id, and the proof that the server made it, which only whoever has the secret can.

The server gives it to the kernel that hosts a page of the seat, and the writer knows the seat by it. No
browser ever holds one.
"""

from __future__ import annotations

import hmac

_PURPOSE = b"seat pass\0"


def seat_pass(secret: str, seat: str) -> str:
    """The pass of `seat`, by the secret that the server shares with its writer."""
    proof = hmac.digest(secret.encode(), _PURPOSE + seat.encode("utf-8", "replace"), "sha256").hex()
    return f"{seat}.{proof}"


def seat_of(secret: str, text: str) -> str | None:
    """The id of the seat whose pass `text` is, or None where it was not made with `secret`."""
    seat = text.rpartition(".")[0]
    made_here = seat_pass(secret, seat)
    is_real = hmac.compare_digest(*(each.encode("utf-8", "replace") for each in (text, made_here)))
    return seat if seat and is_real else None
