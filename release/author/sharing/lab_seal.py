"""A lab's seal for bundles: a pair of Ed25519 keys (RFC 8032), whose private one never leaves the machine.

It is not the seal of certificates: that one signs for an organiser, in ES256, since browsers verify it.
Whoever trusts a lab's cases does not thereby trust an organiser's certificates; each may be made anew alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from release.author.sharing.words import SharingError, sentence
from release.settings import settings_file
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

SIGNATURE_BYTES = 64
_PURPOSE = b"kasuslab bundle\n"  # a signature of this key for anything else would be none of a bundle
_DIGITS, _GROUP = 32, 4


@dataclass(frozen=True, slots=True)
class LabSeal:
    """The key that signs what this lab shares."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public key, in hexadecimal digits."""
        return self.private.public_key().public_bytes_raw().hex()

    def signature(self, content: bytes) -> bytes:
        """The signature of `content`, as a bundle carries it."""
        return self.private.sign(_PURPOSE + content)


def is_signed(content: bytes, signature: bytes, public: str) -> bool:
    """Whether the key `public` has signed this content of a bundle."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(signature, _PURPOSE + content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: str) -> str:
    """A public key as two people compare it over the telephone: eight groups of four digits."""
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:_DIGITS]
    return " ".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))


def lab_seal_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the seal of this lab stands: beside the settings of this machine."""
    return settings_file(environ).with_name("sharing.pem")


def read_lab_seal(file: Path) -> LabSeal:
    """The seal that stands in `file`, a private key as PEM; a new one is made where there is no file.

    Raises SharingError where it cannot be read or made.
    """
    try:
        if not file.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            write_whole(file, pem, mode=OWNER_ALONE, parents=True)
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise SharingError(sentence("seal_unread", file=file)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SharingError(sentence("seal_unread", file=file))
    return LabSeal(key)
