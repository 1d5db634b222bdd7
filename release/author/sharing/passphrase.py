"""What is secret in a bundle, sealed with a passphrase: scrypt (RFC 7914) makes the key of AES-256-GCM.

The parameters are those of the form and stand in no file: a bundle cannot ask for more memory than they take.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LEAST_LETTERS = 12
SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
SEAL_BYTES = _NONCE_BYTES + _TAG_BYTES
"""How much longer a file is once it is sealed."""

_COST, _BLOCK, _PARALLEL = 2**16, 8, 2  # 64 MB, a fifth of a second or so


class NotOpenedError(ValueError):
    """A file was not sealed with this passphrase, or not under this name."""


@dataclass(frozen=True, slots=True)
class PassphraseKey:
    """The key that a passphrase is, with the salt of one bundle."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, passphrase: str, salt: bytes) -> Self:
        """The key of a passphrase, however its letters were typed and whatever space stands around it."""
        secret = unicodedata.normalize("NFKC", passphrase.strip()).encode()
        return cls(Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=_PARALLEL).derive(secret))

    def sealed(self, name: str, content: bytes) -> bytes:
        """`content`, sealed so that it opens under this name alone."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, content, name.encode())

    def opened(self, name: str, sealed: bytes) -> bytes:
        """What was sealed under this name. Raises NotOpenedError."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise NotOpenedError(name) from None
