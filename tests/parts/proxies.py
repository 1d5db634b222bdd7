"""Real proxies before a workshop, by the files that an operator copies: nginx and Caddy, with TLS."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.install_proxies import find_proxy
from tests.parts.certificates import make_certificate
from tests.parts.machine import free_port, program, wait_until
from tests.parts.workshop_server import Visitor

FILES = Path(__file__).parents[2] / "release" / "etc" / "proxy"
NAME, LOCAL = "lab.example.org", "127.0.0.1"
# All that stands around the file in a configuration of nginx: where it may write, and who runs it.
_NGINX = """
{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include kasuslab.conf;
}}
"""
# Nothing of Caddy's that another Caddy on this machine has.
_CADDY = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"


@dataclass(frozen=True)
class RunningProxy:
    """A proxy that hands on what is below `base`. workshop: the port of that; tls: what trusts the proxy."""

    port: int
    workshop: int
    base: str
    tls: ssl.SSLContext

    @property
    def url(self) -> str:
        """What participants open."""
        return f"https://{LOCAL}:{self.port}{self.base}/"

    @property
    def origin(self) -> str:
        """What a browser says of the page that sends a form."""
        return f"https://{LOCAL}:{self.port}"

    def visitor(self, source: str = "") -> Visitor:
        """Somebody who comes by it."""
        return Visitor(self.port, tls=self.tls, base=self.base, source=source)


def needed(name: str) -> str:
    """The program of a proxy; the test is skipped where there is none."""
    path = find_proxy(name)
    if path is None:
        pytest.skip(f"There is no {name}. Run: python tests/install_proxies.py")
    return path


@contextmanager
def running_proxy(
    name: str, folder: Path, port: int, workshop: int, base: str, changes: Mapping[str, str] | None = None
) -> Iterator[RunningProxy]:
    """nginx or Caddy on `port`, by our file, before a workshop on the port `workshop`.

    base: "" for the root of its host; changes: what is written into the file instead of what stands there.
    """
    path = needed(name)
    folder.mkdir(exist_ok=True)
    certificate, key = make_certificate(folder, "proxy")
    tls = ssl.create_default_context(cafile=str(certificate))
    changes = {
        "/etc/ssl/kasuslab.pem": str(certificate),
        "/etc/ssl/kasuslab.key": str(key),
        "127.0.0.1:8866": f"{LOCAL}:{workshop}",
        **(_nginx_changes if name == "nginx" else _caddy_changes)(port, base),
        **(changes or {}),
    }
    text = (FILES / ("nginx.conf" if name == "nginx" else "Caddyfile")).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, f"the file of {name} has no {before!r}"
        text = text.replace(before, after)
    command = _nginx(path, folder, text) if name == "nginx" else _caddy(path, folder, text)
    log, environ = folder / f"{name}.log", {**os.environ, "HOME": str(folder)}
    with program(command, log, cwd=folder, environ=environ) as process:

        def listens() -> bool:
            has_ended = psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
            assert not has_ended, log.read_text(encoding="utf-8")
            with suppress(OSError), socket.create_connection((LOCAL, port), 1):
                return True
            return False

        wait_until(listens, f"{name} listens")
        yield RunningProxy(port, workshop, base, tls)


def _nginx_changes(port: int, base: str) -> dict[str, str]:
    return {
        "listen 80;": f"listen {LOCAL}:{free_port()};",
        "listen 443 ssl": f"listen {LOCAL}:{port} ssl",
        f"https://{NAME}$": f"https://{LOCAL}:{port}$",
        "location /lab/ {": f"location {base}/ {{",
    }


def _caddy_changes(port: int, base: str) -> dict[str, str]:
    changes = {f"\n{NAME} {{": f"\nhttps://{LOCAL}:{port} {{"}
    if not base:
        changes |= {"\tredir /lab /lab/\n": "", "handle /lab/* {": "handle {"}
    return changes


def _nginx(path: str, folder: Path, text: str) -> list[str]:
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "kasuslab.conf").write_text(text, encoding="utf-8")
    (folder / "main.conf").write_text(_NGINX.format(user=user), encoding="utf-8")
    return [path, "-e", "stderr", "-p", str(folder), "-c", str(folder / "main.conf")]


def _caddy(path: str, folder: Path, text: str) -> list[str]:
    file = folder / "Caddyfile"
    file.write_text(_CADDY + text, encoding="utf-8")
    return [path, "run", "--config", str(file), "--adapter", "caddyfile"]
