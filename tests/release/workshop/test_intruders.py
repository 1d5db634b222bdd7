"""Intruders: what whoever sits in the room, or only reaches it, can not do; without and with TLS."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import pytest
from tornado.web import create_signed_value
from websockets.exceptions import ConnectionClosed, InvalidStatus

from release.formgrader import FormgraderPlan
from release.workshop.comms import PAGE_TARGET, PROBE_TARGET
from release.workshop.seats.cookie import DOOR as DOOR_COOKIE
from release.workshop.seats.cookie import SEAT as COOKIE
from release.workshop.seats.seat import SeatMaker
from release.workshop.seats.seat_limits import MESSAGES, MOST_SOCKETS, PAGES
from release.workshop.serve.network import url_host
from release.workshop.web.board_door import COOKIE as BOARD_COOKIE
from release.workshop.web.websocket import MAX_MESSAGE, SOCKET
from tests.parts.certificates import make_certificate
from tests.parts.machine import wait_until
from tests.parts.workshop_server import BY_PORTS_ALONE, PageSocket, Visitor, Workshop, running_workshop
from tests.places import TESTS

PASSWORD = "papan-ujian-7"  # noqa: S105 -- of a test's board
LAN = url_host("")
# A room of forty, patience of two seconds with whoever sends nothing, and little that may be left unread.
SMALL = """
import socket
from release.workshop.web import app
from release.workshop.web import websocket
from release.workshop.serve import server
app.IDLE_SECONDS = app.BODY_SECONDS = 2.0
websocket.MOST_UNREAD = 64 * 1024
def listening_small(port, host, full, listening=server.listening):
    listener = listening(port, host, full)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)
    return listener
server.listening = listening_small
"""


@pytest.fixture(scope="module", params=["http", "https"])
def workshop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("workshop") / "data"
    log = data.with_name("log")
    options: dict[str, Any] = {"board_password": PASSWORD, "before": SMALL}
    if request.param == "https":
        certificate, key = make_certificate(data.parent, "lan", address=LAN)
        options |= {"certificate": str(certificate), "key": str(key)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS / "few"))
        with running_workshop(data, host="", log=log, **options) as running:
            yield running


@pytest.fixture
def stranger(workshop: Workshop) -> Visitor:
    """Somebody on the network who has no seat."""
    return somebody(workshop)


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    """Somebody with a seat."""
    return seated(workshop)


@pytest.fixture(scope="module")
def line(workshop: Workshop) -> Iterator[PageSocket]:
    """The page of a seat that has begun to play."""
    with seated(workshop).play() as playing:
        playing.move(type="begin")
        yield playing


@pytest.fixture(scope="module")
def forger(workshop: Workshop) -> Iterator[PageSocket]:
    """Another one: a seat may say only so much at once."""
    with seated(workshop).play() as playing:
        playing.move(type="begin")
        yield playing


def somebody(workshop: Workshop) -> Visitor:
    return Visitor(workshop.port, host=LAN, tls=workshop.tls)


def seated(workshop: Workshop) -> Visitor:
    visitor = somebody(workshop)
    visitor.join(door=workshop.code())
    return visitor


def maker(workshop: Workshop) -> SeatMaker:
    return SeatMaker((workshop.data / "secret").read_bytes())


def seat_of(visitor: Visitor, workshop: Workshop) -> str:
    return maker(workshop).cookie.value_of(visitor.cookies[COOKIE]) or ""


@dataclass(frozen=True)
class HttpAnswer:
    """The answer to a request."""

    status: int
    headers: Message
    body: str


def request(
    workshop: Workshop,
    method: str,
    path: str,
    visitor: Visitor | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpAnswer:
    """Ask for something as `visitor`, or as nobody."""
    sent = dict(headers or {})
    if visitor:
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    with closing(somebody(workshop).dial()) as connection:
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        return HttpAnswer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))


def connected(workshop: Workshop, *, unread: int | None = None) -> socket.socket:
    """A connection on which nothing was asked yet. unread: bytes that may lie unread at this end."""
    plain = socket.socket()
    plain.settimeout(30)
    if unread is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, unread)
    plain.connect((LAN, workshop.port))
    return workshop.tls.wrap_socket(plain, server_hostname=LAN) if workshop.tls else plain


def raw(workshop: Workshop, text: str) -> str:
    """The answer to what is sent as it stands."""
    with connected(workshop) as connection:
        connection.sendall(text.encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", "replace")


def kernel_ids(workshop: Workshop) -> set[str]:
    """The kernels that run, as somebody would know them who reads over the server's shoulder."""
    found: set[str] = set()
    for process in workshop.kernels():
        with suppress(psutil.NoSuchProcess):
            found.update(re.findall(r"kernel-([0-9a-f-]{36})", " ".join(process.cmdline())))
    return found


