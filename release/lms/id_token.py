"""The signature of what a platform sent: RS256 by a key of its own key set, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from release.lms.refusal import LtiRefusedError
from scenarios.documents.json_data import json_data

ALGORITHM = "RS256"
MOST_SIGNS = 16 * 1024
LEAST_BITS = 2048


class KeyNotThereError(Exception):
    """The key set does not hold the key that was signed with: it may have a new one."""


def verified_claims(token: str, key_set: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in `token`, once its signature was found to be that of a key in `key_set` (RFC 7517).

    Raises LtiRefusedError, or KeyNotThereError where that key set is to be fetched anew.
    """
    if len(token) > MOST_SIGNS:
        raise LtiRefusedError("token_unreadable")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise LtiRefusedError("token_unreadable") from None
    # Before any key is looked at: a public key is never a secret of HS256, and “none” is no signature.
    if header.get("alg") != ALGORITHM:
        raise LtiRefusedError("algorithm")
    key = _key_named(header.get("kid"), key_set)
    try:
        payload = jwt.PyJWS().decode(token, key, algorithms=[ALGORITHM])
    except jwt.PyJWTError:
        raise LtiRefusedError("signature") from None
    try:
        claims = json_data(payload)
    except (ValueError, RecursionError):
        raise LtiRefusedError("token_unreadable") from None
    if not isinstance(claims, dict):
        raise LtiRefusedError("token_unreadable")
    return cast("Mapping[str, Any]", claims)


def _key_named(kid: object, key_set: Mapping[str, Any]) -> RSAPublicKey:
    keys = key_set.get("keys")
    fitting = [one for one in keys if _fits(one, kid)] if isinstance(keys, list) else []
    # Two of one name would let the platform's own mistake choose.
    if len(fitting) != 1:
        raise KeyNotThereError
    try:
        key = jwt.PyJWK(fitting[0], algorithm=ALGORITHM).key
    except jwt.PyJWTError:
        raise LtiRefusedError("key_unknown") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise LtiRefusedError("key_unknown")
    return key


def _fits(key: object, kid: object) -> bool:
    if not isinstance(key, dict) or key.get("kty") != "RSA" or "d" in key:
        return False
    is_for_this = key.get("use", "sig") == "sig" and key.get("alg", ALGORITHM) == ALGORITHM
    return is_for_this and isinstance(kid, str) and key.get("kid") == kid
