"""A real hub for tests, in a house of its own: its accounts, folders and processes are no one else's.

It stands in namespaces of mounts and of processes, so that it takes root on Linux. There ``/etc`` is laid
over, so that an account that is made there is none of this machine; ``/srv`` is in memory; the checkout has
no keys; and with the first process all others are gone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import BinaryIO

import yaml

from release.course.course import CHECKOUT, make_course
from release.course.enrolment import enrol
from release.course.gradebook import generate_assignment
from tests.install_counterparts import HUB_PROXY
from tests.parts.lti_platform import LtiPlatform
from tests.parts.machine import free_port, wait_until
from tests.parts.nbgrader_course import CASE
from tests.parts.node import find_node
from tests.places import CASES, KEYS

FACILITATOR = "sri"
PATIENCE = 150.0
_CARD = re.compile(
    r'<article aria-label="([^"]+)">.*?<b class="address">([^<]+)</b>.*?<p class="code">([^<]+)</p>',
    re.DOTALL,
)
# $1: scratch; $2: where this Python stands; $3: the checkout; $4: the course as made; $5: keys.
_HOUSE = """
set -e
scratch=$1 python=$2 checkout=$3 course=$4 keys=$5; shift 5
mount -t tmpfs -o mode=755 tmpfs "$scratch"
mkdir "$scratch/etc" "$scratch/work" "$scratch/python" "$scratch/nothing"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$scratch/etc,workdir=$scratch/work" /etc
case "$python" in /root/*)
  mount --bind "$python" "$scratch/python"
  mount -t tmpfs -o mode=755 tmpfs /root
  mkdir -p "$python"
  mount --bind "$scratch/python" "$python" ;;
esac
mkdir "$scratch/course" "$scratch/keys"
cp -r "$course/." "$scratch/course"; cp -r "$keys/." "$scratch/keys"
touch "$scratch/empty"; chmod 600 "$scratch/empty"; chmod 700 "$scratch/nothing"
for secret in graders/keys graders/guides tests dist .git graders/rules.md; do
  if [ -d "$checkout/$secret" ]; then mount --bind "$scratch/nothing" "$checkout/$secret"
  elif [ -e "$checkout/$secret" ]; then mount --bind "$scratch/empty" "$checkout/$secret"; fi
done
mount -t tmpfs -o mode=755 tmpfs /srv
useradd --create-home --home-dir /srv/sri sri
chmod 700 /srv/sri
cp -r "$scratch/course" /srv/kursus; cp -r "$scratch/keys" /srv/kunci
chown -R sri: /srv/kursus /srv/kunci
chmod -R go= /srv/kursus /srv/kunci
rm -r "$scratch/course" "$scratch/keys"
exec "$@"
"""


@dataclass(frozen=True)
class HubHouse:
    """A hub that runs. codes: account and code of each card, by its name; process: the first of its house."""

    address: str
    codes: Mapping[str, Sequence[str]]
    process: int

    @property
    def root(self) -> Path:
        """The files of the house, seen from outside."""
        return Path(f"/proc/{self.process}/root")

    def account(self, name: str) -> str:
        """The account of whoever the roster calls so."""
        return self.codes[name][0]

    def within(self, words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the lab in the house, as root."""
        enter = ["nsenter", "--target", str(self.process), "--mount", "--pid", "--", "sh", "-c", words]
        environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
        return subprocess.run(enter, env=environ, capture_output=True, text=True, check=False, timeout=120)

    def log(self) -> str:
        """All that the hub and its servers have written."""
        return (self.root / "srv/kasuslab/hub/hub.log").read_text("utf-8", errors="replace")


def why_no_house() -> str:
    """Why no hub can stand here, "" where one can."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return "a hub of its own takes root on Linux"
    return "" if HUB_PROXY.program() is not None else "no hub: python tests/install_counterparts.py hub"


@contextmanager
def open_house(folder: Path, people: Mapping[str, str], platform: LtiPlatform) -> Iterator[HubHouse]:
    """A hub on the small case for these people, names by ids; it is over at the end of the block.

    platform: leads here too, by the e-mail that each has of the name.
    """
    course = folder / "kursus"
    make_course(course, [CASE], person="Ibu P, meja depan", cases=CASES, keys=KEYS)
    sheet = folder / "peserta.csv"
    rows = (f"{each},{name},{name.lower()}@contoh.go.id\n" for each, name in people.items())
    sheet.write_text("id,nama,surel\n" + "".join(rows), "utf-8")
    enrol(course, sheet)
    generate_assignment(course, CASE)
    (folder / "scratch").mkdir()
    with _key_set(platform) as key_set, (folder / "house.log").open("w+b") as written:
        lti = {"issuer": platform.issuer, "client_id": platform.client_id, "jwks_endpoint": key_set}
        lti |= {"authorize_url": platform.registered.login}
        (folder / "lti.yaml").write_text(yaml.safe_dump(lti), "utf-8")
        process, address = _begin(folder, course, written)
        try:

            def ready() -> bool:
                words = (folder / "house.log").read_text("utf-8")
                assert process.poll() is None, words
                return f"ready {address}/" in words

            wait_until(ready, "the hub answers", PATIENCE)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            first = int(children.read_text("utf-8").split()[0])
            cards = Path(f"/proc/{first}/root/srv/kasuslab/hub/hub-cards.html").read_text("utf-8")
            yield HubHouse(address, {name: codes for name, *codes in _CARD.findall(cards)}, first)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(30)


def _begin(folder: Path, course: Path, log: BinaryIO) -> tuple[subprocess.Popen[bytes], str]:
    """Start the house; it, and the address of its hub."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    kasuslab, place = Path(sys.executable).parent / "kasuslab", "--place /srv/kasuslab"
    options = f"--port {port} --keys /srv/kunci --proxy {HUB_PROXY.program()} --lti {folder}/lti.yaml"
    script = (
        f"{kasuslab} hub-cards /srv/kursus {place} --address {address}/ && "
        f"exec {kasuslab} hub /srv/kursus {place} {options}"
    )
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
    arguments = [folder / "scratch", Path(sys.base_prefix), CHECKOUT, course, KEYS]
    process = subprocess.Popen(
        [*apart, _HOUSE, "sh", *map(str, arguments), "sh", "-c", script],
        env={"PATH": f"{find_node().parent}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"},
        cwd="/",
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    return process, address


@contextmanager
def _key_set(platform: LtiPlatform) -> Iterator[str]:
    """The address of the keys that a platform has published."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(platform.key_set).encode())

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
