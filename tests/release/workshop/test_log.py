from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import pytest

from release.workshop.log import TELL_AGAIN_SECONDS, JsonFormatter, RareWarning


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
