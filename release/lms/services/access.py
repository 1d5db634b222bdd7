"""How this tool proves itself to a platform's services (1EdTech security framework 1.0, section 4)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from release.lms.platform import Platform
from release.lms.refusal import LtiRefusedError
from release.lms.tool_keys import ToolKeys

ASSERTION_SECONDS = 300.0


def token_request(platform: Platform, keys: ToolKeys, scope: str, now: float) -> str:
    """The form that asks a platform for a token of one scope. now: seconds since 1970."""
    claims = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.audience or platform.token,
        "iat": int(now),
        "exp": int(now + ASSERTION_SECONDS),
        "jti": secrets.token_urlsafe(16),
    }
    return urlencode(
        {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": keys.signed(claims, now),
            "scope": scope,
        }
    )


def granted_token(answer: object) -> tuple[str, float]:
    """The token that a platform gave, and for how many seconds. Raises LtiRefusedError."""
    stated: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    token, seconds = stated.get("access_token"), stated.get("expires_in", 60)
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise LtiRefusedError("no_token")
    return token, float(seconds) if isinstance(seconds, int | float) else 60.0
