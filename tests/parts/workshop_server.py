"""A real workshop for tests: the server in a process of its own, and a visitor who speaks its protocol."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
from websockets.sync.client import ClientConnection, connect

from release.workshop.web.websocket import SOCKET
from tests.places import CASES, KEYS

PERSON = "Ibu R., meja panitia"
# Whether every workshop of this run speaks by ports.
BY_PORTS_ALONE = bool(os.environ.get("KASUSLAB_TEST_PORTS"))
# As on a system that has no sockets in its folders.
BY_PORTS = """
from release.workshop.serve import server
from release.workshop.web import app
server.hasattr = lambda *_: False
app.kernel_transport = lambda *_: "tcp"
"""
_SERVE = """
import json
import sys
from pathlib import Path
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
options = json.loads(sys.argv[2])
exec(options.pop("before", ""))
serve(WorkshopPlan.model_validate(options), cases_folder=Path(sys.argv[1]))
"""


@dataclass
class Workshop:
    """A running workshop. tls: what trusts its certificate, where it has one."""

    process: subprocess.Popen[str]
    url: str
    port: int
    data: Path
    log: Path | None = None
    tls: ssl.SSLContext | None = None

    def log_text(self) -> str:
        """What it has written into its log."""
        assert self.log is not None, "it was started without a log"
        return self.log.read_text(encoding="utf-8")

    def children(self) -> list[psutil.Process]:
        """Its writer and its kernels."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def kernels(self) -> list[psutil.Process]:
        """Its kernels, each of which hosts many pages."""
        return [child for child, _ in self._children_of("release.workshop.kernel")]

    def host_of(self, page: PageSocket) -> psutil.Process:
        """The kernel that plays for a page: while it is suspended, the page is not answered."""
        for kernel in self.kernels():
            kernel.suspend()
            try:
                is_answered = page.is_answered(within=0.4)
            finally:
                kernel.resume()
            if not is_answered:
                page.reply("pong")
                return kernel
        raise AssertionError("no kernel plays for that page")

    def _children_of(self, module: str) -> list[tuple[psutil.Process, int]]:
        children: list[tuple[psutil.Process, int]] = []
        for child in self.children():
            with suppress(psutil.NoSuchProcess):  # one that ends just now
                if module in child.cmdline():
                    children.append((child, child.ppid()))
        return children

    def code(self) -> str:
        """The code that participants join with."""
        with closing(sqlite3.connect(self.data / "workshop.sqlite")) as database:
            (code,) = database.execute("select code from workshop order by number desc").fetchone()
        return str(code)

    def writer(self) -> psutil.Process:
        """Its writer."""
        return self._children_of("release.workshop.writer.writer")[0][0]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit status."""
        self.process.send_signal(how)
        status = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


@contextmanager
def running_workshop(
    data: Path,
    *,
    folder: Path = CASES,
    keys: Path = KEYS,
    cases: Sequence[str] = (),
    host: str = "127.0.0.1",
    log: Path | None = None,
    **options: object,
) -> Iterator[Workshop]:
    """A workshop that plays the cases of `folder`, the small one by default, on a free port.

    log: a file for what it writes to standard error; options: further ones of the plan, such as seats=1 or
    code=True, and before="…", Python that its process runs before it starts. Where the environment names
    KASUSLAB_TEST_PORTS, its processes speak by ports, as on Windows, and not by files.
    """
    if BY_PORTS_ALONE:
        options["before"] = BY_PORTS + str(options.get("before", ""))
    environ = {**os.environ, "KASUSLAB_KEYS": str(keys), "KASUSLAB_HOME": str(data)}
    plan = {"port": 0, "person": PERSON, "data": str(data), "host": host, "cases": cases}
    command = [sys.executable, "-c", _SERVE, str(folder), json.dumps({**plan, **options})]
    with (
        log.open("a", encoding="utf-8") if log else nullcontext() as log_stream,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log_stream, text=True, env=environ
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"ready (https?://\S+/)\n", line)
        assert match, f"the workshop said {line!r}"
        certificate = options.get("certificate")
        tls = ssl.create_default_context(cafile=str(certificate)) if certificate else None
        port = int(str(options.get("port", 0))) or urlsplit(match.group(1)).port
        assert port, "behind a proxy the port is to be named"
        workshop = Workshop(process, match.group(1), port, data, log, tls)
        try:
            yield workshop
        finally:
            if process.poll() is None:
                assert workshop.stop() == 0


@dataclass
class Visitor:
    """A browser without a screen: a cookie jar, and what it was sent.

    tls: see `Workshop`; base: the path of the host below which the pages stand; source: the address it has.
    """

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    base: str = ""
    source: str = ""

    def dial(self) -> HTTPConnection:
        """A connection for requests."""
        source = (self.source, 0) if self.source else None
        if self.tls is None:
            return HTTPConnection(self.host, self.port, timeout=30, source_address=source)
        return HTTPSConnection(self.host, self.port, timeout=30, context=self.tls, source_address=source)

    def ask(self, path: str, form: dict[str, str] | None = None, **headers: str) -> HTTPResponse:
        """The response to a GET, or to a POST of `form`; redirects are not followed."""
        connection = self.dial()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", f"{self.base}{path}", body, headers)
        response = connection.getresponse()
        self.bodies.append(response.read().decode())
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return response

    def read(self, path: str) -> str:
        """The body of a page."""
        self.ask(path)
        return self.bodies[-1]

    def join(self, *, sector: str = "-", name: str = "", door: str = "") -> str:
        """Take a seat; its resume code. name: "" to have one drawn; door: the workshop's code where asked."""
        if door:
            self.ask(f"/g/{door}")
        self.ask("/masuk", {"sector": sector, "name": name})
        match = re.search(r'class="ws-code">([0-9A-Z-]+)<', self.read("/"))
        assert match, "no resume code was shown"
        return match.group(1)

    def open_page(self) -> str:
        """Load the page that plays; its text."""
        page = self.read("/kasus")
        assert 'id="ws-player"' in page, "no player was rendered"
        return page

    def connect(self, **headers: str) -> ClientConnection:
        """The websocket of a page."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return connect(
            f"ws://{self.host}:{self.port}{self.base}{SOCKET}",
            sock=tunnel(self.host, self.port, self.tls) if self.tls else None,
            additional_headers={"Cookie": cookie, **headers},
            proxy=None,
            max_size=None,
        )

    @contextmanager
    def play(self) -> Iterator[PageSocket]:
        """A player on its page, after it has said that it is ready."""
        self.open_page()
        with self.connect() as socket:
            page = PageSocket(socket)
            page.send({"type": "ready"})
            page.view = page.next_view()
            yield page


def tunnel(host: str, port: int, tls: ssl.SSLContext) -> socket.socket:
    """A plain socket whose bytes travel over TLS.

    A websocket's client reads and writes in two threads, and Python 3.11 guards no TLS line against that.
    """
    ours, theirs = socket.socketpair()
    encrypted = tls.wrap_socket(socket.create_connection((host, port), timeout=30), server_hostname=host)
    threading.Thread(target=_carry, args=(theirs, encrypted), daemon=True).start()
    return ours


def _carry(plain: socket.socket, encrypted: ssl.SSLSocket) -> None:
    with plain, encrypted, suppress(OSError):
        while True:
            ready, _, _ = select.select([plain, encrypted], [], [])
            if plain in ready:
                plain_bytes = plain.recv(65536)
                if not plain_bytes:
                    return
                encrypted.settimeout(30)
                encrypted.sendall(plain_bytes)
            encrypted.settimeout(0)
            with suppress(ssl.SSLWantReadError):
                while encrypted_bytes := encrypted.recv(65536):
                    plain.sendall(encrypted_bytes)
                return


@dataclass
class PageSocket:
    """The player's side of a page's websocket. frames: everything that came.

    at: the place that it was given last; unanswered: what it has sent, by its number; resends: whether it
    sends that again when it is told to, as the page's own client does.
    """

    socket: ClientConnection
    frames: list[str] = field(default_factory=list)
    view: dict[str, Any] = field(default_factory=dict)
    at: dict[str, Any] | None = None
    seq: int = 0
    unanswered: dict[int, dict[str, Any]] = field(default_factory=dict)
    resends: bool = True
    pushes: list[str] = field(default_factory=list)
    _replies: deque[dict[str, Any]] = field(default_factory=deque)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message of the player's."""
        self.seq += 1
        self.unanswered[self.seq] = message
        self._transmit(self.seq)

    def _transmit(self, seq: int) -> None:
        self.socket.send(json.dumps({"seq": seq, "at": self.at, "message": self.unanswered[seq]}))

    def resend(self) -> None:
        """Send again what is unanswered, in its order."""
        for seq in list(self.unanswered):
            self._transmit(seq)

    def move(self, **message: object) -> dict[str, Any]:
        """Make a move from the current view; the view after it."""
        self.send({"n": self.view["n"], **message})
        self.view = self.next_view()
        return self.view

    def next_view(self) -> dict[str, Any]:
        """The next view that comes."""
        view: dict[str, Any] = self.reply("view")["view"]
        return view

    def reply(self, kind: str, patience: float = 20.0) -> dict[str, Any]:
        """The next reply of a kind."""
        deadline = time.monotonic() + patience
        while True:
            while self._replies:
                reply = self._replies.popleft()
                if reply["type"] == kind:
                    return reply
            self._read(deadline)

    def is_answered(self, within: float = 20.0) -> bool:
        """Whether a ping is answered within so many seconds."""
        self.send({"type": "ping", "at": 1})
        try:
            return self.reply("pong", within) == {"type": "pong", "at": 1}
        except TimeoutError:
            return False

    def until(self, fits: Callable[[dict[str, Any]], bool], patience: float = 20.0) -> dict[str, Any]:
        """The next frame that fits."""
        deadline = time.monotonic() + patience
        while not fits(message := self._read(deadline)):
            pass
        return message

    def _read(self, deadline: float) -> dict[str, Any]:
        frame = self.socket.recv(timeout=max(0.0, deadline - time.monotonic()))
        assert isinstance(frame, str)
        self.frames.append(frame)
        message: dict[str, Any] = json.loads(frame)
        if "push" in message:
            self.pushes.append(message["push"])
            if message["push"] == "resend" and self.resends:
                self.resend()
        elif self.unanswered.pop(message["seq"], None) is not None:
            self.at = message["at"]
            self._replies.extend(message["replies"])
        return message
