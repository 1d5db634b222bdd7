"""The player on a page of its own, with no server before its conversation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import yaml
from playwright.sync_api import Page

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import KEYS as OWN_KEYS
from graders.key.key import load_key
from scenarios.case import Case
from scenarios.feedback import FeedbackSource
from scenarios.library import CASES as OWN_CASES
from tests.browser.player_page import Player, host_player
from tests.places import KEYS
from widgets.conversation import Conversation
from widgets.messages import Reply
from widgets.shelf import NotebookShelf


class HostedPlayer:
    """A player on a page, the conversation behind it, and every message that the page sent."""

    def __init__(self, page: Page, conversation: Conversation) -> None:
        """Show the player."""
        self.page, self.conversation = page, conversation
        self.sent: list[object] = []
        self.player: Player = host_player(page, self.answer)

    def answer(self, content: object) -> list[Reply]:
        """What the conversation answers to a message of the page."""
        self.sent.append(content)
        return self.conversation.answer(content)

    def deaf(self, *, deaf: bool = True) -> None:
        """Let messages get lost, or no more."""
        self.page.evaluate("deaf => { window.deaf = deaf; }", deaf)


@contextmanager
def assignment_talk(
    folder: Path,
    case_folder: Path,
    *,
    mode: str = "practice",
    person: str | None = "Ibu P",
    variant: str = "",
) -> Iterator[Conversation]:
    """The conversation of a player beside a new assignment in `folder`, whose key is at hand."""
    shutil.copytree(case_folder, folder / "case")
    card: dict[str, object] = {"course": "uji", "mode": mode, "person": person}
    if variant:
        card["variants"] = {case_folder.name: variant}
    (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    keys = OWN_KEYS if case_folder.parent == OWN_CASES else KEYS

    def feedback(case: Case) -> FeedbackSource:
        return KeyFeedback(case, load_key(case, keys))

    shelf = NotebookShelf(folder, locks=folder.with_name("locks"), feedback=feedback)
    talk = Conversation(shelf, "id", lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda: "0" * 32)
    yield talk
    talk.close()
