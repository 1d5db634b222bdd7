"""What an operator may ask a running server, and who may not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from release.workshop.hall.hall_access import HallAccess
from release.workshop.proxy.named_proxies import NamedProxies
from release.workshop.web.monitor.monitor_door import FRESH_SECONDS, LATE, Monitor
from release.workshop.wire import Answer, Request
from release.workshop.writer_line import WriterSilentError
from tests.parts.workshop_server import Visitor, Workshop, running_workshop


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("workshop"), seats=7) as workshop:
        yield workshop


def metrics_of(workshop: Workshop) -> dict[str, float]:
    families = text_string_to_metric_families(Visitor(workshop.port).read("/metrics"))
    return {
        sample.name: sample.value for family in families for sample in family.samples if not sample.labels
    }


def test_a_server_that_plays_is_healthy_and_ready(workshop: Workshop) -> None:
    visitor = Visitor(workshop.port)
    assert (visitor.ask("/healthz").status, visitor.bodies[-1]) == (200, "ok\n")
    assert (visitor.ask("/readyz").status, visitor.bodies[-1]) == (200, "ready\n")


def test_the_figures_follow_who_plays(workshop: Workshop) -> None:
    before = metrics_of(workshop)
    visitor = Visitor(workshop.port)
    visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        during = metrics_of(workshop)

    assert (before["kasuslab_seats"], before["kasuslab_ready"]) == (7, 1)
    changes = {name: during[name] - before[name] for name in ("kasuslab_present", "kasuslab_pages")}
    assert changes == {"kasuslab_present": 1, "kasuslab_pages": 1}
    assert during["kasuslab_answer_seconds_count"] - before["kasuslab_answer_seconds_count"] >= 2
    assert during["process_resident_memory_bytes"] > 0


def test_the_figures_name_nobody(workshop: Workshop) -> None:
    visitor = Visitor(workshop.port)
    code = visitor.join()
    with visitor.play() as page:
        page.move(type="begin")
        text = Visitor(workshop.port).read("/metrics")

    assert "kasuslab_present" in text
    assert [each for each in (code, *visitor.cookies.values(), "127.0.0.1") if each in text] == []


@pytest.mark.parametrize("caller", ["127.0.0.1", "203.0.113.9"])
def test_figures_that_a_proxy_passes_on_are_no_page(workshop: Workshop, caller: str) -> None:
    assert Visitor(workshop.port).ask("/metrics", X_Forwarded_For=caller).status == 404


def test_a_network_that_is_not_named_reads_no_figures(tmp_path: Path) -> None:
    with running_workshop(tmp_path, monitor="10.0.0.0/8") as workshop:
        assert Visitor(workshop.port).ask("/metrics").status == 404
        assert Visitor(workshop.port).ask("/healthz").status == 200


def test_a_server_whose_writer_stands_still_is_not_ready_and_is_again_afterwards(workshop: Workshop) -> None:
    kernels = {kernel.pid for kernel in workshop.kernels()}
    writer = next(child for child in workshop.children() if child.pid not in kernels)
    visitor = Visitor(workshop.port)
    assert isinstance(writer, psutil.Process)
    writer.suspend()
    try:
        while visitor.ask("/readyz").status == 200:
            pass
        assert visitor.ask("/healthz").status == 200
    finally:
        writer.resume()
    while visitor.ask("/readyz").status != 200:
        pass


class SilentWriter:
    """A writer that answers nothing, and counts how often it was asked."""

    asked = 0

    async def ask(self, request: Request) -> Answer:
        self.asked += 1
        raise WriterSilentError(request["ask"])


def test_whoever_asks_often_does_not_ask_the_writer_as_often() -> None:
    now, writer = 100.0, SilentWriter()
    monitor = Monitor(NamedProxies(), clock=lambda: now)

    seconds = [asyncio.run(monitor.look(HallAccess(writer)))[0] for _ in range(50)]
    now += FRESH_SECONDS
    asyncio.run(monitor.look(HallAccess(writer)))

    assert set(seconds) == {LATE}
    assert writer.asked == 2