# Code and state


def jupyter(kind: str, content: dict[str, Any], channel: str = "shell") -> str:
    header = {
        "msg_id": secrets.token_hex(8),
        "msg_type": kind,
        "session": "x",
        "username": "",
        "version": "5.3",
    }
    parts: dict[str, Any] = {"parent_header": {}, "metadata": {}, "buffers": []}
    return json.dumps({"channel": channel, "header": header, "content": content, **parts})


CODE = {"code": "import os; os._exit(7)", "silent": True, "store_history": False, "user_expressions": {}}
WIDGET = {"target_name": "jupyter.widget", "data": {"state": {"_esm": "x"}}}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_request", CODE),
        ("input_reply", {"value": "import os"}),
        ("complete_request", {"code": "os.", "cursor_pos": 3}),
        ("inspect_request", {"code": "os", "cursor_pos": 1, "detail_level": 1}),
        ("history_request", {"output": True, "raw": True, "hist_access_type": "tail", "n": 9}),
        ("is_complete_request", {"code": "1"}),
        ("comm_info_request", {}),
        ("debug_request", {"type": "request", "command": "evaluate", "arguments": {"expression": "1"}}),
        ("interrupt_request", {}),
        ("shutdown_request", {"restart": False}),
        ("create_subshell_request", {}),
        ("usage_request", {}),
        ("comm_open", {"comm_id": "new", **WIDGET}),
        ("comm_open", {"comm_id": "new", "target_name": PAGE_TARGET, "data": {"seat_pass": "x"}}),
        ("comm_open", {"comm_id": "new", "target_name": PROBE_TARGET, "data": {}}),
        ("comm_close", {"comm_id": "another", "data": {}}),
        ("comm_msg", {"comm_id": "another", "data": {"seq": 1, "at": None, "message": {"type": "ready"}}}),
        ("comm_msg", {"comm_id": "another", "data": {"method": "custom", "content": {"type": "ready"}}}),
    ],
)
def test_no_message_runs_code_or_speaks_to_another_comm(
    line: PageSocket, kind: str, content: dict[str, Any]
) -> None:
    before = len(line.frames)

    for channel in ("shell", "control", "stdin", "iopub", "", "nowhere"):
        line.socket.send(jupyter(kind, content, channel))
    line.socket.send(json.dumps({"seq": 1, "at": None, "message": {}, **json.loads(jupyter(kind, content))}))

    assert line.is_answered()
    assert len(line.frames) == before + 1


READY = {"type": "ready"}


@pytest.mark.parametrize(
    "frame",
    [
        {"seq": 1, "at": None, "message": READY, "comm_id": "another"},
        {"seq": 1, "at": None, "message": READY, "seat_pass": "another"},
        {"seq": 1, "at": None, "message": READY, "seat": "another"},
        {"seq": 1, "at": {"language": "id", "case": None, "again": False, "seat": "x"}, "message": READY},
        {"seq": 1, "at": {"language": "fr", "case": None, "again": False}, "message": READY},
        {"seq": 1, "at": {"language": "id", "case": "x" * 81, "again": False}, "message": READY},
        {"seq": 1, "at": {"language": "id", "case": None, "again": "yes"}, "message": READY},
        {"seq": 1, "at": "daftar-nilai", "message": READY},
        {"seq": 1, "message": READY},
        {"seq": 1, "at": None, "message": "ready"},
        {"seq": 1, "at": None, "message": [READY]},
        {"seq": 1, "at": None},
        {"seq": 0, "at": None, "message": READY},
        {"seq": -1, "at": None, "message": READY},
        {"seq": 1.5, "at": None, "message": READY},
        {"seq": True, "at": None, "message": READY},
        {"seq": 2**63, "at": None, "message": READY},
        {"seq": 1, "at": {"language": "id", "case": None, "again": False}, "replies": []},
        {"seq": 1, "frame": "{}"},
        {"push": "resend"},
        {"push": "refresh"},
    ],
)
def test_a_forged_frame_is_dropped(forger: PageSocket, frame: dict[str, Any]) -> None:
    before = len(forger.frames)

    forger.socket.send(json.dumps(frame))

    assert forger.is_answered()
    assert len(forger.frames) == before + 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            '{"type": "ping", "at": NaN}',
            '{"type": "ping", "at": 1e999}',
            '{"type": "ping", "at": -Infinity}',
        ),
        f'{{"type": "ping", "at": {"9" * 4299}}}',
        '{"type": "ready", "type": "no such"}',
        r'{"\u0000": "\u0000", "type": "ready"}',
        f'{{"type": "choose", "case": {"[" * 150}{"]" * 150}}}',
    ],
)
def test_what_json_hardly_allows_is_answered_like_anything_else(forger: PageSocket, text: str) -> None:
    forger.socket.send(f'{{"seq": 9000000000000, "at": null, "message": {text}}}')
    reply = forger.until(lambda told: told.get("seq") == 9000000000000)["replies"][0]

    assert reply["type"] in {"refused", "pong"}


