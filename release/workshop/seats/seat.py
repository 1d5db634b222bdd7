"""A seat: its id, which a signed cookie holds (`cookie`), its resume code, and its drawn pseudonym.

The resume code follows from the seat's id and the workshop's secret, so that it can be shown again
and stands nowhere; the database holds its hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from release.workshop.data_folder import cards_of, own_folder
from release.workshop.failure import WorkshopRefusedError, failure_sentence
from release.workshop.seats.card_numbers import CardNumbers
from release.workshop.seats.cookie import DOOR, SEAT, SeatCookie, SignedCookie
from scenarios.documents.part import Part, Text
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.library import read_model

CODE_LENGTH = 8
SECRET_BYTES = 32
_WORDS = Path(__file__).with_name("pseudonyms.yaml")

# Crockford's: what can be taken for a sign of it is read as that sign.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Without vowels no code is a word, and without L and N none is misheard or misread.
JOIN_LETTERS = "BCDFGHJKMPQRSTVWXYZ"
JOIN_LENGTH = 6
# Whoever types it is in the room already.
TEAM_LENGTH = 4
_ALIKE = str.maketrans("OILU", "011V")
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

Draw: TypeAlias = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Seat:
    """A pseudonymous place in the workshop.

    sector: the id of a sector, or None where none was given; typed: whether the participant wrote the
    pseudonym, which is then never projected; trainee: whose seat it is in the course that the workshop
    carries, by the id of its roster, or None.
    """

    id: str
    pseudonym: str
    sector: str | None = None
    typed: bool = False
    trainee: str | None = None


class PseudonymWords(Part):
    """The words that a pseudonym is drawn from: no person bears their name."""

    first: Annotated[tuple[Text, ...], Field(min_length=10)]
    second: Annotated[tuple[Text, ...], Field(min_length=10)]


def _first_card(_: str) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class SeatMaker:
    """Makes and reads what belongs to a seat, by the secret of one data folder.

    card: the number of the card that opens a seat, by its id; see `CardNumbers`.
    """

    secret: bytes
    card: Callable[[str], int] = field(default=_first_card, repr=False)

    def new_id(self) -> str:
        """A random id."""
        return secrets.token_hex(16)

    def trainee_seat(self, course: str, trainee: str) -> str:
        """The id of the seat that a trainee has in every workshop that carries `course`, by its name.

        So its resume code can be printed on a card before anybody sits there.
        """
        named = json.dumps([course, trainee], ensure_ascii=False).encode()
        return hmac.new(self._key("trainee"), named, "sha256").hexdigest()[:32]

    def learner_seat(self, workshop: str, issuer: str, subject: str) -> str:
        """The id of the seat that somebody has in a workshop who comes from a learning management system.

        issuer: what that calls itself; subject: its id of the person, which cannot be read from the seat's.
        """
        named = json.dumps([workshop, issuer, subject], ensure_ascii=False).encode()
        return hmac.new(self._key("learner"), named, "sha256").hexdigest()[:32]

    @property
    def cookie(self) -> SeatCookie:
        """The cookie that a browser holds while it has a seat."""
        return SeatCookie(SEAT, self._key("cookie"), self.card)

    @property
    def door_cookie(self) -> SignedCookie:
        """The cookie that a browser holds once it came with the workshop's code."""
        return SignedCookie(DOOR, self._key("cookie"))

    def resume_code(self, seat_id: str) -> str:
        """The code that opens the seat on another device, such as ``K7QM-2XBR``. Raises CardsError."""
        number = self.card(seat_id)
        named = f"{seat_id} {number}" if number else seat_id
        digest = hmac.digest(self._key("code"), named.encode(), "sha256")
        plain = base64.b32encode(digest).decode("ascii")[:CODE_LENGTH]
        code = plain.translate(str.maketrans(_BASE32, _LETTERS))
        return f"{code[:4]}-{code[4:]}"

    def code_hash(self, code: str) -> str:
        """What the database knows a resume code by, however it was typed."""
        return hmac.new(self._key("hash"), plain_code(code).encode(), "sha256").hexdigest()

    def _key(self, purpose: str) -> bytes:
        return hashlib.sha256(purpose.encode() + b"\0" + self.secret).digest()


def maker_in(data: Path, secret: bytes | None = None) -> SeatMaker:
    """The one of a data folder. secret: that of several servers, where there are. Raises OSError."""
    return SeatMaker(secret or secret_in(data), CardNumbers(cards_of(data)).of)


def join_code(draw: Draw = secrets.choice) -> str:
    """A code that a workshop is joined with: read aloud and typed on a phone."""
    return "".join(draw(JOIN_LETTERS) for _ in range(JOIN_LENGTH))


def team_code(draw: Draw = secrets.choice) -> str:
    """A code that a table is joined with, told from one to another."""
    return "".join(draw(JOIN_LETTERS) for _ in range(TEAM_LENGTH))


def plain_code(code: str) -> str:
    """A resume code without spaces, dashes and case; at most what a code can hold."""
    typed = code[:80].upper().translate(_ALIKE)
    return "".join(sign for sign in typed if sign in _LETTERS)[: CODE_LENGTH + 1]


def pseudonym(words: PseudonymWords, draw: Draw = secrets.choice) -> str:
    """A pseudonym such as “Kepodang Jingga 42”."""
    return f"{draw(words.first)} {draw(words.second)} {draw([str(number) for number in range(10, 100)])}"


def load_words(file: Path = _WORDS) -> PseudonymWords:
    """The words of pseudonyms. Raises ProblemsError."""
    return read_model(file, PseudonymWords)


def secret_in(folder: Path) -> bytes:
    """The secret of a data folder, drawn at its first use, readable by its owner alone. Raises OSError."""
    file = folder / "secret"
    own_folder(folder)
    if not file.exists() or file.stat().st_size != SECRET_BYTES:
        write_whole(file, secrets.token_bytes(SECRET_BYTES), mode=OWNER_ALONE)
    return file.read_bytes()


def shared_secret(file: Path) -> bytes:
    """The secret that several servers share, of what stands in `file`. Raises WorkshopRefusedError."""
    try:
        typed = file.read_bytes().strip()
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkshopRefusedError(failure_sentence("no_secret_file", file=file, reason=reason)) from None
    if len(typed) < SECRET_BYTES:
        sizes = {"size": len(typed), "least": SECRET_BYTES}
        raise WorkshopRefusedError(failure_sentence("short_secret", file=file, **sizes))
    return hashlib.sha256(typed).digest()
