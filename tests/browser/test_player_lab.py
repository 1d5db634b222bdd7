"""The player in a real JupyterLab: a case from start to end, and everything that can go wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from notebooks.case_notebook import case_notebook, notebook_text
from scenarios.case import Case
from scenarios.engine.event import Decided, Estimated, Event, Reopened
from scenarios.engine.hand_in import read_hand_in
from scenarios.engine.record import parse_record
from tests.browser.accessibility_tree import tree_faults
from tests.browser.conftest import CLOSE_NOTEBOOKS, PATIENCE, LabServer
from tests.browser.player_page import (
    CHECK,
    CONFIRM,
    LOW,
    PICKS,
    Player,
    plain_pick,
    play_by_clicks,
    play_by_keyboard,
    violations,
)
from tests.parts.machine import wait_until

NewPage = Callable[..., Page]
ELSEWHERE = "Kasus ini dilanjutkan di tempat lain"


# Each word of what is given, and on how many lines it stands.
WORDS_AND_LINES = """
labels => labels.flatMap(label => {
  const text = label.firstChild;
  return [...text.data.matchAll(/[^ ]+/g)].map(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return [word[0], range.getClientRects().length];
  });
})
"""


@pytest.fixture(scope="module")
def kept_pages() -> Iterator[list[Page]]:
    """Pages with JupyterLab in them, which takes seconds to load."""
    pages: list[Page] = []
    yield pages
    for page in pages:
        page.close()


@pytest.fixture
def new_page(kept_pages: list[Page], browser_context: BrowserContext) -> Iterator[NewPage]:
    """The factory of the others, of pages that an earlier test has left: no notebook is open in them."""
    given: list[Page] = []

    def make(*, width: int = 1280, height: int = 900) -> Page:
        if len(given) == len(kept_pages):
            kept_pages.append(browser_context.new_page())
        page = kept_pages[len(given)]
        page.set_viewport_size({"width": width, "height": height})
        given.append(page)
        return page

    yield make
    for page in given:
        if page.locator(".jp-Dialog").count():
            page.goto("about:blank")
        else:
            page.evaluate(CLOSE_NOTEBOOKS)


@pytest.fixture
def own_page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page of its own, for whoever loads it again: it goes on with the notebook that it was opened with."""
    page = browser_context.new_page()
    yield page
    page.close()


def events(folder: Path) -> tuple[Event, ...]:
    return parse_record((folder / "decisions.jsonl").read_bytes()).events


def picks(folder: Path) -> dict[str, object]:
    return {event.decision: plain_pick(event.pick) for event in events(folder) if isinstance(event, Decided)}


def command(page: Page, name: str) -> None:
    page.evaluate("name => void window.jupyterapp.commands.execute(name)", name)


@contextmanager
def nothing_leaves(page: Page, server: LabServer) -> Iterator[None]:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    yield
    page.remove_listener("request", note)
    inside = (server.address, server.address.replace("http", "ws", 1), "blob:", "data:")
    assert asked
    assert [url for url in asked if not url.startswith(inside)] == []


def handed_out(lab: LabServer, case_folder: Path, case: Case, name: str) -> Path:
    """An assignment with the notebook that a course hands out."""
    folder = lab.assignment(case_folder, name)
    points = {decision.id: 1.0 for decision in case.key_decisions()}
    (folder / "kasus.ipynb").write_text(notebook_text(case_notebook(case, points)), encoding="utf-8")
    return folder


def decide_first(player: Player) -> None:
    player.press("Mulai")
    player.see("Telepon pertama")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Dua hari kemudian")


def test_a_case_is_played_by_clicks_and_nothing_leaves_the_server(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "klik")
    page = new_page()

    with nothing_leaves(page, lab):
        lab.open(page, folder / "kasus.ipynb", anew=True)
        player = lab.run(page)
        play_by_clicks(player, feedback=False)

    player.see_text("Nilainya dihitung setelah tugas ini dikumpulkan.")
    assert picks(folder) == PICKS


def test_a_case_is_played_by_keyboard_alone_and_a_decision_is_changed(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "papan-ketik")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")

    faults: list[str] = []
    play_by_keyboard(lab.run(page), lambda: faults.extend(tree_faults(page)))

    assert faults == []
    assert picks(folder) == PICKS
    assert [event.decision for event in events(folder) if isinstance(event, Reopened)] == ["langkah"]


def test_a_phone_of_360_pixels_shows_everything_in_its_width(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "ponsel")
    page = new_page(width=360, height=740)
    lab.open(page, folder / "kasus.ipynb")
    player = lab.run(page)

    assert player.fits()
    decide_first(player)
    assert player.fits()


