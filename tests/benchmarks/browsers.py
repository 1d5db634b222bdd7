"""Real browsers beside the phones: what a page costs one, and how long it waits."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.benchmarks.room import Arrivals, arrive, leave, seated
from tests.benchmarks.servers import Server
from tests.install_browser import NAMES
from tests.parts.counting_proxy import Traffic, counting_proxy

COVER = "Mulai"


@dataclass
class PageCost:
    """What a page cost a browser: kilobytes over the wire, requests; and what it asked this server for."""

    kilobytes: float
    requests: int
    paths: list[str]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def stock_visit(browser: Browser, port: int) -> PageCost:
    """A first visit of Voilà as it comes."""
    with counting_proxy(port) as counted:
        page = await browser.new_page()
        return await _visit(page, counted, f"http://127.0.0.1:{counted.port}/")


async def lab_visits(browser: Browser, port: int) -> tuple[PageCost, PageCost]:
    """A first visit of the workshop, with a seat, and a second one."""
    with counting_proxy(port) as counted:
        device = await browser.new_context()
        url = await _sit(device, counted.port)
        first = await _visit(await device.new_page(), counted, url)
        second = await _visit(await device.new_page(), counted, url)
        await device.close()
    return first, second


async def room_with_browsers(browser: Browser, server: Server, size: int) -> tuple[list[float], Arrivals]:
    """An arrival in which two are real browsers: seconds until their button, and the others."""
    devices = [await browser.new_context() for _ in range(2)]
    urls = [await _sit(device, server.port) for device in devices]
    pages = [await device.new_page() for device in devices]
    room = await seated(server, size - len(pages))
    waits: list[float] = []

    async def real(page: Page, url: str, after: float) -> None:
        await asyncio.sleep(after)
        begun = time.perf_counter()
        await page.goto(url, wait_until="commit")
        await page.locator(".kasuslab").get_by_role("button", name=COVER).wait_for()
        waits.append(time.perf_counter() - begun)

    reals = asyncio.gather(
        *(real(*each, 0.3 + 0.3 * at) for at, each in enumerate(zip(pages, urls, strict=True)))
    )
    found, _ = await asyncio.gather(arrive([phone.open_case() for phone in room], 1.0), reals)
    for device in devices:
        await device.close()
    await leave(room, found.pages)
    return waits, found


async def _visit(page: Page, counted: Traffic, url: str) -> PageCost:
    """Open `url`, and wait for the button of the case's cover."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda line: asked.append(line.url))
    counted.reset()
    await page.goto(url)
    await page.locator(".kasuslab").get_by_role("button", name=COVER).wait_for(timeout=60_000)
    await asyncio.sleep(0.5)
    here = f"http://127.0.0.1:{counted.port}"
    await page.close()
    paths = [each.removeprefix(here) for each in asked[1:] if each.startswith(f"{here}/")]
    return PageCost(counted.received / 1000, len(asked), paths)


async def _sit(device: BrowserContext, port: int) -> str:
    """Give a browser a seat; where the case is. It has seen nothing yet."""
    address = f"http://127.0.0.1:{port}"
    form: dict[str, str | float | bool] = {"sector": "-", "name": ""}
    await device.request.post(f"{address}/masuk", form=form)
    return f"{address}/kasus"
