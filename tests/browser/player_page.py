"""What the browser tests share: a page that hosts the player without a server, and hands that play a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from scenarios.kinds.referral import Handover
from scenarios.pick import Pick
from widgets.player_files import player_script, player_sheet

ORIGIN = "http://player.test"
# Letters twice as large: WCAG 2.2, 1.4.4.
LARGE = "document.documentElement.style.fontSize = '200%'"
# Widths, in pixels, and whether in dark, in which a whole page is looked at; the first two in `make test`.
LOOKS = (
    (1280, False),
    (360, True),
    pytest.param(1280, True, marks=pytest.mark.long),
    pytest.param(360, False, marks=pytest.mark.long),
)
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

# A model as a Voilà client of ours offers it: send, on, and the names of its events. A comm carries JSON.
HOST = """
import player from "./player.js";
const listeners = {};
const tell = (name, value) => (listeners[name] || []).forEach((listener) => listener(value));
const model = {
  send: async (content) => {
    if (window.deaf) return;
    for (const reply of await window.answer(JSON.parse(JSON.stringify(content)))) tell("msg:custom", reply);
  },
  on: (name, listener) => (listeners[name] = listeners[name] || []).push(listener),
};
window.tell = tell;
player.render({ model, el: document.getElementById("player") });
"""
PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>player</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="player.css">
<style>body { margin: 0; padding: 8px; background: Canvas; color-scheme: light dark; }</style></head>
<body><main id="player"></main><script type="module" src="host.js"></script></body></html>"""

# Fills in the form of a decision. `turn` picks among the options, so that plays take different ways.
FILL = """(turn) => {
  const form = document.querySelector(".kasuslab .kl-form");
  const text = form.querySelector("textarea");
  if (text) {
    text.value = "catatan latihan";
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const boxes = [...form.querySelectorAll("input[type=checkbox][data-limited]")];
  if (boxes.length) boxes[turn % boxes.length].click();
  const groups = new Set([...form.querySelectorAll("input[type=radio]")].map((radio) => radio.name));
  for (const name of groups) {
    const radios = [...form.querySelectorAll(`input[name="${name}"]`)];
    radios[turn % radios.length].click();
  }
}"""
# Presses what a person would press next, as fast as the page answers, until there is nothing to press.
PLAY_ON = f"""async (turn) => {{
  const fill = {FILL};
  const root = document.querySelector(".kasuslab");
  const find = (key) => root.querySelector(`[data-key="${{key}}"]`);
  const turned = (shown) => new Promise((done) => {{
    const watch = new MutationObserver(() => {{
      if (root.querySelector(".kl-page") !== shown) done(true);
    }});
    watch.observe(root, {{ childList: true, subtree: true }});
    setTimeout(() => done(false), 6000);
  }});
  const titles = [];
  for (let press = 0; press < 400; press += 1) {{
    const title = root.querySelector("[data-heading]").textContent;
    if (titles[titles.length - 1] !== title) titles.push(title);
    const key = ["begin", "confirm", "check", "onward", "continue", "result"].find(find);
    if (!key) return {{ titles, text: root.textContent }};
    if (key === "check") fill(turn);
    const shown = root.querySelector(".kl-page");
    const next = turned(shown);
    find(key).click();
    if (!(await next)) return {{ titles, text: "stuck: " + root.textContent }};
  }}
  return {{ titles, text: "endless" }};
}}"""

Answer = Callable[[Any], Sequence[Any]]


def host_player(page: Page, answer: Answer) -> Player:
    """Show the player on a page of its own; every message goes through `answer`, as by a comm."""
    files = {
        "/": ("text/html", PAGE),
        "/host.js": ("text/javascript", HOST),
        "/player.js": ("text/javascript", player_script()),
        "/player.css": ("text/css", player_sheet()),
    }

    def serve(route: Route) -> None:
        kind, body = files.get(route.request.url.removeprefix(ORIGIN), ("text/plain", ""))
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    page.route(f"{ORIGIN}/**", serve)
    page.expose_function("answer", answer)
    # What another test has filled in and not confirmed is kept on the device that all of them share.
    page.goto(f"{ORIGIN}/nothing")
    page.evaluate("localStorage.clear()")
    page.goto(f"{ORIGIN}/")
    return Player(page)