@pytest.mark.parametrize(
    "text",
    [r'{"a": "\ud800"}', f'{{"a": {"9" * 5000}}}', f'{{"a": {"[" * 9000}{"]" * 9000}}}'],
    ids=["half a sign", "a number without end", "nested without end"],
)
def test_what_json_does_not_allow_is_dropped(forger: PageSocket, text: str) -> None:
    before = len(forger.frames)

    forger.socket.send(f'{{"seq": 1, "at": null, "message": {text}}}')

    assert forger.is_answered()
    assert len(forger.frames) == before + 1


@pytest.mark.parametrize(
    "message", [{}, {"type": "no such"}, {"type": "begin"}, {"type": ["ready"]}, {"n": 1}]
)
def test_a_frame_without_a_players_message_is_refused(forger: PageSocket, message: dict[str, Any]) -> None:
    forger.send(message)

    assert forger.reply("refused")["code"] == "malformed"


def test_a_page_hears_nothing_of_what_others_beside_it_do(workshop: Workshop) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(seated(workshop).play()) for _ in range(12)]
        loud = [stack.enter_context(seated(workshop).play()) for _ in range(4)]
        heard = [len(page.frames) for page in silent]
        plays = set()
        for page in loud:
            page.move(type="begin")
            page.move(type="decide", decision="mendesak", pick="sedang")
            plays.add(page.view["play"])
            page.socket.send(json.dumps({"seq": 1, "at": page.at, "message": READY, "comm_id": "x"}))

        assert len(plays) == len(loud)
        for page, before in zip(silent, heard, strict=True):
            assert page.is_answered()
            assert len(page.frames) == before + 1
            assert page.move(type="begin")["play"] not in plays


def test_two_frames_of_one_number_are_answered_to_their_page_alone(workshop: Workshop) -> None:
    with seated(workshop).play() as one, seated(workshop).play() as other:
        before = len(other.frames)
        for _ in range(5):
            one.socket.send(json.dumps({"seq": 7, "at": None, "message": {"type": "ping", "at": 7}}))
        for _ in range(5):
            assert one.until(lambda told: told.get("seq") == 7)["replies"] == [{"type": "pong", "at": 7}]
        assert other.is_answered()
        assert len(other.frames) == before + 1


@pytest.mark.parametrize(
    "frame", [b"", b"\x00" * 64, b"\x06" + b"\x00" * 200, "", "[]", "null", "{" * 500, "\ud7ff"]
)
def test_what_is_no_message_changes_nothing(forger: PageSocket, frame: str | bytes) -> None:
    forger.socket.send(frame)

    assert forger.is_answered()


# Doors that are not there

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE")
JUPYTERS = (
    *("/api", "/api/", "/api/status", "/api/kernels", "/api/kernels/KERNEL", "/api/kernels/KERNEL/interrupt"),
    *("/api/kernels/KERNEL/channels", "/api/kernels/KERNEL/channels?session_id=x", "/kasus/KERNEL"),
    *("/api/kernels/KERNEL/restart", "/api/kernelspecs", "/api/sessions", "/api/terminals", "/api/contents"),
    *(
        "/api/contents/workshop.ipynb",
        "/api/contents/..%2f..%2fsecret",
        "/api/config/x",
        "/api/me",
        "/metrics",
    ),
    *(
        "/api/security/csp-report",
        "/api/nbconvert",
        "/api/shutdown",
        "/nbconvert/html/workshop.ipynb",
        "/logout",
    ),
    *(
        "/files/secret",
        "/files/workshop.ipynb",
        "/view/x",
        "/lab",
        "/tree",
        "/login",
        "/terminals/websocket/1",
    ),
    *("/voila", "/voila/query/KERNEL", "/voila/files/secret", "/voila/render/workshop.ipynb", "/voila/tree"),
    *("/voila/templates/kasuslab/static/x.css", "/voila/static/../../secret", "/voila/execution/KERNEL"),
    *("/voila/api/shutdown/KERNEL", "/voila/kernels/KERNEL", "/static/../secret", "/static/%2e%2e/secret"),
)


