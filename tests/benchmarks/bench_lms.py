"""Seventy learners whom a learning platform sends within a second, and a platform that fails for a minute.

They come by whole launches over HTTP into a workshop on PostgreSQL, sit down, and play a small case to its
end, while the platform that takes their grades is well, is down, or answers after eight seconds. Printed is
how long they wait for their case, when the last grade was there, and that each arrived, once, right. The
platform is a stub (tests/parts/unsteady_platform.py): what is measured is the lab. Run by ``make bench``;
--seconds changes the minute.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from threading import Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rich.console import Console
from rich.table import Table

from release.lms.addresses import ToolAddress
from release.lms.launch import GRADES
from release.lms.services.grade import SCOPE
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.databases import postgresql
from tests.parts.lti_platform import LtiPlatform
from tests.parts.machine import wait_until
from tests.parts.unsteady_platform import UnsteadyPlatform, unsteady_platform
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES

CASE, LEARNERS, MINUTE = "daftar-nilai", 70, 60.0
SLOW_SECONDS = 8.0
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


def come_and_play(workshop: Workshop, platform: UnsteadyPlatform, learner: int, begin: float) -> LearnerTimes:
    """Come from the platform at a moment within the second after `begin`, and play to the end."""
    signer, browser = LtiPlatform(tool=ToolAddress(workshop.url)), Visitor(workshop.port)
    time.sleep(max(0.0, begin + learner / LEARNERS - time.monotonic()))
    came = time.monotonic()
    begun = browser.ask("/lms/login", signer.asks()).headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun).query).items()}
    grades: object = {"scope": [SCOPE], "lineitem": platform.line_item}
    item = {"kasuslab": f"case:{CASE}"}
    claims = signer.claims(asked["nonce"], sub=str(learner), custom=item) | {GRADES: grades}
    form = {"state": asked["state"], "id_token": signer.signed(claims)}
    place = browser.ask("/lms/launch", form).headers["Location"]
    browser.ask(place)
    arrival = browser.ask(place, {"sector": "-", "name": ""}).headers["Location"]
    browser.ask(browser.ask(arrival).headers["Location"])
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
    data = home / name
    data.mkdir(mode=0o700)
    with unsteady_platform() as platform:
        engine = open_database(url, make=True)
        store = PlatformStore(engine, lambda: datetime.now(UTC))
        for one in store.platforms():
            store.remove(one.number)
        store.add(platform.registered)
        engine.dispose()
        options: dict[str, Any] = {"lms": True, "lms_local": True, "database": url, "seats": LEARNERS}
        with (
            running_workshop(data, folder=CASES, cases=[CASE], log=data / "log", **options) as workshop,
            ThreadPoolExecutor(LEARNERS) as pool,
        ):

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
        p95 = quantiles([one.wait for one in times], n=20)[-1]
        return (
            name,
            f"{p95:.2f}",
            f"{max(one.wait for one in times):.2f}",
            f"{max(one.ended for one in times) - begin:.1f}",
            f"{last - begin:.1f}",
            str(copies),
            str(faults(platform)),
        )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=MINUTE, help="for how long the platform fails")
    seconds = parser.parse_args().seconds
    table = Table(title=f"{LEARNERS} learners within a second; the platform fails for {seconds:g} s")
    heads = ("platform", "wait p95 s", "wait max s", "all ended s", "last grade s", "most copies", "wrong")
    for head in heads:
        table.add_column(head, justify="right")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kasuslab-lms-")))
        for name in ("up", "down", "slow"):
            with postgresql() as url:
                table.add_row(*measured(url, home, name, seconds))
    Console().print(table)


if __name__ == "__main__":
    main()