@dataclass(frozen=True)
class Player:
    """The player on a page, as a person meets it: by the words on its buttons and labels."""

    page: Page

    @property
    def root(self) -> Locator:
        """The player's own element."""
        return self.page.locator(".kasuslab").last

    @property
    def banner(self) -> Locator:
        """Where a lost connection is told; empty while all is well."""
        return self.root.locator(".kl-banner")

    def press(self, *names: str) -> None:
        """Press buttons one after another, by their names."""
        for name in names:
            self.root.get_by_role("button", name=name, exact=True).click()

    def tick(self, *labels: str) -> None:
        """Choose radios or checkboxes by their labels."""
        for label in labels:
            self.root.get_by_label(label, exact=True).check()

    def tick_in(self, group: str, label: str) -> None:
        """Choose a radio or checkbox by its label in the fieldset with this legend."""
        self.group(group).get_by_label(label, exact=True).check()

    def write(self, label: str, text: str) -> None:
        """Fill in the text field with this label."""
        self.root.get_by_label(label, exact=True).fill(text)

    def see(self, heading: str) -> None:
        """Wait until a screen with this heading is shown, and the heading has the focus."""
        expect(self.root.locator("[data-heading]").last).to_have_text(heading)

    def see_text(self, text: str | re.Pattern[str]) -> None:
        """Wait until this text is shown somewhere in the player."""
        expect(self.root).to_contain_text(text)

    def fits(self) -> bool:
        """Whether all that is visible stays within the player: nothing is scrolled sideways or cut."""
        script = """root => {
            const edge = root.getBoundingClientRect().right + 1;
            const hidden = ".kl-hidden, .kl-step";
            const shown = [...root.querySelectorAll("*")].filter((each) => !each.closest(hidden));
            return shown.every((each) => each.getBoundingClientRect().right <= edge)
                && document.documentElement.scrollWidth <= document.documentElement.clientWidth;
        }"""
        return bool(self.root.evaluate(script))

    def broken_words(self) -> list[str]:
        """The words that go on in the next line without a hyphen."""
        script = """root => {
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            const broken = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (node.parentElement.closest(".kl-hidden, .kl-step")) continue;
                for (const word of node.data.matchAll(/[A-Za-z\u00ad]{8,}/g)) {
                    const range = document.createRange();
                    range.setStart(node, word.index);
                    range.setEnd(node, word.index + word[0].length);
                    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
                    if (lines.size > 1 && !word[0].includes("\u00ad")) broken.push(word[0]);
                }
            }
            return broken;
        }"""
        return list(self.root.evaluate(script))

    def group(self, name: str) -> Locator:
        """The fieldset with this legend."""
        return self.root.get_by_role("group", name=name, exact=True)

    def focused(self) -> str:
        """What a screen reader would call the element that has the focus; "" outside of the player."""
        script = """() => {
            const at = document.activeElement;
            if (!at || !at.closest(".kasuslab")) return "";
            const label = at.labels && at.labels.length ? at.labels[0].textContent : at.textContent;
            return (at.getAttribute("aria-label") || label || "").trim();
        }"""
        return str(self.page.evaluate(script))

    def tab_to(self, name: str, *, most: int = 60) -> None:
        """Press Tab until something of this name has the focus."""
        names = []
        for _ in range(most):
            if self.focused() == name:
                return
            self.page.keyboard.press("Tab")
            names.append(self.focused())
        raise AssertionError(f"Tab does not reach {name!r}, but {names}")

    def type_to(self, *names: str, key: str = "Enter") -> None:
        """Go to each of these by Tab, and press `key` there."""
        for name in names:
            self.tab_to(name)
            self.page.keyboard.press(key)

    def arrow_to(self, first: str, wanted: str) -> None:
        """Go to the first radio of a group by Tab, then choose one by the arrow keys."""
        self.tab_to(first)
        self.page.keyboard.press("Space")
        for _ in range(8):
            if self.focused() == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"The arrow keys do not reach {wanted!r}")


# One way through the small case, with every kind of decision, a branch, and a decision that is changed.

REFLECTION = "Saya akan menelepon lebih cepat."
PICKS: dict[str, Any] = {
    "mendesak": "rendah",
    "bicara": "dengar",
    "langkah": ("catat", "sandi", "minta"),
    "urutan": ("aman", "setuju", "sekolah", "pantau"),
    "serah": (("sekolah", "hari", ("tindakan",)), ("psikolog", "jam", ())),
    "refleksi": REFLECTION,
}
LOW, FIRST_STEP, SAFE = (
    "Cukup dicatat dulu",
    "Catat grup, waktu dan pengunggahnya",
    "Pastikan Anak A aman malam ini",
)
PASSWORD, REMOVAL = "Bantu Anak A mengganti kata sandinya", "Minta pengurus grup menghapus berkas itu"
LISTEN = "Ini bukan salahmu. Apa yang kamu perlukan?"
LATER, AGREE = "Tengok lagi keadaan Anak A minggu depan", "Sepakati dengan Anak A apa yang dibagikan"
SCHOOL, PSYCHOLOGIST = "Sekolah", "Psikolog dan layanan krisis"
FACT = "Keluarga meminta sekolah menghentikan penyebaran dan menjaga Anak A tetap nyaman di kelas."
ASK = "Apa yang akan Anda lakukan dengan cara lain bila laporan seperti ini datang lagi?"
CHECK, CONFIRM, CONTINUE, REVISE = "Periksa pilihan", "Konfirmasi", "Lanjut", "Ubah keputusan sebelumnya"
NEXT = "Berikutnya"


class Hands(Protocol):
    """What a person does at a player, in whatever browser: see Player."""

    def press(self, *names: str) -> None: ...
    def tick(self, *labels: str) -> None: ...
    def tick_in(self, group: str, label: str) -> None: ...
    def write(self, label: str, text: str) -> None: ...
    def see(self, heading: str) -> None: ...


