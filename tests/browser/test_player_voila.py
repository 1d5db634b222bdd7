"""The workshop in a real Chromium, under the address that a phone in the room would use."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Page, Response, Route, WebSocket, expect

from graders.key.key import KEYS as OWN_KEYS
from scenarios.engine.event import EVENT, Event
from scenarios.library import CASES
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import Player, violations
from tests.parts.workshop_server import Workshop, running_workshop
from tests.places import KEYS

CASE = "daftar-nilai"
LANGUAGE_BACK = ("ID, Bahasa Indonesia", "Sebelum mulai", "id")
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    # On a network address a page is no secure context, as on the phones of a workshop.
    with running_workshop(tmp_path_factory.mktemp("workshop"), host="") as running:
        yield running


@pytest.fixture
def new_page(new_device: Callable[..., Page]) -> Callable[..., Page]:
    """Here each page is on a device of its own, as participants are."""
    return new_device


class WatchedPage:
    """Everything that a page asked for and was sent."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.errors: list[str] = []
        self._responses: list[Response] = []
        self._texts: list[str] = []
        self._frames: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("response", self._keep)
        page.on("websocket", self._watch)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda entry: self.errors.append(entry.text) if entry.type == "error" else None)

    @property
    def sent(self) -> str:
        """The text of all responses and of all frames."""
        self.read()
        return "".join([*self._texts, *self._frames])

    def read(self) -> None:
        """Read what came by now: no browser tells what came for a page that it has left."""
        self._texts += [each.text() for each in self._responses if each.status == 200]
        self._responses.clear()

    def _keep(self, response: Response) -> None:
        self._responses.append(response)

    def _watch(self, socket: WebSocket) -> None:
        self.hosts.add(urlsplit(socket.url).netloc)
        socket.on("framereceived", lambda frame: self._frames.append(str(frame)))


def whys() -> dict[str, set[str]]:
    """The reasons of the key, by decision."""
    reasons: dict[str, set[str]] = {}
    for name in (f"{CASE}.yaml", f"{CASE}.en.yaml"):
        for decision, key in yaml.safe_load((KEYS / name).read_text("utf-8"))["decisions"].items():
            reasons.setdefault(decision, set()).update(key["why"].values())
    return reasons


def join(page: Page, workshop: Workshop) -> tuple[Player, str]:
    """Take a seat, which opens the case; the player, and the resume code."""
    page.goto(f"{workshop.url}g/{workshop.code()}")
    code = take_seat(page)
    player = Player(page)
    player.see("Sebelum mulai")
    return player, code


def decide_urgency(player: Player) -> None:
    """Begin, and settle the first decision."""
    player.press("Mulai")
    player.see("Telepon pertama")
    player.tick("Ditangani hari ini")
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Umpan balik")


def events_on_disk(workshop: Workshop) -> tuple[Event, ...]:
    """The events of the play that was begun last."""
    query = "select body from event where play = (select max(number) from play) order by n"
    with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
        return tuple(EVENT.validate_json(body) for (body,) in database.execute(query))


# The pages around the player


def test_the_page_around_the_player_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page(width=360)
    player, _ = join(page, workshop)
    assert player.fits()
    for name, heading, language in (("EN, English", "Before you begin", "en"), LANGUAGE_BACK):
        player.press(name)
        player.see(heading)
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page, "html") == []


