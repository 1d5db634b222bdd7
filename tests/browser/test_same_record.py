"""One case, the same clicks, in JupyterLab and in the workshop: one record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from scenarios.engine.event import Event
from scenarios.engine.record import parse_record
from tests.browser.conftest import LabServer
from tests.browser.player_page import play_by_clicks
from tests.browser.test_player_voila import events_on_disk, join
from tests.parts.workshop_server import running_workshop

OWN = {"at", "play", "course"}


def plain(events: tuple[Event, ...]) -> list[dict[str, Any]]:
    """The events without times and ids."""
    return [event.model_dump(exclude=OWN) for event in events]


def test_a_case_leaves_the_same_record_in_jupyterlab_and_in_the_workshop(
    lab: LabServer, new_page: Callable[..., Page], small_case_folder: Path, tmp_path: Path
) -> None:
    folder = lab.assignment(small_case_folder, "sama", mode="practice")
    page = new_page()
    lab.open(page, folder / "kasus.ipynb")
    play_by_clicks(lab.run(page), feedback=False)
    in_jupyterlab = parse_record((folder / "decisions.jsonl").read_bytes()).events

    with running_workshop(tmp_path) as workshop:
        player, _ = join(new_page(), workshop)
        play_by_clicks(player, feedback=True)
        in_the_workshop = events_on_disk(workshop)

    assert plain(in_jupyterlab) == plain(in_the_workshop)
    assert len(in_jupyterlab) == 8