def nothing() -> None:
    """Do nothing."""


def play_by_clicks(
    hands: Hands,
    *,
    feedback: bool,
    phone: bool = False,
    read: Callable[[], None] = nothing,
    pause: Callable[[], None] = nothing,
) -> None:
    """Play the small case in Indonesian from its cover to its end, by clicks and touch alone.

    feedback: the play shows feedback after each decision, as in practice mode; otherwise it is a
    test. phone: the page is narrow, so that a referral goes in steps. read: called at each feedback; pause:
    once in the middle.
    """

    def settle(after: str) -> None:
        hands.press(CHECK, CONFIRM)
        if feedback:
            hands.see("Umpan balik")
            read()
            hands.press(CONTINUE)
        hands.see(after)

    hands.see("Sebelum mulai")
    hands.press("Mulai")
    hands.see("Telepon pertama")
    hands.tick(LOW)
    settle("Dua hari kemudian")
    hands.press(CONTINUE)
    hands.see("Anak A berbicara")
    hands.tick(LISTEN)
    settle("Menahan penyebaran")
    pause()
    hands.see("Menahan penyebaran")
    hands.tick(FIRST_STEP, REMOVAL, PASSWORD)
    settle("Mana yang lebih dulu")
    for _ in range(3):
        hands.press(f"Turun: {LATER}")
    hands.press(f"Naik: {AGREE}")
    settle("Siapa yang dilibatkan")
    hands.tick(SCHOOL, PSYCHOLOGIST)
    if phone:
        hands.press(NEXT)
        hands.see(SCHOOL)
    hands.tick_in(f"Seberapa cepat? {SCHOOL}", "Dalam tiga hari")
    hands.tick_in(f"Apa yang Anda serahkan? {SCHOOL}", FACT)
    if phone:
        hands.press(NEXT)
        hands.see(PSYCHOLOGIST)
    hands.tick_in(f"Seberapa cepat? {PSYCHOLOGIST}", "Dalam hitungan jam")
    settle("Menengok ke belakang")
    hands.write(ASK, REFLECTION)
    hands.press(CHECK, CONFIRM)
    hands.see("Untuk Anda sendiri")


def play_by_keyboard(player: Player, look: Callable[[], None], *, phone: bool = False) -> None:
    """Play the small case in Indonesian with nothing but the keyboard.

    As a test, in which one decision is changed; on a phone as practice, with a referral in steps.
    look: called at each screen and step, as soon as it is there.
    """

    def see(heading: str) -> None:
        player.see(heading)
        look()

    def settle(after: str) -> None:
        player.type_to(CHECK)
        see("Sudah yakin?")
        player.type_to(CONFIRM)
        if phone and after != "Untuk Anda sendiri":
            see("Umpan balik")
            player.type_to(CONTINUE)
        see(after)

    player.type_to("Mulai")
    see("Telepon pertama")
    player.arrow_to(LOW, LOW)
    settle("Dua hari kemudian")
    player.type_to(CONTINUE)
    see("Anak A berbicara")
    player.arrow_to("Saya catat semuanya, nanti kami kabari.", LISTEN)
    settle("Menahan penyebaran")
    player.type_to(FIRST_STEP, PASSWORD, key="Space")
    if not phone:
        settle("Mana yang lebih dulu")
        player.type_to(REVISE)
        see("Menahan penyebaran")
    player.type_to(REMOVAL, key="Space")
    settle("Mana yang lebih dulu")
    player.tab_to(f"Turun: {LATER}")
    for _ in range(3):
        player.page.keyboard.press("Enter")
    player.type_to(f"Naik: {AGREE}")
    settle("Siapa yang dilibatkan")
    if phone:
        player.type_to(SCHOOL, PSYCHOLOGIST, key="Space")
        player.type_to(NEXT)
        see(SCHOOL)
    else:
        player.type_to(SCHOOL, key="Space")
    player.arrow_to("Dalam hitungan jam", "Dalam tiga hari")
    player.type_to(FACT, key="Space")
    if phone:
        player.type_to(NEXT)
        see(PSYCHOLOGIST)
    else:
        player.type_to(PSYCHOLOGIST, key="Space")
    player.arrow_to("Dalam hitungan jam", "Dalam hitungan jam")
    settle("Menengok ke belakang")
    player.tab_to(ASK)
    player.page.keyboard.type(REFLECTION)
    settle("Untuk Anda sendiri")


def plain_pick(pick: Pick) -> object:
    """A pick as in PICKS: handovers as tuples."""
    if isinstance(pick, str):
        return pick
    return tuple(
        (part.service, part.urgency, part.packet) if isinstance(part, Handover) else part for part in pick
    )


def violations(page: Page, within: str = ".kasuslab") -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA in an element, as sentences."""
    options = {"runOnly": {"type": "tag", "values": list(AXE_TAGS)}, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    script = "async ([within, options]) => (await axe.run(within, options)).violations"
    findings = page.evaluate(script, [within, options])
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in findings
        for node in each["nodes"]
    ]