def test_nothing_of_jupyters_or_voilas_answers(workshop: Workshop, visitor: Visitor) -> None:
    kernel = min(kernel_ids(workshop))
    with visitor.play() as line:
        answers = {
            (method, path): request(workshop, method, path.replace("KERNEL", kernel), visitor).status
            for path in JUPYTERS
            for method in METHODS[:5]
        }

        assert {each: status for each, status in answers.items() if status not in {404, 405}} == {}
        assert line.is_answered()


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret", "/..%2fsecret", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/./secret", "/secret"),
        *(
            "/workshop.sqlite",
            "/kasus/../secret",
            "/kasus/secret",
            "/aset/../secret",
            "/mulai",
            "/mulai/tutup",
        ),
        *("/aset/0123456789abcdef/client.js", "/aset/0123456789abcdef/..%2f..%2fsecret", "/g/../../secret"),
        *(
            "/pages/board.html",
            "/board/../secret",
            "/board/secret",
            "/kasus/workshop.ipynb",
            "/%00",
            "/\u00e9",
        ),
    ],
)
def test_no_file_is_read(workshop: Workshop, visitor: Visitor, path: str) -> None:
    answer = request(workshop, "GET", quote(path, safe="/%.\0"), visitor)

    assert answer.status == 404
    assert "root:" not in answer.body


@pytest.mark.parametrize("method", METHODS[2:])
def test_no_other_method_answers_at_the_doors_there_are(
    workshop: Workshop, visitor: Visitor, method: str
) -> None:
    for path in ("/", "/masuk", "/lanjut", "/kasus", "/antre", "/board", "/kasus/duduk", SOCKET):
        assert request(workshop, method, path, visitor).status in {404, 405}


# Kernels


@pytest.mark.parametrize(
    "query", ["", "?session_id=", "?session_id=" + "a" * 5000, "?session_id=%00%00", "?token=x"]
)
def test_a_socket_is_opened_by_the_seat_alone_whatever_it_says(workshop: Workshop, query: str) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="

    answer = request(workshop, "GET", f"{SOCKET}{query}", headers=upgrade)

    assert answer.status == 403


# Seats


