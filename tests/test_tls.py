from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Callable
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from websockets.sync.client import connect

from release.workshop.tls import TlsError, load_tls
from tests.workshop_server import Line, running_workshop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Path]]:
    """A factory of certificates and their keys, by openssl, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")

    def make(name: str, *options: str) -> tuple[Path, Path]:
        certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        if not certificate.exists():
            command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            command += ["-keyout", str(key), "-out", str(certificate), "-subj", f"/CN={name}"]
            command += ["-addext", "subjectAltName=IP:127.0.0.1", *(options or ("-noenc",))]
            subprocess.run(command, check=True, capture_output=True, timeout=30)
            if name == "old":
                again = ["openssl", "x509", "-in", certificate, "-signkey", key, "-days", "-1"]
                subprocess.run([*again, "-out", certificate], check=True, capture_output=True, timeout=30)
        return certificate, key

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

    for pair, found in (
        ((tmp_path / "none.pem", key), "no such file"),
        ((certificate, tmp_path / "none.key"), "--key FILE"),
        ((certificate, other_key), "is not that of"),
        ((other, None), "Name a PEM file that holds both"),
        ((nonsense, key), "no certificate and key"),
        (locked, "locked with a password"),
    ):
        with pytest.raises(TlsError, match=re.escape(found)):
            load_tls(*pair, "127.0.0.1")


def test_a_workshop_is_joined_and_played_over_tls(
    made: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    certificate, key = made("good")
    trusting = ssl.create_default_context(cafile=str(certificate))

    with running_workshop(tmp_path, certificate=str(certificate), key=str(key)) as workshop:
        assert workshop.url.startswith("https://")
        jar: dict[str, str] = {}

        def ask(path: str, body: str | None = None) -> tuple[str, dict[str, str]]:
            line = HTTPSConnection("127.0.0.1", workshop.port, context=trusting, timeout=30)
            cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
            kind = "application/x-www-form-urlencoded"
            headers = {"Cookie": cookie, "Content-Type": kind}
            line.request("GET" if body is None else "POST", path, body, headers)
            response = line.getresponse()
            text, found = response.read().decode(), dict(response.getheaders())
            line.close()
            if "Set-Cookie" in found:
                name, _, rest = found["Set-Cookie"].partition("=")
                jar[name] = rest.split(";")[0].strip('"')
            return text, found

        _, joined = ask("/masuk", "sector=-&name=")
        page, headers = ask("/kasus")
        found = re.search(r'class="ws-player">(.+?)</script>', page)
        assert found
        ids = json.loads(found.group(1))

        assert "; Secure" in joined["Set-Cookie"]
        assert f"wss://127.0.0.1:{workshop.port}" in headers["Content-Security-Policy"]
        assert "ws://" not in headers["Content-Security-Policy"].replace("wss://", "")
        assert "Strict-Transport-Security" not in headers
        socket_url = f"wss://127.0.0.1:{workshop.port}/api/kernels/{ids['kernel']}/channels?session_id=uji"
        cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        origin = f"https://127.0.0.1:{workshop.port}"
        with connect(
            socket_url,
            ssl=trusting,
            additional_headers={"Cookie": cookie, "Origin": origin},
            proxy=None,
            max_size=None,
        ) as socket:
            line = Line(socket, ids["model"], ids["kernel"])
            line.say("kernel_info_request", {})
            line.until(lambda message: message["msg_type"] == "kernel_info_reply")
            line.send({"type": "ready"})
            line.view = line.next_view()
            line.move(type="begin")

            assert line.view["screen"] == "scene"
