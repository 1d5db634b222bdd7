"""The player on a page of its own: every screen and form, with no server before its conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scenarios.engine.hand_in import read_hand_in
from tests.browser.hosted_player import HostedPlayer
from tests.browser.player_page import (
    ASK,
    CHECK,
    CONFIRM,
    CONTINUE,
    FIRST_STEP,
    LARGE,
    LISTEN,
    LOW,
    NEXT,
    PASSWORD,
    PSYCHOLOGIST,
    REFLECTION,
    REMOVAL,
    SCHOOL,
    Player,
    play_by_clicks,
    violations,
)

CHOICES = (LOW, LISTEN, FIRST_STEP, PASSWORD, REMOVAL, SCHOOL, PSYCHOLOGIST, "Dalam tiga hari")


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_no_screen_breaks_a_rule_of_wcag_or_is_wider_than_its_page(
    stage: Callable[..., HostedPlayer], width: int, *, dark: bool
) -> None:
    player = stage(width=width, dark=dark).player
    seen: list[str] = []

    def look() -> None:
        for language in ("EN, English", "ID, Bahasa Indonesia"):
            player.press(language)
            expect(player.root.get_by_role("button", name=language)).to_have_attribute("aria-pressed", "true")
            seen.extend(violations(player.page))
            assert player.fits()

    player.see("Sebelum mulai")
    look()
    player.press("Bantuan", "Mulai", "Lewati bagian ini")
    look()
    player.press("Tidak, kembali", CHECK)
    look()
    player.press("Bantuan")
    player.tick(LOW)
    player.press(CHECK)
    look()
    player.press(CONFIRM)
    look()
    player.press(CONTINUE, CONTINUE)
    player.tick("Kata sandi itu mestinya kamu jaga sendiri.")
    player.press(CHECK, CONFIRM)
    look()
    player.press(CONTINUE, CONTINUE)
    player.tick(FIRST_STEP, PASSWORD, REMOVAL)
    look()
    player.press(CHECK, CONFIRM, CONTINUE)
    look()
    player.press(CHECK, CONFIRM)
    look()
    player.press(CONTINUE)
    look_at_referral(player, look, in_steps=width < 560)
    player.press(CONTINUE)
    player.root.get_by_role("textbox").fill("Saya akan menelepon Budi Santoso.")
    player.press(CHECK, CONFIRM)
    look()
    player.press("Tidak ada yang nyata, konfirmasi")
    look()
    player.press("Lihat hasil dan alasannya")
    for summary in player.root.locator("summary").all():
        summary.click()
    look()
    player.press("Jeda")
    look()
    assert seen == []


def look_at_referral(player: Player, look: Callable[[], None], *, in_steps: bool) -> None:
    player.tick(SCHOOL, PSYCHOLOGIST)
    look()
    for service in (SCHOOL, PSYCHOLOGIST):
        if in_steps:
            player.press(NEXT)
            look()
        player.group(f"Seberapa cepat? {service}").get_by_label("Dalam tiga hari").check()
    for button in (CHECK, CONFIRM):
        player.press(button)
        look()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_the_estimate_and_the_hand_in_break_no_rule_either(
    stage: Callable[..., HostedPlayer], width: int, *, dark: bool
) -> None:
    player = stage(mode="panel", width=width, dark=dark).player
    seen: list[str] = []

    def look() -> None:
        for language in ("EN, English", "ID, Bahasa Indonesia"):
            player.press(language)
            expect(player.root.get_by_role("button", name=language)).to_have_attribute("aria-pressed", "true")
            seen.extend(violations(player.page))
            assert player.fits()

    player.see("Sebelum mulai")
    look()
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Perkiraan Anda")
    player.root.get_by_text("Pilihan yang tadi ditawarkan").click()
    player.press("Simpan perkiraan")
    look()
    player.press("Serahkan")
    look()
    player.press("Buat berkas serahan")
    player.see("Berkas serahan sudah jadi")
    look()
    assert seen == []


# A way through the small case by screens, each after what is done to come to it.
SCREENS: tuple[tuple[str, ...], ...] = (
    (),
    ("Bantuan", "Mulai"),
    ("Bantuan", LOW, CHECK),
    (CONFIRM,),
    (CONTINUE, CONTINUE, LISTEN, CHECK, CONFIRM, CONTINUE, FIRST_STEP, PASSWORD, REMOVAL),
    (CHECK, CONFIRM, CONTINUE),
    (CHECK, CONFIRM, CONTINUE, SCHOOL, PSYCHOLOGIST),
    (NEXT, NEXT),
    ("Dalam tiga hari", NEXT, "Dalam tiga hari", CHECK),
    (CONFIRM, CONTINUE, ASK, CHECK),
    (CONFIRM,),
    ("Lihat hasil dan alasannya",),
    ("Jeda",),
)
# What is unfolded is hyphenated right after it.
UNFOLD = """() => new Promise((done) => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  setTimeout(done, 50);
})"""
# As WCAG 2.2 asks for it in 1.4.12.
SPACED = """() => document.head.append(Object.assign(document.createElement("style"), { textContent: `
  .kasuslab * { line-height: 1.5 !important; letter-spacing: .12em !important; }
  .kasuslab * { word-spacing: .16em !important; }
  .kasuslab p { margin-bottom: 2em !important; }` }))"""


def screens(player: Player) -> Iterator[tuple[str, ...]]:
    """Each screen of the small case, with all unfolded; what was done to come to it."""
    player.see("Sebelum mulai")
    for steps in SCREENS:
        for step in steps:
            if step == ASK:
                player.write(ASK, REFLECTION)
            else:
                (player.tick if step in CHOICES else player.press)(step)
        player.page.evaluate(UNFOLD)
        yield steps


@pytest.mark.parametrize("width", [320, 360])
def test_letters_twice_as_large_scroll_no_screen_sideways_and_break_no_word_without_a_hyphen(
    stage: Callable[..., HostedPlayer], width: int
) -> None:
    player = stage(width=width).player
    small = player.root.evaluate("root => parseFloat(getComputedStyle(root).fontSize)")
    player.page.evaluate(LARGE)
    assert player.root.evaluate("root => parseFloat(getComputedStyle(root).fontSize)") == 2 * small

    for steps in screens(player):
        assert player.fits(), steps
        assert player.broken_words() == [], steps


def test_no_screen_is_scrolled_sideways_with_lines_words_and_letters_set_apart(
    stage: Callable[..., HostedPlayer],
) -> None:
    player = stage(width=320).player
    player.page.evaluate(SPACED)

    assert [steps for steps in screens(player) if not player.fits()] == []


def test_a_panel_gives_its_estimate_by_the_keyboard_alone(stage: Callable[..., HostedPlayer]) -> None:
    hosted = stage(mode="panel", width=360)
    player = hosted.player
    player.see_text("anggota panel ahli")
    player.type_to("Mulai")
    player.see("Telepon pertama")
    player.arrow_to(LOW, LOW)
    player.type_to(CHECK)
    player.see("Sudah yakin?")
    player.type_to(CONFIRM)
    player.see("Perkiraan Anda")
    player.see_text("Seberapa mendesak laporan ini?")
    expect(player.root).not_to_contain_text("Dua hari kemudian")

    number = player.root.get_by_role("spinbutton")
    expect(number).to_have_value("")
    player.type_to("Simpan perkiraan")
    expect(player.root.get_by_role("alert").filter(has_text="bilangan bulat")).to_be_visible()
    assert player.focused().startswith("Bayangkan 100 rekan")
    player.page.keyboard.type("101")
    player.page.keyboard.press("Enter")
    player.see("Perkiraan Anda")
    player.page.keyboard.press("ArrowDown")
    expect(number).to_have_value("100")
    player.type_to("Kurangi 10", "Tambah 5", key="Space")
    expect(number).to_have_value("95")
    player.type_to("Simpan perkiraan")
    player.see("Dua hari kemudian")
    assert {"type": "estimate", "n": 2, "decision": "mendesak", "share": 95} in hosted.sent


def test_an_estimate_that_is_not_saved_survives_a_pause_and_a_switch_of_language(
    stage: Callable[..., HostedPlayer],
) -> None:
    player = stage(mode="panel").player
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM, "Tambah 10", "EN, English")
    player.see("Your estimate")
    expect(player.root.get_by_role("spinbutton")).to_have_value("60")

    player.press("Pause", "Go on")
    player.see("Your estimate")
    expect(player.root.get_by_role("spinbutton")).to_have_value("60")


def test_a_panel_plays_to_its_end_without_a_score_or_feedback(stage: Callable[..., HostedPlayer]) -> None:
    player = stage(mode="panel").player
    player.press("Mulai")
    for pick, after in (("Ditangani hari ini", "Anak A berbicara"), (LISTEN, "Menahan penyebaran")):
        player.tick(pick)
        player.press(CHECK, CONFIRM)
        player.see("Perkiraan Anda")
        player.press("Tambah 5", "Simpan perkiraan")
        player.see(after)
    for after in ("Mana yang lebih dulu", "Siapa yang dilibatkan", "Menengok ke belakang"):
        player.press("Lewati bagian ini", "Ya, lewati")
        player.see(after)
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Untuk Anda sendiri")

    player.see_text("Keputusan dan perkiraan Anda tersimpan.")
    expect(player.root.get_by_role("button", name="Lihat hasil dan alasannya")).to_have_count(0)
    expect(player.root).not_to_contain_text("dari 100")


def test_before_the_first_case_it_says_what_is_stored_and_asks_for_research_apart(
    stage: Callable[..., HostedPlayer],
) -> None:
    hosted = stage(mode="test", width=360)
    player = hosted.player
    player.see_text("dihapus paling lambat 180 hari")
    yes = player.root.get_by_role("checkbox")
    expect(yes).not_to_be_checked()
    yes.check()
    player.press("EN, English")
    expect(player.root.get_by_role("checkbox", name="My play may be used for research")).to_be_checked()
    player.press("Begin")
    player.see("The first call")

    assert {"type": "begin", "n": 0, "research": True} in hosted.sent


def test_research_is_no_unless_someone_says_yes(stage: Callable[..., HostedPlayer]) -> None:
    hosted = stage(mode="test")
    hosted.player.press("Mulai")
    hosted.player.see("Telepon pertama")

    assert {"type": "begin", "n": 0, "research": False} in hosted.sent


def test_a_play_is_handed_in_as_one_file_and_downloaded(
    stage: Callable[..., HostedPlayer], tmp_path: Path
) -> None:
    player = stage(mode="test", width=360).player
    player.press("Mulai", "Serahkan")
    player.see("Serahkan")
    player.see_text("Kasus belum selesai")
    assert player.focused() == "Serahkan"
    player.root.get_by_role("textbox").fill("ana@contoh.id")
    player.press("Buat berkas serahan")
    expect(player.root.get_by_role("alert").filter(has_text="bukan nomor peserta")).to_be_visible()
    player.root.get_by_role("textbox").fill("p12")
    player.type_to("Buat berkas serahan")
    player.see("Berkas serahan sudah jadi")
    assert player.focused() == "Berkas serahan sudah jadi"
    player.see_text("tugas/serahan-daftar-nilai-00000000.zip")

    with player.page.expect_download() as waiting:
        player.type_to("Unduh berkas")
    assert waiting.value.suggested_filename == "serahan-daftar-nilai-00000000.zip"
    card, record = read_hand_in(Path(waiting.value.path()).read_bytes())
    assert card.participant == "p12"
    assert record == (tmp_path / "tugas" / "decisions.jsonl").read_bytes()

    player.press("Kembali ke kasus")
    player.see("Telepon pertama")
    player.press("Serahkan")
    player.see("Serahkan")
    expect(player.root.get_by_role("textbox")).to_have_value("p12")


def test_practice_says_what_could_hurt_a_child_before_the_score(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    player.press("Mulai")
    player.tick("Ditangani hari ini")
    player.press(CHECK, CONFIRM, CONTINUE)
    player.tick("Kata sandi itu mestinya kamu jaga sendiri.")
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")

    text = player.root.inner_text()
    parts = ("Membahayakan", "belum ada nilai", "Pilihan Anda", "Yang tepat", "Artinya bagi anak")
    assert sorted(parts, key=text.index) == list(parts)


def test_a_whole_practice_play_ends_with_its_result(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    play_by_clicks(player, feedback=True)

    player.press("Lihat hasil dan alasannya")
    player.see("Hasil latihan")
    text = player.root.inner_text()
    parts = ("Yang sudah baik", "Artinya bagi anak", "Satu hal untuk dilatih", "Angkanya", "Simpan hasil ini")
    assert sorted(parts, key=text.index) == list(parts)
    player.root.locator("summary", has_text="Angkanya").click()
    player.see_text("Kasus ini masih draf")


def test_the_focus_goes_to_the_heading_of_each_new_screen(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    player.press("Mulai")
    player.see("Telepon pertama")
    assert player.focused() == "Telepon pertama"
    player.tick(LOW)
    player.press(CHECK)
    player.see("Sudah yakin?")
    assert player.focused() == "Sudah yakin?"


def test_a_picker_stops_at_its_maximum_and_says_so(stage: Callable[..., HostedPlayer]) -> None:
    player = stage(mode="test").player
    player.press("Mulai")
    for pick in ("Ditangani hari ini", LISTEN):
        player.tick(pick)
        player.press(CHECK, CONFIRM)
    player.see("Menahan penyebaran")
    player.tick(FIRST_STEP, PASSWORD, REMOVAL)

    other = player.root.get_by_label("Tanyakan cara menghubungi Ibu B besok")
    expect(other).to_have_attribute("aria-disabled", "true")
    other.focus()
    player.page.keyboard.press("Space")
    expect(other).not_to_be_checked()
    player.see_text("Sudah 3 terpilih.")
    player.root.get_by_label(FIRST_STEP).uncheck()
    expect(other).not_to_have_attribute("aria-disabled", "true")


def test_a_form_that_is_not_complete_says_what_is_missing(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    player.press("Mulai", CHECK)

    expect(player.root.get_by_role("alert").filter(has_text="Pilih dulu satu jawaban.")).to_be_visible()
    assert player.focused() == LOW


def test_what_is_not_confirmed_survives_a_switch_of_language(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    player.press("Mulai")
    player.tick(LOW)
    player.press("EN, English")
    player.see("The first call")

    expect(player.root.get_by_label("A note is enough for now")).to_be_checked()
    assert player.focused() == "EN, English"


def test_a_lost_connection_is_said_and_the_play_goes_on_when_it_is_back(
    stage: Callable[..., HostedPlayer],
) -> None:
    hosted = stage()
    player = hosted.player
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK)
    hosted.deaf()
    hosted.page.evaluate("window.tell('closed')")

    expect(player.banner).to_contain_text("Keputusan yang sudah dikonfirmasi tersimpan.")
    expect(player.banner).to_contain_text("buka lagi halaman ini")
    expect(player.root.get_by_role("button", name=CONFIRM)).to_be_disabled()
    player.see("Sudah yakin?")

    hosted.deaf(deaf=False)
    hosted.page.evaluate("window.tell('reopened')")
    expect(player.banner).to_be_empty()
    player.press(CONFIRM)
    player.see("Umpan balik")


def test_a_message_without_an_answer_is_a_lost_connection(stage: Callable[..., HostedPlayer]) -> None:
    hosted = stage(clock=True)
    hosted.player.see("Sebelum mulai")
    hosted.deaf()
    hosted.player.press("Mulai")
    expect(hosted.player.banner).to_be_empty()
    hosted.page.clock.fast_forward(500)
    expect(hosted.player.root.get_by_role("button", name="Menyimpan…")).to_be_visible()

    hosted.page.clock.fast_forward(8_000)
    expect(hosted.player.banner).to_contain_text("Sambungan terputus.")
    expect(hosted.player.root.get_by_role("button", name="Mulai")).to_be_visible()

    hosted.deaf(deaf=False)
    hosted.page.clock.fast_forward(4_000)
    expect(hosted.player.banner).to_be_empty()
    missed = hosted.player.root.locator(".kl-problem")
    expect(missed).to_have_text("Yang tadi Anda tekan belum sampai. Tekan sekali lagi.")
    hosted.player.press("Mulai")
    hosted.player.see("Telepon pertama")
    expect(missed).to_have_count(0)


def test_a_pause_hides_the_case_and_shows_where_to_get_help(stage: Callable[..., HostedPlayer]) -> None:
    player = stage().player
    player.press("Mulai", "Jeda")
    player.see("Jeda")

    expect(player.root).not_to_contain_text("Ibu B menelepon")
    expect(player.root).not_to_contain_text("Daftar Nilai")
    player.see_text("SAPA 129")
    player.see_text("Belum diperiksa, tanyakan panitia.")
    player.press("Lanjutkan")
    player.see("Telepon pertama")


def test_the_terms_of_a_scene_open_by_the_keyboard_and_stay_open_in_the_other_language(
    stage: Callable[..., HostedPlayer],
) -> None:
    player = stage(mode="test", width=360).player
    player.press("Mulai")
    player.see("Telepon pertama")
    expect(player.root.locator(".kl-terms")).to_have_count(0)
    player.tick(LOW)
    player.press(CHECK, CONFIRM, CONTINUE)
    player.tick(LISTEN)
    player.press(CHECK, CONFIRM)
    player.see("Menahan penyebaran")
    meaning = player.root.locator(".kl-terms dd")
    expect(meaning).to_be_hidden()

    player.type_to("Istilah (1)")
    expect(meaning).to_contain_text("Tim Pencegahan dan Penanganan Kekerasan")
    expect(meaning).to_be_visible()
    player.press("EN, English")

    expect(meaning).to_contain_text("A school's team")
    expect(meaning).to_be_visible()
    assert violations(player.page) == []
    assert player.fits()


def test_without_a_person_there_is_no_start(stage: Callable[..., HostedPlayer]) -> None:
    player = stage(person=None).player

    player.see_text("Panitia perlu menyebut dulu satu orang")
    expect(player.root.get_by_role("button", name="Mulai")).to_have_count(0)


def test_a_note_to_oneself_is_never_sent(stage: Callable[..., HostedPlayer]) -> None:
    hosted = stage(mode="test")
    play_by_clicks(hosted.player, feedback=False)
    hosted.player.root.get_by_role("textbox").fill("Hari ini aku lelah sekali.")
    hosted.player.press("EN, English", "Pause", "Go on")
    hosted.player.see("For yourself")

    expect(hosted.player.root.get_by_role("textbox")).to_have_value("Hari ini aku lelah sekali.")
    assert "lelah" not in str(hosted.sent)


def test_text_of_a_trainee_is_shown_as_text(stage: Callable[..., HostedPlayer]) -> None:
    hosted = stage(mode="test")
    player = hosted.player
    player.press("Mulai")
    for _ in range(5):
        player.press("Lewati bagian ini", "Ya, lewati")
    player.see("Menengok ke belakang")
    player.root.get_by_role("textbox").fill("<img src=x onerror=window.hit=1>")
    player.press(CHECK)

    player.see_text("<img src=x onerror=window.hit=1>")
    assert player.root.locator("img").count() == 0
    assert hosted.page.evaluate("window.hit") is None


def test_a_lesson_is_read_from_the_cover_in_both_languages_and_left_again(
    stage: Callable[..., HostedPlayer],
) -> None:
    hosted = stage(width=360)
    player = hosted.player
    player.see("Sebelum mulai")
    player.root.get_by_text("Pelajaran singkat (8)").click()
    player.press("Baca: Apakah anak aman malam ini?")
    player.see("Apakah anak aman malam ini?")
    assert player.fits()
    assert violations(hosted.page) == []
    expect(player.root.get_by_role("img", name="Tingkat risiko")).to_be_visible()
    player.press("EN, English")
    expect(player.root.get_by_role("article")).to_have_attribute("lang", "en")
    player.press("Back")
    player.see("Before you begin")


def test_a_decisions_feedback_leads_to_the_lesson_on_its_competency_and_back(
    stage: Callable[..., HostedPlayer],
) -> None:
    player = stage().player
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")
    player.root.locator("summary", has_text="Aturan, pelajaran, sumber").click()
    lesson = player.root.get_by_role("button", name=re.compile("^Baca: "))
    title = (lesson.text_content() or "").removeprefix("Baca: ")
    lesson.click()
    player.see(title)
    player.press("Kembali")
    player.see("Umpan balik")
    expect(lesson).to_be_visible()


def test_no_lesson_is_offered_in_a_test(stage: Callable[..., HostedPlayer]) -> None:
    player = stage(mode="test").player
    player.see("Sebelum mulai")
    expect(player.root.get_by_text("Pelajaran singkat")).to_have_count(0)
