"""The keys of this tool: what it signs with, and what platforms verify that by.

They stand in one file of the data folder, for this user alone, or in a folder that several servers are given
and none of them writes into. A new key is made every half year; it is in
the published key set at once and signs from the day after, so that a platform which keeps a copy of the set
for some hours has it by then. The one before stays in the set for a month longer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

from release.lms.id_token import ALGORITHM
from release.lms.refusal import LtiRefusedError
from scenarios.documents.json_data import json_data
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

KEYS_FILE = "lti_keys.json"
BITS = 2048
DAY = 24 * 3600.0
ROTATE_DAYS, REST_DAYS, KEEP_DAYS = 182, 1, 30


@dataclass(frozen=True, slots=True)
class ToolKey:
    """One of them. kid: its name; made: in seconds since 1970."""

    kid: str
    made: float
    pem: str = field(repr=False)

    @property
    def private(self) -> RSAPrivateKey:
        """The key itself. Raises ValueError where the text is none."""
        return _read_pem(self.pem)


@lru_cache(maxsize=16)
def _read_pem(pem: str) -> RSAPrivateKey:
    # To look whether its parts fit takes 60 ms, and anybody may ask for the key set.
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("it is no RSA key")  # noqa: TRY004 -- what a reader of a file handles
    return key


@dataclass(frozen=True, slots=True)
class ToolKeys:
    """All of them, the oldest first."""

    keys: Sequence[ToolKey]

    def signing(self, now: float) -> ToolKey:
        """The one that signs now."""
        rested = [key for key in self.keys if now - key.made >= REST_DAYS * DAY]
        return (rested or self.keys)[-1 if rested else 0]

    def signed(self, claims: Mapping[str, Any], now: float) -> str:
        """`claims` as a compact JWS by the key of now."""
        key = self.signing(now)
        return jwt.encode(dict(claims), key.private, algorithm=ALGORITHM, headers={"kid": key.kid})

    @property
    def public(self) -> Mapping[str, Any]:
        """The key set as platforms fetch it (RFC 7517): the public halves."""
        return {"keys": [_public(key) for key in self.keys]}

    def rotated(self, now: float) -> ToolKeys:
        """The same, or with a new key and without those whose time is over."""
        keys = list(self.keys)
        if not keys or now - keys[-1].made >= ROTATE_DAYS * DAY:
            keys.append(new_key(now))
        newest = keys[-1]
        is_old_kept = now - newest.made < KEEP_DAYS * DAY
        return ToolKeys((*(keys[:-1] if is_old_kept else ()), newest))


def new_key(now: float) -> ToolKey:
    """A new key."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return ToolKey(secrets.token_hex(8), now, pem)


def shared_keys(folder: Path) -> ToolKeys:
    """The keys of a folder that several servers are given. Raises LtiRefusedError where none can be read."""
    return _read(folder / KEYS_FILE)


def tool_keys(data: Path, now: float) -> ToolKeys:
    """The keys of a data folder, made or rotated where it is time. Raises OSError, LtiRefusedError.

    A file that is damaged is never written over: platforms know the keys in it.
    """
    file = data / KEYS_FILE
    stored = _read(file) if file.exists() else ToolKeys(())
    keys = stored.rotated(now)
    if keys != stored:
        rows = [{"kid": key.kid, "made": key.made, "pem": key.pem} for key in keys.keys]
        write_whole(file, json.dumps({"keys": rows}, indent=1), mode=OWNER_ALONE)
    elif file.stat().st_mode & 0o077:
        file.chmod(OWNER_ALONE)
    return keys


def _read(file: Path) -> ToolKeys:
    try:
        rows: Any = json_data(file.read_bytes())
        keys = [ToolKey(str(row["kid"]), float(row["made"]), str(row["pem"])) for row in rows["keys"]]
        for key in keys:
            _ = key.private
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = type(error).__name__
        raise LtiRefusedError("keys_damaged", file=file, reason=reason) from None
    return ToolKeys(tuple(keys))


def _public(key: ToolKey) -> Mapping[str, Any]:
    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(key.private.public_key(), as_dict=True)
    return {name: jwk[name] for name in ("kty", "n", "e")} | {"kid": key.kid, "use": "sig", "alg": ALGORITHM}
