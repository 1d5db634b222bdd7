"""The headers of every answer, the answer where one fails, and which requests come from our own pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from tornado import httputil, web

from release.workshop.failure import kind_and_place
from release.workshop.log import LOG, RareWarning
from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.seats.cookie import is_encrypted, public_of

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_PATH = re.compile(r"/(?!/)")
_REFUSED = (
    "A form or a socket was refused: its page stands at “%s”, and this server was asked as “%s”. Where both "
    "are yours, name with --public-url what participants open, or let the proxy hand on the Host it is given."
)
_FOREIGN = RareWarning()
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


def page_headers(
    request: httputil.HTTPServerRequest, public: PublicAddress = NOWHERE_ELSE, frames: Sequence[str] = ()
) -> Mapping[str, str]:
    """The headers of every page: nothing from elsewhere, kept nowhere.

    public: the server's; frames: the sites in whose frames it may stand, none by default; then it may stand
    in our own too.
    """
    # Browsers of 2020 do not all count a websocket of the same host as “self”.
    hosts = {request.host: request.protocol == "https"} if _HOST.fullmatch(request.host) else {}
    hosts |= {public.host: public.is_encrypted} if public.url else {}
    sockets = "".join(f" {'wss' if is_encrypted else 'ws'}://{host}" for host, is_encrypted in hosts.items())
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{sockets}; form-action 'self'; base-uri 'none'; "
        f"{frame_ancestors(frames)}"
    )
    shared = {name: value for name, value in _SHARED.items() if not frames or name != "X-Frame-Options"}
    return {
        **shared,
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Content-Type": "text/html; charset=utf-8",
    }


def frame_ancestors(frames: Sequence[str]) -> str:
    """The part of a policy that says where a page may be framed: see `page_headers`."""
    return " ".join(("frame-ancestors", "'self'", *frames)) if frames else "frame-ancestors 'none'"


def from_own_page(request: httputil.HTTPServerRequest, public: PublicAddress = NOWHERE_ELSE) -> bool:
    """Whether a page of this server sent the request, or no page at all: a browser always names the page.

    The name of the host is the browser's: a page under another name for this machine (DNS rebinding) is a
    page of its own, for which the browser holds none of our cookies. public: the server's; a proxy before it
    may hand on another host than that one, or the same without its port.
    """
    page = _page_of(request)
    return page is None or _host_in(page) in {request.host.lower(), public.host} - {""}


def note_foreign_page(request: httputil.HTTPServerRequest) -> None:
    """Write into the log that a form or a socket was refused, and what to do where it was one of ours."""
    hosts = (_host_in(_page_of(request) or ""), request.host.lower())
    _FOREIGN.write(_REFUSED, *(host if _HOST.fullmatch(host) else "?" for host in hosts))


def _page_of(request: httputil.HTTPServerRequest) -> str | None:
    return request.headers.get("Origin", request.headers.get("Referer"))


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


class ForeignPageError(web.HTTPError):
    """A form was sent by a page that is none of this server's."""

    def __init__(self) -> None:
        """Refuse it."""
        super().__init__(HTTPStatus.FORBIDDEN)


class QuietHandler(web.RequestHandler):
    """What is no page: a script, a stylesheet, a websocket. Where it fails it answers the status alone.

    Where it leads to, and for which pages it gives a cookie, is said by a path as the server has it: the
    base of the public address is put before it here.
    """

    @property
    def public(self) -> PublicAddress:
        """The public address of this server."""
        return public_of(self)

    def redirect(self, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Lead to a page of ours, whose path begins with one slash, or to another site's."""
        super().redirect(self.public.at(url) if _PATH.match(url) else url, *args, **kwargs)

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **options: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Give the browser a cookie: for pages of ours alone, and for TLS alone where it comes by TLS."""
        options["path"] = self.public.at(options.get("path") or "/")
        options.setdefault("secure", is_encrypted(self))
        super().set_cookie(name, value, *args, **options)

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
