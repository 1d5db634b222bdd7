from __future__ import annotations

import pytest

from release.workshop.log import TELL_AGAIN_SECONDS, RareWarning


def test_a_rare_warning_stands_in_the_log_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    warning = RareWarning(lambda: now)

    for now in (0.0, 1.0, TELL_AGAIN_SECONDS - 1, TELL_AGAIN_SECONDS, TELL_AGAIN_SECONDS + 1):
        warning.write("%s after the first.", now)

    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["0.0 after the first.", "60.0 after the first."]
