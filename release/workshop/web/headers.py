"""The headers of every answer, the answer where one fails, and which requests come from our own pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tornado import httputil, web

from release.workshop.failure import kind_and_place
from release.workshop.log import LOG

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
# On every answer. None of them names the software behind it.
_SHARED: Mapping[str, str] = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Server": "kasuslab",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# For what is no page: a script, a stylesheet, a refusal without a body.
FILE_HEADERS: Mapping[str, str] = {
    **_SHARED,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def page_headers(request: httputil.HTTPServerRequest, frames: Sequence[str] = ()) -> Mapping[str, str]:
    """The headers of every page: nothing from elsewhere, kept nowhere.

    frames: the sites in whose frames it may stand, none by default; then it may stand in our own too.
    """
    # Browsers of 2020 do not all count a websocket of the same host as “self”.
    scheme = "wss" if request.protocol == "https" else "ws"
    sockets = f" {scheme}://{request.host}" if _HOST.fullmatch(request.host) else ""
    ancestors = " ".join(("'self'", *frames)) if frames else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{sockets}; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )
    shared = {name: value for name, value in _SHARED.items() if not frames or name != "X-Frame-Options"}
    return {
        **shared,
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Content-Type": "text/html; charset=utf-8",
    }


def from_own_page(request: httputil.HTTPServerRequest, public: str = "") -> bool:
    """Whether a page of this server sent the request, or no page at all: a browser always names the page.

    The name of the host is the browser's: a page under another name for this machine (DNS rebinding) is a
    page of its own, for which the browser holds none of our cookies. public: the URL that is announced where
    a proxy stands before this server, which may name another host, or the same without its port.
    """
    page = request.headers.get("Origin", request.headers.get("Referer"))
    if page is None:
        return True
    try:
        return urlsplit(page).netloc.lower() in {request.host.lower(), urlsplit(public).netloc.lower()} - {""}
    except ValueError:
        return False


class QuietHandler(web.RequestHandler):
    """What is no page: a script, a stylesheet, a websocket. Where it fails it answers the status alone."""

    def set_default_headers(self) -> None:
        """Set the headers of every file, and of every refusal."""
        for name, value in {**FILE_HEADERS, "Cache-Control": "no-store"}.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Answer with the status alone."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish()

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401, ARG002 -- as tornado has it
        """Log a failure of ours in one line, nothing of who asked or what was sent."""
        if not isinstance(value, web.HTTPError):
            LOG.error("%s failed: %s.", type(self).__name__, kind_and_place(value))
