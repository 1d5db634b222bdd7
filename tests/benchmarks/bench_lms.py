"""Seventy learners whom a learning platform sends within a second, and a platform that fails for a minute.

They come by whole launches over HTTP into a workshop on PostgreSQL or SQLite, sit down, and play a small
case to its end, while the platform that takes their grades is well, is down, or answers after eight seconds.
Printed is how long they wait for the first screen of their case, when the last grade was there, and that each
arrived, once, right; before that, what one launch costs each process of the lab in processor time, which
tells more than waiting where the machine does other things too. The platform is a stub
(tests/parts/unsteady_platform.py): what is measured is the lab. Run by ``make bench``; --seconds changes the
minute, --cost measures the cost alone, and --burst a platform that is well.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles
from threading import Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from release.lms.addresses import ToolAddress
from release.lms.launch import GRADES
from release.lms.services.grade import SCOPE
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.databases import postgresql, sqlite_url
from tests.parts.lti_platform import LtiPlatform
from tests.parts.machine import wait_until
from tests.parts.unsteady_platform import UnsteadyPlatform, unsteady_platform
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES

CASE, LEARNERS, MINUTE = "daftar-nilai", 70, 60.0
SLOW_SECONDS = 8.0
KINDS = ("postgresql", "sqlite")
# For how many seconds nobody comes, and by how much of one processor kernels that start still take less then.
REST, STARTED = 8.0, 0.01
# What they decide, and what that is worth; the rest is skipped.
WAYS = (
    ({"mendesak": "sedang", "bicara": "dengar"}, 100.0),
    ({"mendesak": "sedang", "bicara": "marah"}, 50.0),
    ({"mendesak": "rendah", "bicara": "marah"}, 0.0),
)


@dataclass(frozen=True, slots=True)
class LearnerTimes:
    """How long a learner waited for the case, and when it was played to its end, by `time.monotonic`."""

    wait: float
    ended: float


def come(workshop: Workshop, platform: UnsteadyPlatform, learner: int) -> Visitor:
    """Come from the platform by a whole launch, and sit down where that learner did not yet."""
    signer, browser = LtiPlatform(tool=ToolAddress(workshop.url)), Visitor(workshop.port)
    begun = browser.ask("/lms/login", signer.asks()).headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun).query).items()}
    grades: object = {"scope": [SCOPE], "lineitem": platform.line_item}
    item = {"kasuslab": f"case:{CASE}"}
    claims = signer.claims(asked["nonce"], sub=str(learner), custom=item) | {GRADES: grades}
    form = {"state": asked["state"], "id_token": signer.signed(claims)}
    place = browser.ask("/lms/launch", form).headers["Location"]
    answer = browser.ask(place)
    if answer.status == HTTPStatus.OK:
        answer = browser.ask(place, {"sector": "-", "name": ""})
    browser.ask(browser.ask(answer.headers["Location"]).headers["Location"])
    return browser


def come_and_play(workshop: Workshop, platform: UnsteadyPlatform, learner: int, begin: float) -> LearnerTimes:
    """Come from the platform at a moment within the second after `begin`, and play to the end."""
    time.sleep(max(0.0, begin + learner / LEARNERS - time.monotonic()))
    came = time.monotonic()
    browser = come(workshop, platform, learner)
    with browser.play() as page:
        wait = time.monotonic() - came
        picks = WAYS[learner % len(WAYS)][0]
        page.move(type="begin")
        while page.view["screen"] != "ended":
            scene, decision = page.view["scene"], page.view["scene"]["decision"]
            if decision is None:
                page.move(type="continue", scene=scene["id"])
            elif decision["id"] in picks:
                page.move(type="decide", decision=decision["id"], pick=picks[decision["id"]], sure=True)
            else:
                page.move(type="skip", decision=decision["id"])
    return LearnerTimes(wait, time.monotonic())


def faults(platform: UnsteadyPlatform) -> int:
    """Of how many learners the grade is missing, wrong, or came as another before."""
    wanted = {str(learner): WAYS[learner % len(WAYS)][1] for learner in range(LEARNERS)}
    rows = {who: [one["scoreGiven"] for one in platform.scores[who] if "scoreGiven" in one] for who in wanted}
    return sum(set(rows[who]) != {figure} for who, figure in wanted.items())


def measured(url: str, home: Path, name: str, seconds: float) -> Sequence[str]:
    """A row of the table, of a platform that fails in one way for so many seconds after the first came."""
    with unsteady_platform() as platform:
        with lab_of(home / name, url, platform) as workshop, ThreadPoolExecutor(LEARNERS) as pool:

            def mend() -> None:
                platform.state, platform.seconds = "up", 0.0

            platform.state = "down" if name == "down" else "up"
            platform.seconds = SLOW_SECONDS if name == "slow" else 0.0
            begin = time.monotonic() + 0.5
            Timer(0.5 + seconds, mend).start()
            came = [pool.submit(come_and_play, workshop, platform, one, begin) for one in range(LEARNERS)]
            times = [one.result() for one in came]
            wait_until(lambda: faults(platform) == 0, "each grade is there", 3 * seconds + 60)
            time.sleep(5)  # for one that comes twice
        last = max(platform.arrived.values())
        copies = max(sum("scoreGiven" in one for one in rows) for rows in platform.scores.values())
        waits = [one.wait for one in times]
        return (
            name,
            f"{median(waits):.2f}",
            f"{quantiles(waits, n=20)[-1]:.2f}",
            f"{max(one.wait for one in times):.2f}",
            f"{max(one.ended for one in times) - begin:.1f}",
            f"{last - begin:.1f}",
            str(copies),
            str(faults(platform)),
        )


@contextmanager
def lab_of(data: Path, url: str, platform: UnsteadyPlatform, **options: object) -> Iterator[Workshop]:
    """A workshop on the database at `url` that the platform leads to, and no other."""
    data.mkdir(mode=0o700, parents=True)
    engine = open_database(url, make=True)
    store = PlatformStore(engine, lambda: datetime.now(UTC))
    for one in store.platforms():
        store.remove(one.number)
    store.add(platform.registered)
    engine.dispose()
    chosen: dict[str, Any] = {"lms": True, "lms_local": True, "database": url, "seats": LEARNERS, **options}
    with running_workshop(data, folder=CASES, cases=[CASE], log=data / "log", **chosen) as workshop:
        yield workshop


def spent(processes: Sequence[psutil.Process]) -> float:
    """The processor time of processes, in seconds."""
    times = [process.cpu_times() for process in processes]
    return float(sum(each.user + each.system for each in times))


def processes_of(workshop: Workshop, url: str) -> dict[str, list[psutil.Process]]:
    """The processes that a launch is work for, by what they are in the table of costs."""
    place = make_url(url).query.get("host")
    parts = {"server": [psutil.Process(workshop.process.pid)], "writer": [workshop.writer()]}
    parts["kernels"] = workshop.kernels()
    running = psutil.process_iter(["cmdline"])
    masters = [one for one in running if place and f"{place}/data" in (one.info["cmdline"] or ())]
    parts["database"] = [each for one in masters for each in (one, *one.children())]
    return parts


def at_rest(parts: dict[str, list[psutil.Process]]) -> dict[str, float]:
    """What each part takes in a second in which nobody comes, once it has done all that a start brings."""
    last = float("inf")
    while True:
        before = {part: spent(each) for part, each in parts.items()}
        time.sleep(REST)
        taken = {part: (spent(each) - before[part]) / REST for part, each in parts.items()}
        if taken["kernels"] >= last - STARTED:
            return taken
        last = taken["kernels"]


def costs(url: str, home: Path) -> Sequence[Sequence[str]]:
    """Rows of the table of costs: what a launch takes of each process, in milliseconds of processor time.

    Learners come one after the other: those who are new sit down, and then the same come again. What the
    processes take when nobody comes is not counted.
    """
    rows: list[Sequence[str]] = []
    with unsteady_platform() as platform, lab_of(home / "cost", url, platform) as workshop:
        come(workshop, platform, LEARNERS)  # keys and templates are read
        parts = processes_of(workshop, url)
        rest = at_rest(parts)
        for name in ("new", "again", "again, and opens the case"):
            before, begin = {part: spent(each) for part, each in parts.items()}, time.monotonic()
            for learner in range(LEARNERS):
                browser = come(workshop, platform, learner)
                if name.endswith("case"):
                    with browser.play():
                        pass
            seconds = time.monotonic() - begin
            taken = [spent(each) - before[part] - rest[part] * seconds for part, each in parts.items()]
            figures = [1000 * one / LEARNERS for one in taken]
            rows.append(
                (make_url(url).get_backend_name(), name, *map("{:.1f}".format, (*figures, sum(figures))))
            )
    return rows


@contextmanager
def database(kind: str, home: Path) -> Iterator[str]:
    """The URL of a new database: of PostgreSQL, or of SQLite."""
    if kind == "postgresql":
        with postgresql() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory(dir=home) as folder:
            yield sqlite_url(Path(folder))


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=MINUTE, help="for how long the platform fails")
    parser.add_argument("--cost", action="store_true", help="measure the cost of a launch alone")
    parser.add_argument("--burst", action="store_true", help="measure a platform that is well alone")
    asked = parser.parse_args()
    seconds = asked.seconds
    cost = Table(title="Processor time of one launch, in milliseconds")
    for head in ("database", "learners", "server", "writer", "kernels", "PostgreSQL", "all"):
        cost.add_column(head, justify="right")
    table = Table(title=f"{LEARNERS} learners within a second; the platform fails for {seconds:g} s")
    heads = ("wait p50 s", "p95 s", "max s", "all ended s", "last grade s", "most copies", "wrong")
    for head in ("database", "platform", *heads):
        table.add_column(head, justify="right")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kasuslab-lms-")))
        for number, kind in enumerate(() if asked.burst else KINDS):
            with database(kind, home) as url:
                for row in costs(url, home / f"{number}"):
                    cost.add_row(*row)
        if not asked.burst:
            Console().print(cost)
        failing = () if asked.burst else (("postgresql", "down"), ("postgresql", "slow"))
        for kind, name in () if asked.cost else (*((kind, "up") for kind in KINDS), *failing):
            with database(kind, home) as url:
                table.add_row(kind, *measured(url, home / kind, name, seconds))
    if not asked.cost:
        Console().print(table)


if __name__ == "__main__":
    main()
