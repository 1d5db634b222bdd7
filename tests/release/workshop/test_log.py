from __future__ import annotations

import json
import logging
import signal
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from release.workshop.log import FORM, TELL_AGAIN_SECONDS, JsonFormatter, RareWarning
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Visitor, running_workshop


def test_a_rare_warning_stands_in_the_log_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    warning = RareWarning(lambda: now)

    for now in (0.0, 1.0, TELL_AGAIN_SECONDS - 1, TELL_AGAIN_SECONDS, TELL_AGAIN_SECONDS + 1):
        warning.write("%s after the first.", now)

    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["0.0 after the first.", "60.0 after the first."]


def test_a_line_of_the_log_is_a_json_object_where_that_is_asked_for() -> None:
    at = datetime(2026, 11, 2, 7, 0, 0, 250_000, tzinfo=UTC)
    record = logging.LogRecord("kasuslab", logging.WARNING, "", 0, "“%s”\nends.", ("A kernel",), None)
    record.created = at.timestamp()

    line = JsonFormatter("server").format(record)

    assert "\n" not in line
    assert json.loads(line) == {
        "at": "2026-11-02T07:00:00.250+00:00",
        "level": "warning",
        "process": "server",
        "message": "“A kernel”\nends.",
    }


def test_the_log_of_a_workshop_with_faults_is_json_line_by_line_and_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FORM, "json")
    name, secret = "si tenang", "Rahasia saya: Budi"
    with running_workshop(tmp_path / "data", log=tmp_path / "log") as workshop:
        visitor = Visitor(workshop.port, source="127.0.0.77")
        code = visitor.join(name=name)
        with visitor.play() as page:
            page.move(type="begin")
            page.socket.send(json.dumps({"seq": 7, "message": {"type": "x", "text": secret}}))
            page.move(type="decide", decision="mendesak", pick="sedang")
            workshop.kernels()[0].kill()
            workshop.writer().kill()
            wait_until(lambda: "The writer ended" in workshop.log_text(), "the writer is started again")
            assert page.is_answered()
        visitor.ask("/masuk", {"sector": secret, "name": secret}, Origin="https://elsewhere.test")
        visitor.ask(f"/lanjut?code={code}&text={secret.replace(' ', '+')}")
        with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
            (seat,) = database.execute("select id from seat").fetchone()
            (play,) = database.execute("select id from play").fetchone()
        workshop.stop(signal.SIGTERM)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]

    assert {line["process"] for line in lines} >= {"server"}
    assert [line for line in lines if line.keys() != {"at", "level", "process", "message"}] == []
    assert len({line["message"] for line in lines}) >= 3
    told = [name, "Budi", code, seat, play, "127.0.0.77", "mendesak", *visitor.cookies.values()]
    assert [word for word in told if word in log] == []
