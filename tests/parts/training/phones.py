"""The phones of a training: some are pages of a real Chromium, the others speak its protocol alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PatienceError

from scenarios.library import case_folder
from scenarios.loader import load_case
from tests.benchmarks.page import some_move, some_pick
from tests.browser.player_page import FILL, PLAY_ON, Player
from tests.parts.training.hall import Hall
from tests.parts.training.sentences import Sentences
from tests.parts.workshop_server import PageSocket, Visitor

MOST_SCENES, MOST_MOVES = 20, 100


class HeldPhone(Protocol):
    """A phone, and whoever holds it. code: on their card; person: their id in the roster."""

    code: str
    person: str

    def come_in(self, address: str) -> None:
        """Scan the card, at that address."""
        ...

    def play(self, case: str) -> None:
        """Open a case of several, and play it from its cover to its end."""
        ...

    def make_table(self) -> str:
        """Make a table in the lobby; its code."""
        ...

    def sit_at(self, table: str) -> None:
        """Sit down at the table of that code."""
        ...

    def open_case(self) -> None:
        """Open the one case of the room."""
        ...

    def read_on(self) -> None:
        """Go on from the cover, from scenes without a decision, and from feedback, to a decision."""
        ...

    def answer(self) -> None:
        """Answer the decision of the scene: alone, or for the table, as it is due."""
        ...

    def await_reveal(self) -> None:
        """Wait for the feedback on the last decision."""
        ...

    def close(self) -> None:
        """Put the phone away."""
        ...


@dataclass
class RealPhone:
    """A page of a real Chromium. turn: picks among the options."""

    person: str
    code: str
    page: Page
    t: Sentences
    turn: int

    @property
    def player(self) -> Player:
        """The player on its page."""
        return Player(self.page)

    def come_in(self, address: str) -> None:
        """Choose one's language in the lobby, and open what the QR code of the card holds."""
        self.page.goto(address)
        self.speak()
        self.page.goto(f"{address}#{self.code}")
        self.page.wait_for_url("**/kasus")
        expect(self.page.locator(".ws-who")).to_contain_text(self.code)

    def play(self, case: str) -> None:
        """Press what a person would press next, until there is nothing more to press."""
        self.choose(case)
        self.press_on()

    def speak(self) -> None:
        """Choose the language in the lobby, where it is another one."""
        switch = self.page.locator(f'a[lang="{self.t.language}"]')
        if switch.get_attribute("aria-current") is None:
            switch.click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.t.language)

    def choose(self, case: str, *, but: str = "") -> None:
        """Open a case of the list; from another case back to it first. but: a case that is not on it."""
        self.go("/kasus")
        title = load_case(case_folder(case)).in_language(self.t.language).title
        # What comes next stands above the list, and in it no more.
        entry = self.key(f"open-{case}").or_(self.key("next-case").filter(has_text=title))
        back = self.key("other").or_(self.key("leave"))
        expect(entry.or_(back).first).to_be_visible()
        if not entry.count():
            back.first.click()
            expect(entry).to_be_visible()
        assert not but or not self.key(f"open-{but}").count()
        entry.click()
        expect(self.key("begin")).to_be_visible()

    def press_on(self) -> None:
        """Play on to the end of the case."""
        played: dict[str, Any] = self.page.evaluate(PLAY_ON, self.turn)
        assert not played["text"].startswith(("stuck", "endless")), f"{self.person}: {played}"
        expect(self.key("other")).to_be_visible()

    def make_table(self) -> str:
        """By the button of the lobby."""
        self.go("/")
        self._press("lobby_team_make")
        return self.page.locator(".ws-team").inner_text()

    def sit_at(self, table: str) -> None:
        """By the form of the lobby."""
        self.go("/")
        self.page.get_by_label(self.t("lobby_team_label")).fill(table.lower())
        self._press("lobby_team_join")
        expect(self.page.locator(".ws-team")).to_have_text(table)

    def open_case(self) -> None:
        """By the address of the lobby's button."""
        self.go("/kasus")
        expect(self.player.root.locator("[data-heading]").last).to_be_visible()

    def read_on(self) -> None:
        """Press what leads on."""
        due = self.key("begin").or_(self.key("onward")).or_(self.key("continue"))
        for _ in range(MOST_SCENES):
            if not due.count():
                return
            self.press_key(due)
        raise AssertionError(f"{self.person}: the case goes on and on")

    def answer(self) -> None:
        """Tick something, check it and confirm it."""
        expect(self.key("check")).to_be_visible()
        self.page.evaluate(FILL, self.turn)
        self.press_key(self.key("check"))
        self.press_key(self.key("confirm"))

    def await_reveal(self) -> None:
        """It shows by itself."""
        self.player.see(self.t.player("feedback_title"))

    def close(self) -> None:
        """Close its browser's window."""
        self.page.context.close()

    def go(self, path: str) -> None:
        """Open a page of the workshop."""
        parts = urlsplit(self.page.url)
        self.page.goto(f"{parts.scheme}://{parts.netloc}{path}")

    def key(self, name: str) -> Locator:
        """A button of the player, by its name there."""
        return self.player.root.locator(f'[data-key="{name}"]')

    def press_key(self, button: Locator) -> None:
        """Press it, and wait until something else is there."""
        former = self.player.root.locator(".kl-page").element_handle()
        # What another of the table has pressed meanwhile draws the page anew by itself.
        with suppress(PatienceError):
            button.first.click(timeout=3_000)
        former.wait_for_element_state("hidden")

    def _press(self, name: str) -> None:
        self.page.get_by_role("button", name=self.t(name), exact=True).click()


