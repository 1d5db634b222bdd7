"""A case played from its cover to its result by Tab, Space, the arrows and Enter alone, whatever it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import expect

from tests.browser.accessibility_tree import announcements
from tests.browser.player_page import Player

# What leads on, wherever a screen has it.
ONWARD = {"begin", "check", "confirm", "onward", "continue", "result"}
TWO = 2
# What has the focus: its kind, its key, whether a decision asks for it, how many are chosen beside it.
_AT = """() => {
  const at = document.activeElement;
  if (!at || !at.closest(".kasuslab")) return null;
  const box = at.getClientRects()[0]; // of its first line
  const [right, down] = [Math.min(box.width / 2, 40), Math.min(box.height / 2, 12)];
  const over = document.elementFromPoint(box.left + right, box.top + down);
  const beside = at.name ? [...document.getElementsByName(at.name)] : [];
  return {
    kind: at.type || at.tagName,
    key: at.getAttribute("data-key") || "",
    asked: Boolean(at.closest(".kl-form")),
    chosen: beside.filter((each) => each.checked).length,
    checked: Boolean(at.checked),
    full: at.getAttribute("aria-disabled") === "true",
    empty: !at.value,
    name: (at.getAttribute("aria-label") || (at.labels && at.labels[0] || at).textContent).slice(0, 40),
    hidden: !at.contains(over),
  };
}"""
_FORM = """() => {
  const first = document.querySelector(".kasuslab .kl-form :is(input, textarea, fieldset button)");
  return first ? first.type : "";
}"""
_PAGE = 'document.querySelector(".kasuslab .kl-page")'


@dataclass
class KeyboardPlay:
    """A play by the keyboard.

    look: called at each screen and step; faults: what was missing on the way; titles: of the screens;
    refused: of which kinds a form was sent without an answer.
    """

    player: Player
    look: Callable[[], None]
    faults: list[str]
    titles: list[str]
    refused: set[str]

    @classmethod
    def of(cls, player: Player, look: Callable[[], None], faults: list[str]) -> KeyboardPlay:
        """A play that has not begun."""
        return cls(player, look, faults, [], set())

    def to_the_end(self) -> None:
        """Play until no screen leads on; of each kind a form is sent without an answer first."""
        while self.player.page.evaluate(_AT) is None:
            self.player.page.keyboard.press("Tab")
        self._walk(fills=False)
        self._turns()
        while True:
            expect(self.player.root.locator("[data-heading]").last).to_be_focused()
            self.titles.append(self.player.root.locator("[data-heading]").last.inner_text())
            self.look()
            kind = str(self.player.page.evaluate(_FORM))
            tries = kind not in self.refused
            self.refused.add(kind)
            key = self._walk(fills=not tries)
            if key == "":
                return
            turns = self._turns()
            if not turns and tries:
                self._look_at_refusal()
                self._walk(fills=True)
                turns = self._turns()
            if not turns:
                self.faults.append(f"{self.titles[-1]}: {key} leads nowhere")
                return

    def _walk(self, *, fills: bool) -> str:
        """Go on by Tab to what leads on; its key, "" where the page ends before."""
        moved = False
        while at := self.player.page.evaluate(_AT):
            if at["hidden"]:
                self.faults.append(f"{self.titles[-1:]}: has the focus out of sight: {at['name']}")
            if at["key"] in ONWARD:
                return str(at["key"])
            if fills and at["asked"]:
                moved = self._fill(at, moved=moved) or moved
            self.player.page.keyboard.press("Tab")
        return ""

    def _fill(self, at: dict[str, Any], *, moved: bool) -> bool:
        """Fill in what has the focus; whether an option was moved in an order."""
        press = self.player.page.keyboard.press
        if at["kind"] == "radio" and not at["chosen"]:
            press("Space")
            press("ArrowDown")
        if at["kind"] == "checkbox" and not at["checked"] and not at["full"] and at["chosen"] < TWO:
            press("Space")
        if at["kind"] == "textarea" and at["empty"]:
            self.player.page.keyboard.type("catatan latihan")
        if at["key"].startswith("down-") and not moved:
            press("Enter")
            return True
        return False

    def _turns(self) -> bool:
        """Press Enter; whether another screen comes."""
        page = self.player.page
        page.evaluate(f"() => {{ window.shownPage = {_PAGE}; }}")
        page.keyboard.press("Enter")
        if page.evaluate("() => Boolean(document.querySelector('.kasuslab form .kl-problem'))"):
            return False
        page.wait_for_function(f"() => {_PAGE} !== window.shownPage")
        return True

    def _look_at_refusal(self) -> None:
        """What is missing is read out at once, and the focus is where it is filled in."""
        at = self.player.page.evaluate(_AT)
        title = self.titles[-1]
        if not at or not at["asked"] or at["key"] == "check":
            self.faults.append(f"{title}: what is missing has not the focus")
        if not [words for live, words in announcements(self.player.page) if live == "assertive"]:
            self.faults.append(f"{title}: what is missing is not read out")
