"""The login that begins a launch (OpenID Connect, started by a third party), and the answer it waits for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from release.lms.addresses import MOST_SIGNS, ToolAddress
from release.lms.platform import Platform, platform_of
from release.lms.refusal import LtiRefusedError


@dataclass(frozen=True, slots=True)
class Login:
    """A login that waits for its answer.

    platform: who began it; nonce: what the answer has to name; browser: the hash of what the browser keeps
    that began it.
    """

    platform: Platform
    nonce: str
    browser: str


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """A login as it begins. secret: what the browser keeps; asked: of the platform, with the state."""

    login: Login
    secret: str
    asked: Mapping[str, str]

    def address(self, state: str) -> str:
        """Where the browser is sent. state: what the answer comes back with."""
        place = self.login.platform.login
        return f"{place}{'&' if '?' in place else '?'}{urlencode({**self.asked, 'state': state})}"


def begin_login(sent: Mapping[str, str], platforms: Iterable[Platform], tool: ToolAddress) -> BegunLogin:
    """Begin the login that a platform asks for. sent: the fields of its request. Raises LtiRefusedError."""
    for name in ("iss", "login_hint", "target_link_uri"):
        if not 0 < len(sent.get(name, "")) <= MOST_SIGNS:
            raise LtiRefusedError("login_incomplete", field=name)
    platform = platform_of(platforms, sent["iss"], sent.get("client_id", ""))
    deployment = sent.get("lti_deployment_id", "")
    if deployment and deployment not in platform.deployments:
        raise LtiRefusedError("other_deployment")
    if not tool.is_ours(sent["target_link_uri"]):
        raise LtiRefusedError("foreign_target")
    secret, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": tool.launch,
        "login_hint": sent["login_hint"],
        "nonce": nonce,
    }
    if hint := sent.get("lti_message_hint", ""):
        asked["lti_message_hint"] = hint[: 4 * MOST_SIGNS]
    return BegunLogin(Login(platform, nonce, browser_hash(secret)), secret, asked)


def answered_login(sent: Mapping[str, str], login: Login | None, secret: str | None) -> tuple[Login, bool]:
    """The login that a platform's answer belongs to, and whether this browser began it.

    login: what waited under the state that it brings, None where nothing does; secret: what the browser keeps
    of it; None where it brings nothing, as in a frame of a browser that keeps no cookie there. Raises
    LtiRefusedError.
    """
    if login is None:
        raise LtiRefusedError("state_unknown")
    if secret is not None and not hmac.compare_digest(browser_hash(secret), login.browser):
        raise LtiRefusedError("other_browser")
    if "error" in sent:
        code = "".join(
            sign for sign in sent["error"][:40] if sign.isascii() and (sign.isalnum() or sign == "_")
        )
        raise LtiRefusedError("platform_refused", code=code or "error")
    if not sent.get("id_token"):
        raise LtiRefusedError("login_incomplete", field="id_token")
    return login, secret is not None


def browser_hash(secret: str) -> str:
    """What is kept here of what a browser keeps."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
