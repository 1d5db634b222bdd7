"""From a learning platform into the lab as in the field: two sites over TLS, third-party cookies off."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, expect

from release.lms.addresses import ToolAddress
from release.workshop.seats.cookie import SEAT
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.browser.player_page import CHECK, CONFIRM, CONTINUE
from tests.install_browser import find_browser
from tests.parts.certificates import make_certificate
from tests.parts.databases import sqlite_url
from tests.parts.machine import free_port, wait_until
from tests.parts.open_edx.platform_process import EdxBrowser, OpenEdx, running_open_edx
from tests.parts.strict_registration import strict_registration
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES

pytestmark = pytest.mark.long
CASE = "daftar-nilai"
CAMPUS, LAB, ELSEWHERE = "lms.kampus.test", "lab.kasus.test", "jahat.test"
# Three names for this machine, which a browser takes for three sites.
Where = Literal["frame", "window", "page"]
NAMES = ",".join(f"MAP {name} 127.0.0.1" for name in (CAMPUS, LAB, ELSEWHERE))
ARGUMENTS = ["--no-sandbox", f"--host-resolver-rules={NAMES}"]


@dataclass(frozen=True)
class Field:
    """A platform on one site, and the lab on another."""

    edx: OpenEdx
    workshop: Workshop
    lab: str


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    home, port = tmp_path_factory.mktemp("field"), free_port()
    data = home / "data"
    data.mkdir(mode=0o700)
    certificate, key = make_certificate(home, "hosts", hosts=(CAMPUS, LAB, ELSEWHERE))
    lab = f"https://{LAB}:{port}/"
    options: dict[str, Any] = {"lms": True, "lms_local": True, "port": port, "public_url": lab}
    options |= {"certificate": str(certificate), "key": str(key), "log": home / "log"}
    with (
        pytest.MonkeyPatch.context() as patch,
        running_open_edx(
            home / "edx",
            ToolAddress(lab),
            free_port(),
            ["satu"],
            certificate=(certificate, key),
            host=CAMPUS,
        ) as edx,
    ):
        patch.setitem(os.environ, "SSL_CERT_FILE", str(certificate))
        engine = open_database(sqlite_url(data), make=True)
        PlatformStore(engine, lambda: datetime.now(UTC)).add(edx.registered)
        engine.dispose()
        with running_workshop(data, folder=CASES, cases=[CASE], **options) as workshop:
            EdxBrowser(edx, Visitor(port, tls=workshop.tls), "guru", is_teacher=True).choose(
                "satu", f"case:{CASE}"
            )
            yield Field(edx, workshop, lab)


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Iterator[Browser]:
    """A Chromium as people have it: that without windows would keep the cookies of other sites."""
    running = chromium.browser_type.launch(executable_path=find_browser(), args=ARGUMENTS)
    yield running
    running.close()


@contextmanager
def device(browser: Browser, *, width: int = 1280) -> Iterator[BrowserContext]:
    """A device that has been nowhere; it trusts the certificate of the two sites."""
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": 760}, has_touch=width < 500
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def come(context: BrowserContext, field: Field, name: str, where: Where) -> Frame:
    """Log in to the platform and open the activity; what the lab shows there."""
    page = context.new_page()
    page.goto(f"{field.edx.pages}/masuk/{name}?to={quote(f'/kegiatan/satu?in={where}')}")
    if where == "window":
        with page.expect_popup() as window:
            page.get_by_role("link").click()
        return window.value.main_frame
    if where == "page":
        return page.main_frame
    expect(page.frame_locator("iframe").locator("h1").first).to_be_visible()
    return page.frames[1]


def press(inside: Frame, *names: str) -> None:
    for name in names:
        inside.get_by_role("button", name=name, exact=True).click()


def see(inside: Frame, heading: str) -> None:
    expect(inside.locator("[data-heading]").last).to_have_text(heading)


WAYS = [("frame", 1280), ("frame", 360), ("window", 1280), ("page", 360)]


@pytest.mark.parametrize(("where", "width"), WAYS)
def test_a_learner_plays_and_finds_the_play_again_here_and_on_another_device(
    field: Field, browser: Browser, where: Where, width: int
) -> None:
    name = f"{where}-{width}"
    with device(browser, width=width) as first, device(browser) as second:
        inside = come(first, field, name, where)
        press(inside, "Kesehatan", "Mulai")
        see(inside, "Telepon pertama")
        inside.get_by_label("Ditangani hari ini", exact=True).check()
        press(inside, CHECK, CONFIRM)
        press(inside, CONTINUE)
        see(inside, "Anak A berbicara")

        inside.page.reload()
        for again in (come(first, field, name, where), come(second, field, name, "frame")):
            see(again, "Umpan balik")
            press(again, CONTINUE)
            see(again, "Anak A berbicara")
    wait_until(lambda: any(one["who"] == name for one in field.edx.notes()["scores"]), "it is in progress")


def test_of_the_lab_a_frame_keeps_what_is_kept_apart_for_its_platform_and_nothing_else(
    field: Field, browser: Browser
) -> None:
    with device(browser) as context:
        inside = come(context, field, "kuki", "frame")
        # Third-party cookies are off in this browser indeed.
        assert "luar" not in inside.evaluate(
            "document.cookie = 'luar=1; SameSite=None; Secure'; document.cookie"
        )
        press(inside, "Kesehatan")
        expect(inside.get_by_role("button", name="Mulai")).to_be_visible()
        ours = [cookie for cookie in context.cookies() if str(cookie["domain"]) == LAB]

        assert SEAT in {cookie["name"] for cookie in ours}
        assert {cookie.get("partitionKey") for cookie in ours} == {"https://kampus.test"}
        inside.page.goto(f"{field.lab}kasus")
        expect(inside.page).to_have_url(field.lab)


def test_where_a_frame_keeps_nothing_a_click_opens_a_window_that_goes_on(
    field: Field, chromium: Browser, tmp_path: Path
) -> None:
    blocked = {f"[*.]{LAB},[*.]{CAMPUS}": {"setting": 2}}
    settings = {"profile": {"content_settings": {"exceptions": {"cookies": blocked}}}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=find_browser(), args=ARGUMENTS, ignore_https_errors=True
    )
    try:
        inside = come(context, field, "tanpa-kuki", "frame")
        assert "apart" not in inside.evaluate(
            "document.cookie = 'apart=1; SameSite=None; Secure; Partitioned'; document.cookie"
        )
        with inside.page.expect_popup() as window:
            inside.get_by_role("button").click()
        press(window.value.main_frame, "Kesehatan", "Mulai")
        see(window.value.main_frame, "Telepon pertama")
    finally:
        context.close()


def test_our_pages_stand_in_a_frame_of_a_registered_platform_and_of_no_other_site(
    field: Field, browser: Browser
) -> None:
    with device(browser) as context:
        page = context.new_page()
        for path in ("", "kasus", "lms/login", "umpan-balik/daftar-nilai", "g/abcdef", "nowhere"):
            for site, is_open in ((CAMPUS, True), (ELSEWHERE, False)):
                page.goto(f"https://{site}:{field.edx.port}/bingkai?of={field.lab}{path}")
                assert page.frames[1].url.startswith(field.lab) is is_open, (path, site)


@pytest.mark.parametrize("width", [360, 1280])
def test_an_administrator_registers_the_lab_by_one_address_in_a_frame_of_the_platform(
    field: Field, browser: Browser, width: int
) -> None:
    engine = open_database(sqlite_url(field.workshop.data))
    token = PlatformStore(engine, lambda: datetime.now(UTC)).invite()
    engine.dispose()
    files = make_certificate(field.workshop.data.parent, "hosts")
    with strict_registration(files) as moodle, device(browser, width=width) as context:
        page, address = context.new_page(), quote(ToolAddress(field.lab).registration(token))
        page.goto(f"{moodle.address}/mod/lti/startltiadvregistration.php?url={address}")
        button = page.frame_locator("iframe").get_by_role("button")
        expect(button).to_be_visible()
        assert len(moodle.registered) == 1
        expect(page.locator("#stands")).to_have_text("terbuka")

        button.click()

        expect(page.locator("#stands")).to_have_text("tutup")
        page.reload()
        expect(page.frame_locator("iframe").get_by_role("heading")).to_be_visible()
        assert len(moodle.registered) == 1
