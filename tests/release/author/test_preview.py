"""The preview of a case: a real server, a real websocket, and files that are edited while it runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from release.author.preview import MemoryStore, PreviewDoor, PreviewShelf, link_page, refitted, way_to
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.play import Play
from scenarios.loader import load_case
from tests.places import GUIDES, KEYS, TESTS
from widgets.conversation import utc_now

FIRST = "Ibu B menelepon. Daftar nilai dan catatan konseling"
OWN = "http://127.0.0.1:PORT"
SECOND = "Dua hari kemudian Ibu B menelepon lagi."


@dataclass
class Preview:
    """A running preview, and the files that it shows. url: the link that opens it."""

    process: subprocess.Popen[str]
    url: str
    port: int
    token: str
    folder: Path
    keys: Path

    def edit(self, old: str, new: str, file: Path | None = None) -> int:
        """Replace a text in a file, case.yaml by default; the line that it stood on."""
        file = file or self.folder / "case.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file.name}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    @property
    def cookie(self) -> str:
        """The cookie of a browser that came by the link."""
        return f"kasuslab_preview_{self.port}={self.token}"

    def connect(self, *, cookie: str | None = None, origin: str | None = OWN) -> ClientConnection:
        """The websocket of a page. cookie, origin: those of our own page where left out."""
        return connect(
            f"ws://127.0.0.1:{self.port}/socket",
            origin=None if origin is None else Origin(origin.replace("PORT", str(self.port))),
            additional_headers={"Cookie": self.cookie if cookie is None else cookie},
            proxy=None,
            max_size=None,
        )


@dataclass
class PreviewPage:
    """A page's side of the websocket."""

    socket: ClientConnection

    def send(self, **message: object) -> None:
        """Send one message of the player's."""
        self.socket.send(json.dumps(message))

    def view(self, **message: object) -> dict[str, Any]:
        """The next view, after a message where one is given."""
        if message:
            self.send(**message)
        view: dict[str, Any] = self.until("view")["view"]
        return view

    def until(self, kind: str) -> dict[str, Any]:
        """The next message of a kind, or of a kind for the player."""
        while True:
            message: dict[str, Any] = json.loads(self.socket.recv(timeout=20))
            if message["kind"] == kind:
                return message
            if message["kind"] == "player" and message["content"]["type"] == kind:
                content: dict[str, Any] = message["content"]
                return content


@contextmanager
def running_preview(folder: Path, keys: Path) -> Iterator[Preview]:
    """A preview of the case in `folder`, on a free port."""
    command = [sys.executable, "-m", "release.cli", "preview", str(folder), "--port", "0", "--no-browser"]
    command += ["--keys", str(keys), "--guides", str(GUIDES)]
    environ = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"ready (http://127\.0\.0\.1:(\d+)/\?token=(\S+))\n", line)
        assert match, f"the preview said {line!r}"
        try:
            yield Preview(process, match.group(1), int(match.group(2)), match.group(3), folder, keys)
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


@pytest.fixture
def preview(small_case_folder: Path, tmp_path: Path) -> Iterator[Preview]:
    """A preview of a copy of the small case."""
    folder, keys = tmp_path / small_case_folder.name, tmp_path / "keys"
    shutil.copytree(small_case_folder, folder)
    shutil.copytree(KEYS, keys)
    with running_preview(folder, keys) as running:
        yield running


