"""The door of the board: one password, in memory alone and as a hash, and a signed cookie of its own.

The cookie holds over a restart of the server as long as the password is the same.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from tornado.web import create_signed_value, decode_signed_value

from release.workshop.failure import failure_sentence
from scenarios.documents.problem import BadInputError

COOKIE = "kasuslab_board"
ENVIRONMENT = "KASUSLAB_BOARD_PASSWORD"
LEAST_LETTERS = 8
HOURS = 12
MAX_PASSWORD = 200
_MAX_TOKEN = 500
# Read aloud and typed: without letters that are taken for others.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class WeakPasswordError(BadInputError):
    """The password of the board is too short; a sentence."""


@dataclass(slots=True)
class BoardDoor:
    """Who may see the board. A session ends with its logout, after some hours, and with another password.

    key: signs sessions.
    """

    salt: bytes
    digest: bytes
    key: bytes

    @classmethod
    def of(cls, password: str, secret: bytes | None = None) -> BoardDoor:
        """The door that this password opens. Raises WeakPasswordError.

        secret: the data folder's, by which a session outlives the server; one of its own where left out.
        """
        if len(password) < LEAST_LETTERS:
            counts = {"count": len(password), "least": LEAST_LETTERS}
            raise WeakPasswordError(failure_sentence("weak_password", **counts))
        salt = secrets.token_bytes(16)
        key = hmac.digest(secret or secrets.token_bytes(32), b"board\0" + password.encode(), "sha256")
        return cls(salt, _digest(password[:MAX_PASSWORD], salt), key)

    def opens(self, typed: str) -> bool:
        """Whether that is the password. It takes some time, on purpose."""
        return hmac.compare_digest(_digest(typed[:MAX_PASSWORD], self.salt), self.digest)

    def token(self) -> str:
        """The value of a new session's cookie."""
        return create_signed_value(self.key, COOKIE, secrets.token_hex(16)).decode("ascii")

    def session(self, token: str | None) -> str | None:
        """The session that a cookie's value stands for, logged out or not; None where it is none."""
        if not token or len(token) > _MAX_TOKEN:
            return None
        value = decode_signed_value(self.key, COOKIE, token, max_age_days=HOURS / 24, min_version=2)
        return (value.decode("ascii", "replace") if value else "") or None


def drawn_password(secret: bytes | None = None, workshop: str = "") -> str:
    """A password such as “k7qm-2xbr-9htw”: twelve letters of a set of 31.

    secret: the data folder's: by it a workshop has the same password whenever it runs. Drawn where left out.
    """
    signs = hmac.digest(secret or secrets.token_bytes(32), f"board password\0{workshop}".encode(), "sha512")
    # 512 bits are so many that the rest of a division favours no letter.
    number, letters = int.from_bytes(signs), list[str]()
    for _ in range(12):
        number, at = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[at])
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**13, r=8, p=1)
