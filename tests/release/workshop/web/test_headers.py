"""Which requests come from our own pages, and what of them a proxy before the server changes."""

from __future__ import annotations

from typing import Any

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.seats.cookie import PUBLIC, is_encrypted
from release.workshop.web.headers import from_own_page

OUTSIDE = PublicAddress("https://lab.example.org/")


def request_of(origin: str, host: str) -> HTTPServerRequest:
    line = RequestStartLine("POST", "/masuk", "HTTP/1.1")
    headers = HTTPHeaders({"Origin": origin, "Host": host})
    return HTTPServerRequest(start_line=line, headers=headers)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://lab.example.org", "lab.example.org"),
        ("https://lab.example.org:8443", "lab.example.org:8443"),
        # A proxy on another port that hands on “Host $host” leaves the port out.
        ("https://lab.example.org", "127.0.0.1:8866"),
    ],
)
def test_a_form_of_the_announced_address_is_ours_whatever_host_a_proxy_hands_on(
    origin: str, host: str
) -> None:
    assert from_own_page(request_of(origin, host), OUTSIDE)


@pytest.mark.parametrize("public", [NOWHERE_ELSE, OUTSIDE])
@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", "", "https://lab.example.org.test"])
def test_a_form_of_another_site_is_none_behind_a_proxy_either(origin: str, public: PublicAddress) -> None:
    assert not from_own_page(request_of(origin, "127.0.0.1:8866"), public)


@pytest.mark.parametrize(
    ("public", "encrypted"),
    [(NOWHERE_ELSE, False), (PublicAddress("http://lab.example.org/"), False), (OUTSIDE, True)],
)
def test_a_cookie_is_for_tls_alone_where_the_announced_address_has_it(
    public: PublicAddress, *, encrypted: bool
) -> None:
    settings: dict[str, Any] = {PUBLIC: public}
    app = Application(**settings)
    handler = RequestHandler.__new__(RequestHandler)
    handler.application, handler.request = app, request_of("https://lab.example.org", "127.0.0.1:8866")

    assert is_encrypted(handler) is encrypted
