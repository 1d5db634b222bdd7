"""The commands of whoever lets a learning management system lead here: register one, list and remove it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from release.cli import app
from release.lms.tool_keys import shared_keys, tool_keys
from scenarios.documents.problem import BadInputError

BY_HAND = [
    *("--issuer", "https://lms.example.ac.id", "--client-id", "abc", "--deployments", "7,8"),
    *("--login", "https://lms.example.ac.id/auth", "--token", "https://lms.example.ac.id/token"),
    *("--key-set", "https://lms.example.ac.id/certs"),
]


def output(data: Path, *words: str) -> str:
    answer = CliRunner().invoke(app, ["lms", *words, "--data", str(data)], env={"COLUMNS": "200"})
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer.output


def test_a_platform_is_added_listed_and_removed(tmp_path: Path) -> None:
    added = output(tmp_path, "add", "https://lab.example.org", *BY_HAND)

    assert "https://lab.example.org/lms/login" in added
    assert "https://lab.example.org/lms/jwks.json" in added
    assert re.search(r"1.*https://lms\.example\.ac\.id.*abc.*7, 8", output(tmp_path, "list"))
    output(tmp_path, "remove", "1")
    assert "abc" not in output(tmp_path, "list")


def test_an_invitation_is_an_address_that_a_platform_can_be_given(tmp_path: Path) -> None:
    first, second = (output(tmp_path, "invite", "https://lab.example.org/") for _ in range(2))

    assert re.search(r"https://lab\.example\.org/lms/daftar/[A-Za-z0-9_-]{32}\s", first)
    assert first != second


def test_the_keys_that_servers_share_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kunci"
    first, second = (CliRunner().invoke(app, ["lms", "keys", str(folder)]) for _ in range(2))

    assert first.exit_code == 0
    assert first.output == second.output
    assert {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir()} == {
        "lti_keys.json": 0,
        "certificates.pem": 0,
    }
    assert shared_keys(folder) == tool_keys(folder, time.time())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("remove", "3"), "3"),
        (("invite", "lab.example.org"), "“lab.example.org”"),
        (("add", "https://lab.example.org", *BY_HAND[:-1], "http://lms.example.ac.id/certs"), "https"),
        (("add", "https://lab.example.org", *BY_HAND[:3], "", *BY_HAND[4:]), "client-id"),
    ],
)
def test_what_cannot_be_done_is_output(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        output(tmp_path, *words)
