"""A real start page for tests: its server in a process of its own, and a browser without a screen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode


@dataclass
class RunningStartPage:
    """A running start page."""

    process: subprocess.Popen[str]
    link: str
    port: int
    data: Path

    def stop(self) -> int:
        """End it as a closed window does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status


@contextmanager
def running_start(home: Path) -> Iterator[RunningStartPage]:
    """A start page whose settings and data stand in `home`."""
    environ = {**os.environ, "KASUSLAB_HOME": str(home)}
    command = [sys.executable, "-m", "release.cli", "workshop", "--start", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        sentences: list[str] = []
        while not (sentences and sentences[-1].startswith("start ")):
            sentences.append(process.stdout.readline())
            assert sentences[-1], f"the start page said {sentences!r}"
        match = re.fullmatch(r"start (http://127\.0\.0\.1:(\d+)/\?token=\S+)\n", sentences[-1])
        assert match, sentences
        page = RunningStartPage(process, match.group(1), int(match.group(2)), home / "workshop")
        try:
            yield page
        finally:
            if process.poll() is None:
                assert page.stop() == 0


@dataclass
class Facilitator:
    """A browser without a screen, at a start page."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    body: str = ""
    data: bytes = b""

    def ask(
        self, path: str, form: Mapping[str, str] | Sequence[tuple[str, str]] | None = None, **headers: str
    ) -> HTTPResponse:
        """The response to a GET, or to a POST of `form`; redirects are not followed."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=200)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = f"http://127.0.0.1:{self.port}"
        body = None if form is None else urlencode(list(form.items()) if isinstance(form, Mapping) else form)
        connection.request("GET" if body is None else "POST", path, body, {**sent, **headers})
        response = connection.getresponse()
        self.data = response.read()
        self.body = self.data.decode("utf-8", "replace")
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return response

    def press(self, deed: str, form: Mapping[str, str] | Sequence[tuple[str, str]] = ()) -> str:
        """Press a button; what the page then says that it did, "" for nothing."""
        response = self.ask(f"/{deed}", form or {"_": ""})
        assert (response.status, response.headers["Location"]) == (303, "/#said")
        self.ask("/")
        match = re.search(r'<section id="said".*?<p>(.*?)</p>', self.body, re.DOTALL)
        return re.sub(r"<[^>]+>", "", match.group(1)).strip() if match else ""
