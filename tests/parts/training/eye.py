"""Whoever looks at each page of a training: at its picture, by axe-core, and at the language of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from playwright.sync_api import Page

from scenarios.language import Language
from tests.browser.player_page import violations
from tests.parts.training.sentences import strange_words

WIDE, NARROW = (1366, 768), (360, 740)
# A page that fits its letters to the screen does so with the next frame.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# What reaches beyond the page, by its text.
BEYOND = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth + 1) return [];
  const wide = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > clientWidth + 1);
  return [scrollWidth, ...wide.slice(-2).map((each) => each.outerHTML.slice(0, 300))];
}"""
# What stands above all of a page while it is scrolled would stand in the middle of its picture.
TO_TOP = "scrollTo({ top: 0, behavior: 'instant' })"
# The language of a page, and the words on it that are in that language by its own account: those of another
# one carry its tag, as the name of a language on its button does.
SPOKEN = """() => {
  const language = document.documentElement.lang;
  const texts = [document.title];
  const visible = (node) => node.getClientRects().length > 0;
  const own = (node) => node.closest("[lang]").lang === language;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const isCode = node.closest("script, style, template, noscript, pre");
    if (!isCode && visible(node) && own(node)) texts.push(walker.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const node of document.body.querySelectorAll(`[${name}]`)) {
      if (visible(node) && own(node)) texts.push(node.getAttribute(name));
    }
  }
  return { language, text: texts.join("\\n") };
}"""


@dataclass
class Eye:
    """Looks at pages; what is wrong stands in its lists, a sentence each.

    pictures: the folder for the pictures, None for none; known: words that are nobody's sentence, in small
    letters; sizes: width and height of each look; tallest: in CSS pixels, what is taller is not examined by
    axe-core: the reports, which have tests of their own; seen: the names of the pages.
    """

    language: Language
    pictures: Path | None = None
    known: frozenset[str] = frozenset()
    sizes: Sequence[tuple[int, int]] = (WIDE, NARROW)
    tallest: float = inf
    seen: list[str] = field(default_factory=list)
    barriers: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    overflows: list[str] = field(default_factory=list)

    def read(self, page: Page, name: str) -> None:
        """Look at a page to be read or printed, in which no script may run: at its twin, where ours do."""
        browser = page.context.browser
        assert browser is not None
        twins = browser.new_context(bypass_csp=True, storage_state=page.context.storage_state())
        twin = twins.new_page()
        twin.goto(page.url)
        self.look(twin, name)
        twins.close()

    def look(self, page: Page, name: str, *, is_ours: bool = True) -> None:
        """Look at a page as it stands. is_ours: whether its language is the lab's to choose."""
        name = f"{len(self.seen) + 1:02} {name}"
        self.seen.append(name)
        before = page.viewport_size
        page.bring_to_front()  # one that stands behind another draws no frames
        for width, height in self.sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(SETTLED)
            if page.evaluate("document.documentElement.scrollHeight") <= self.tallest:
                self.barriers += [f"{name}, {width} px: {one}" for one in violations(page, "html")]
            if beyond := page.evaluate(BEYOND):
                self.overflows.append(f"{name}, {width} px: {beyond}")
            if self.pictures is not None:
                page.evaluate(TO_TOP)
                file = self.pictures / f"{name.replace(' ', '-')}-{width}.png"
                page.screenshot(path=file, full_page=True)
        if is_ours:
            self._listen(page, name)
        if before is not None:
            page.set_viewport_size(before)

    def _listen(self, page: Page, name: str) -> None:
        spoken = page.evaluate(SPOKEN)
        if spoken["language"] != self.language:
            self.strange.append(f"{name}: the page is in “{spoken['language']}”")
        if words := strange_words(spoken["text"], self.language, self.known):
            self.strange.append(f"{name}: {', '.join(words)}")
