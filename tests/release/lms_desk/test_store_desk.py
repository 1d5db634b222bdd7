"""The buttons of a learning record store: off at first, its login for one's own eyes, and a test of both."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from release.lms_desk.store_desk import StoreDesk
from release.workshop.desk.desk import Desk
from release.workshop.desk.notice import Notice
from release.workshop.plan import read_plan
from release.workshop.web.record_store.learning_store import LOGIN, login_in
from tests.parts.machine import free_port

WRITTEN: list[str] = []


class StoreAnswers(BaseHTTPRequestHandler):
    """A store that knows one login, has no statement, and takes none."""

    def do_GET(self) -> None:
        who = base64.b64encode(b"lab:rahasia").decode()
        self.send_response(404 if self.headers["Authorization"] == f"Basic {who}" else 401)
        self.end_headers()

    def do_POST(self) -> None:
        WRITTEN.append(self.path)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), StoreAnswers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/xAPI"
        server.shutdown()


@pytest.fixture
def store(tmp_path: Path) -> StoreDesk:
    return StoreDesk(Desk.at(None, {"KASUSLAB_HOME": str(tmp_path)}))


def words(notice: Notice) -> tuple[str, str]:
    return notice.level, notice.text["en"]


def test_it_is_off_until_one_is_saved_and_off_again_by_a_button(store: StoreDesk, address: str) -> None:
    assert read_plan(store.desk.data).record_store is None
    assert store.check().level == "bad"

    assert store.save(address, "lab", "rahasia").level == "good"

    assert read_plan(store.desk.data).record_store == f"{address}/"
    file = store.desk.data / LOGIN
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "rahasia" not in (store.desk.data / "plan.json").read_text("utf-8")
    assert store.end().level == "good"
    assert read_plan(store.desk.data).record_store is None
    assert not file.exists()


def test_the_connection_is_tested_and_nothing_is_written_there(store: StoreDesk, address: str) -> None:
    store.save(address, "lab", "rahasia")
    level, sentence = words(store.check())
    assert (level, "knows this lab" in sentence) == ("good", True)

    store.save(address, "lab", "salah")
    level, sentence = words(store.check())
    assert (level, "does not know that name and password (401)" in sentence) == ("bad", True)
    store.save(f"http://127.0.0.1:{free_port()}/xAPI", "lab", "rahasia")
    assert "cannot be reached" in words(store.check())[1]
    assert WRITTEN == []


@pytest.mark.parametrize(
    ("typed", "name", "password"),
    [
        ("lrs.example.org", "lab", "x"),
        ("http://lrs.example.org/xAPI", "lab", "x"),
        ("https://lrs.example.org/xAPI", "", "x"),
        ("https://lrs.example.org/xAPI", "a:b", "x"),
        ("https://lrs.example.org/xAPI", "lab", ""),
    ],
)
def test_what_is_not_in_order_is_not_kept(store: StoreDesk, typed: str, name: str, password: str) -> None:
    assert store.save(typed, name, password).level == "bad"

    assert read_plan(store.desk.data).record_store is None
    assert login_in(store.desk.data) == ""


def test_the_password_of_before_stays_where_none_is_typed_and_not_under_another_name(
    store: StoreDesk, address: str
) -> None:
    store.save(address, "lab", "rahasia")

    assert store.save(address, "lab", "").level == "good"
    assert login_in(store.desk.data) == "lab:rahasia"
    assert store.save(address, "other", "").level == "bad"
    assert store.name == "lab"