def forgeries(token: str, seat: str, maker: SeatMaker, key: bytes) -> dict[str, str]:
    """Values of a seat's cookie that were not given to whoever shows them."""
    old = create_signed_value(key, COOKIE, seat, clock=lambda: time.time() - 31 * 24 * 3600).decode()
    return {
        "empty": "",
        "plain": seat,
        "edited": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "another seat in it": token.replace(token.split("|")[4], f"44:{'A' * 44}"),
        "cut": token[: len(token) // 2],
        "longer": token + "|" + token,
        "other key": SeatMaker(b"x" * 32).cookie.sign(seat),
        "old": old,
        "of another cookie": maker.door_cookie.sign(seat),
        "no seat": maker.cookie.sign("0" * 32),
        "no id": maker.cookie.sign("../secret"),
        "too long": "2|1:0|" + "9" * 9000,
        "first version": create_signed_value(key, COOKIE, seat, version=1).decode(),
    }


def test_a_forged_seat_is_nobodys(workshop: Workshop, visitor: Visitor, stranger: Visitor) -> None:
    real, seat = maker(workshop), seat_of(visitor, workshop)
    key = real._key("cookie")  # noqa: SLF001 -- only whoever has it can sign an old one
    for name, token in forgeries(visitor.cookies[COOKIE], seat, real, key).items():
        stranger.cookies = {COOKIE: token}

        assert stranger.ask("/kasus").headers["Location"] == "/", name
        assert real.resume_code(seat) not in stranger.read("/"), name
        with pytest.raises(InvalidStatus, match="403"):
            stranger.connect()


def test_two_cookies_are_one_seat_of_the_two_or_none(workshop: Workshop, visitor: Visitor) -> None:
    own, forged = visitor.cookies[COOKIE], SeatMaker(b"x" * 32).cookie.sign("0" * 32)
    code = maker(workshop).resume_code(seat_of(visitor, workshop))
    for first, second in ((own, forged), (forged, own)):
        answer = request(workshop, "GET", "/", headers={"Cookie": f"{COOKIE}={first}; {COOKIE}={second}"})

        codes = re.findall(r'class="ws-code">([0-9A-Z-]+)<', answer.body)
        assert codes in ([], [code])


def test_leaving_takes_no_seat_but_ones_own(visitor: Visitor, stranger: Visitor) -> None:
    with visitor.play() as line:
        stranger.cookies = {COOKIE: visitor.cookies[COOKIE][:-1]}
        stranger.ask("/keluar", {})

        assert line.is_answered()
    assert visitor.ask("/kasus").status == 200


# The board, the desk

BOARDS = ("/board/data.json", "/board/room", "/board/show", "/board/projector", "/board/projector.json")


@pytest.mark.parametrize("who", ["a stranger", "a seat", "a forged session", "a seat's token"])
def test_the_board_is_closed_to_all_but_its_password(visitor: Visitor, who: str) -> None:
    if who == "a stranger":
        visitor.cookies.clear()
    elif who == "a forged session":
        visitor.cookies[BOARD_COOKIE] = create_signed_value(b"x" * 32, BOARD_COOKIE, "0" * 32).decode()
    elif who == "a seat's token":
        visitor.cookies[BOARD_COOKIE] = visitor.cookies[COOKIE]

    page = visitor.read("/board")
    answers = {path: visitor.ask(path).status for path in BOARDS}
    answers |= {f"{path} sent": visitor.ask(path, {"case": "daftar-nilai"}).status for path in BOARDS}

    assert 'type="password"' in page
    assert set(answers.values()) <= {302, 303, 403, 405}
    assert "daftar-nilai" not in "".join(visitor.bodies)


def test_the_boards_password_opens_no_kernel_and_its_tries_are_counted(
    workshop: Workshop, stranger: Visitor
) -> None:
    stranger.ask("/board/masuk", {"password": PASSWORD})
    assert stranger.ask("/board/data.json").status == 200
    with pytest.raises(InvalidStatus, match="403"):
        stranger.connect()

    guesser = from_laptop(workshop)  # whoever logs in elsewhere is not held up by what is tried here
    statuses = [guesser.ask("/board/masuk", {"password": f"tebakan-{number}"}).status for number in range(8)]

    assert statuses[-1] == 429
    assert BOARD_COOKIE not in guesser.cookies


def test_no_cookie_of_ours_is_one_of_jupyters_though_cookies_know_no_port(
    workshop: Workshop, visitor: Visitor
) -> None:
    visitor.open_page()
    visitor.ask("/bahasa/en")
    visitor.ask("/board/masuk", {"password": PASSWORD})
    visitor.cookies["_xsrf"] = "2|of|the|desk"
    visitor.cookies["username-127-0-0-1-8888"] = "of the desk"

    answer = request(workshop, "GET", "/", visitor)

    assert all(
        name.startswith("kasuslab_")
        for name in visitor.cookies
        if "2|of" not in visitor.cookies[name][:4] and "of the desk" not in visitor.cookies[name]
    )
    assert answer.headers.get_all("Set-Cookie") is None
    assert FormgraderPlan(Path(), 8888, "", Path()).address == "http://127.0.0.1:8888"


# Floods


@pytest.mark.parametrize(
    ("path", "form"),
    [("/lanjut", {"code": "AAAA-AAAA"}), ("/g", {"door": "AAAA"}), ("/masuk", {"sector": "-"})],
)
def test_a_flood_of_forms_is_stopped_and_keeps_nobody_else_out(
    workshop: Workshop, visitor: Visitor, path: str, form: dict[str, str]
) -> None:
    def flood(number: int) -> int:
        flooder = dataclasses.replace(somebody(workshop), host="127.0.0.1")
        flooder.cookies = {} if path == "/g" else {DOOR_COOKIE: visitor.cookies[DOOR_COOKIE]}
        return flooder.ask(path, form, X_Forwarded_For=f"198.51.100.{number}", X_Real_Ip="::1").status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(flood, range(140)))

    assert statuses.count(429) >= 10
    assert set(statuses) <= {303, 422, 429}
    with seated(workshop).play() as line:
        assert line.view["screen"]


def from_laptop(workshop: Workshop, *cookies: Visitor) -> Visitor:
    """Somebody at another address than the rest: this machine's own."""
    held = {name: value for one in cookies for name, value in one.cookies.items()}
    return dataclasses.replace(somebody(workshop), host="127.0.0.1", cookies=held)


def test_the_right_code_passes_no_more_once_too_many_were_tried(workshop: Workshop) -> None:
    lifted(workshop)
    for number in range(25):
        from_laptop(workshop).ask("/g", {"door": f"BCDF{number % 10}"})
    code, other = workshop.code(), {"Host": "rebound.test", "Origin": "http://rebound.test"}

    statuses = [
        from_laptop(workshop).ask("/g", {"door": code}).status,
        from_laptop(workshop).ask(f"/g/{code}").status,
        from_laptop(workshop).ask("/g", {"door": code}, **other).status,
        from_laptop(workshop).ask("/g", {"door": code}, X_Forwarded_For="198.51.100.7").status,
    ]

    assert statuses == [429] * 4
    assert somebody(workshop).ask("/g", {"door": code}).status == 303, "nobody else is held up"
    assert "Too many tries" in workshop.log_text()


