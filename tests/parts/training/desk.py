"""The facilitator at the desk's pages: what she fills in, presses and drops, by the words there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.parts.training.eye import Eye
from tests.parts.training.sentences import Sentences

PATIENCE = 400_000  # ms: feedback is made for a whole class


@dataclass
class DeskPage:
    """The page of the desk that is open. t: its sentences; eye: who looks at what comes of each step."""

    page: Page
    t: Sentences
    eye: Eye

    def speak(self, name: str) -> None:
        """Choose a language by its name."""
        self.page.get_by_role("button", name=name, exact=True).click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.t.language)

    def go_to(self, room: str) -> None:
        """Open the workshop's page, or that of the courses."""
        self.page.get_by_role("link", name=self.t(room), exact=True).first.click()

    def open_course(self, name: str) -> None:
        """Open a course of the list."""
        self.go_to("course_room")
        self.page.get_by_role("link", name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(self.t(label), exact=True).fill(text)

    def unfold(self, summary: str) -> None:
        """Open what is folded away under these words, where it is."""
        # Other summaries may have these words within them.
        words = re.compile(rf"^\s*{re.escape(self.t(summary))}")
        part = self.page.locator("details", has=self.page.locator("> summary", has_text=words)).last
        if part.get_attribute("open") is None:
            part.locator("> summary").click()

    def drop(self, label: str, *files: Path) -> None:
        """Choose files for a place."""
        self.page.get_by_label(self.t(label), exact=True).set_input_files([str(file) for file in files])
        expect(self.page.get_by_text(self.t("course_chosen")).first).to_be_visible()

    def press(self, button: str, **parts: object) -> None:
        """Press a button."""
        pressed = self.page.get_by_role("button", name=self.t(button, **parts), exact=True).first
        pressed.click(timeout=PATIENCE)  # and until the page that it leads to is on its way

    def press_for(self, button: str, outcome: re.Pattern[str], **parts: object) -> None:
        """Press a button, and wait until the page says that."""
        self.press(button, **parts)
        self.hear(outcome)

    def hear(self, outcome: re.Pattern[str]) -> None:
        """Wait until the page says that, where the reader is."""
        notice = self.page.locator("#said")
        ended = re.compile(f"{outcome.pattern}|{re.escape(self.t('start_level_bad'))}", re.DOTALL)
        expect(notice).to_contain_text(ended, timeout=PATIENCE)
        expect(notice).to_contain_text(outcome, timeout=1_000)
        expect(notice).to_be_in_viewport()

    def popup(self, opener: Locator) -> Page:
        """The page that a link or a button opens beside this one."""
        with opener.page.expect_popup() as opened:
            opener.click()
        opened.value.wait_for_load_state()
        return opened.value

    def link(self, name: str, **parts: object) -> Locator:
        """A link by its words."""
        return self.page.get_by_role("link", name=self.t.notice(name) if not parts else self.t(name, **parts))

    def take(self, links: Locator, folder: Path) -> list[Path]:
        """Download what the links lead to."""
        files = []
        for link in links.all():
            with self.page.expect_download() as download:
                link.click()
            files.append(folder / download.value.suggested_filename)
            download.value.save_as(files[-1])
        return files

    def look(self, name: str) -> None:
        """Have the page looked at."""
        self.eye.look(self.page, name)


@dataclass
class BoardTab:
    """The board, and the projector beside it."""

    page: Page
    projector: Page
    t: Sentences
    eye: Eye

    def card(self, ask: str) -> Locator:
        """The decision with this question."""
        return self.page.get_by_role("region", name=ask, exact=True)

    def asks(self) -> Sequence[str]:
        """The questions of the case that is open on the board, in the order of the case."""
        titles = self.page.locator(".bd-open > section > h3[id^='bd-decision-']")
        expect(titles.first).to_be_visible()
        return titles.all_inner_texts()

    def open_case(self, title: str) -> None:
        """Open a case of the list."""
        self.page.get_by_role("button", name=re.compile(re.escape(title))).click()
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def press(self, name: str, place: Locator | Page | None = None) -> None:
        """Press a button of the board, or of one of its cards."""
        (place or self.page).get_by_role("button", name=self.t.board(name), exact=True).first.click()

    def press_in(self, ask: str, name: str) -> None:
        """Press a button of a decision."""
        self.press(name, self.card(ask))
