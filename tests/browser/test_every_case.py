"""Each variant of every case for practice, played to its result in a real Chromium.

A case is played in each language, each of its variants in another one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import KEYS, load_key
from scenarios.engine.play import Play
from scenarios.engine.record import parse_record
from scenarios.language import LANGUAGES, SOURCE, Language
from scenarios.library import CASES, practice_ids
from scenarios.loader import load_case
from tests.browser.player_page import PLAY_ON, host_player
from widgets.conversation import Conversation
from widgets.shelf import NotebookShelf

STORIES = [
    (case_id, name, LANGUAGES[at % len(LANGUAGES)])
    for case_id in practice_ids()
    for at, name in enumerate(load_case(CASES / case_id).variants)
]
# Each case once in `make test`, the languages in turn; its others in `make test-long`.
TURNS = dict(zip(dict.fromkeys(case_id for case_id, *_ in STORIES), cycle(LANGUAGES), strict=False))
SHORT = {story[0]: story for story in reversed(STORIES) if story[2] == TURNS[story[0]]}


def test_every_case_is_played_in_each_language() -> None:
    assert {(case_id, language) for case_id, _, language in STORIES} == {
        (case_id, language) for case_id in practice_ids() for language in LANGUAGES
    }


@pytest.mark.parametrize(
    ("case_id", "variant", "language"),
    [story if story in SHORT.values() else pytest.param(*story, marks=pytest.mark.long) for story in STORIES],
)
def test_a_case_is_played_to_its_result_without_a_console_error(
    new_page: Callable[..., Page], tmp_path: Path, case_id: str, variant: str, language: Language
) -> None:
    folder = tmp_path / "tugas"
    shutil.copytree(CASES / case_id, folder / "case")
    card = {"course": "uji", "mode": "practice", "person": "Ibu P", "variants": {case_id: variant}}
    (folder / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    shelf = NotebookShelf(
        folder, locks=tmp_path, feedback=lambda case: KeyFeedback(case, load_key(case, KEYS))
    )
    talk = Conversation(shelf, language, lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda: "0" * 32)
    page = new_page(width=360 if language == SOURCE else 1280)
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    player = host_player(page, talk.answer)
    player.root.locator("[data-key=begin]").wait_for()

    played = page.evaluate(PLAY_ON, STORIES.index((case_id, variant, language)))

    talk.close()
    assert errors == []
    events = parse_record((folder / "decisions.jsonl").read_bytes()).events
    play = Play.replay(load_case(CASES / case_id), events)
    assert play.ended, played
    assert play.case.variant == variant