def lifted(workshop: Workshop) -> Visitor:
    """The facilitator's board, after it let everybody try again."""
    board = somebody(workshop)
    assert board.ask("/board/masuk", {"password": PASSWORD}).status == 303
    assert board.ask("/board/lift", {}).status == 204
    return board


def test_the_board_tells_that_somebody_is_held_up_and_lets_all_try_again(
    workshop: Workshop, visitor: Visitor
) -> None:
    board = lifted(workshop)
    resume = {"code": maker(workshop).resume_code(seat_of(visitor, workshop))}
    door = {DOOR_COOKIE: visitor.cookies[DOOR_COOKIE]}
    for _ in range(25):
        dataclasses.replace(from_laptop(workshop), cookies=dict(door)).ask("/lanjut", {"code": "AAAA-AAAA"})
    own = from_laptop(workshop, visitor)
    locked_out = dataclasses.replace(own, cookies=dict(door))
    assert locked_out.ask("/lanjut", resume).status == 429
    assert own.ask("/lanjut", resume).status == 303, "a seat has tries of its own"
    assert json.loads(board.read("/board/data.json"))["refusals"] >= 5

    board.ask("/board/lift", {})

    assert locked_out.ask("/lanjut", resume).status == 303
    assert json.loads(board.read("/board/data.json"))["refusals"] == 0
    assert visitor.ask("/board/lift", {}).status == 403


def test_a_phone_that_takes_every_seat_and_opens_no_page_keeps_nobody_out(workshop: Workshop) -> None:
    board = lifted(workshop)
    phone = from_laptop(workshop)
    phone.ask(f"/g/{workshop.code()}")
    for _ in range(85):
        phone.cookies.pop(COOKIE, None)
        phone.ask("/masuk", {"sector": "-"})
        phone.read("/antre")
    board.ask("/board/lift", {})

    for _ in range(3):
        with seated(workshop).play() as line:
            assert line.view["screen"]


def test_a_seat_that_the_writer_does_not_know_takes_no_place(workshop: Workshop) -> None:
    before = json.loads(seated(workshop).read("/antre"))
    for number in range(100):
        earlier = from_laptop(workshop)
        earlier.cookies[COOKIE] = maker(workshop).cookie.sign(f"{number:032x}")
        assert json.loads(earlier.read("/antre"))["place"] == 0

    assert before["place"] == json.loads(seated(workshop).read("/antre"))["place"] == 0


def test_pings_of_the_protocol_are_counted_as_messages(workshop: Workshop, visitor: Visitor) -> None:
    with seated(workshop).play() as calm, visitor.play() as loud:
        with suppress(ConnectionClosed):
            for number in range(MESSAGES.at_once * 3):
                loud.socket.ping(str(number))
        with pytest.raises(ConnectionClosed, match="1008"):
            loud.until(lambda _: False)
        assert calm.is_answered()


def test_a_seat_that_loads_its_page_again_and_again_starts_no_kernel(
    workshop: Workshop, visitor: Visitor
) -> None:
    before = kernel_ids(workshop)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: dataclasses.replace(visitor, bodies=[]).open_page(), range(20)))

    statuses = {visitor.ask("/kasus").status for _ in range(PAGES.at_once)}

    assert statuses == {200, 429}
    assert kernel_ids(workshop) == before
    with seated(workshop).play() as line:
        assert line.view["screen"]


def test_of_two_hundred_sockets_of_a_seat_a_few_are_opened(workshop: Workshop, visitor: Visitor) -> None:
    refused: list[int] = []
    with ExitStack() as sockets:
        for _ in range(200):
            try:
                sockets.enter_context(visitor.connect())
            except InvalidStatus as error:
                refused.append(error.response.status_code)
        assert refused == [429] * (200 - MOST_SOCKETS)
        with seated(workshop).play() as line:
            assert line.view["screen"]


def test_a_seat_that_sends_without_end_is_cut_off_and_nobody_else(
    workshop: Workshop, visitor: Visitor
) -> None:
    with seated(workshop).play() as calm, visitor.play() as loud:
        calm.move(type="begin")
        with suppress(ConnectionClosed):
            for number in range(MESSAGES.at_once * 3):
                loud.send({"type": "ping", "at": number})
        calm.move(type="decide", decision="mendesak", pick="sedang")

        assert calm.view["n"] == 2
        with pytest.raises(ConnectionClosed, match="1008"):
            loud.until(lambda _: False)


