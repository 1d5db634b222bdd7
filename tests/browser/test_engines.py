"""One walk from the lobby to the result, in each engine that phones have: found by the words on the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser.engines.chromium import start_chromium, start_chromium_80
from tests.browser.engines.engine import Engine, EngineKind
from tests.browser.engines.firefox import start_firefox
from tests.browser.engines.hands import EngineHands
from tests.browser.engines.webkit import start_webkit
from tests.browser.player_page import CONTINUE, play_by_clicks
from tests.install_browser import find_browser, find_chromium_80, find_firefox, find_webkit
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Workshop, running_workshop
from tests.places import CASES, KEYS

CASE, TITLE = "daftar-nilai", "Daftar Nilai"
OTHER, OTHER_TITLE = "daftar-hadir", "Daftar Hadir"
ENGINES = {
    "Chromium": EngineKind(find_browser, start_chromium),
    "Chromium 80": EngineKind(find_chromium_80, start_chromium_80),
    "Firefox ESR": EngineKind(find_firefox, start_firefox),
    "WebKitGTK": EngineKind(find_webkit, start_webkit),
}
Start = Callable[[], AbstractContextManager[Engine]]


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """Two cases, so that there is a shelf, on a network address, as on the phones of a workshop."""
    home = tmp_path_factory.mktemp("workshop")
    for name, folder in (("cases", CASES), ("keys", KEYS)):
        shutil.copytree(folder, home / name)
        for file in (home / name).rglob(f"{CASE}*"):
            copy_case(file)
    with running_workshop(
        home / "data", folder=home / "cases", keys=home / "keys", cases=(CASE, OTHER), host=""
    ) as running:
        yield running


def copy_case(source: Path) -> None:
    """The same case or key once more under another name."""
    target = source.with_name(source.name.replace(CASE, OTHER))
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)
    for file in target.rglob("*.yaml") if source.is_dir() else [target]:
        text = file.read_text("utf-8").replace(CASE, OTHER).replace(TITLE, OTHER_TITLE)
        file.write_text(text, encoding="utf-8")


@pytest.fixture(params=ENGINES)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """A factory: a browser on a new device."""
    kind = ENGINES[request.param]
    path = kind.find()
    if path is None:
        pytest.skip(f"There is no {request.param} here. Run: python tests/install_browser.py")

    def begin() -> AbstractContextManager[Engine]:
        home = tmp_path / f"device-{len(list(tmp_path.iterdir()))}"
        home.mkdir()
        return kind.start(path, home)

    return begin


def whys() -> dict[str, set[str]]:
    """The reasons of the key, by decision."""
    decisions: dict[str, Any] = yaml.safe_load((KEYS / f"{CASE}.yaml").read_text("utf-8"))["decisions"]
    return {
        name: {text for part in ("why", "why_urgency") for text in each.get(part, {}).values()}
        for name, each in decisions.items()
    }


def open_lobby(hands: EngineHands, workshop: Workshop) -> None:
    """Open the lobby as the QR code does."""
    hands.engine.open(f"{workshop.url}g/{workshop.code()}")


def assert_errors_are_noticed(engine: Engine) -> None:
    """An engine that had no error to tell tells one that is made."""
    engine.run("() => { setTimeout(() => { throw Error('terlempar'); }); console.error('tercatat'); }")
    wait_until(lambda: len(engine.errors()) > 1, "both errors are told")
    assert [mark for mark in ("tercatat", "terlempar") if mark not in " ".join(engine.errors())] == []


def test_a_case_is_walked_from_the_lobby_to_its_result(start: Start, workshop: Workshop) -> None:
    feedback: list[str] = []
    with start() as engine:
        hands = EngineHands(engine)
        open_lobby(hands, workshop)
        assert engine.run("() => window.isSecureContext") is False
        hands.press("Kesehatan")
        hands.see("Pilih kasus")
        code = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", hands.text())[0]
        hands.press(f"Buka kasus: {TITLE}")

        def read() -> None:
            feedback.append(hands.text())

        def reload() -> None:
            engine.reload()
            hands.see("Umpan balik")
            hands.press(CONTINUE)

        play_by_clicks(hands, feedback=True, phone=True, read=read, pause=reload)
        engine.reload()
        hands.see("Untuk Anda sendiri")
        hands.press("Kasus lain")
        hands.see("Pilih kasus")
        engine.reload()
        hands.see("Pilih kasus")

        assert engine.errors() == []

    for text, reasons in zip(feedback, whys().values(), strict=True):
        assert [why for why in reasons if why in text]

    with start() as engine:
        hands = EngineHands(engine)
        open_lobby(hands, workshop)
        hands.unfold("Sudah punya kode lanjut")
        hands.write("Kode lanjut", code.lower())
        hands.press("Lanjutkan")
        hands.see("Untuk Anda sendiri")
        hands.press("Lihat hasil dan alasannya")
        hands.see("Hasil latihan")
        assert engine.errors() == []
        assert_errors_are_noticed(engine)
