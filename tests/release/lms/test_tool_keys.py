"""The keys of this tool: whose they are, which of them signs, and how they are replaced."""

from __future__ import annotations

import stat
import sys
import time
from pathlib import Path

import jwt
import pytest

from release.lms.refusal import LtiRefusedError
from release.lms.tool_keys import DAY, KEYS_FILE, ToolKeys, new_key, tool_keys

NOW = 1_790_000_000.0
ROTATED = NOW + 182 * DAY


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_keys_are_this_users_alone_even_where_somebody_opened_them(tmp_path: Path) -> None:
    tool_keys(tmp_path, NOW)
    file = tmp_path / KEYS_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    file.chmod(0o644)
    tool_keys(tmp_path, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_restart_signs_with_the_same_key_and_publishes_its_public_half_alone(tmp_path: Path) -> None:
    token = tool_keys(tmp_path, NOW).signed({"iss": "kasuslab-1"}, NOW)

    (row,) = tool_keys(tmp_path, NOW + DAY).public["keys"]

    assert row.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    key = jwt.PyJWK(row).key
    assert jwt.decode(token, key, algorithms=["RS256"]) == {"iss": "kasuslab-1"}
    assert jwt.get_unverified_header(token)["kid"] == row["kid"]


def test_a_new_key_is_published_a_day_before_it_signs_and_the_old_one_a_month_longer(tmp_path: Path) -> None:
    (old,) = tool_keys(tmp_path, NOW).keys

    both = tool_keys(tmp_path, ROTATED)
    assert both.keys[0] == old
    assert both.signing(ROTATED) == old
    assert both.signing(ROTATED + DAY) == both.keys[1] != old
    assert tool_keys(tmp_path, ROTATED + 29 * DAY) == both
    assert tool_keys(tmp_path, ROTATED + 30 * DAY).keys == both.keys[1:]


@pytest.mark.parametrize("content", ["", "{}", '{"keys": [{"kid": "a", "made": 1, "pem": "x"}]}', "[[["])
def test_a_damaged_file_is_told_and_never_written_over(tmp_path: Path, content: str) -> None:
    (tmp_path / KEYS_FILE).write_text(content, encoding="utf-8")

    with pytest.raises(LtiRefusedError, match="lti_keys"):
        tool_keys(tmp_path, NOW)
    assert (tmp_path / KEYS_FILE).read_text("utf-8") == content


def test_no_key_stands_in_what_is_logged_of_it(tmp_path: Path) -> None:
    assert "PRIVATE" not in repr(tool_keys(tmp_path, NOW))


def test_a_key_is_read_once_however_often_the_key_set_is_asked_for() -> None:
    keys = ToolKeys((new_key(0.0),))
    began = time.process_time()

    for _ in range(200):
        assert len(keys.public["keys"]) == 1

    assert time.process_time() - began < 2  # to read it 200 times takes 12 s