def test_no_label_of_the_cover_is_cut_by_the_style_of_an_output(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "label")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    lab.run(page)

    words = page.locator(".kasuslab dt").evaluate_all(WORDS_AND_LINES)

    assert len(words) > 5
    assert [word for word, lines in words if lines > 1] == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_either_language(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, theme: str
) -> None:
    folder = lab.assignment(small_case_folder, theme.replace(" ", "-"))
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    page.evaluate(
        "theme => void window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
    )
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str("Light" in theme).lower())
    player = lab.run(page)
    player.press("Bantuan", "Mulai")
    player.see("Telepon pertama")

    assert violations(page) == []
    player.press("EN, English")
    player.see("The first call")
    assert violations(page) == []


def test_a_play_is_handed_in_from_jupyterlab_as_a_file_beside_the_notebook_and_a_download(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "serah")
    page = new_page()
    with nothing_leaves(page, lab):
        lab.open(page, folder / "kasus.ipynb")
        player = lab.run(page)
        decide_first(player)
        player.press("Serahkan")
        player.see("Serahkan")
        player.root.get_by_role("textbox").fill("p12")
        player.press("Buat berkas serahan")
        player.see("Berkas serahan sudah jadi")
        with page.expect_download() as waiting:
            player.root.get_by_role("link", name="Unduh berkas").click()

    (file,) = folder.glob("serahan-*")
    player.see_text(f"serah/{file.name}")
    assert waiting.value.suggested_filename == file.name
    assert Path(waiting.value.path()).read_bytes() == file.read_bytes()
    card, record = read_hand_in(file.read_bytes())
    assert (card.case, card.participant) == ("daftar-nilai", "p12")
    assert record == (folder / "decisions.jsonl").read_bytes()


def test_a_panel_in_jupyterlab_owes_its_estimate_even_after_its_kernel_was_killed(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "panel", mode="panel")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    player = lab.run(page)
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Perkiraan Anda")
    lab.kill_kernel(folder / "kasus.ipynb")
    expect(player.banner).to_contain_text("Sambungan terputus.")
    page.get_by_role("button", name="Ok", exact=True).click()
    lab.run(page)

    expect(player.banner).to_be_empty()
    player.see("Perkiraan Anda")
    player.type_to("Kurangi 5", "Simpan perkiraan")
    player.see("Dua hari kemudian")
    last = events(folder)[-1]
    assert isinstance(last, Estimated)
    assert (last.decision, last.share) == ("mendesak", 45)