@pytest.fixture(scope="module")
def standing(small_case_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """One for tests that change none of its files, and have no page open."""
    folder = Path(shutil.copytree(small_case_folder, tmp_path_factory.mktemp("preview") / "daftar-nilai"))
    with running_preview(folder, KEYS) as running:
        yield running


@pytest.fixture
def page(preview: Preview) -> Iterator[PreviewPage]:
    """A page whose player has begun a play."""
    with preview.connect() as socket:
        page = PreviewPage(socket)
        assert page.until("problems")["loaded"]
        assert page.view(type="ready")["screen"] == "cover"
        assert page.view(type="begin", n=0)["scene"]["id"] == "telepon"
        yield page


def text_of(view: dict[str, Any]) -> str:
    return " ".join(view["scene"]["paragraphs"])


def test_a_save_shows_the_changed_text_at_the_same_scene(preview: Preview, page: PreviewPage) -> None:
    page.view(type="decide", n=1, decision="mendesak", pick="rendah")
    preview.edit(SECOND, "Seminggu kemudian Ibu B menelepon lagi.")

    view = page.view()

    assert (view["scene"]["id"], view["n"]) == ("grup_lain", 2)
    assert text_of(view).startswith("Seminggu kemudian")


def test_a_broken_save_tells_file_line_rule_and_remedy_and_leaves_the_player(
    preview: Preview, page: PreviewPage
) -> None:
    line = preview.edit("- go: bicara", "- go: bicarra")

    message = page.until("problems")

    assert not message["loaded"]
    (problem,) = message["problems"]
    assert problem["file"].endswith("daftar-nilai/case.yaml")
    assert (problem["line"], problem["rule"], problem["level"]) == (line, "link", "error")
    assert all("bicarra" in problem["found"][tag] for tag in ("id", "en"))
    assert "bicara" in problem["remedy"]["id"]
    assert text_of(page.view(type="language", language="id")).startswith(FIRST)

    preview.edit("- go: bicarra", "- go: bicara")
    preview.edit(FIRST, "Bapak C menelepon. Daftar nilai")
    while not text_of(view := page.view()).startswith("Bapak C"):
        pass
    assert (view["scene"]["id"], view["n"]) == ("telepon", 1)
    assert page.until("problems")["loaded"]


def test_warnings_are_told_with_errors_first(preview: Preview, page: PreviewPage) -> None:
    preview.edit("law_checked: 2026-03-31", "law_checked: 2020-03-31")

    levels = [problem["level"] for problem in page.until("problems")["problems"]]

    assert levels == sorted(levels)
    assert set(levels) == {"error", "warning"}


def test_a_save_of_the_key_changes_the_feedback(preview: Preview, page: PreviewPage) -> None:
    view = page.view(type="decide", n=1, decision="mendesak", pick="rendah")
    assert view["feedback"] is not None
    preview.edit("decisions:", "decision:", preview.keys / "daftar-nilai.yaml")

    view, message = page.view(), page.until("problems")

    assert view["scene"]["id"] == "grup_lain"
    assert view["feedback"] is None
    assert message["loaded"]
    assert any(problem["file"].endswith("keys/daftar-nilai.yaml") for problem in message["problems"])


def test_the_language_stays_and_a_second_page_shows_the_same_play(
    preview: Preview, page: PreviewPage
) -> None:
    assert "Mother B" in text_of(page.view(type="language", language="en"))
    preview.edit("Mother B calls.", "Mother B rings up.", preview.folder / "en.yaml")

    assert "rings up" in text_of(page.view())
    with preview.connect() as socket:
        assert PreviewPage(socket).view(type="ready")["scene"]["id"] == "telepon"


def test_a_case_that_is_broken_at_the_start_is_shown_once_it_is_mended(
    edited: Callable[..., Path],
) -> None:
    folder = edited("start: telepon", "start: tilpon")
    with running_preview(folder, KEYS) as preview, preview.connect() as socket:
        page = PreviewPage(socket)
        assert not page.until("problems")["loaded"]
        assert page.view(type="ready")["screen"] == "fault"
        preview.edit("start: tilpon", "start: telepon")

        assert page.view()["screen"] == "cover"


def test_nothing_is_written(preview: Preview, page: PreviewPage) -> None:
    before = {file: file.read_bytes() for file in preview.folder.parent.rglob("*") if file.is_file()}
    page.view(type="decide", n=1, decision="mendesak", pick="sedang")

    after = {file: file.read_bytes() for file in preview.folder.parent.rglob("*") if file.is_file()}
    assert after == before


@pytest.mark.parametrize("origin", ["http://elsewhere.test", "null", None])
def test_another_site_is_refused(standing: Preview, origin: str | None) -> None:
    with pytest.raises(InvalidStatus, match="403"), standing.connect(origin=origin):
        pass


@pytest.mark.parametrize("cookie", ["", "kasuslab_preview_PORT=", "kasuslab_preview_PORT=guessed"])
def test_another_user_of_the_machine_sees_nothing_whatever_origin_they_name(
    standing: Preview, cookie: str
) -> None:
    browser_cookie = cookie.replace("PORT", str(standing.port))
    with pytest.raises(InvalidStatus, match="403"), standing.connect(cookie=browser_cookie):
        pass
    for file in ("", "player.js", "?token=guessed"):
        request = Request(f"http://127.0.0.1:{standing.port}/{file}", headers={"Cookie": browser_cookie})
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=10)
        assert refused.value.code == 403
        assert "tautan lengkap" in refused.value.read().decode()
        refused.value.close()


