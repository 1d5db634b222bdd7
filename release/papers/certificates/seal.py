"""The organiser's seal: a key that signs what a certificate says, so that anybody can verify it offline.

What is signed travels in the certificate's QR code as a compact JWS (RFC 7515) with ES256 (RFC 7518, 3.4):
every browser verifies that by itself, in a page that the organiser hosts or opens from a disk.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from openbadgeslib.keys import public_jwk_from_pem

from release.papers.words import PaperError, paper_sentence
from release.settings import settings_file
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

ALGORITHM = "ES256"


class NotSealedError(ValueError):
    """A text is no code of this seal."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A pair of keys on the curve P-256, as PEM; the private one signs and never leaves this machine."""

    private: bytes = field(repr=False)
    public: bytes

    @property
    def jwk(self) -> Mapping[str, str]:
        """The public key as a JSON Web Key (RFC 7517), for the page that verifies."""
        return {name: str(value) for name, value in public_jwk_from_pem(self.public).items()}

    def code(self, content: Mapping[str, Any]) -> str:
        """What stands in a QR code: `content`, signed."""
        return jwt.encode(dict(content), self.private, algorithm=ALGORITHM)

    def content(self, code: str) -> Mapping[str, Any]:
        """What was signed. Raises NotSealedError for what this seal has not signed."""
        try:
            return dict(jwt.decode(code, self.public, algorithms=[ALGORITHM]))
        except jwt.PyJWTError as error:
            raise NotSealedError(str(error)) from None


def seal_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the seal of this machine stands: beside its settings."""
    return settings_file(environ).with_name("certificates.pem")


def read_seal(file: Path) -> Seal:
    """The seal that stands in `file`, a private key as PEM; a new one is made where there is no file.

    Raises PaperError where it cannot be read or made.
    """
    try:
        if not file.exists():
            made = ec.generate_private_key(ec.SECP256R1())
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_whole(file, pem, mode=OWNER_ALONE, parents=True)
        private = file.read_bytes()
        key = load_pem_private_key(private, password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise PaperError(paper_sentence("seal_unread", file=file)) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise PaperError(paper_sentence("seal_unread", file=file))
    return Seal(private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
