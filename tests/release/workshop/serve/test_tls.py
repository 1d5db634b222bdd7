from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from release.workshop.serve.tls import TlsError, load_tls
from tests.parts.certificates import make_certificate
from tests.parts.workshop_server import Visitor, running_workshop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Path]]:
    """A factory of certificates and their keys, by openssl, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")

    def make(name: str, *options: str) -> tuple[Path, Path]:
        return make_certificate(folder, name, *options)

    return make


def test_a_certificate_that_fits_has_no_warning(made: Callable[..., tuple[Path, Path]]) -> None:
    assert load_tls(*made("good"), "127.0.0.1").warning == ""


def test_a_certificate_and_its_key_may_stand_in_one_file(
    made: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(file.read_bytes() for file in made("good")))

    assert load_tls(both, None, "127.0.0.1").warning == ""


@pytest.mark.parametrize(
    ("name", "options", "host", "found"),
    [
        ("good", (), "192.0.2.7", "not made for the address 192.0.2.7"),
        ("good", (), "kelas.local", "not made for the name kelas.local"),
        ("old", (), "127.0.0.1", "has expired"),
    ],
)
def test_what_browsers_will_not_like_is_a_warning(
    made: Callable[..., tuple[Path, Path]], name: str, options: tuple[str, ...], host: str, found: str
) -> None:
    assert found in load_tls(*made(name, *options), host).warning


def test_what_cannot_serve_is_a_sentence_with_the_remedy(
    made: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    certificate, key = made("good")
    other, other_key = made("other")
    locked = made("locked", "-passout", "pass:rahasia")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("=1+1", encoding="utf-8")

    for first, second, found in (
        (tmp_path / "none.pem", key, "no such file"),
        (certificate, tmp_path / "none.key", "--key FILE"),
        (certificate, other_key, "is not that of"),
        (other, None, "Name a PEM file that holds both"),
        (nonsense, key, "no certificate and key"),
        (*locked, "locked with a password"),
    ):
        with pytest.raises(TlsError, match=re.escape(found)):
            load_tls(first, second, "127.0.0.1")


def test_a_workshop_is_joined_and_played_over_tls(
    made: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    certificate, key = made("good")

    with running_workshop(tmp_path, certificate=str(certificate), key=str(key)) as workshop:
        visitor = Visitor(workshop.port, tls=workshop.tls)
        joined = visitor.ask("/masuk", {"sector": "-", "name": ""})
        policy = visitor.ask("/kasus").headers["Content-Security-Policy"]
        with visitor.play() as line:
            line.move(type="begin")

            assert line.view["screen"] == "scene"
    assert workshop.url.startswith("https://")
    assert "; Secure" in joined.headers["Set-Cookie"]
    assert f"wss://127.0.0.1:{workshop.port}" in policy
    assert "ws://" not in policy.replace("wss://", "")
    assert "Strict-Transport-Security" not in joined.headers