def test_a_page_asked_for_by_another_name_is_refused(standing: Preview) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(standing.url, headers={"Host": "elsewhere.test"}), timeout=10)
    assert refused.value.code == 403
    refused.value.close()


def test_the_link_stands_on_no_command_line_and_in_no_file_of_others() -> None:
    door = PreviewDoor(18766)
    with link_page(door) as page:
        assert door.link in page.read_text(encoding="utf-8")
        assert door.token not in page.as_uri()
        assert page.stat().st_mode & 0o077 == 0
    assert not page.exists()


def test_a_message_that_is_no_message_is_refused_in_words(page: PreviewPage) -> None:
    page.socket.send("{")

    assert page.until("refused")["code"] == "malformed"


def test_a_port_in_use_is_a_sentence_with_the_remedy(small_case_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "release.cli", "preview", str(small_case_folder)]
        command += ["--port", str(port), "--no-browser", "--keys", str(KEYS)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert (
        ended.stderr == f"Port {port} is in use. Take another one (--port {port + 1}), or end what uses it.\n"
    )


def test_playing_again_begins_anew(small_case: Case, started: Started) -> None:
    shelf = PreviewShelf(small_case, (), MemoryStore((started,)), None)

    assert shelf.open(small_case.id).store.events == (started,)
    assert shelf.open(small_case.id, again=True).store.events == ()


def test_events_that_no_longer_fit_come_back_with_the_next_save(
    small_case: Case,
    started: Started,
    steps: Callable[..., tuple[Event, ...]],
    edited: Callable[..., Path],
) -> None:
    events = (started, *steps(("mendesak", "rendah"), "grup_lain", ("bicara", "dengar")))
    renamed = edited("        rendah: Cukup", "        kurang: Cukup")
    text = (renamed / "case.yaml").read_text(encoding="utf-8")
    (renamed / "case.yaml").write_text(text.replace("is rendah", "is kurang"), encoding="utf-8")
    english = (renamed / "en.yaml").read_text(encoding="utf-8")
    (renamed / "en.yaml").write_text(english.replace("rendah:", "kurang:"), encoding="utf-8")
    other = load_case(renamed).model_copy(update={"version": "2.0.0"})

    short = refitted(MemoryStore(events), small_case, other, lambda: "1" * 32)
    again = refitted(short, other, small_case, lambda: "2" * 32)

    (first,) = short.events
    assert isinstance(first, Started)
    assert (first.version, first.play) == ("2.0.0", "1" * 32)
    assert again.events[1:] == events[1:]


def test_a_play_can_begin_at_any_scene(small_case: Case) -> None:
    for scene in small_case.scenes:
        events = way_to(small_case, scene, utc_now, lambda: "0" * 32)

        assert Play.replay(small_case, events).scene_id == scene

    assert way_to(small_case, "nowhere", utc_now, lambda: "0" * 32) == ()


def test_the_room_comes_in_by_the_same_link_and_only_where_the_author_says_so() -> None:
    alone, shared = PreviewDoor(18767), PreviewDoor(18767, address="192.0.2.7")

    assert "192.0.2.7:18767" not in alone.hosts
    assert {"192.0.2.7:18767", "127.0.0.1:18767"} <= shared.hosts
    assert shared.link == f"http://192.0.2.7:18767/?token={shared.token}"
