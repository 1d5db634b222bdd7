"""Addresses: where this tool stands, and which addresses of a platform are taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from release.lms.refusal import LtiRefusedError

MOST_SIGNS = 2000
LOGIN, LAUNCH, KEY_SET, REGISTRATION = "lms/login", "lms/launch", "lms/jwks.json", "lms/daftar"
_HOST = re.compile(r"[a-z0-9.\-]+|\[[0-9a-f:]+\]")
_BLANK = re.compile(r"[\x00-\x20\x7f\\]")


@dataclass(frozen=True, slots=True)
class ToolAddress:
    """Where this tool stands. root: with a slash at its end, as browsers and platforms reach it."""

    root: str

    @property
    def login(self) -> str:
        """Where a platform begins a login."""
        return f"{self.root}{LOGIN}"

    @property
    def launch(self) -> str:
        """Where a platform sends its answer: the only redirect address."""
        return f"{self.root}{LAUNCH}"

    @property
    def key_set(self) -> str:
        """Where the public keys of this tool stand."""
        return f"{self.root}{KEY_SET}"

    def registration(self, token: str) -> str:
        """Where a platform registers this tool. token: of the invitation."""
        return f"{self.root}{REGISTRATION}/{token}"

    @property
    def host(self) -> str:
        """Host and port, as a registration names its domain."""
        return urlsplit(self.root).netloc

    def is_ours(self, target: str) -> bool:
        """Whether a target link leads to this tool."""
        return target.partition("?")[0] in {self.root, self.login, self.launch}


def origin_of(address: str) -> str:
    """Scheme, host and port of an address that was checked."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def checked_address(address: object, *, local: bool, host: str = "") -> str:
    """`address`, where the lab may speak with it.

    local: whether plain HTTP is allowed; host: the host, with its port, that it has to stand on, "" for any.
    Raises LtiRefusedError.
    """
    text = address if isinstance(address, str) else ""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise LtiRefusedError("address_plain", address=_abridged(text)) from None
    schemes = {"https", "http"} if local else {"https"}
    is_whole = len(text) <= MOST_SIGNS and not _BLANK.search(text) and text.isascii()
    bare = parts.netloc.lower() if port is None else parts.netloc.lower().removesuffix(f":{port}")
    if parts.scheme not in schemes or not is_whole or not _HOST.fullmatch(bare) or parts.fragment:
        raise LtiRefusedError("address_plain", address=_abridged(text))
    if host and parts.netloc.lower() != host.lower():
        raise LtiRefusedError("address_elsewhere", address=_abridged(text), host=host)
    return text


def _abridged(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"  # noqa: PLR2004 -- a line