@dataclass
class PlayedPhone:
    """A phone without a screen. chance: picks among the options."""

    person: str
    code: str
    hall: Hall
    t: Sentences
    chance: Random
    visitor: Visitor = field(default_factory=lambda: Visitor(0))
    open: ExitStack = field(default_factory=ExitStack)
    page: PageSocket | None = None

    def come_in(self, address: str) -> None:
        """Open what the QR code of the card holds, and send its code as the page does."""
        parts = urlsplit(address)
        self.visitor = Visitor(parts.port or 80, host=parts.hostname or "")
        with self.hall.inside("phone"):
            self.visitor.ask("/")
            answer = self.visitor.ask("/lanjut", {"code": self.code})
        assert (answer.status, answer.headers["Location"]) == (303, "/kasus"), self.visitor.bodies[-1]

    def play(self, case: str) -> None:
        """Make some move after the other."""
        with self.hall.inside("phone"), self.visitor.play() as page:
            page.send({"type": "choose", "case": case})
            page.view = page.next_view()
            for _ in range(MOST_MOVES):
                if page.view["screen"] == "ended":
                    return
                page.move(**some_move(page.view, self.chance), **_sure(page.view))
        raise AssertionError(f"{self.person}: “{case}” goes on and on")

    def make_table(self) -> str:
        """By the form of the lobby."""
        return self._table({"deed": "make"})

    def sit_at(self, table: str) -> None:
        """By the form of the lobby."""
        assert self._table({"deed": "join", "team": table}) == table

    def open_case(self) -> None:
        """Keep its page open."""
        with self.hall.inside("phone"):
            self.page = self.open.enter_context(self.visitor.play())

    def read_on(self) -> None:
        """Make the moves that lead on."""
        for _ in range(MOST_SCENES):
            view = self._look()
            scene = view["scene"]
            if view["screen"] == "cover":
                self._move(type="begin")
            elif view["screen"] == "scene" and scene is not None and scene["decision"] is None:
                self._move(type="continue", scene=scene["id"])
            else:
                return
        raise AssertionError(f"{self.person}: the case goes on and on")

    def is_asked(self, ask: str) -> bool:
        """Whether this is the question of the scene: a story does not lead everybody to each of them."""
        scene = self._look()["scene"]
        return scene is not None and scene["decision"] is not None and scene["decision"]["ask"] == ask

    def answer(self) -> None:
        """Send some pick."""
        view = self._look()
        form = view["scene"]["decision"]
        pick, kind = some_pick(form, self.chance), "decide"
        team = view.get("team")
        if team is not None and team["phase"] == "alone":
            kind = "alone"
        sure = {"sure": True} if kind == "decide" else {}
        self._move(type=kind, decision=form["id"], pick=pick, **sure)

    def await_reveal(self) -> None:
        """Look until it is there."""
        assert self._look()["feedback"] is not None

    def close(self) -> None:
        """Close its page."""
        self.open.close()
        self.page = None

    def _table(self, form: dict[str, str]) -> str:
        with self.hall.inside("phone"):
            self.visitor.ask("/kelompok", form)
            match = re.search(r'ws-team">([A-Z]+)<', self.visitor.read("/"))
        assert match, "the lobby shows no table"
        return match.group(1)

    def _look(self) -> dict[str, Any]:
        assert self.page is not None
        self.page.send({"type": "language", "language": self.t.language})
        self.page.view = self.page.next_view()
        return self.page.view

    def _move(self, **message: object) -> None:
        assert self.page is not None
        self.page.move(**message)


def _sure(view: dict[str, Any]) -> dict[str, bool]:
    """Whoever plays by chance does not look again for names in what they wrote."""
    scene = view["scene"]
    is_text = view["screen"] == "scene" and scene is not None and scene["decision"] is not None
    return {"sure": True} if is_text else {}


def is_asked(table: list[HeldPhone], ask: str) -> bool:
    """Whether a table is at this question, by one of it that sees at once what has been opened."""
    return any(isinstance(phone, PlayedPhone) and phone.is_asked(ask) for phone in table)


def tables_of(phones: list[HeldPhone], size: int) -> Iterator[list[HeldPhone]]:
    """The phones, as many at each table as there is room for, real ones and others mixed."""
    count = -(-len(phones) // size)
    yield from (phones[at::count] for at in range(count))
