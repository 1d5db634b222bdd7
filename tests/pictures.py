"""Take the pictures of the READMEs anew, of the lab as it runs: ``make pictures``.

``python -m tests.pictures [PART…]`` takes some parts: participant, trainee, lobby, projector, report.
Each is a page of ours in a real Chromium, on a real workshop, Jupyter server or course, and is kept as a PNG
of at most 64 colours, so that it weighs little.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from release.workshop.writer.store import WorkshopStore
from scenarios.library import CASES
from scenarios.loader import load_case
from tests.browser.conftest import LabServer
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import CHECK, CONFIRM, PLAY_ON, Player
from tests.install_browser import find_browser
from tests.parts.databases import sqlite_url
from tests.parts.room_class import furnish
from tests.parts.workshop_server import PERSON, Visitor, running_workshop

ROOT = Path(__file__).resolve().parents[1]
KEYS = ROOT / "graders" / "keys"
COLOURS = 64
CASE, VARIANT = "teman-gim", "berangkat"
PHONE, DESKTOP, HALL, SHEET = (360, 700), (1180, 780), (1280, 720), (820, 1000)
PASSWORD = "papan-untuk-gambar"  # noqa: S105 -- of a workshop that ends with its picture
LANGUAGES = {"id": "ID, Bahasa Indonesia", "en": "EN, English"}
# How many of a room chose each answer to what is done with the paper and the phone.
ROOM = {"baca": 3, "kertas": 22, "foto": 6, "catat": 4}
ROOM_CASE, ROOM_DECISION, ROOM_VARIANT = "tawaran-nongkrong", "catatan", "orang_luar"


@dataclass(frozen=True)
class Camera:
    """A Chromium that keeps pictures. room: a folder for what is served while they are taken."""

    browser: Browser
    room: Path

    def page(self, size: tuple[int, int], *, dark: bool = False, sharp: int = 1) -> Page:
        """A page on a device of its own. sharp: how many dots of the screen a pixel has."""
        device = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            device_scale_factor=sharp,
            locale="id-ID",
        )
        device.set_default_timeout(60_000)
        return device.new_page()

    def keep(self, page: Page, name: str) -> None:
        """What the window shows now, as ``<room>/pictures/<name>.png``."""
        room, _, picture = name.partition("/")
        file = ROOT / room / "pictures" / f"{picture}.png"
        file.parent.mkdir(exist_ok=True)
        page.wait_for_timeout(300)  # until what is drawn anew is drawn
        with Image.open(io.BytesIO(page.screenshot())) as taken:
            few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(file, optimize=True)


def participant(camera: Camera) -> None:
    """A scene by day and a feedback by night, on the phone of a participant; a result on a wide page."""
    data = camera.room / "participant"
    choice = (f"{CASE}={VARIANT}",)
    with running_workshop(data, folder=CASES, keys=KEYS, cases=(CASE,), variants=choice) as workshop:
        page = camera.page(PHONE, sharp=2)
        page.goto(workshop.url)
        take_seat(page)
        player = Player(page)
        player.press("Mulai")
        player.see("Telepon siang hari")
        _in_each_language(camera, player, "widgets/scene-phone")
        player.tick("Kunjungan pertama besok pagi")
        player.press(CHECK, CONFIRM)
        player.see("Umpan balik")
        page.emulate_media(color_scheme="dark")
        _in_each_language(camera, player, "widgets/feedback-phone")
        wide = camera.page(DESKTOP, dark=True)
        wide.goto(workshop.url)
        take_seat(wide)
        Player(wide).see("Sebelum mulai")
        wide.evaluate(PLAY_ON, 1)
        Player(wide).see("Hasil latihan")
        _in_each_language(camera, Player(wide), "widgets/result-desktop")


def trainee(camera: Camera) -> None:
    """A scene on the page of an assignment."""
    home = camera.room / "trainee"
    home.mkdir()
    server = LabServer.start(home)
    try:
        folder = server.assignment(CASES / CASE, CASE, mode="practice")
        card = folder / "case" / "course.yaml"
        facts = {**yaml.safe_load(card.read_text("utf-8")), "variants": {CASE: VARIANT}}
        card.write_text(yaml.safe_dump({**facts, "person": PERSON}), encoding="utf-8")
        page = camera.page(DESKTOP)
        page.goto(f"{server.address}/tugas/{CASE}?token={server.token}")
        player = Player(page)
        player.see("Sebelum mulai")
        player.press("Mulai")
        player.see("Telepon siang hari")
        _in_each_language(camera, player, "widgets/scene-desktop")
    finally:
        server.stop()


def _in_each_language(camera: Camera, player: Player, name: str) -> None:
    for language, button in (*LANGUAGES.items(), *list(LANGUAGES.items())[:1]):
        player.press(button)
        pressed = player.root.get_by_role("button", name=button, exact=True)
        expect(pressed).to_have_attribute("aria-pressed", "true")
        player.page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
        camera.keep(player.page, f"{name}-{language}")


def lobby(camera: Camera) -> None:
    """What a phone shows before its owner is in, and where the room is full."""
    with running_workshop(
        camera.room / "lobby", folder=CASES, keys=KEYS, cases=("foto-lomba", CASE), seats=1
    ) as workshop:
        page = camera.page(PHONE, sharp=2)
        page.goto(workshop.url)
        camera.keep(page, "release/lobby-phone")
        inside = Visitor(workshop.port)
        inside.join()
        inside.ask("/kasus")
        take_seat(page)
        expect(page.locator("#ws-place")).to_be_visible()
        camera.keep(page, "release/waiting-phone")


def projector(camera: Camera) -> None:
    """A decision on the wall of a hall, after it was revealed."""
    data = camera.room / "projector"
    data.mkdir()
    store = WorkshopStore(sqlite_url(data))
    picks = [pick for pick, count in ROOM.items() for _ in range(count)]
    before: tuple[tuple[str, str | None], ...] = (("tanggapan", "pindah"), ("mendesak", None))
    people = [("village", [*before, (ROOM_DECISION, pick)]) for pick in picks]
    version = load_case(CASES / ROOM_CASE).version
    furnish(store, people, case=ROOM_CASE, version=version, variant=ROOM_VARIANT)
    store.close()
    with running_workshop(
        data,
        folder=CASES,
        keys=KEYS,
        cases=(ROOM_CASE,),
        mode="discussion",
        board_password=PASSWORD,
        variants=(f"{ROOM_CASE}={ROOM_VARIANT}",),
    ) as workshop:
        board = camera.page(HALL, sharp=1)
        board.goto(f"{workshop.url}board")
        board.get_by_label("Kata sandi papan").fill(PASSWORD)
        board.get_by_role("button", name="Buka papan").click()
        card = board.get_by_role("region", name="Apa yang Anda lakukan dengan kertas dan ponsel itu?")
        for name in ("Hentikan jawaban", "Buka pembahasan", "Tampilkan ke proyektor"):
            card.get_by_role("button", name=name).click()
        with board.context.expect_page() as opened:
            board.get_by_role("link", name="Buka layar proyektor").click()
        expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
        camera.keep(opened.value, "release/board-projector")


def report(camera: Camera) -> None:
    """What a trainee takes home, and the report of the class, of a simulated course."""
    course, report_file = camera.room / "course", camera.room / "report.html"
    bin_folder = Path(sys.executable).parent
    environ = {
        **os.environ,
        "KASUSLAB_HOME": str(camera.room / "home"),
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
    }

    def run(program: str, *words: str) -> None:
        place = course if course.exists() else camera.room
        command = [str(bin_folder / program), *words]
        subprocess.run(command, cwd=place, env=environ, check=True, capture_output=True)

    run("kasuslab", "language", "id")
    run("kasuslab", "course", str(course), "--cases", CASE, "--person", PERSON)
    run("nbgrader", "generate_assignment", CASE)
    run("kasuslab", "simulate", str(course), "--trainees", "40", "--seed", "1")
    run("kasuslab", "grade", str(course))
    run("nbgrader", "generate_feedback", CASE)
    run("kasuslab", "report", str(course), "-o", str(report_file))
    pages = sorted(course.glob(f"feedback/*/{CASE}/*.html"))
    harmed = next(file for file in pages if "flag flag-harm" in file.read_text("utf-8"))
    page = camera.page(SHEET)
    page.goto(harmed.as_uri())
    camera.keep(page, "graders/feedback")
    page.set_viewport_size({"width": 1200, "height": 1000})
    page.goto(report_file.as_uri())
    _to_the_top(page.locator(".page-id .talk").first)
    camera.keep(page, "graders/report-debrief")
    small = camera.page((360, 700), dark=True)
    small.goto(report_file.as_uri())
    _to_the_top(small.locator(".page-id .decision").first)
    camera.keep(small, "graders/report-phone")


def _to_the_top(place: Locator) -> None:
    place.evaluate("place => place.scrollIntoView()")


PARTS: Mapping[str, Callable[[Camera], None]] = {
    part.__name__: part for part in (participant, trainee, lobby, projector, report)
}


@contextmanager
def camera() -> Iterator[Camera]:
    """A camera, and a folder that is gone after it."""
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        stack.callback(browser.close)
        room = stack.enter_context(tempfile.TemporaryDirectory(prefix="kasuslab-pictures-"))
        yield Camera(browser, Path(room))


def main() -> None:
    """Take the pictures of the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="left out: all")
    names = parser.parse_args().parts or list(PARTS)
    with camera() as taking:
        for name in names:
            PARTS[name](taking)


if __name__ == "__main__":
    main()