def test_a_frame_that_is_too_large_ends_its_line_alone(workshop: Workshop, visitor: Visitor) -> None:
    with seated(workshop).play() as calm, visitor.play() as loud:
        loud.send({"type": "x" * MAX_MESSAGE})
        with pytest.raises(ConnectionClosed, match="1009"):
            loud.reply("pong")
        calm.move(type="begin")

        assert calm.view["n"] == 1


def test_a_page_that_reads_nothing_of_what_it_asks_for_is_cut_off(
    workshop: Workshop, visitor: Visitor
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    body = json.dumps({"seq": 1, "at": None, "message": READY}).encode()
    with ExitStack() as stack:
        for _ in range(MOST_SOCKETS - 1):
            stack.enter_context(visitor.connect())
        deaf = stack.enter_context(connected(workshop, unread=4096))
        deaf.sendall(
            f"GET {SOCKET} HTTP/1.1\r\nHost: {LAN}:{workshop.port}\r\n"
            f"Cookie: {cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert deaf.recv(12) == b"HTTP/1.1 101"
        wait_until(lambda: not may_connect(visitor), "the socket is open")
        for _ in range(MESSAGES.at_once - 1):
            with suppress(OSError):
                deaf.sendall(b"\x81" + bytes([0x80 + len(body)]) + b"\0\0\0\0" + body)

        wait_until(lambda: may_connect(visitor), "the socket was closed")


def may_connect(visitor: Visitor) -> bool:
    """Whether the seat may have one more socket."""
    time.sleep(0.5)
    try:
        with visitor.connect():
            return True
    except InvalidStatus:
        return False


def test_whoever_sends_a_request_slowly_or_none_is_hung_up_on(workshop: Workshop) -> None:
    head = f"POST /masuk HTTP/1.1\r\nHost: {LAN}\r\nContent-Length: 500\r\n\r\nsector="
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(workshop)) for _ in range(60)]
        for number, connection in enumerate(slow):
            connection.sendall(
                ("" if number % 3 == 0 else "GET / HTTP/1.1\r\nX-A" if number % 3 == 1 else head).encode()
            )
        with seated(workshop).play() as line:
            assert line.view["screen"]
        for connection in slow:
            connection.settimeout(20)
            assert b" 200 " not in connection.recv(4096)


def test_whoever_never_shakes_hands_is_hung_up_on(workshop: Workshop) -> None:
    with socket.create_connection((LAN, workshop.port), timeout=20) as silent:
        assert silent.recv(1) == b""


# Headers, hosts and origins


def test_every_answer_is_kept_nowhere_framed_nowhere_and_brings_nothing_from_elsewhere(
    workshop: Workshop, visitor: Visitor, stranger: Visitor
) -> None:
    asset = re.search(r'href="(/aset/\S+\.css)"', visitor.read("/"))
    assert asset
    answers = {
        **{
            path: request(workshop, "GET", path, visitor)
            for path in ("/", "/kasus", "/antre", "/board", "/nowhere")
        },
        **{
            path: request(workshop, "GET", path)
            for path in ("/kasus", "/masuk", "/bahasa/en", "/g", "/board/data.json")
        },
        "no such asset": request(workshop, "GET", "/aset/0000000000000000/client.js"),
        "asset sent to": request(workshop, "POST", asset.group(1)),
        "other site": request(workshop, "POST", "/keluar", visitor, {"Origin": "http://elsewhere.test"}),
        "wrong method": request(workshop, "DELETE", "/", visitor),
        "seated": request(workshop, "GET", "/kasus/duduk", visitor),
        "socket of nobody": request(workshop, "GET", SOCKET),
        "socket without upgrade": request(workshop, "GET", SOCKET, visitor),
        "no form": request(workshop, "POST", "/g", stranger),
        "bad form": request(workshop, "POST", "/masuk", visitor, {"Content-Type": "multipart/form-data"}),
        "asset": request(workshop, "GET", asset.group(1)),
    }
    for name, answer in answers.items():
        headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], name
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        assert headers["X-Frame-Options"] == "DENY", name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert (
            "immutable" in headers["Cache-Control"]
            if name == "asset"
            else headers["Cache-Control"] == "no-store"
        )
        assert "Tornado" not in headers["Server"], name
        assert "Access-Control-Allow-Origin" not in headers, name
    assert answers["asset"].status == 200
    assert {answer.status for answer in answers.values()} >= {200, 204, 302, 303, 403, 404, 405}


