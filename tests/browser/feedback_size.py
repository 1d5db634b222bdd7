"""How long feedback is: the first layer on a phone, and the feedback page on paper.

`python -m tests.browser.feedback_size` measures the longest of all cases for practice, in each language, and
prints how high they are and how many sheets of A4 they take.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final

from playwright.sync_api import Page, sync_playwright

from graders.key.key import KEYS, load_key
from scenarios.case import Case
from scenarios.directory.services import load_directory
from scenarios.feedback import DecisionFeedback
from scenarios.language import LANGUAGES, Language, card_of
from scenarios.library import CASES, practice_ids
from scenarios.loader import load_case
from tests.browser.player_page import host_player
from tests.install_browser import find_headless
from tests.parts.every_feedback import longest_notes, longest_page, play_at, sheets_of
from widgets.messages import LabelsReply, View, ViewReply
from widgets.shelf import OpenPlay, ReadStore
from widgets.view import Surroundings, page_labels, play_view

MOST_HEIGHT: Final = 960
"""One and a half screens of a phone of 360×640, in CSS pixels."""
MOST_SHEETS: Final = 4

# From the heading to where the folded part begins, and to the end of the last button.
MEASURE: Final = """([view, notes]) => notes.map((note, at) => {
  window.tell("msg:custom", { type: "view", view: { ...view, feedback: { event: 1000 + at, note } } });
  const page = document.querySelector(".kl-page").getBoundingClientRect();
  const fold = document.querySelector(".kl-page > .kl-rest").getBoundingClientRect();
  return [Math.ceil(fold.top - page.top), Math.ceil(page.height)];
})"""


@dataclass(frozen=True)
class FeedbackScreen:
    """The player on a phone, which shows one feedback after another."""

    page: Page
    view: View

    @classmethod
    def on(cls, page: Page) -> FeedbackScreen:
        """The player on a page of 360×640, in a play that has begun."""
        case = load_case(CASES / practice_ids()[0])
        key = load_key(case, KEYS)
        opened = OpenPlay(
            case=case,
            store=ReadStore(()),
            course="uji",
            mode="practice",
            feedback=None,
            read_only=False,
            notices=(),
            person="Ibu P",
        )
        around = Surroundings(LANGUAGES[0], date(2026, 11, 22), "Ibu P", load_directory())
        view = play_view(around, opened, play_at(case, key, case.key_decisions()[0].id))
        names = {language: card_of(language).name for language in LANGUAGES}
        labels = [LabelsReply(type="labels", languages=names, labels=page_labels(tag)) for tag in LANGUAGES]
        replies = (*labels, ViewReply(type="view", view=view))
        host_player(page, lambda asked: replies if _is_first(asked) else ())
        page.locator(".kl-page").wait_for()
        return cls(page, view)

    def sizes(self, case: Case, language: Language) -> Iterator[tuple[int, int, DecisionFeedback]]:
        """The longest feedback on each decision: how high its first layer is, and all with the button."""
        notes = list(longest_notes(case, load_key(case, KEYS), language))
        sizes = self.page.evaluate(MEASURE, [{**self.view, "language": language}, notes])
        for (layer, whole), note in zip(sizes, notes, strict=True):
            yield layer, whole, note


def _is_first(asked: Mapping[str, object]) -> bool:
    return asked["type"] == "ready"


def main() -> None:
    """Measure all cases, and print what the longest come to."""
    layers: list[tuple[int, str]] = []
    screens: list[int] = []
    sheets: Counter[int] = Counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_headless(), args=["--no-sandbox"])
        phone = FeedbackScreen.on(browser.new_page(viewport={"width": 360, "height": 640}))
        paper = browser.new_page()
        for case in (load_case(CASES / case_id) for case_id in practice_ids()):
            for variant in case.in_each_variant():
                paper.set_content(longest_page(variant))
                for language in case.languages:
                    for layer, whole, note in phone.sizes(variant, language):
                        layers.append((layer, f"{case.id} {variant.variant} {note['decision']} {language}"))
                        screens.append(whole)
                    paper.check(f"#show-{language}")
                    sheets[sheets_of(paper.pdf(prefer_css_page_size=True))] += 1
        browser.close()
    heights = [height for height, _ in layers]
    lines = (
        f"first layer: {len(layers)}, median {median(heights):.0f} px, most {max(layers)} of {MOST_HEIGHT}",
        f"with what is folded and the button: median {median(screens):.0f} px, most {max(screens)} px",
        f"sheets of the longest feedback pages: {dict(sorted(sheets.items()))}, at most {MOST_SHEETS}",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
