"""A real hub for tests, in a house of its own: its accounts, folders and processes are no one else's.

It stands in namespaces of mounts and of processes, so that it takes root on Linux. There ``/etc`` is laid
over, so that an account that is made there is none of this machine; ``/srv`` is in memory; the checkout has
no keys; and with the first process all others are gone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from release.course.course import CHECKOUT, make_course
from release.course.enrolment import enrol
from release.course.gradebook import generate_assignment
from tests.install_counterparts import HUB_PROXY
from tests.parts.machine import free_port, wait_until
from tests.parts.nbgrader_course import CASE
from tests.parts.node import find_node
from tests.places import CASES, KEYS

FACILITATOR = "sri"
PATIENCE = 150.0
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
    """A hub that runs. codes: of each card, by account; process: the first of its house."""

    address: str
    course: Path
    codes: Mapping[str, tuple[str, str]]
    process: int

    @property
    def root(self) -> Path:
        """The files of the house, seen from outside."""
        return Path(f"/proc/{self.process}/root")

    def account(self, name: str) -> str:
        """The account of whoever the roster calls so."""
        return self.codes[name][0]

    def log(self) -> str:
        """All that the hub and its servers have written."""
        return (self.root / "srv/kasuslab/hub/hub.log").read_text("utf-8", errors="replace")


def why_no_house() -> str:
    """Why no hub can stand here, "" where one can."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return "a hub of its own takes root on Linux"
    return "" if HUB_PROXY.program() is not None else "no hub: python tests/install_counterparts.py hub"


@contextmanager
def open_house(folder: Path, people: Mapping[str, str]) -> Iterator[HubHouse]:
    """A hub on the small case for these people, names by ids; it is over at the end of the block."""
    course = folder / "kursus"
    make_course(course, [CASE], person="Ibu P, meja depan", cases=CASES, keys=KEYS)
    sheet = folder / "peserta.csv"
    sheet.write_text("id,nama\n" + "".join(f"{each},{name}\n" for each, name in people.items()), "utf-8")
    enrol(course, sheet)
    generate_assignment(course, CASE)
    (folder / "scratch").mkdir()
    port, log = free_port(), folder / "house.log"
    arguments = [folder / "scratch", Path(sys.base_prefix), CHECKOUT, course, KEYS]
    kasuslab = f"{Path(sys.executable).parent / 'kasuslab'}"
    place = "--place /srv/kasuslab"
    options = f"{place} --port {port} --keys /srv/kunci --proxy {HUB_PROXY.program()}"
    script = (
        f"{kasuslab} hub-cards /srv/kursus {place} --address http://127.0.0.1:{port}/ && "
        f"exec {kasuslab} hub /srv/kursus {options}"
    )
    command = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-c",
        _HOUSE,
        "sh",
    ]
    environ = {"PATH": f"{find_node().parent}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, *map(str, arguments), "sh", "-c", script],
            env=environ,
            cwd="/",
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:

        def ready() -> bool:
            assert process.poll() is None, log.read_text("utf-8")
            return f"ready http://127.0.0.1:{port}/" in log.read_text("utf-8")

        wait_until(ready, "the hub answers", PATIENCE)
        (first,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        cards = Path(f"/proc/{first}/root/srv/kasuslab/hub/hub-cards.html").read_text("utf-8")
        yield HubHouse(f"http://127.0.0.1:{port}", Path("/srv/kursus"), _codes(cards), int(first))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)


def _codes(page: str) -> Mapping[str, tuple[str, str]]:
    cards = re.findall(
        r'<article aria-label="([^"]+)">.*?<b class="address">([^<]+)</b>.*?<p class="code">([^<]+)</p>',
        page,
        re.DOTALL,
    )
    return {name: (account, code) for name, account, code in cards}