def test_a_killed_kernel_loses_no_confirmed_decision(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "padam")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    player = lab.run(page)
    decide_first(player)
    before = events(folder)

    lab.kill_kernel(folder / "kasus.ipynb")

    expect(player.banner).to_contain_text("Sambungan terputus.")
    expect(player.banner).to_contain_text("jalankan sel ini lagi")
    expect(player.root.get_by_role("button", name="Lanjut", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Ok", exact=True).click()
    lab.run(page)
    expect(player.banner).to_be_empty()
    player.see("Dua hari kemudian")
    assert events(folder) == before
    player.press("Lanjut")
    player.see("Anak A berbicara")
    assert len(events(folder)) == len(before) + 1


def test_a_reload_in_mid_case_goes_on_where_it_stood(
    lab: LabServer, own_page: Page, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "muat-ulang")
    page = own_page
    lab.open(page, folder / "kasus.ipynb")
    player = lab.run(page)
    decide_first(player)
    command(page, "docmanager:save")
    wait_until(
        lambda: "widget-view" in (folder / "kasus.ipynb").read_text("utf-8"),
        "the notebook is saved",
        PATIENCE,
    )

    page.reload()

    player.see("Dua hari kemudian")
    player.press("Lanjut")
    player.see("Anak A berbicara")


def test_a_second_notebook_takes_the_record_over_and_the_first_can_take_it_back(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "berdua")
    second_notebook = lab.notebook(folder, "kedua.ipynb")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    player = lab.run(page)
    decide_first(player)
    # Its kernel lives on in a closed tab, with nobody to give the record up.
    other_page = new_page()
    lab.open(other_page, second_notebook)
    other = lab.run(other_page)

    other.see("Dua hari kemudian")
    other.press("Lanjut")
    other.see("Anak A berbicara")

    player.press("Lanjut")
    player.see(ELSEWHERE)
    assert violations(page) == []
    player.press("Lanjutkan di sini")
    player.see("Anak A berbicara")


def test_of_two_copies_of_the_cell_either_can_go_on(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "salinan")
    lab.notebook(folder, copies=2)
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    lab.run(page)
    upper, lower = page.locator(".kasuslab").first, page.locator(".kasuslab").last
    heading = upper.locator("[data-heading]").last
    expect(lower.locator("[data-heading]").last).to_have_text("Sebelum mulai")

    upper.get_by_role("button", name="Mulai", exact=True).click()
    expect(heading).to_have_text(ELSEWHERE)
    upper.get_by_role("button", name="Lanjutkan di sini").click()
    expect(heading).to_have_text("Sebelum mulai")
    upper.get_by_role("button", name="Mulai", exact=True).click()

    expect(heading).to_have_text("Telepon pertama")
    assert len(events(folder)) == 1


@pytest.mark.parametrize("run", ["notebook:run-all-cells", "notebook:run-cell-and-select-next"])
def test_after_run_the_player_is_in_view_and_the_arrows_scroll_it(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, small_case: Case, run: str
) -> None:
    folder = handed_out(lab, small_case_folder, small_case, run.rpartition(":")[2])
    page = new_page(width=1366, height=768)
    lab.open(page, folder / "kasus.ipynb")
    player_cell = page.locator(".jp-CodeCell").first
    player_cell.locator(".cm-content").click()

    command(page, run)

    player = Player(page)
    player.see("Sebelum mulai")
    top = "root => root.getBoundingClientRect().top"
    wait_until(lambda: 0 <= player.root.evaluate(top) < 250, "the player is in view", 5)
    expect(player.root.locator("[data-heading]")).to_be_focused()
    before = player.root.evaluate(top)
    page.keyboard.press("ArrowDown")
    wait_until(lambda: before - 250 < player.root.evaluate(top) < before, "the arrow scrolls the player", 5)


# Where the middle of a button is, and whether it is the button itself that is there to press.
BUTTON_IN_SIGHT = """
button => {
  const box = button.getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return [box.top, button.contains(middle)];
}
"""


def test_help_and_pause_stay_in_sight_while_one_reads_on_in_a_notebook(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, small_case: Case
) -> None:
    folder = handed_out(lab, small_case_folder, small_case, "lekat")
    page = new_page(width=1366, height=768)
    lab.open(page, folder / "kasus.ipynb")
    command(page, "notebook:run-all-cells")
    player = Player(page)
    player.press("Mulai")
    player.see("Telepon pertama")

    for width, height in ((1366, 600), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        player.root.get_by_role("button", name=CHECK).evaluate("button => button.scrollIntoView()")
        top = page.locator(".jp-WindowedPanel-outer").evaluate("one => one.getBoundingClientRect().top")
        assert player.root.evaluate("root => root.getBoundingClientRect().top") < top
        for name in ("Bantuan", "Jeda"):
            button = player.root.get_by_role("button", name=name, exact=True)
            place, can_be_pressed = button.evaluate(BUTTON_IN_SIGHT)
            assert top <= place < top + 60, f"{name} is at {place}, the notebook's top at {top}"
            assert can_be_pressed, f"{name} is covered"
    player.press("Bantuan")
    expect(player.root.get_by_role("group", name="Ke mana mencari bantuan")).to_be_in_viewport()


def test_a_notebook_opens_in_one_language_and_unfolds_the_other(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, small_case: Case
) -> None:
    folder = handed_out(lab, small_case_folder, small_case, "satu-bahasa")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    heading = page.locator(".jp-RenderedMarkdown").first
    practice = heading.get_by_text("This is practice, not a place to report.")

    expect(heading.locator("h1")).to_contain_text(small_case.title)
    expect(heading.locator("h1")).not_to_contain_text(small_case.titles["en"])
    expect(practice).to_be_hidden()
    heading.get_by_text("English", exact=True).click()
    expect(practice).to_be_visible()
    expect(heading.get_by_text(small_case.titles["en"])).to_be_visible()


def test_validating_a_case_that_was_not_played_says_what_is_not_decided(
    lab: LabServer, new_page: NewPage, small_case_folder: Path, small_case: Case
) -> None:
    folder = handed_out(lab, small_case_folder, small_case, "periksa")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")

    page.get_by_role("button", name="Validate", exact=True).click()

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Keputusan ini belum Anda ambil.", timeout=60_000)
    expect(dialog).not_to_contain_text("Success")


def test_the_saved_output_of_a_notebook_that_does_not_run_says_how_to_go_on(
    lab: LabServer, new_page: NewPage, small_case_folder: Path
) -> None:
    folder = lab.assignment(small_case_folder, "tersimpan")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb", anew=True)
    player = lab.run(page)
    note = page.get_by_text("Kasus ini tidak sedang berjalan.")
    expect(note).to_be_hidden()
    command(page, "docmanager:save")
    wait_until(
        lambda: "widget-view" in (folder / "kasus.ipynb").read_text("utf-8"),
        "the notebook is saved",
        PATIENCE,
    )
    lab.end_sessions()

    page.reload()

    expect(note).to_be_visible()
    expect(page.get_by_text("click the cell above, then press Shift+Enter")).to_be_visible()
    expect(page.get_by_text("Error displaying widget").first).to_be_hidden()
    assert player.root.count() == 0
