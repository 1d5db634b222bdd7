"""The reviewers' pages of a running server: what their link opens, and all that it does not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from graders.review.round import open_round
from graders.review.round_file import write_round
from graders.review.sight import sight_of
from scenarios.loader import load_case
from tests.places import GUIDES, TESTS

CASE = "berkas-beredar"
VARIANTS = TESTS / "variants"


@dataclass(frozen=True)
class ReviewServer:
    """A running preview with pages for reviewers. bench, review: its two links."""

    bench: str
    review: str
    cases: Path
    keys: Path

    @property
    def origin(self) -> str:
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.review))


class NoRedirect(HTTPRedirectHandler):
    """Leaves a redirect to whoever asked."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        """Nothing is asked for anew."""


@dataclass
class ReviewerBrowser:
    """A browser at the server, with its cookies."""

    server: ReviewServer
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, address: str, content: object = None, *, origin: str | None = None) -> tuple[int, str]:
        """The status of an answer and its text; content: what is posted."""
        url = address if "://" in address else self.server.origin + address
        body = None if content is None else json.dumps(content).encode()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Origin"] = self.server.origin if origin is None else origin
        try:
            answer = build_opener(NoRedirect).open(Request(url, body, headers), timeout=60)
        except HTTPError as error:
            answer = error
        for name, cookie in SimpleCookie("\r\n".join(answer.headers.get_all("Set-Cookie") or [])).items():
            self.cookies[name] = cookie.value
        return answer.status, answer.read().decode()

    def post(self, what: str, **content: object) -> Mapping[str, Any]:
        """What the server answers to something that a reviewer enters."""
        status, text = self.ask(f"/review/{CASE}/{what}", content)
        assert status == 200
        message: Mapping[str, Any] = json.loads(text)
        return message


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewServer]:
    root = tmp_path_factory.mktemp("review")
    cases = Path(shutil.copytree(VARIANTS / "cases", root / "cases"))
    keys = Path(shutil.copytree(VARIANTS / "keys", root / "keys"))
    case = load_case(cases / CASE)
    write_round(open_round(CASE, sight_of(case, cases / CASE, keys, date(2026, 11, 30))), keys)
    command = [sys.executable, "-m", "release.cli", "preview", CASE, "--port", "0", "--no-browser"]
    command += ["--cases-dir", str(cases), "--keys", str(keys), "--guides", str(GUIDES)]
    environ = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        bench, review = (process.stdout.readline().split()[1] for _ in range(2))
        try:
            yield ReviewServer(bench, review, cases, keys)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


@pytest.fixture
def visitor(server: ReviewServer) -> ReviewerBrowser:
    """Somebody who came by the link for reviewers."""
    made = ReviewerBrowser(server)
    status, _ = made.ask(server.review)
    assert status == 303
    return made


def test_without_the_link_nothing_of_the_case_is_shown(server: ReviewServer) -> None:
    link = server.review.partition("?")[0]
    for address in (link, f"{link}/state", f"{link}?token=guess", f"{link}?code=abcd-efgh-jkmn-pqrs"):
        status, text = ReviewerBrowser(server).ask(address)
        assert status == 403
        assert "tautan" in text
    status, _ = ReviewerBrowser(server).ask(f"/review/{CASE}/join", {"role": "police"})
    assert status == 403


def test_the_link_for_reviewers_opens_nothing_of_the_bench(
    visitor: ReviewerBrowser, server: ReviewServer
) -> None:
    token = server.review.partition("token=")[2]
    for address in (
        "/",
        "/bench.js",
        f"/?token={token}",
        "/socket",
        "/review/teman-gim",
        "/review/teman-gim/state",
    ):
        assert visitor.ask(address)[0] == 403, address
    port = urlsplit(server.review).port
    assert ReviewerBrowser(server, {f"kasuslab_preview_{port}": token}).ask("/")[0] == 403


def test_the_token_of_the_bench_is_none_for_reviewers(server: ReviewServer) -> None:
    token = server.bench.partition("token=")[2]

    assert ReviewerBrowser(server).ask(f"/review/{CASE}?token={token}")[0] == 403


def test_a_reviewer_comments_and_writes_to_no_file_of_the_case(
    visitor: ReviewerBrowser, server: ReviewServer
) -> None:
    files = [*server.cases.rglob("*.yaml"), *server.keys.glob("*.yaml")]
    before = {file: file.read_bytes() for file in files}
    now = visitor.post("join", role="police")
    place = now["story"]["id"]["chapters"][0]["scenes"][0]["place"]

    words = {
        "place": place,
        "question": "practice",
        "text": "<script>alert(1)</script>",
        "seen": now["sight"],
    }
    after = visitor.post("comment", **words, do="set", file="case", path=["title"], value="x")

    assert [one["text"] for one in after["remarks"]] == ["<script>alert(1)</script>"]
    assert {file: file.read_bytes() for file in files} == before
    assert visitor.post("comment", text="", seen=now["sight"])["kind"] == "refused"
    assert visitor.ask(f"/review/{CASE}/settle", {"number": 1, "answer": "x"})[0] == 404


def test_a_personal_link_opens_the_page_on_another_device(
    visitor: ReviewerBrowser, server: ReviewServer
) -> None:
    code = visitor.post("join", role="editor")["code"]
    other = ReviewerBrowser(server)
    assert other.ask(f"/review/{CASE}?code={code}")[0] == 303

    state = json.loads(other.ask(f"/review/{CASE}/state")[1])
    assert (state["state"], state["role"]["id"]) == ("reviewer", "penyunting bahasa")
    assert other.post("leave")["state"] == "nobody"
    assert other.ask(f"/review/{CASE}/state")[0] == 403
    assert visitor.post("join", code=code.upper().replace("-", " – "))["reviewer"] == state["reviewer"]
    assert visitor.post("join", code="abcd")["kind"] == "refused"


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "", "null"])
def test_a_page_of_another_site_enters_nothing(visitor: ReviewerBrowser, origin: str) -> None:
    assert visitor.ask(f"/review/{CASE}/join", {"role": "police"}, origin=origin)[0] == 403


@pytest.mark.parametrize("content", [[], "x", 0])
def test_what_is_no_message_of_ours_is_refused(visitor: ReviewerBrowser, content: object) -> None:
    assert visitor.ask(f"/review/{CASE}/join", content)[0] == 400
