"""A cheap phone on a poor network, as Chromium emulates them."""

from __future__ import annotations

from playwright.sync_api import CDPSession

SLOW_NETWORK = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def slow_down(session: CDPSession, *, times: int) -> None:
    """A line of 400 kbit/s and 300 ms, and a processor that is so many times slower."""
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
