"""A learning platform's half of LTI 1.3 in a few lines, for tests of single claims: it signs what it is told.

It is a stub and no platform: that the lab speaks with a real one is shown elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt

from release.lms.addresses import ToolAddress
from release.lms.launch import DEEP_LINKING, LTI
from release.lms.platform import Platform
from release.lms.tool_keys import ToolKey, ToolKeys, new_key

ISSUER = "https://lms.example.ac.id"
TOOL = ToolAddress("https://lab.example.org/")
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


@lru_cache
def platform_key(name: str = "first") -> ToolKey:
    """A key of the platform, made once for all tests."""
    return ToolKey(name, 0.0, new_key(0.0).pem)


@dataclass(frozen=True)
class LtiPlatform:
    """What it is registered as, and the key that it signs with."""

    issuer: str = ISSUER
    client_id: str = "kasuslab-1"
    deployment: str = "7"
    tool: ToolAddress = TOOL
    key: ToolKey = field(default_factory=platform_key)

    @property
    def registered(self) -> Platform:
        """The platform as the lab knows it."""
        return Platform(
            number=1,
            issuer=self.issuer,
            client_id=self.client_id,
            login=f"{self.issuer}/mod/lti/auth.php",
            token=f"{self.issuer}/mod/lti/token.php",
            key_set=f"{self.issuer}/mod/lti/certs.php",
            deployments=(self.deployment,),
        )

    @property
    def key_set(self) -> Mapping[str, Any]:
        """Its published keys."""
        return ToolKeys((self.key,)).public

    def asks(self, **changed: str) -> dict[str, str]:
        """What it sends to begin a login."""
        sent = {
            "iss": self.issuer,
            "target_link_uri": self.tool.launch,
            "login_hint": "42",
            "lti_message_hint": "hint",
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment,
        }
        return {name: value for name, value in {**sent, **changed}.items() if value}

    def claims(self, nonce: str, /, *, now: float | None = None, **changed: object) -> dict[str, Any]:
        """What it says of a launch; in `changed`, None takes a claim out, and a short name is LTI's."""
        made = time.time() if now is None else now
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "42",
            "iat": made,
            "exp": made + 60,
            "nonce": nonce,
            f"{LTI}deployment_id": self.deployment,
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}target_link_uri": self.tool.launch,
            f"{LTI}roles": [LEARNER],
            f"{LTI}resource_link": {"id": "link-9"},
            f"{LTI}context": {"id": "course-3", "title": "Angkatan 2"},
            f"{LTI}launch_presentation": {"locale": "id", "document_target": "iframe"},
        }
        for name, value in changed.items():
            place = (
                name if name in {"iss", "aud", "azp", "sub", "iat", "exp", "nbf", "nonce"} else f"{LTI}{name}"
            )
            claims[name if name.startswith("https://") else place] = value
        return {name: value for name, value in claims.items() if value is not None}

    def choice(self, nonce: str, /, **changed: object) -> dict[str, Any]:
        """What it says where a teacher chooses what is played."""
        settings = {
            "deep_link_return_url": f"{self.issuer}/mod/lti/contentitem_return.php?course=3",
            "accept_types": ["ltiResourceLink"],
            "accept_multiple": True,
            "accept_presentation_document_targets": ["frame", "window"],
            "data": "as it came",
        }
        wanted: dict[str, Any] = {
            "message_type": "LtiDeepLinkingRequest",
            "roles": [TEACHER],
            "resource_link": None,
        }
        claims = self.claims(nonce, **{**wanted, **changed})
        return {**claims, f"{DEEP_LINKING}deep_linking_settings": settings}

    def signed(self, claims: Mapping[str, Any], **changed: object) -> str:
        """What it sends as id_token. changed: another algorithm, key or kid."""
        how: dict[str, Any] = {"algorithm": "RS256", "key": self.key.private, "kid": self.key.kid, **changed}
        headers = {"kid": how["kid"]} if how["kid"] is not None else {}
        return jwt.encode(dict(claims), how["key"], algorithm=how["algorithm"], headers=headers)
