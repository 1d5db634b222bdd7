"""The course pages in a real browser: a course from its making to its forgetting, by buttons alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from graders.key.key import KEYS
from release.course.course import make_course
from release.course.simulate import simulate
from release.settings import courses_folder
from tests.browser.conftest import open_start
from tests.browser.player_page import violations
from tests.parts.course_browser import CASE, HandedClass, handed_class
from tests.parts.start_server import RunningStartPage, running_start

NAME = "Kupang angkatan 2"
SLOW = 90_000


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStartPage]:
    """A start page with a course of which a class has handed in."""
    home = tmp_path_factory.mktemp("desk")
    folder = courses_folder({"KASUSLAB_HOME": str(home)}) / "kupang"
    course = make_course(folder, [CASE], person="Ibu R., meja panitia", name=NAME, keys=KEYS)
    simulate(course.directory, 6, 3, keys=KEYS)
    with running_start(home) as running:
        yield running


@pytest.fixture
def new_start(tmp_path: Path) -> Iterator[RunningStartPage]:
    """A start page without any course."""
    with running_start(tmp_path / "desk") as running:
        yield running


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> HandedClass:
    return handed_class(tmp_path_factory.mktemp("class"), NAME, KEYS)


@pytest.fixture(scope="module")
def browser_context(own_context: BrowserContext) -> BrowserContext:
    return own_context


def opened(new_page: Callable[..., Page], start: RunningStartPage, **look: object) -> Page:
    page = new_page(**look)
    open_start(page, start)
    page.get_by_role("link", name="Kursus", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kursus Anda")
    return page


def unfold(page: Page, part: str) -> None:
    """Unfold a part of the page by the keyboard, as far as it is not."""
    summary = page.locator(".cd-part > details:not([open]) > summary", has_text=part)
    if summary.count():
        summary.press("Enter")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.long
def test_a_course_goes_from_its_making_to_its_forgetting_by_buttons(
    new_page: Callable[..., Page], new_start: RunningStartPage, handed: HandedClass, tmp_path: Path
) -> None:
    page = opened(new_page, new_start, width=1366)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    assert violations(page, "html") == []
    status = page.locator("#said")

    page.get_by_label("Nama kursus").fill(NAME)
    page.get_by_text("Pilih kasus (tanpa program, atau di samping program)").click()
    page.locator(f"#case-{CASE}").check()
    page.get_by_label("Nama orang dan di mana ia duduk").fill("Ibu R., meja panitia")
    page.get_by_role("button", name="Buat kursus").click()
    expect(status).to_contain_text("siap: 1 kasus", timeout=SLOW)
    expect(status).to_be_in_viewport()

    (tmp_path / "peserta.csv").write_bytes(handed.roster)
    (tmp_path / "unduhan.zip").write_bytes(handed.moodle)
    page.get_by_label("Daftar peserta").set_input_files(tmp_path / "peserta.csv")
    expect(page.get_by_text("Dipilih: peserta.csv")).to_be_visible()
    page.get_by_role("button", name="Baca dan perlihatkan dulu").click()
    expect(status).to_contain_text("orang terbaca", timeout=SLOW)
    assert violations(page, "html") == []
    page.get_by_role("button", name="Simpan daftar ini").click()
    expect(status).to_contain_text("Daftar peserta disimpan", timeout=SLOW)

    give_cards_out(page, handed)
    page.get_by_label("Berkas serahan").set_input_files(tmp_path / "unduhan.zip")
    page.get_by_role("button", name="Masukkan serahan").click()
    expect(status).to_contain_text(f"{len(handed.single)} disimpan", timeout=SLOW)
    page.get_by_role("button", name="Nilai sekarang").click()
    expect(status).to_contain_text("dinilai", timeout=SLOW)
    open_feedback_and_write_papers(page)
    page.get_by_role("button", name="Buat laporan").click()
    expect(status).to_contain_text("Laporan kelas sudah dibuat", timeout=SLOW)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Buka laporan").click()
    expect(popup.value.get_by_role("heading", level=1)).to_be_visible()
    write_grades_for_moodle(page)
    page.get_by_role("link", name="Penelitian, data pribadi, hapus kursus").click()
    page.get_by_role("button", name="Hapus data").click()
    expect(status).to_contain_text("tidak dapat dibatalkan", timeout=SLOW)
    page.get_by_label("Saya sudah membaca").check()
    page.get_by_role("button", name="Hapus sekarang").click()
    expect(status).to_contain_text("1 orang sudah dihapus", timeout=SLOW)

    assert violations(page, "html") == []
    assert fits(page)
    assert [url for url in asked if not url.startswith(f"http://127.0.0.1:{new_start.port}/")] == []
    assert errors == []


def test_a_part_that_is_not_due_is_folded_and_a_link_to_it_unfolds_it(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start, width=1366)
    page.get_by_role("link", name=NAME).click()
    button = page.get_by_role("button", name="Buat tabel kehadiran")
    expect(page.get_by_role("heading", name="Ponsel", exact=True)).to_be_visible()
    expect(button).to_be_hidden()

    page.get_by_role("link", name="Ponsel", exact=True).click()
    expect(button).to_be_visible()
    page.reload()

    expect(button).to_be_visible()
    expect(page.get_by_role("heading", name="Ponsel", exact=True)).to_be_in_viewport()


def give_cards_out(page: Page, handed: HandedClass) -> None:
    status = page.locator("#said")
    page.get_by_role("button", name="Buat kartu semua peserta").click()
    expect(status).to_contain_text(f"{len(handed.ids)} kartu siap", timeout=SLOW)
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Buka kartu untuk dicetak").click()
    expect(popup.value.get_by_role("article")).to_have_count(len(handed.ids))
    page.get_by_text("Kartu yang hilang", exact=True).click()
    page.get_by_label("Kartu siapa yang hilang").select_option(handed.ids[0])
    page.get_by_role("button", name="Buat kartu pengganti").click()
    expect(status).to_contain_text("Kartu pengganti siap", timeout=SLOW)
    page.get_by_role("button", name="Lihat siapa yang sudah bermain").click()
    expect(status).to_contain_text("Belum ada lokakarya", timeout=SLOW)
    page.get_by_role("button", name="Buat tabel kehadiran").click()
    expect(status).to_contain_text("Belum ada yang bermain di ponsel", timeout=SLOW)


def write_grades_for_moodle(page: Page) -> None:
    unfold(page, "Nilai dan umpan balik untuk Moodle")
    page.get_by_text("3. Impor CSV").click()
    page.get_by_role("button", name="Tulis nilai untuk impor").click()
    expect(page.locator("#said")).to_contain_text("kenali orang dengan", timeout=SLOW)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh moodle.csv").click()
    assert download.value.suggested_filename == "moodle.csv"


def open_feedback_and_write_papers(page: Page) -> None:
    status = page.locator("#said")
    unfold(page, "Ponsel")
    page.get_by_role("button", name="Buka umpan balik di ponsel").click()
    expect(status).to_contain_text("kini terbuka di ponsel", timeout=SLOW)
    unfold(page, "Berkas pelatihan")
    page.get_by_label("Tempat pelatihan").fill("Kupang")
    page.get_by_role("button", name="Siapkan daftar hadir").click()
    expect(status).to_contain_text("berkas siap", timeout=SLOW)
    assert violations(page, "html") == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh berkas-pelatihan.zip").first.click()
    assert download.value.suggested_filename == "berkas-pelatihan.zip"


@pytest.mark.parametrize(("width", "dark", "language"), [(1366, False, "Indonesia"), (360, True, "English")])
def test_the_pages_are_accessible_and_fit(
    new_page: Callable[..., Page], start: RunningStartPage, width: int, language: str, *, dark: bool
) -> None:
    page = opened(new_page, start, width=width, dark=dark)

    page.get_by_role("button", name=language).click()
    assert violations(page, "html") == []
    assert fits(page)
    page.get_by_role("link", name=NAME).click()
    for part in page.locator("details").all():
        if part.get_attribute("open") is None:
            part.locator("> summary").click()
    assert violations(page, "html") == []
    assert fits(page)
    page.get_by_role("button", name="Indonesia").click()
    # A page that is closed on its way to another one may never be closed.
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_a_file_is_dropped_and_a_wrong_roster_told_at_360_px_by_keyboard(
    new_page: Callable[..., Page], start: RunningStartPage
) -> None:
    page = opened(new_page, start, width=360)
    page.get_by_role("link", name=NAME).click()
    drop = """(place) => {
      const data = new DataTransfer();
      data.items.add(new File(["id,nama,email\\np 1,Ana,bukan\\n"], "peserta.csv"));
      place.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""

    unfold(page, "Peserta")
    # The browser's own button, which may speak another language, lies unseen over ours.
    expect(page.locator(".cd-drop").first.get_by_text("Pilih berkas", exact=True)).to_be_visible()
    expect(page.get_by_label("Daftar peserta", exact=True)).to_have_css("opacity", "0")
    page.locator(".cd-drop").first.evaluate(drop)
    expect(page.get_by_text("Dipilih: peserta.csv")).to_be_visible()
    page.get_by_role("button", name="Baca dan perlihatkan dulu").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#said")).to_contain_text("perlu diperbaiki", timeout=SLOW)
    expect(page.locator("#said")).to_be_focused()
    assert violations(page, "html") == []
    assert fits(page)


def test_the_pages_work_without_scripts(new_device: Callable[..., Page], start: RunningStartPage) -> None:
    page = new_device(script=False)
    page.goto((start.data / "start.html").as_uri())
    page.get_by_role("button", name="Buka halaman mulai").click()
    page.get_by_role("link", name="Kursus", exact=True).click()
    page.get_by_role("link", name=NAME).click()
    unfold(page, "Menilai")

    page.get_by_role("button", name="Nilai sekarang").click()

    expect(page.locator("#said")).to_contain_text("dinilai", timeout=SLOW)
