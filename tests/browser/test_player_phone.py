"""The player as a tired person holds it: on a phone of 360 pixels, by thumb, by ear, by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from scenarios.library import CASES
from tests.browser.accessibility_tree import announcements, spoken, tree_faults
from tests.browser.hosted_player import HostedPlayer
from tests.browser.keyboard import KeyboardPlay
from tests.browser.player_page import (
    CHECK,
    CONFIRM,
    CONTINUE,
    FACT,
    FIRST_STEP,
    LISTEN,
    LOW,
    NEXT,
    PASSWORD,
    PSYCHOLOGIST,
    REFLECTION,
    REMOVAL,
    SCHOOL,
    Player,
    play_by_keyboard,
    violations,
)

Stage = Callable[..., HostedPlayer]
PHONE = {"width": 360, "height": 740}
TOP = PHONE["height"] / 4
FULL, TODAY = "Sudah 3 terpilih.", "Ditangani hari ini"
NONE = "Pilih dulu paling sedikit satu."
SCENES = ("Anak A berbicara", "Menahan penyebaran", "Mana yang lebih dulu", "Siapa yang dilibatkan")

# A device with these voices; what it is to say is heard by the test, and each text is said at once.
VOICES = """
window.heard = [];
const voices = %s;
const speech = {
  getVoices: () => voices,
  speak: (words) => {
    window.heard.push([words.text.trim(), words.lang, words.voice.name]);
    if (window.mute) return;
    setTimeout(() => words.onstart());
    if (window.heard.length < window.least) setTimeout(() => words.onend(), 5);
  },
  cancel: () => window.heard.push("cancelled"),
  addEventListener: () => {},
  removeEventListener: () => {},
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
window.least = 100;
"""


def voices(*each: tuple[str, str, bool]) -> str:
    """The script of a device with voices: of each its name, its language, whether it is the device's own."""
    listed = [{"name": name, "lang": lang, "localService": is_own} for name, lang, is_own in each]
    return VOICES % json.dumps(listed)


def top_of(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["y"]


def heading(player: Player) -> Locator:
    return player.root.locator("[data-heading]").last


def scroll_down(page: Page) -> None:
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")


def skip_to(player: Player, scene: str) -> None:
    """Begin, and skip what comes before a scene."""
    player.press("Mulai")
    player.see("Telepon pertama")
    for title in SCENES:
        player.press("Lewati bagian ini", "Ya, lewati")
        player.see(title)
        if title == scene:
            return
    player.press("Lewati bagian ini", "Ya, lewati")
    player.see(scene)


# A scene


def test_every_scene_begins_in_the_top_quarter(stage: Stage) -> None:
    player = stage(**PHONE).player
    player.press("Mulai")
    player.see("Telepon pertama")
    assert top_of(heading(player)) < TOP
    player.page.evaluate("window.scrollTo(0, 0)")
    assert top_of(heading(player)) < TOP

    for pick, after in ((LOW, "Dua hari kemudian"), (LISTEN, "Menahan penyebaran")):
        player.tick(pick)
        player.press(CHECK)
        player.see("Sudah yakin?")
        assert top_of(heading(player)) < TOP
        player.press(CONFIRM)
        player.see("Umpan balik")
        assert top_of(heading(player)) < TOP
        player.press(CONTINUE)
        player.see(after)
        assert top_of(heading(player)) < TOP
        if after == "Dua hari kemudian":
            player.press(CONTINUE)


def test_help_and_the_pause_stay_at_hand_wherever_one_reads(stage: Stage) -> None:
    player = stage(**PHONE).player
    player.press("Mulai")
    player.see("Telepon pertama")
    scroll_down(player.page)
    for name in ("Bantuan", "Jeda"):
        expect(player.root.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)

    player.root.get_by_role("button", name="Bantuan").click()
    expect(player.root.get_by_text("Ibu P")).to_be_in_viewport()
    assert violations(player.page) == []
    player.press("Bantuan", "Jeda")
    player.see("Jeda")


def test_the_count_of_decisions_is_told_and_comes_to_its_end(stage: Stage) -> None:
    player = stage(**PHONE).player
    count = player.root.locator(".kl-count")
    player.press("Mulai")
    expect(count).to_contain_text("Keputusan 1 dari 6")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")
    expect(count).to_contain_text("Keputusan 1 dari 6")
    player.press(CONTINUE)
    expect(count).to_contain_text("1 dari 6 keputusan selesai")
    player.press(CONTINUE, "EN, English")
    expect(count).to_contain_text("Decision 2 of 6")


def test_a_term_is_pressed_where_it_stands_and_its_meaning_opens_below(stage: Stage) -> None:
    player = stage(CASES / "teman-gim", variant="berangkat", **PHONE).player
    player.press("Mulai")
    player.see("Telepon siang hari")
    term = player.root.get_by_role("button", name="bujuk rayu daring", exact=True)
    story = player.root.locator(".kl-story")
    before = story.inner_text()
    meaning = player.root.locator(".kl-meaning")
    expect(meaning).to_have_count(0)

    player.type_to("bujuk rayu daring")
    expect(term).to_have_attribute("aria-expanded", "true")
    expect(meaning).to_be_in_viewport()
    assert term.evaluate("term => term.parentNode.nextSibling.className") == "kl-meaning"
    assert player.focused() == "bujuk rayu daring"
    assert violations(player.page) == []
    assert player.fits()
    player.press("EN, English")
    expect(meaning).to_be_visible()
    player.press("ID, Bahasa Indonesia")
    term.click()

    expect(meaning).to_have_count(0)
    assert story.inner_text() == before


def test_each_person_has_a_letter_of_one_colour_wherever_a_text_names_them(stage: Stage) -> None:
    player = stage(CASES / "teman-gim", variant="berangkat", **PHONE).player
    colours: dict[str, set[str]] = {}

    def look() -> None:
        for letter, colour in player.root.locator(".kasuslab-person").evaluate_all(
            "chips => chips.map((chip) => [chip.textContent, getComputedStyle(chip).backgroundColor])"
        ):
            colours.setdefault(letter, set()).add(colour)

    player.press("Mulai")
    player.see_text("anaknya, Anak A, 11 tahun, tidak ada di rumah. Setengah jam lalu Nenek C melihatnya")
    player.see_text("UPTD PPA di Kabupaten X")
    look()
    player.tick("Polsek ditelepon sekarang")
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")
    look()
    player.press(CONTINUE, "EN, English")
    player.see_text("Child A")
    look()

    assert {"A", "B", "C", "E"} <= set(colours)
    assert "X" not in colours
    assert [each for each in colours.values() if len(each) > 1] == []
    assert len({colour for each in colours.values() for colour in each}) == len(colours)


# Reading aloud


def test_what_is_on_the_screen_is_read_aloud_by_the_devices_own_voice(stage: Stage) -> None:
    own, other = ("Damayanti", "id_ID", True), ("Peladen", "id-ID", False)
    hosted = stage(script=voices(other, own), **PHONE)
    player = hosted.player
    player.press("Mulai")
    player.see("Telepon pertama")
    player.press("Dengarkan")
    hosted.page.wait_for_function("check => window.heard.some((each) => each[0] === check)", arg=CHECK)

    heard: list[Any] = hosted.page.evaluate("window.heard")
    assert heard.pop(0) == "cancelled"
    texts = [text for text, _, _ in heard]
    assert texts[0] == "Telepon pertama"
    assert texts[1].startswith("Ibu B menelepon. Daftar nilai")
    assert [part for part in ("Seberapa mendesak laporan ini?", LOW, CHECK) if part not in texts] == []
    hosted.page.wait_for_function("() => window.heard.some((each) => each[0].startsWith('Ini latihan'))")
    unseen = "Sambungan terputus."
    assert unseen not in [text for text, *_ in hosted.page.evaluate("window.heard.slice(1)")]
    assert {(lang, name) for _, lang, name in heard} == {("id-ID", "Damayanti")}


def test_reading_aloud_ends_with_the_screen_or_at_a_press(stage: Stage) -> None:
    hosted = stage(script=voices(("Damayanti", "ind", True)) + "window.least = 0;", **PHONE)
    player = hosted.player
    player.press("Dengarkan")
    expect(player.root.locator(".kl-read")).to_have_text("Sebelum mulai")
    player.press("Berhenti")
    expect(player.root.locator(".kl-read")).to_have_count(0)
    player.press("Dengarkan", "Mulai")
    player.see("Telepon pertama")

    expect(player.root.get_by_role("button", name="Dengarkan")).to_be_visible()
    assert hosted.page.evaluate("window.heard.filter((each) => each === 'cancelled').length") == 4


def test_without_a_voice_of_the_language_nothing_is_offered(stage: Stage) -> None:
    hosted = stage(script=voices(("Damayanti", "id-ID", True), ("Server", "en-US", False)), **PHONE)
    player = hosted.player
    listen = player.root.locator("[data-key=listen]")
    expect(listen).to_be_visible()

    player.press("EN, English")
    player.see("Before you begin")

    expect(listen).to_have_count(0)


def test_a_voice_that_stays_silent_is_told(stage: Stage) -> None:
    hosted = stage(script=voices(("Damayanti", "id-ID", True)) + "window.mute = true;", clock=True, **PHONE)
    player = hosted.player
    player.press("Dengarkan")
    hosted.page.clock.fast_forward(6_000)

    expect(player.root.get_by_text("Suara untuk bahasa ini belum terpasang")).to_be_in_viewport()
    expect(player.root.get_by_role("button", name="Dengarkan")).to_be_visible()


# A referral in steps


def test_a_referral_goes_from_its_services_through_each_to_a_summary(stage: Stage) -> None:
    player = stage(mode="test", **PHONE).player
    skip_to(player, "Siapa yang dilibatkan")
    player.tick(SCHOOL, PSYCHOLOGIST)
    expect(player.root.get_by_role("radio")).to_have_count(0)
    player.press(NEXT)

    player.see(SCHOOL)
    assert player.focused() == SCHOOL
    assert top_of(heading(player)) < TOP
    player.see_text("Layanan 1 dari 2")
    assert violations(player.page) == []
    player.press(NEXT)
    expect(player.root.get_by_role("alert").filter(has_text="Tentukan seberapa cepat")).to_be_in_viewport()
    player.tick_in(f"Seberapa cepat? {SCHOOL}", "Dalam tiga hari")
    player.tick_in(f"Apa yang Anda serahkan? {SCHOOL}", FACT)
    player.press(NEXT)
    player.see(PSYCHOLOGIST)
    player.see_text("Layanan 2 dari 2")
    player.press("Kembali")
    player.see(SCHOOL)
    expect(player.group(f"Apa yang Anda serahkan? {SCHOOL}").get_by_label(FACT)).to_be_checked()
    player.press(NEXT)
    player.tick("Dalam hitungan jam")
    player.press(CHECK)

    player.see("Sudah yakin?")
    for part in (SCHOOL, "Dalam tiga hari", FACT, PSYCHOLOGIST, "Dalam hitungan jam"):
        expect(player.root.locator(".kl-confirm")).to_contain_text(part)
    player.press(f"Ubah: {SCHOOL}")
    player.see(SCHOOL)
    player.tick("Dalam seminggu")
    player.press(NEXT, CHECK, CONFIRM)
    player.see("Menengok ke belakang")


# Errors and limits


def test_what_is_missing_is_told_in_sight_right_before_what_has_the_focus(stage: Stage) -> None:
    player = stage(mode="test", **PHONE).player
    # Its options are higher than a phone, so that what stood below them all would be out of sight.
    skip_to(player, "Menahan penyebaran")
    scroll_down(player.page)
    player.press(CHECK)

    message = player.root.get_by_role("alert").filter(has_text=NONE)
    expect(message).to_be_in_viewport(ratio=1)
    first = player.root.get_by_role("checkbox").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    expect(first).to_have_accessible_description(re.compile(re.escape(NONE)))
    assert ("assertive", NONE) in announcements(player.page)
    player.tick(FIRST_STEP)
    expect(message).to_have_count(0)


def test_a_referral_on_a_wide_page_leads_to_the_service_that_lacks_something(stage: Stage) -> None:
    player = stage(mode="test", width=1280, height=740).player
    skip_to(player, "Siapa yang dilibatkan")
    player.tick(SCHOOL, PSYCHOLOGIST)
    player.tick_in(f"Seberapa cepat? {SCHOOL}", "Dalam tiga hari")
    scroll_down(player.page)
    player.press(CHECK)

    message = player.root.get_by_role("alert").filter(
        has_text=f"Tentukan seberapa cepat untuk: {PSYCHOLOGIST}."
    )
    expect(message).to_be_in_viewport(ratio=1)
    first = player.group(f"Seberapa cepat? {PSYCHOLOGIST}").get_by_role("radio").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()


def test_a_limit_says_so_where_it_is_met_and_to_a_screen_reader(stage: Stage) -> None:
    hosted = stage(mode="test", **PHONE)
    player = hosted.player
    skip_to(player, "Menahan penyebaran")
    player.tick(FIRST_STEP, PASSWORD, REMOVAL)
    note = player.root.locator(".kl-limit")
    expect(note).to_contain_text(FULL)
    expect(note).to_be_in_viewport(ratio=1)

    other = player.root.get_by_label("Tanyakan cara menghubungi Ibu B besok")
    other.click(force=True)
    expect(other).not_to_be_checked()
    expect(note).to_have_count(1)
    assert abs(top_of(note) - top_of(other)) < 120
    expect(player.root.locator("[aria-live]")).to_contain_text(FULL)
    assert [words for live, words in announcements(hosted.page) if live == "polite" and FULL in words]
    player.root.get_by_label(FIRST_STEP).uncheck()
    expect(note).to_have_count(0)


def test_a_refusal_is_told_in_sight_on_a_screen_that_has_no_place_for_it(stage: Stage) -> None:
    hosted = stage(**PHONE)
    player = hosted.player
    player.press("Mulai")
    player.tick(LOW)
    player.press(CHECK, CONFIRM)
    player.see("Umpan balik")
    scroll_down(player.page)
    hosted.page.evaluate(
        "window.tell('msg:custom', { type: 'refused', n: 2, code: 'no_such_lesson', text: 'Itu tidak ada.' })"
    )

    expect(player.root.get_by_role("alert").filter(has_text="Itu tidak ada.")).to_be_in_viewport(ratio=1)


# What is not confirmed


def test_what_is_filled_in_survives_a_reload_and_goes_when_it_is_confirmed(stage: Stage) -> None:
    hosted = stage(mode="test", **PHONE)
    player = hosted.player
    player.press("Mulai")
    player.tick(TODAY)
    hosted.page.reload()
    player.see("Telepon pertama")
    expect(player.root.get_by_label(TODAY)).to_be_checked()
    player.press("Jeda")
    player.see("Jeda")
    hosted.page.reload()
    player.press("Lanjutkan")
    player.see("Telepon pertama")
    player.press(CHECK, CONFIRM)
    player.see("Anak A berbicara")

    assert hosted.page.evaluate("localStorage.length") == 0
    for after in (*SCENES[1:], "Menengok ke belakang"):
        player.press("Lewati bagian ini", "Ya, lewati")
        player.see(after)
    player.root.get_by_role("textbox").fill(REFLECTION)
    hosted.page.reload()
    player.see("Menengok ke belakang")
    expect(player.root.get_by_role("textbox")).to_have_value(REFLECTION)
    player.press(CHECK, CONFIRM)
    player.see("Untuk Anda sendiri")
    player.root.get_by_role("textbox").fill("Hari ini aku lelah sekali.")

    assert hosted.page.evaluate("localStorage.length") == 0


def test_a_draft_of_another_shape_is_no_draft(stage: Stage) -> None:
    hosted = stage(mode="test", **PHONE)
    player = hosted.player
    player.press("Mulai")
    player.tick(LOW)
    drafts = hosted.page.evaluate("localStorage.getItem('kasuslab_drafts')").replace("value", "other")
    hosted.page.evaluate("drafts => localStorage.setItem('kasuslab_drafts', drafts)", drafts)
    hosted.page.reload()
    player.see("Telepon pertama")

    expect(player.root.get_by_role("radio", checked=True)).to_have_count(0)
    player.press(CHECK)
    expect(player.root.get_by_role("alert").filter(has_text="Pilih dulu")).to_be_visible()


# By keyboard and by ear


def test_a_whole_case_is_played_by_keyboard_and_the_accessibility_tree_tells_it(stage: Stage) -> None:
    hosted = stage(**PHONE)
    faults: list[str] = []

    def look() -> None:
        title = heading(hosted.player).inner_text()
        words = spoken(hosted.page)
        if [(each.role, each.name) for each in words if each.has_focus] != [("heading", title)]:
            faults.append(f"{title!r} has not the focus")
        faults.extend(f"{title}: {fault}" for fault in tree_faults(hosted.page))

    hosted.player.see("Sebelum mulai")
    play_by_keyboard(hosted.player, look, phone=True)

    assert faults == []
    roles = [each.role for each in spoken(hosted.page)]
    assert roles.index("heading") < roles.index("button") < roles.index("textbox")


@pytest.mark.parametrize(
    ("case", "variant", "looks"),
    [
        pytest.param("teman-gim", "lewat", PHONE, id="phone"),
        pytest.param("hari-ketiga", "", {"width": 1280, "height": 740}, id="wide", marks=pytest.mark.long),
    ],
)
def test_a_case_of_the_library_is_played_by_keyboard_and_every_screen_tells_itself(
    stage: Stage, case: str, variant: str, looks: dict[str, int]
) -> None:
    hosted = stage(CASES / case, variant=variant, **looks)
    player = hosted.player
    faults: list[str] = []
    tools: set[tuple[str, ...]] = set()
    player.see("Sebelum mulai")
    if looks != PHONE:
        player.type_to("EN, English")
        player.see("Before you begin")
    pause = "Jeda" if looks == PHONE else "Pause"

    def look() -> None:
        title = heading(player).inner_text()
        words = spoken(hosted.page)
        if [(each.role, each.name) for each in words if each.has_focus] != [("heading", title)]:
            faults.append(f"{title!r} has not the focus")
        faults.extend(f"{title}: {fault}" for fault in tree_faults(hosted.page))
        faults.extend(f"{title}: {one}" for one in announcements(hosted.page) if one[0] == "assertive")
        buttons = [each.name for each in words if each.role == "button"]
        tools.add(tuple(buttons[: buttons.index(pause) + 1]))

    play = KeyboardPlay.of(player, look, faults)
    play.to_the_end()

    assert faults == []
    assert len(tools) == 1, "help and the pause stand at one place on all screens"
    assert len(play.titles) > 30
    assert play.titles[-1] == ("Hasil latihan" if looks == PHONE else "Result of this practice")


@pytest.mark.parametrize("back", [False, True], ids=["down", "up"])
def test_what_has_the_focus_is_never_hidden_by_what_stays_in_sight(stage: Stage, *, back: bool) -> None:
    hosted = stage(CASES / "teman-gim", variant="lewat", **PHONE)
    player = hosted.player
    player.press("Mulai")
    player.see("Telepon siang hari")
    if back:
        player.root.get_by_role("button", name="Lewati bagian ini").focus()
    faults: list[str] = []
    for _ in range(12):
        player.page.keyboard.press("Shift+Tab" if back else "Tab")
        if not player.focused():
            break
        faults += tree_faults(hosted.page)

    assert faults == []
