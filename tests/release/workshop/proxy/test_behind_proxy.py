"""A real workshop behind a real nginx, and behind a real Caddy, with TLS: at the root and below a path."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from release.workshop.web.board_door import COOKIE as BOARD
from release.workshop.writer.servers.hall import BOARD_TRIES as TRIES
from tests.parts.machine import free_port
from tests.parts.proxies import LOCAL, RunningProxy, needed, running_proxy
from tests.parts.workshop_server import Visitor, Workshop, running_workshop

PASSWORD = "papan-ujian-7"  # noqa: S105 -- of a test's board
ELSEWHERE = "https://elsewhere.test"
# Whatever of a page makes a browser ask for something.
ADDRESSES = {"href", "src", "action", "formaction", "data-module", "data-labels"}
REFRESH = re.compile(r"^\d+; url=(.+)$")
URLS_OF_A_SHEET = re.compile(r"url\(\s*['\"]?([^)'\"]+)")


class Links(HTMLParser):
    """The addresses in a page, and those of its forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.forms: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- theirs
        for name, value in attrs:
            if name in ADDRESSES and value and not value.startswith(("data:", "#", "tel:", "mailto:")):
                (self.forms if name.endswith("action") else self.leads).append(value)
            if name == "content" and (refresh := REFRESH.search(value or "")):
                self.leads.append(refresh.group(1))


@pytest.fixture(scope="module", params=["", "/lab"], ids=["root", "sub-path"])
def outside(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workshop, RunningProxy]]:
    base: str = request.param
    needed("nginx")
    folder, port, inner = tmp_path_factory.mktemp("proxy"), free_port(), free_port()
    with ExitStack() as stack:
        proxy = stack.enter_context(running_proxy("nginx", folder / "nginx", port, inner, base))
        workshop = stack.enter_context(
            running_workshop(
                folder / "data",
                log=folder / "log",
                port=inner,
                public_url=proxy.url,
                proxy=LOCAL,
                board_password=PASSWORD,
                code=True,
                team_size=3,
                seats=2,
            )
        )
        yield workshop, proxy


@pytest.fixture
def workshop(outside: tuple[Workshop, RunningProxy]) -> Workshop:
    return outside[0]


@pytest.fixture
def proxy(outside: tuple[Workshop, RunningProxy]) -> RunningProxy:
    return outside[1]


def at_the_board(proxy: RunningProxy, source: str = "") -> Visitor:
    facilitator = proxy.visitor(source)
    facilitator.ask("/board/masuk", {"password": PASSWORD}, Origin=proxy.origin)
    return facilitator


def walk(visitor: Visitor, proxy: RunningProxy, *starts: str) -> dict[str, str]:
    """Every page and file that a browser comes to from `starts`, by its path.

    Each is there, and below the base. It presses no button, but looks where each leads.
    """
    pages: dict[str, str] = {}
    waiting = [f"{proxy.base}{start}" for start in starts]
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        assert path.startswith(f"{proxy.base}/"), f"{path} stands outside of {proxy.base}/"
        if "/bahasa/" in path:
            continue  # it changes what this browser is shown
        response = visitor.ask(path.removeprefix(proxy.base))
        pages[path] = visitor.bodies[-1]
        assert response.status < 400, path
        leads: list[str] = []
        kind = response.headers.get("Content-Type", "")
        if response.headers["Location"]:
            leads = [response.headers["Location"]]
        elif kind.startswith("text/html"):
            links = Links(pages[path])
            leads = links.leads
            for form in links.forms:
                assert form.startswith(f"{proxy.base}/"), f"a form of {path} leads to {form}"
        elif kind.startswith("text/css"):
            leads = [url for url in URLS_OF_A_SHEET.findall(pages[path]) if not url.startswith("data:")]
        for lead in leads:
            target = urlsplit(urljoin(f"{proxy.origin}{path}", lead))
            assert f"{target.scheme}://{target.netloc}" == proxy.origin, f"{path} leads to {lead}"
            waiting.append(target.path)
    return pages


