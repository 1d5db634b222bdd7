"""The page of an assignment in a real Chromium, on the Jupyter server of a trainee."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from scenarios.engine.record import parse_record
from tests.browser.conftest import LabServer
from tests.browser.player_page import CHECK, CONFIRM, LARGE, LOW, Player, violations

NewPage = Callable[..., Page]
ELSEWHERE = "Kasus ini dilanjutkan di tempat lain"
# What JupyterLab, nbgrader and Voilà say, and code.
FOREIGN = re.compile(r"\b(File|Edit|Run|Kernel|Settings|Help|Validate|Launcher|import|widgets|Error)\b")


def link(lab: LabServer, folder: Path) -> str:
    """The link that a trainee is given."""
    return f"{lab.address}/tugas/{folder.name}?token={lab.token}"


def open_assignment(lab: LabServer, page: Page, folder: Path) -> Player:
    page.goto(link(lab, folder))
    player = Player(page)
    expect(player.root.locator("[data-heading]").last).to_be_visible(timeout=40_000)
    return player


def events(folder: Path) -> list[str]:
    return [event.event for event in parse_record((folder / "decisions.jsonl").read_bytes()).events]


def begin(player: Player) -> None:
    player.see("Sebelum mulai")
    player.press("Mulai")
    player.see("Telepon pertama")


def decide(player: Player) -> None:
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Dua hari kemudian")


@pytest.mark.parametrize("width", [1366, 360])
def test_the_link_opens_the_player_without_menus_code_or_english(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, width: int
) -> None:
    folder = lab.assignment(small_case_folder, f"polos-{width}")
    page = new_page(width=width, height=768, dark=width == 360)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    player = open_assignment(lab, page, folder)

    assert FOREIGN.findall(page.locator("body").inner_text().replace("JupyterLab", "")) == []
    assert page.locator("[class^='jp-']").count() == 0
    assert player.root.evaluate("root => root.getBoundingClientRect().top") < 160
    assert player.fits()
    assert violations(page, "html") == []
    assert "token" not in page.url
    assert [url for url in asked if not url.startswith((lab.address, "data:"))] == []
    begin(player)
    decide(player)
    assert events(folder) == ["started", "decided"]
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate(LARGE)
    assert player.fits()


def test_a_page_that_is_loaded_again_goes_on_in_the_same_kernel_and_so_does_jupyterlab(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "muat-lagi")
    page = new_page()
    player = open_assignment(lab, page, folder)
    begin(player)
    decide(player)

    page.reload()

    player.see("Dua hari kemudian")
    second = new_page()
    lab.open(second, folder / "kasus.ipynb")
    in_jupyterlab = lab.run(second)
    in_jupyterlab.see("Dua hari kemudian")
    assert len(lab.sessions()) == 1
    player.press("Lanjut")
    player.see(ELSEWHERE)
    player.press("Lanjutkan di sini")
    player.see("Dua hari kemudian")


def test_a_killed_kernel_is_replaced_by_itself_and_loses_nothing(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "mati")
    page = new_page()
    player = open_assignment(lab, page, folder)
    begin(player)

    lab.kill_kernel(folder / "kasus.ipynb")

    expect(player.banner).to_contain_text("Sambungan terputus.")
    expect(player.banner).to_be_empty(timeout=40_000)
    decide(player)
    assert events(folder) == ["started", "decided"]


def offered(lab: LabServer, folder: Path) -> Path:
    """Offer an assignment in the exchange, as a release by nbgrader leaves it; its inbound folder."""
    course = lab.exchange / "uji"
    shutil.copytree(folder, course / "outbound" / folder.name)
    inbound = course / "inbound"
    inbound.mkdir(mode=0o733, exist_ok=True)
    return inbound


def test_it_is_handed_in_by_a_button_and_says_so(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "serah-bursa")
    card = folder / "case" / "course.yaml"
    due = {"daftar-nilai": "2099-12-04T10:00:00Z"}
    card.write_text(yaml.safe_dump({**yaml.safe_load(card.read_text("utf-8")), "due": due}), encoding="utf-8")
    inbound = offered(lab, folder)
    page = new_page()
    player = open_assignment(lab, page, folder)
    standing = page.locator("#as-standing")
    expect(standing).to_contain_text("4 Desember 2099")
    expect(standing).to_contain_text("Belum diserahkan.")
    begin(player)
    player.press("Serahkan")
    expect(page.get_by_role("heading", name="Serahkan tugas ini")).to_be_focused()
    assert violations(page, "html") == []

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Sudah diserahkan. Terima kasih.")).to_be_visible()
    expect(standing).to_contain_text("Sudah diserahkan:")
    (submission,) = inbound.glob("*+serah-bursa+*")
    assert events(submission) == ["started"]
    page.get_by_role("button", name="Kembali ke kasus").click()
    decide(player)
    expect(standing).to_contain_text("Serahkan lagi bila sudah selesai.")
    page.goto(f"{lab.address}/tugas")
    expect(page.get_by_role("listitem").filter(has_text="4 Desember 2099")).to_have_count(1)


def test_where_there_is_no_exchange_it_is_handed_in_as_a_file(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "serah-berkas")
    page = new_page()
    player = open_assignment(lab, page, folder)
    begin(player)

    player.press("Serahkan", "Buat berkas serahan")
    player.see("Berkas serahan sudah jadi")

    expect(page.locator("#as-standing")).to_contain_text("Berkas serahan dibuat")
    assert len(list(folder.glob("serahan-*.zip"))) == 1


def test_an_assignment_that_a_course_offers_is_fetched_by_opening_it(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "baru")
    offered(lab, folder)
    shutil.rmtree(folder)
    page = new_page()
    page.goto(f"{lab.address}/tugas?token={lab.token}")
    assert violations(page, "html") == []

    page.get_by_role("listitem").filter(has_text="Baru, belum dibuka.").get_by_role("link").click()

    Player(page).see("Sebelum mulai")
    assert (folder / "kasus.ipynb").exists()


def test_a_notebook_that_shows_no_player_is_a_sentence_and_a_way_to_try_again(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "tanpa-pemutar")
    lab.notebook(folder, copies=0)
    page = new_page()

    page.goto(link(lab, folder))

    expect(page.get_by_text("Kasus belum bisa disiapkan.")).to_be_visible(timeout=40_000)
    lab.notebook(folder)
    page.get_by_role("button", name="Muat ulang").click()
    Player(page).see("Sebelum mulai")


def test_an_address_with_no_assignment_is_a_sentence(lab: LabServer, new_page: NewPage) -> None:
    page = new_page()

    answer = page.goto(f"{lab.address}/tugas/tidak-ada?token={lab.token}")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("alert")).to_contain_text("Tugas ini tidak ada di sini.")