@pytest.mark.parametrize(
    "path",
    [
        "/bahasa/id%0d%0aSet-Cookie:x=1",
        "/g/A%0d%0aX:1",
        "/?x=%0d%0aSet-Cookie:%20x=1",
        "/bahasa/id?dari=%0d%0aX:1",
    ],
)
def test_no_header_is_written_by_an_address(workshop: Workshop, path: str) -> None:
    answer = raw(workshop, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    head = answer.partition("\r\n\r\n")[0]
    assert "x=1" not in head
    assert "\r\nX:1" not in head


@pytest.mark.parametrize(
    "host", ["a; script-src *", "a\tb", "<script>", "", "a b", "x,y", "[::1", "http://a"]
)
def test_no_policy_is_written_by_a_host(workshop: Workshop, host: str) -> None:
    answer = raw(workshop, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")

    policy = re.search(r"Content-Security-Policy: (.*)\r\n", answer)
    assert policy is None or "connect-src 'self';" in policy.group(1)
    assert "script-src *" not in answer


def test_under_another_name_for_this_machine_a_page_holds_nothing_of_a_seat(
    workshop: Workshop, visitor: Visitor
) -> None:
    # DNS rebinding: the browser holds no cookie for that name, and names the page that asks.
    code = maker(workshop).resume_code(seat_of(visitor, workshop))
    there = {"Host": "rebound.test", "Origin": "http://rebound.test"}

    page = request(workshop, "GET", "/", headers=there)
    socket_there = request(workshop, "GET", SOCKET, headers=there)

    assert page.status == 200
    assert code not in page.body
    assert workshop.code() not in page.body
    assert socket_there.status == 403
    assert request(workshop, "GET", "/board/data.json", headers=there).status == 403


@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "http://elsewhere.test"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": ""},
        {"Referer": "http://elsewhere.test/page"},
        {"Origin": f"http://{LAN}:1"},
        {"Origin": f"http://{LAN}.elsewhere.test"},
        {"Origin": "http://rebound.test", "Referer": f"http://{LAN}/"},
    ],
)
def test_a_form_or_a_socket_of_another_site_is_refused(visitor: Visitor, header: dict[str, str]) -> None:
    for path in ("/masuk", "/lanjut", "/keluar", "/g", "/board/masuk", "/board/room"):
        assert visitor.ask(path, {}, **header).status == 403
    with pytest.raises(InvalidStatus, match="403"):
        visitor.connect(**header)


# What is kept and what is said


def test_sockets_and_secrets_are_this_users_alone(workshop: Workshop) -> None:
    folders = {Path(name).parent for name in unix_sockets(workshop)}

    assert len(folders) == (0 if BY_PORTS_ALONE else 2)
    for folder in folders:
        private = [each for each in (folder, *folder.parents) if each.name.startswith("kasuslab-")]
        assert private[-1].stat().st_mode & 0o777 == 0o700
        assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("secret", "workshop.sqlite", "workshop.sqlite-wal"):
        assert (workshop.data / name).stat().st_mode & 0o777 == 0o600, name
    assert workshop.data.stat().st_mode & 0o777 == 0o700


def unix_sockets(workshop: Workshop) -> set[str]:
    """The files of the writer's socket, and of the kernels'."""
    processes = [workshop.writer(), *workshop.kernels()]
    lines = [str(line.laddr) for each in processes for line in each.net_connections("unix")]
    return {line for line in lines if "/kasuslab-" in line}


def test_the_log_names_nobody(workshop: Workshop, visitor: Visitor) -> None:
    written = secrets.token_hex(8)
    with visitor.play() as line:
        line.move(type="begin")
        line.socket.send(written)
        line.send({"type": written})
    visitor.ask(f"/g/{written}")
    visitor.ask(f"/{written}?name={written}")
    visitor.ask("/lanjut", {"code": written})
    visitor.ask("/masuk", {"sector": written, "name": written})
    request(workshop, "GET", f"{SOCKET}?session_id={written}", visitor)
    raw(workshop, f"{written}\r\n\r\n")
    raw(
        workshop, f"POST /masuk HTTP/1.1\r\nHost: x\r\nContent-Length: {written}\r\nConnection: close\r\n\r\n"
    )
    form = urlencode({"name": b"\xff\xfe"})
    length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}"
    raw(workshop, f"POST /masuk HTTP/1.1\r\nHost: x\r\n{length}\r\nConnection: close\r\n\r\n{form}")

    # Of a page that is not ours it tells at which hosts, one of which is this machine's, and not who came.
    log_text = "".join(
        line for line in workshop.log_text().splitlines() if " its page stands at " not in line
    )

    seat = seat_of(visitor, workshop)
    for private in (LAN, "127.0.0.1", written, seat, visitor.cookies[COOKIE], PASSWORD, "Traceback"):
        assert private not in log_text