def test_every_page_and_file_is_there_and_no_link_leads_outside_of_the_base(
    workshop: Workshop, proxy: RunningProxy
) -> None:
    stranger, first, second, late = (proxy.visitor() for _ in range(4))
    outer = walk(stranger, proxy, "/", "/g", "/kasus", "/board")
    for visitor in (first, second, late):
        visitor.join(door=workshop.code())
    with first.play(), second.play():
        inner = walk(first, proxy, "/", "/kasus", "/masuk", "/lanjut", "/kelompok")
        waiting = walk(late, proxy, "/kasus")
        first.ask("/kelompok", {"deed": "make"}, Origin=proxy.origin)
        table = walk(first, proxy, "/")
    for visitor in (first, second, late):  # a room of two is full until they have left
        visitor.ask("/keluar", {}, Origin=proxy.origin)
    board = walk(at_the_board(proxy), proxy, "/board", "/board/projector", "/board/masuk")
    missing = stranger.read("/tidak-ada")

    assert {f"{proxy.base}{path}" for path in ("/", "/board")} <= outer.keys()
    assert 'id="ws-player"' in inner[f"{proxy.base}/kasus"]
    assert 'id="ws-place"' in waiting[f"{proxy.base}/kasus"]
    assert f"url={proxy.base}/kasus" in waiting[f"{proxy.base}/kasus"], "without a script it asks again"
    assert "ws-team" in table[f"{proxy.base}/"]
    assert f"{proxy.base}/board/projector" in board
    assert Links(missing).leads
    assert all(lead.startswith(f"{proxy.base}/") for lead in Links(missing).leads)
    names = {path.rpartition("/")[2] for path in (*inner, *waiting, *board)}
    scripts = {"client_id.js", "player.js", "waiting.js", "board.js"}
    assert names >= {*scripts, "board.css", "projector.css", "workshop.css"}


def test_the_base_without_its_slash_leads_to_the_lobby(proxy: RunningProxy) -> None:
    if proxy.base:
        outer = Visitor(proxy.port, tls=proxy.tls)
        assert urlsplit(outer.ask(proxy.base).headers["Location"]).path == f"{proxy.base}/"


def test_each_cookie_is_for_tls_alone_and_for_the_pages_of_this_workshop(
    workshop: Workshop, proxy: RunningProxy
) -> None:
    visitor = proxy.visitor()
    sent = [
        visitor.ask(f"/g/{workshop.code()}"),
        visitor.ask("/masuk", {"sector": "-", "name": ""}, Origin=proxy.origin),
        visitor.ask("/bahasa/en"),
        visitor.ask("/board/masuk", {"password": PASSWORD}, Origin=proxy.origin),
    ]
    cookies = {
        name: morsel
        for response in sent
        for header in response.headers.get_all("Set-Cookie") or []
        for name, morsel in SimpleCookie(header).items()
    }

    assert len(cookies) == 4
    assert {name: morsel["path"] for name, morsel in cookies.items()} == {
        name: f"{proxy.base}{'/board' if name == BOARD else '/'}" for name in cookies
    }
    assert all(morsel["secure"] for morsel in cookies.values())


def test_the_projector_shows_what_participants_open(workshop: Workshop, proxy: RunningProxy) -> None:
    join = json.loads(at_the_board(proxy).read("/board/projector.json"))["join"]

    assert workshop.url == proxy.url
    assert (join["address"], join["code"]) == (proxy.url.rstrip("/"), workshop.code())


def test_a_case_is_played_over_the_proxys_tls(workshop: Workshop, proxy: RunningProxy) -> None:
    visitor = proxy.visitor()
    visitor.join(door=workshop.code())
    with visitor.play() as page:
        assert page.move(type="begin")["screen"] == "scene"


def test_a_policy_lets_the_sockets_of_the_public_address_through(proxy: RunningProxy) -> None:
    policy = proxy.visitor().ask("/").headers["Content-Security-Policy"]

    assert f"connect-src 'self' wss://{LOCAL}:{proxy.port};" in policy


