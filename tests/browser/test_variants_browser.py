"""A case in variants in a real Chromium: the result of a play, and the board and projector of its room."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from graders.feedback.key_feedback import KeyFeedback
from graders.key.key import load_key
from release.workshop.writer.store import WorkshopStore
from scenarios.case import Case
from scenarios.engine.event import Event, Started
from scenarios.engine.record import record_bytes
from scenarios.feedback import FeedbackSource
from tests.browser.player_page import host_player, violations
from tests.parts.databases import sqlite_url
from tests.parts.room_class import furnish
from tests.parts.workshop_server import Workshop, running_workshop
from tests.places import VARIANTS
from widgets.conversation import Conversation
from widgets.shelf import NotebookShelf

CASE = "berkas-beredar"
PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
EARLY = "Berkas beredar sejak kemarin, dan masih menyebar."
LATE = "Berkas sudah dihapus sebulan yang lalu, dan tidak ada yang menyebarkannya lagi."
URGENT = "Seberapa mendesak laporan ini?"
STEPS: tuple[tuple[str, object], ...] = (
    ("mendesak", "sedang"),
    ("bicara", "dengar"),
    ("langkah", ["catat", "minta", "sandi"]),
    ("urutan", ["aman", "setuju", "sekolah", "pantau"]),
    ("serah", [{"service": "sekolah", "urgency": "jam", "packet": ["tindakan"]}]),
    ("refleksi", "Cukup."),
)
Steps = Callable[..., tuple[Event, ...]]


def key_feedback(case: Case) -> FeedbackSource:
    return KeyFeedback(case, load_key(case, VARIANTS / "keys"))


@pytest.fixture
def conversation(tmp_path: Path, steps: Steps) -> Iterator[Conversation]:
    """A practice play that is over, in the variant “baru”."""
    shutil.copytree(VARIANTS / "cases" / CASE, tmp_path / "tugas" / "case")
    card = {"course": "uji", "mode": "practice", "person": "Ibu P"}
    (tmp_path / "tugas" / "case" / "course.yaml").write_text(yaml.safe_dump(card), encoding="utf-8")
    started = Started(
        at="2026-11-22T07:00:00Z",
        play="a" * 32,
        case=CASE,
        version="1.0.0",
        course="uji",
        mode="practice",
        variant="baru",
    )
    record = record_bytes((started, *steps(*STEPS)))
    (tmp_path / "tugas" / "decisions.jsonl").write_bytes(record)
    shelf = NotebookShelf(tmp_path / "tugas", locks=tmp_path / "locks", feedback=key_feedback)
    talk = Conversation(shelf, "id", lambda: datetime(2026, 11, 23, tzinfo=UTC), lambda: "0" * 32)
    yield talk
    talk.close()


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_result_tells_what_would_have_been_right_with_other_facts(
    conversation: Conversation, new_page: Callable[..., Page], width: int, *, dark: bool
) -> None:
    player = host_player(new_page(width=width, dark=dark), conversation.answer)

    player.see_text("Berkas Beredar")
    expect(player.root).not_to_contain_text(LATE)
    player.press("Lihat hasil dan alasannya")
    for summary in player.root.locator(".kl-decision-note > details > summary").all():
        summary.click()

    other = player.root.locator(".kl-others").first
    folds = player.root.locator("summary", has_text="Seandainya faktanya lain")
    expect(folds).to_have_count(2)
    folds.first.click()
    expect(other).to_contain_text(LATE)
    expect(other.locator(".kl-note-right")).to_contain_text("Cukup dicatat dulu")
    assert (violations(player.page), player.fits()) == ([], True)
    player.press("EN, English")
    expect(player.root.locator("summary", has_text="With other facts")).to_have_count(2)
    expect(other).to_contain_text("The spread ended a month ago. A note is enough for now.")
    assert (violations(player.page), player.fits()) == ([], True)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A discussion in which seven have answered in one variant, and eight in the other."""
    data = tmp_path_factory.mktemp("workshop")
    store = WorkshopStore(sqlite_url(data))
    early, late = ("police", [("mendesak", "sedang")]), ("health", [("mendesak", "rendah")])
    for number in range(15):  # in turn, as variants are drawn
        variant, answer = ("baru", early) if number % 2 else ("lama", late)
        furnish(store, [answer], case=CASE, variant=variant, first=number)
    store.close()
    folder, keys = VARIANTS / "cases", VARIANTS / "keys"
    with running_workshop(
        data, folder=folder, keys=keys, mode="discussion", board_password=PASSWORD
    ) as running:
        yield running


def test_board_and_projector_show_the_bars_of_each_variant_by_its_facts(
    workshop: Workshop, new_device: Callable[..., Page]
) -> None:
    board = new_device(width=1280)
    board.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    board.goto(f"{workshop.url}board")
    board.get_by_label("Kata sandi papan").fill(PASSWORD)
    board.get_by_role("button", name="Buka papan").click()
    card = board.get_by_role("region", name=URGENT)
    facts = card.get_by_role("region", name="Menurut fakta dalam cerita")

    expect(facts.get_by_role("table", name=f"{EARLY} (7 orang)")).to_contain_text("7 (100%)")
    expect(facts.get_by_role("table", name=f"{LATE} (8 orang)")).to_contain_text("8 (100%)")
    card.get_by_text("Penilaian, alasan, dan pilihan berbahaya").click()
    expect(card.get_by_role("heading", name=LATE)).to_be_visible()
    assert violations(board, "html") == []

    card.get_by_role("button", name="Tampilkan ke proyektor").click()
    with board.context.expect_page() as opened:
        board.get_by_role("link", name="Buka layar proyektor").click()
    projector = opened.value
    expect(projector.get_by_role("heading", name=URGENT)).to_be_visible()
    expect(projector.locator("body")).not_to_contain_text(LATE)
    card.get_by_role("button", name="Hentikan jawaban").click()
    card.get_by_role("button", name="Buka pembahasan").click()
    late = projector.get_by_role("table", name=f"{LATE} (8 orang)")
    expect(late.get_by_role("row").filter(has_text="Cukup dicatat dulu")).to_contain_text("Tepat")
    assert violations(projector, "html") == []
