"""The board and the projector in a real Chromium, beside a participant in another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from release.workshop.web.assets import PAGES
from release.workshop.writer.store import WorkshopStore
from scenarios.directory.sectors import load_sectors
from scenarios.kinds.referral import Handover
from scenarios.pick import Pick
from tests.browser.lobby_page import take_seat
from tests.browser.player_page import Player, violations
from tests.parts.databases import sqlite_url
from tests.parts.room_class import furnish
from tests.parts.workshop_server import Visitor, Workshop, running_workshop

PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
SCRIPT = "<svg onload=alert(1)>"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# The words of a table's head that stand on more than one line.
BROKEN_WORDS = """() => {
  const broken = [];
  for (const head of document.querySelectorAll("th")) {
    const text = head.firstChild;
    for (const match of text.data.matchAll(/[A-Za-z]+/g)) {
      const word = document.createRange();
      word.setStart(text, match.index);
      word.setEnd(text, match.index + match[0].length);
      if (word.getClientRects().length > 1) broken.push(match[0]);
    }
  }
  return broken;
}"""
URGENT, FIRST_WORDS = "Seberapa mendesak laporan ini?", "Apa yang Anda katakan lebih dulu?"
STEPS, WHO = (
    "Pilih paling banyak tiga langkah.",
    "Siapa yang Anda libatkan, seberapa cepat, dan apa yang Anda serahkan?",
)
SCHOOL = Handover(service="sekolah", urgency="jam", packet=("tindakan",))
SOME_STEPS: tuple[tuple[str, ...], ...] = (("catat", "minta"), ("catat", "sandi", "minta"), ("umumkan",))


def class_in_the_room() -> list[tuple[str, list[tuple[str, Pick | None]]]]:
    """Police, health workers and teachers; the last of them have not come far.

    Of the first decision the bars wait for one more answer.
    """
    people: list[tuple[str, list[tuple[str, Pick | None]]]] = []
    for number in range(24):
        sector = "police" if number < 8 else "health" if number < 14 else "school"
        decided: list[tuple[str, Pick | None]] = [("mendesak", "tinggi" if number % 4 == 3 else "sedang")]
        if number < 18:
            decided.append(("bicara", "catat" if number % 5 == 4 else "dengar"))
        if number < 12:
            decided.append(("langkah", SOME_STEPS[number % 3]))
        if number < 6:
            decided.append(("urutan", ("aman", "setuju", "sekolah", "pantau")))
            decided.append(("serah", (SCHOOL,)))
        people.append((sector, decided))
    return people


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A discussion on a network address, in which some have answered already."""
    data = tmp_path_factory.mktemp("workshop")
    store = WorkshopStore(sqlite_url(data))
    furnish(store, class_in_the_room())
    store.close()
    with running_workshop(data, host="", mode="discussion", board_password=PASSWORD, code=False) as running:
        yield running


@pytest.fixture
def new_page(new_device: Callable[..., Page]) -> Callable[..., Page]:
    """A factory of pages, each on a device of its own, on which no script may fail."""

    def make(**look: object) -> Page:
        page = new_device(**look)
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        return page

    return make


def open_board(page: Page, workshop: Workshop) -> None:
    """Log in, and wait for the case that is played."""
    page.goto(f"{workshop.url}board")
    page.get_by_label("Kata sandi papan").fill(PASSWORD)
    page.get_by_role("button", name="Buka papan").click()
    expect(page.get_by_role("heading", name="Daftar Nilai")).to_be_visible()


def open_projector(board: Page) -> Page:
    """Open the page of the projector by its link."""
    with board.context.expect_page() as opened:
        board.get_by_role("link", name="Buka layar proyektor").click()
    opened.value.wait_for_load_state()
    return opened.value


def card(page: Page, ask: str) -> Locator:
    """The decision with this question."""
    return page.get_by_role("region", name=ask)


def row(place: Locator | Page, option: str) -> Locator:
    """The line of a chart."""
    return place.get_by_role("row").filter(has_text=option)


def take_part(page: Page, workshop: Workshop) -> Player:
    """Join and begin the case."""
    page.goto(workshop.url)
    take_seat(page)
    player = Player(page)
    player.see("Sebelum mulai")
    player.press("Mulai")
    player.see("Telepon pertama")
    return player


