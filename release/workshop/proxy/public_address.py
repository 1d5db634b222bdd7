"""The public address of a workshop: what participants open, and the path below which all its pages stand.

A server behind a proxy is told both, since nothing that a browser sends is proof of either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from release.workshop.failure import WorkshopRefusedError, failure_sentence

_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:]+\]")
# Signs that mean the same in a path, a cookie, a header and a pattern of a proxy's configuration.
_BASE = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_OWN_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where a browser reaches the server.

    url: what participants open, with a slash at its end; "" where nobody told, and the server is reached by
    whatever name it has. base: the path below which each page stands, “/lab”; "" at the root of the host.
    """

    url: str = ""
    base: str = ""

    @classmethod
    def of(cls, url: str | None, base: str | None) -> Self:
        """The address that `settled_url` and `settled_base` gave; a base that nobody told is the URL's.

        Raises WorkshopRefusedError where the URL stands below another base.
        """
        own = urlsplit(url or "").path.rstrip("/")
        if url and base is not None and base != own:
            raise WorkshopRefusedError(
                failure_sentence("other_base", url=url, base=f"{base}/", own=f"{own}/")
            )
        return cls(url or "", own if base is None else base)

    @property
    def host(self) -> str:
        """The host of the URL, with its port where that is not its scheme's own; "" where there is none."""
        return urlsplit(self.url).netloc

    @property
    def name(self) -> str:
        """The host without any port; "" where there is none."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_encrypted(self) -> bool:
        """Whether participants come by TLS."""
        return self.url.startswith("https://")

    def at(self, path: str) -> str:
        """The path of a page as browsers ask for it. path: as the server has it, with a slash before it."""
        return f"{self.base}{path}"


# Of a server that no proxy stands before.
NOWHERE_ELSE = PublicAddress()


def settled_url(typed: str | None) -> str | None:
    """A URL as it is announced, with a slash at its end. Raises WorkshopRefusedError for what is none."""
    if typed is None:
        return None
    try:
        parts = urlsplit(typed.strip())
        port = parts.port
    except ValueError:  # a port that is no number
        raise _no_url(typed) from None
    if not _is_plain(parts):
        raise _no_url(typed)
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().rpartition(":")[0] if port is not None else parts.netloc.lower().rstrip(":")
    if not _HOST.fullmatch(host):
        raise _no_url(typed)
    its_port = "" if port in {None, _OWN_PORTS[scheme]} else f":{port}"
    return f"{scheme}://{host}{its_port}{settled_base(parts.path)}/"


def settled_base(typed: str | None) -> str | None:
    """A path as `PublicAddress.base` has it. Raises WorkshopRefusedError for what no page may stand below."""
    if typed is None:
        return None
    steps = [step for step in typed.strip().split("/") if step]
    base = "".join(f"/{step}" for step in steps)
    if not _BASE.fullmatch(base) or {".", ".."} & set(steps):
        raise WorkshopRefusedError(failure_sentence("no_base", typed=typed))
    return base


def _is_plain(parts: SplitResult) -> bool:
    is_known = parts.scheme.lower() in _OWN_PORTS and bool(parts.hostname)
    return is_known and "@" not in parts.netloc and not parts.query and not parts.fragment


def _no_url(typed: str) -> WorkshopRefusedError:
    return WorkshopRefusedError(failure_sentence("no_public_url", typed=typed))
