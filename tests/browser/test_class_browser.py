"""A teacher's page in a real browser: on a phone and on a wide screen, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.player_page import violations
from tests.parts.lti_class import Comer, PlatformServices, class_workshop, platform_services
from tests.parts.workshop_server import Workshop


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        names = {"ana": "Ana Wati", "beo": "Beo Putra", "citra": "Citra Ayu"}
        here.members = [{"user_id": sub, "roles": ["Learner"], "name": name} for sub, name in names.items()]
        here.refuses = 404
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("class") / "data"
    with class_workshop(data, services, "daftar-nilai", lms_roster="names") as running:
        learner = Comer(running, services, "ana")
        learner.come()
        with learner.browser.play() as play:
            play.move(type="begin")
        yield running


@pytest.fixture(scope="module")
def browser_context(own_context: BrowserContext) -> BrowserContext:
    return own_context


@pytest.mark.parametrize(("width", "dark", "language"), [(1366, False, "id"), (360, True, "en")])
def test_a_teacher_sees_her_class_and_its_roster_and_is_asked_before_anything_is_deleted(
    new_page: Callable[..., Page],
    workshop: Workshop,
    services: PlatformServices,
    width: int,
    language: str,
    *,
    dark: bool,
) -> None:
    teacher = Comer(workshop, services, "guru", teaches=True)
    place = workshop.url.rstrip("/") + teacher.come()
    page = new_page(width=width, dark=dark)
    cookies = teacher.browser.cookies.items()
    page.context.add_cookies([{"name": name, "value": value, "url": workshop.url} for name, value in cookies])
    page.goto(f"{place}/bahasa/{language}")
    is_indonesian = language == "id"

    title = "Kelas Anda" if is_indonesian else "Your class"
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Hapus" if is_indonesian else "Delete", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="daftar peserta" if is_indonesian else "list of participants").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(["Ana Wati", "Beo Putra", "Citra Ayu"])
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