def test_tries_are_counted_by_the_address_of_whoever_comes_by_the_proxy(proxy: RunningProxy) -> None:
    guesser, facilitator = proxy.visitor("127.0.0.7"), proxy.visitor("127.0.0.8")
    wrong = {"password": "bukan-ini-1"}
    guesses = [
        # A new address each time would be a way around.
        guesser.ask("/board/masuk", wrong, Origin=proxy.origin, X_Forwarded_For=f"198.51.100.{number}").status
        for number in range(TRIES + 1)
    ]

    assert guesses == [422] * TRIES + [429]
    assert facilitator.ask("/board/masuk", {"password": PASSWORD}, Origin=proxy.origin).status == 303


def test_a_refused_origin_is_said_to_the_person_and_in_the_log(
    workshop: Workshop, proxy: RunningProxy
) -> None:
    visitor = proxy.visitor()
    sentences = {}
    for language in ("id", "en"):
        visitor.ask(f"/bahasa/{language}")
        assert visitor.ask("/masuk", {"sector": "-", "name": ""}, Origin=ELSEWHERE).status == 403
        sentences[language] = visitor.bodies[-1]
    visitor.ask("/board/masuk", {"password": PASSWORD}, Origin=ELSEWHERE)

    assert "dibuka di alamat yang tidak dikenal server ini" in sentences["id"]
    assert "opened at an address that this server does not know" in sentences["en"]
    assert "opened at an address that this server does not know" in visitor.bodies[-1]
    (line,) = [line for line in workshop.log_text().splitlines() if "was refused" in line]
    assert f"“elsewhere.test”, and this server was asked as “{LOCAL}:{proxy.port}”" in line
    assert "--public-url" in line


def test_a_page_at_an_address_that_is_not_the_servers_is_told_so_by_its_script(
    workshop: Workshop, proxy: RunningProxy
) -> None:
    visitor = proxy.visitor()
    visitor.join(door=workshop.code())

    assert visitor.ask("/kasus/duduk", Referer=f"{ELSEWHERE}/kasus").status == 421


def test_a_proxy_that_cuts_the_path_is_told_of_in_the_log(workshop: Workshop, proxy: RunningProxy) -> None:
    cut = Visitor(workshop.port).ask("/masuk-lewat-jalur-terpotong")

    assert cut.status == 404
    assert ("does not stand below /lab/" in workshop.log_text()) is (proxy.base == "/lab")


def test_the_log_holds_no_address_of_a_participant(workshop: Workshop) -> None:
    log = workshop.log_text()

    assert "127.0.0.7" not in log
    assert "198.51.100" not in log


# Caddy


@pytest.mark.parametrize("file_base", ["", "/lab"], ids=["root", "sub-path"])
def test_the_file_for_caddy_is_in_order(tmp_path: Path, file_base: str) -> None:
    caddy = needed("caddy")
    with running_proxy("caddy", tmp_path, free_port(), free_port(), file_base):
        check = [caddy, "validate", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        assert subprocess.run(check, capture_output=True, timeout=60, check=False).returncode == 0


def test_behind_caddy_a_case_is_played_too_at_another_port_than_the_public_one(
    workshop: Workshop, proxy: RunningProxy, tmp_path: Path
) -> None:
    with running_proxy("caddy", tmp_path, free_port(), workshop.port, proxy.base) as caddy:
        assert "ws-card" in walk(caddy.visitor(), caddy, "/")[f"{proxy.base}/"]
        visitor = caddy.visitor()
        visitor.ask(f"/g/{workshop.code()}")
        joining = visitor.ask("/masuk", {"sector": "-", "name": ""}, Origin=caddy.origin)
        assert joining.status == 303, "X-Forwarded-Host tells the host, and the form is ours"
        assert "Secure" in joining.headers["Set-Cookie"]
        with visitor.play() as page:
            assert page.is_answered()