def test_a_participant_answers_the_chart_moves_and_the_reveal_shows_the_class(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board, phone = new_page(), new_page(width=360)
    open_board(board, workshop)
    chart = card(board, URGENT)
    expect(row(chart, "Cukup dicatat dulu")).to_contain_text("0 (0%)")
    player = take_part(phone, workshop)

    player.tick("A. Cukup dicatat dulu")
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Tersimpan. Tunggu pembahasan.")

    player.see_text("ketika fasilitator membukanya")
    assert player.fits()
    assert violations(phone, "html") == []
    expect(row(chart, "Cukup dicatat dulu")).to_contain_text("1 (4%)")
    chart.get_by_role("button", name="Hentikan jawaban").click()
    chart.get_by_role("button", name="Buka pembahasan").click()
    player.see("Umpan balik")
    player.see_text("Jawaban kelas")
    player.see_text("1 dari 25 (4%)")
    assert player.fits()
    assert violations(phone, "html") == []
    expect(chart).to_contain_text("Pembahasan dibuka")
    player.press("Lanjut")
    player.see("Dua hari kemudian")


def test_a_phone_says_at_once_that_answers_are_stopped_and_the_choice_stays(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board, phone = new_page(), new_page(width=360)
    open_board(board, workshop)
    player = take_part(phone, workshop)
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Anak A berbicara")
    player.tick("C. Ini bukan salahmu. Apa yang kamu perlukan?")
    card(board, FIRST_WORDS).get_by_role("button", name="Hentikan jawaban").click()
    expect(board.get_by_role("status")).to_contain_text("Tidak ada jawaban baru yang diterima.")

    player.see_text("Fasilitator menghentikan jawaban untuk keputusan ini")
    assert violations(phone, "html") == []
    card(board, FIRST_WORDS).get_by_role("button", name="Buka jawaban lagi").click()
    expect(board.get_by_role("status")).to_have_text("Keputusan ini terbuka.")
    player.press("Periksa pilihan", "Konfirmasi")
    player.see("Tersimpan. Tunggu pembahasan.")
    player.see_text("ketika fasilitator membukanya")


def test_the_projector_shows_only_what_was_sent_to_it(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board = new_page()
    open_board(board, workshop)
    projector = open_projector(board)
    expect_idle(projector, workshop)
    assert violations(projector, "html") == []

    card(board, STEPS).get_by_role("button", name="Tampilkan ke proyektor").click()

    expect(projector.get_by_role("heading", level=1)).to_have_text(STEPS)
    expect(projector.locator("main")).to_contain_text("12 orang menjawab")
    expect(projector.locator("main")).not_to_contain_text("Membahayakan")
    expect(projector.locator("main")).not_to_contain_text("Tepat")
    assert chips(projector) == {"A": "rgb(11, 95, 105)", "B": "rgb(138, 75, 8)"}
    assert chips(projector).items() <= chips(board).items()
    board.get_by_role("button", name="Kosongkan proyektor").click()
    expect_idle(projector, workshop)


def chips(page: Page) -> dict[str, str]:
    """The colour of each person's letter, as on the phones."""
    script = "chips => chips.map((chip) => [chip.textContent, getComputedStyle(chip).backgroundColor])"
    return dict(page.locator(".kasuslab-person").evaluate_all(script))


def expect_idle(projector: Page, workshop: Workshop) -> None:
    """The projector shows how the workshop is joined, and how many have."""
    main = projector.locator("main")
    expect(main).to_contain_text(workshop.url.rstrip("/"))
    expect(main).to_contain_text("peserta sudah masuk")
    expect(main.get_by_role("img", name="Kode QR untuk alamat")).to_be_visible()


def test_step_by_step_the_room_waits_for_the_facilitator_and_sees_the_timer(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board, phone = new_page(), new_page(width=360)
    open_board(board, workshop)
    player = take_part(phone, workshop)
    board.get_by_role("button", name="Buka kasus ini saja, satu keputusan sekali buka").click()
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Anak A berbicara")
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Menahan penyebaran")
    player.see_text("Keputusan ini belum dibuka")

    card(board, STEPS).get_by_label("Waktu").select_option("5")
    card(board, STEPS).get_by_role("button", name="Buka keputusan ini").click()

    player.see_text(re.compile("Sisa waktu [45]:"))
    assert player.fits()
    expect(card(board, STEPS)).to_contain_text("masih ditunggu")
    board.get_by_role("button", name="Buka semua kasus").click()
    expect(card(board, STEPS).get_by_role("button", name="Hentikan jawaban")).to_be_visible()


def test_after_the_logout_the_projector_is_empty(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    board = new_page()
    open_board(board, workshop)
    projector = open_projector(board)
    card(board, STEPS).get_by_role("button", name="Tampilkan ke proyektor").click()
    expect(projector.get_by_role("heading", level=1)).to_have_text(STEPS)

    board.get_by_role("button", name="Keluar").click()

    expect(projector.get_by_label("Kata sandi papan")).to_be_visible()
    expect(projector.get_by_text(STEPS)).to_have_count(0)


def test_sectors_stand_side_by_side_when_asked_for(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    board = new_page()
    open_board(board, workshop)
    chart = card(board, STEPS)
    assert chart.get_by_text("Kepolisian").count() == 0

    chart.get_by_role("button", name="Bandingkan sektor").click()

    expect(chart.get_by_text("Kepolisian (8 orang)")).to_have_count(0)
    expect(chart.get_by_role("region", name="Per sektor, dari 10 jawaban")).to_be_visible()
    expect(chart).to_contain_text("Kelompok di bawah 5 orang digabung atau disembunyikan")
    chart.get_by_role("button", name="Tutup sektor").click()
    expect(chart.get_by_role("region")).to_have_count(0)


@pytest.mark.parametrize("width", [1024, 1366, 1920])
def test_no_word_of_a_sector_is_broken_on_the_projector(new_page: Callable[..., Page], width: int) -> None:
    sectors = load_sectors()
    texts = [family.name for family in sectors.families.values()]
    texts += [sector.name for sector in sectors.sectors.values()]
    names = [text["id"] for text in texts][:5]
    heads = "".join(f'<th scope="col">{name} (12 orang)</th>' for name in ["Pilihan", *names])
    projector = new_page(width=width)
    projector.set_content(
        f"<style>{(PAGES / 'projector.css').read_text('utf-8')}</style>"
        f'<table class="pj-sectors"><thead><tr>{heads}</tr></thead></table>'
    )

    assert projector.evaluate(BROKEN_WORDS) == []


def test_what_the_key_says_is_closed_until_the_facilitator_opens_it(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board = new_page()
    open_board(board, workshop)
    key = card(board, STEPS).get_by_text("Membahayakan").first
    expect(key).to_be_hidden()

    card(board, STEPS).get_by_text("Penilaian, alasan, dan pilihan berbahaya").click()

    expect(key).to_be_visible()
    expect(card(board, STEPS)).to_contain_text("3 orang")
    board.wait_for_timeout(2_500)  # a look of the board later it is still open
    expect(key).to_be_visible()


def test_a_script_in_a_pseudonym_or_a_sector_never_runs_on_the_board(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    stranger = Visitor(workshop.port)
    stranger.join(sector="police", name=SCRIPT)
    assert Visitor(workshop.port).ask("/masuk", {"sector": SCRIPT, "name": ""}).status == 422
    board = new_page()
    board.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))

    open_board(board, workshop)
    projector = open_projector(board)
    card(board, STEPS).get_by_role("button", name="Tampilkan ke proyektor").click()
    expect(projector.get_by_role("heading", level=1)).to_have_text(STEPS)

    for page in (board, projector):
        assert "onload" not in page.content()
        assert "Kepodang" not in page.content(), "no pseudonym at all is shown"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_board_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page], width: int, *, dark: bool
) -> None:
    board = new_page(width=width, dark=dark)
    board.goto(f"{workshop.url}board")
    assert violations(board, "html") == []
    open_board(board, workshop)
    card(board, STEPS).get_by_role("button", name="Bandingkan sektor").click()
    card(board, STEPS).get_by_text("Penilaian, alasan, dan pilihan berbahaya").click()
    expect(card(board, STEPS).get_by_role("button", name="Tutup sektor")).to_be_visible()

    assert violations(board, "html") == []
    assert not board.evaluate(WIDE)
    board.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not board.evaluate(WIDE)


def test_the_projector_breaks_no_rule_of_accessibility(
    workshop: Workshop, new_page: Callable[..., Page]
) -> None:
    board = new_page(width=1920, height=1080)
    open_board(board, workshop)
    projector = open_projector(board)
    for ask in (URGENT, STEPS, WHO):
        card(board, ask).get_by_role("button", name="Tampilkan ke proyektor").click()
        expect(projector.get_by_role("heading", level=1)).to_have_text(ask)
        assert violations(projector, "html") == []
        assert not projector.evaluate(WIDE)
        size = projector.evaluate("parseFloat(getComputedStyle(document.querySelector('.bd-text')).fontSize)")
        assert size >= 0.03 * 1080, "the last row of a hall reads letters of a thirtieth of the height"


def test_the_board_is_worked_by_the_keyboard_alone(workshop: Workshop, new_page: Callable[..., Page]) -> None:
    board = new_page()
    board.goto(f"{workshop.url}board")
    expect(board.get_by_label("Kata sandi papan")).to_be_focused()
    board.keyboard.type(PASSWORD)
    board.keyboard.press("Enter")
    expect(board.get_by_role("heading", name="Daftar Nilai")).to_be_visible()
    wanted = card(board, STEPS).get_by_role("button", name="Tampilkan ke proyektor")
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            break
        board.keyboard.press("Tab")
    board.keyboard.press("Enter")

    expect(board.get_by_role("status")).to_have_text("Tampil di proyektor.")
    expect(board.get_by_role("heading", name="Sedang tampil di proyektor")).to_be_visible()
    expect(wanted).to_be_focused()
