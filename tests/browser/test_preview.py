"""The preview in a real browser: a file is edited on disk, and the page shows it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_page import CHECK, CONFIRM, CONTINUE, LOW, Player, violations
from tests.places import KEYS
from tests.release.author.test_preview import SECOND, Preview, running_preview


@pytest.fixture
def preview(small_case_folder: Path, tmp_path: Path) -> Iterator[Preview]:
    folder = tmp_path / small_case_folder.name
    shutil.copytree(small_case_folder, folder)
    with running_preview(folder, KEYS) as running:
        yield running


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_a_save_is_shown_at_the_same_scene_and_a_broken_one_is_told_beside_it(
    new_page: Callable[..., Page], preview: Preview, width: int, *, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    page.goto(preview.url)
    player, panel = Player(page), page.get_by_role("region", name="Yang perlu diperbaiki")
    page.get_by_role("button", name="Coba main").click()
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM, CONTINUE)
    player.see("Dua hari kemudian")
    expect(panel).to_contain_text("[unconfirmed]")

    preview.edit(SECOND, "Seminggu kemudian Ibu B menelepon lagi.")
    player.see_text("Seminggu kemudian Ibu B menelepon lagi.")
    player.see("Dua hari kemudian")

    line = preview.edit("- go: bicara", "- go: bicarra")
    expect(panel).to_contain_text(f"case.yaml:{line} [link]")
    expect(panel).to_contain_text("pemutar tidak diubah")
    player.see_text("Seminggu kemudian")
    assert violations(page, "html") == []
    assert player.fits()

    preview.edit("- go: bicarra", "- go: bicara")
    expect(panel).not_to_contain_text("[link]")
    player.press("EN, English")
    expect(page.get_by_role("region", name="What to mend")).to_be_visible()
    expect(page).to_have_title("The author's bench")
    assert violations(page, "html") == []
    assert errors == []


def test_the_page_connects_again_by_itself(new_page: Callable[..., Page], preview: Preview) -> None:
    page = new_page()
    page.add_init_script("""
        const Own = window.WebSocket;
        window.WebSocket = class extends Own {
            constructor(...given) { super(...given); window.line = this; }
        };
    """)
    page.goto(preview.url)
    player = Player(page)
    page.get_by_role("button", name="Coba main").click()
    player.press("Mulai")
    player.see("Telepon pertama")
    page.evaluate("window.line.close()")

    preview.edit("Ibu B menelepon. Daftar", "Bapak C menelepon. Daftar")

    player.see_text("Bapak C menelepon.")
    expect(player.banner).to_be_empty()