def test_the_language_of_the_lobby_is_that_of_the_player_and_back(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{workshop.url}g/{workshop.code()}")
    page.get_by_role("link", name="English").click()
    take_seat(page, "Rather not say")
    player = Player(page)
    player.see("Before you begin")

    player.press("ID, Bahasa Indonesia")
    player.see("Sebelum mulai")
    page.goto(workshop.url)

    expect(page.get_by_role("link", name="Buka kasus")).to_be_visible()


# Playing


def test_a_case_is_played_by_clicks_to_its_result(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page()
    watched = WatchedPage(page)
    page.goto(f"{workshop.url}g/{workshop.code()}")
    watched.read()
    take_seat(page)
    player = Player(page)
    player.see("Sebelum mulai")
    assert page.evaluate("window.isSecureContext") is False
    unseen = whys()

    def nothing_came_early() -> None:
        sent = watched.sent
        assert '"view"' in sent
        assert not [why for reasons in unseen.values() for why in reasons if why in sent]

    nothing_came_early()
    decide_urgency(player)
    del unseen["mendesak"]
    nothing_came_early()
    player.press("Lanjut")
    player.see("Anak A berbicara")
    player.tick("Ini bukan salahmu. Apa yang kamu perlukan?")
    nothing_came_early()
    player.press("Periksa pilihan", "Konfirmasi", "Lanjut")
    player.see("Menahan penyebaran")
    player.tick("Catat grup, waktu dan pengunggahnya", "Minta pengurus grup menghapus berkas itu")
    player.press("Periksa pilihan", "Konfirmasi", "Lanjut")
    player.see("Mana yang lebih dulu")
    player.press("Periksa pilihan", "Konfirmasi", "Lanjut")
    player.see("Siapa yang dilibatkan")
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Menengok ke belakang")
    player.root.get_by_role("textbox").fill("Saya akan bertanya lebih dulu.")
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Untuk Anda sendiri")
    player.press("Lihat hasil dan alasannya")
    player.see("Hasil latihan")

    assert violations(page) == []
    assert watched.hosts == {urlsplit(workshop.url).netloc}
    assert watched.errors == []
    steps = [event.event for event in events_on_disk(workshop)]
    assert steps == ["started", *["decided"] * 4, "skipped", "decided"]


def test_a_scene_begins_in_the_top_quarter_of_a_phone_below_the_frame_of_the_page(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page(width=360, height=740)
    player, _ = join(page, workshop)
    player.press("Mulai")
    player.see("Telepon pertama")

    page.evaluate("window.scrollTo(0, 0)")
    box = player.root.get_by_role("heading", name="Telepon pertama").bounding_box()
    assert box is not None
    assert box["y"] < 740 / 4


def test_what_is_filled_in_survives_the_phones_back_and_goes_with_the_seat(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page(width=360)
    player, _ = join(page, workshop)
    player.press("Mulai")
    player.tick("Ditangani hari ini")
    page.go_back()
    page.get_by_role("link", name="Buka kasus").click()
    player.see("Telepon pertama")
    expect(player.root.get_by_label("Ditangani hari ini")).to_be_checked()

    page.goto(workshop.url)
    page.get_by_role("button", name="Serahkan ke orang lain").click()
    expect(page.locator("#pintu-kode, #bidang").first).to_be_visible()

    page.wait_for_function("localStorage.getItem('kasuslab_drafts') === null")


def test_a_reload_in_mid_case_goes_on(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page()
    player, _ = join(page, workshop)
    decide_urgency(player)
    player.press("Lanjut")
    player.see("Anak A berbicara")

    page.reload()

    expect(player.root.locator("[data-heading]").last).to_have_text(
        re.compile("Anak A berbicara|Umpan balik")
    )
    assert len(events_on_disk(workshop)) == 2


def test_a_reload_among_several_cases_goes_on_with_the_one_begun(
    tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    with running_workshop(
        tmp_path, folder=CASES, keys=OWN_KEYS, cases=("tawaran-nongkrong", "teman-gim"), host=""
    ) as library:
        page = new_page()
        page.goto(f"{library.url}g/{library.code()}")
        take_seat(page)
        player = Player(page)
        player.root.get_by_role("button", name="Teman Gim").click()
        player.press("Mulai")
        scene = player.root.locator("[data-heading]").last
        expect(scene).not_to_have_text("Sebelum mulai")
        before = scene.inner_text()

        page.reload()

        expect(scene).to_have_text(before)


def test_a_second_device_goes_on_with_the_resume_code(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    first = new_page()
    player, code = join(first, workshop)
    decide_urgency(player)

    phone = new_page(width=360)
    phone.goto(f"{workshop.url}g/{workshop.code()}")
    phone.get_by_text("Sudah punya kode lanjut").click()
    phone.get_by_role("textbox", name="Kode lanjut").fill(code.lower())
    phone.get_by_role("button", name="Lanjutkan").click()
    other = Player(phone)
    other.see("Umpan balik")
    other.press("Lanjut")
    other.see("Anak A berbicara")

    player.press("Lanjut")
    player.tick("Saya catat semuanya, nanti kami kabari.")
    player.press("Periksa pilihan", "Konfirmasi")
    expect(player.root.locator("[data-heading]").last).not_to_have_text("Umpan balik")
    assert len(events_on_disk(workshop)) == 2


def test_a_page_that_is_ended_says_so_and_loses_nothing(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    # A websocket that the test can end, as the server does where a page has ended its own kernel again.
    page.add_init_script(
        "const Own = WebSocket; window.lines = [];"
        "window.WebSocket = class extends Own { constructor(url) { super(url); window.lines.push(this); } };"
    )
    player, _ = join(page, workshop)
    decide_urgency(player)

    page.evaluate("window.lines[0].onclose({ code: 4404 })")

    button = page.get_by_role("button", name="Muat ulang")
    expect(button).to_be_visible()
    assert violations(page, "html") == []
    button.click()
    player.see("Umpan balik")
    assert len(events_on_disk(workshop)) == 2


def test_killed_kernels_are_hidden_and_lose_nothing(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    player, _ = join(page, workshop)
    decide_urgency(player)

    for kernel in workshop.kernels():
        kernel.kill()

    player.press("Lanjut")
    player.see("Anak A berbicara")
    assert len(events_on_disk(workshop)) == 2


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def test_a_line_that_broke_is_mended_by_itself(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page()
    # A websocket that the test can break, as a phone that leaves the network does.
    page.add_init_script(
        "const Own = WebSocket; window.lines = [];"
        "window.WebSocket = class extends Own { constructor(url) { super(url); window.lines.push(this); } };"
    )
    player, _ = join(page, workshop)
    player.press("Mulai")
    player.see("Telepon pertama")
    with offline(page):
        page.evaluate("window.lines[0].close()")
        player.see_text("Sambungan terputus.")
        player.tick("Ditangani hari ini")

    expect(player.root).not_to_have_class(re.compile("kl-lost"))
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Umpan balik")
    assert page.evaluate("window.lines.length") == 2


def test_a_page_without_its_kernel_says_so(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    page = new_page()
    join(page, workshop)

    def lose_the_player(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<div id="ws-player"></div>', ""))

    page.route("**/kasus", lose_the_player)

    page.reload()

    expect(page.get_by_text("Kasus belum dapat disiapkan.")).to_be_visible()
    expect(page.get_by_role("button", name="Muat ulang")).to_be_visible()


def test_a_browser_without_the_seat_does_not_reach_its_kernel(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    join(page, workshop)
    stranger = new_page()
    stranger.goto(workshop.url)
    address = f"{workshop.url.replace('http', 'ws')}kasus/saluran"

    opened = stranger.evaluate(
        "url => new Promise((done) => { const line = new WebSocket(url);"
        "line.onopen = () => done(true); line.onerror = () => done(false); })",
        address,
    )

    assert opened is False
