"""Things that tests of several rooms share: a small real case, a clock that stands still, plays of it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from scenarios.case import Case
from scenarios.engine.event import Continued, Decided, Event, Skipped, Started
from scenarios.engine.play import Play
from scenarios.loader import load_case

HERE = Path(__file__).resolve().parent
MOMENT = "2026-11-22T07:00:00Z"
# Where Linux keeps files in memory, and how many bytes have to be free in it.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 -- pytest makes a private folder in it


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room for it: no test waits for a disk then."""
    if MEMORY.is_dir() and holds_a_run(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """Leave out of each search for garbage what was collected: tests, and all that they import."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def holds_a_run(folder: Path) -> bool:
    """Whether a folder in memory has room for all that the tests write, and lets their programs run."""
    place = os.statvfs(folder)
    room = min(place.f_bavail * place.f_frsize, psutil.virtual_memory().available // 2)
    return room >= ROOM and not place.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK | os.X_OK)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: from the first of them on, Playwright keeps an event loop running."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def small_case_folder() -> Path:
    return HERE / "cases" / "daftar-nilai"


@pytest.fixture(scope="session")
def small_case(small_case_folder: Path) -> Case:
    return load_case(small_case_folder)


@pytest.fixture(scope="session")
def varied_case() -> Case:
    """A small case that is told in two variants, “baru” and “lama”."""
    return load_case(HERE / "variants" / "cases" / "berkas-beredar")


@pytest.fixture
def started(small_case: Case) -> Started:
    return Started(
        at=MOMENT, play="0" * 32, case=small_case.id, version=small_case.version, course="uji", mode="test"
    )


@pytest.fixture
def playing(small_case: Case, started: Started) -> Callable[..., Play]:
    """A factory: the play of the small case after some more events."""
    return lambda *events: Play.replay(small_case, (started, *events))


@pytest.fixture
def edited(small_case_folder: Path, tmp_path: Path) -> Callable[..., Path]:
    """A factory: a copy of the small case in which one text of a file was replaced by another."""

    def edit(old: str, new: str, file: str = "case.yaml") -> Path:
        folder = tmp_path / "daftar-nilai"
        folder.mkdir(exist_ok=True)
        for name in ("case.yaml", "en.yaml"):
            text = (small_case_folder / name).read_text(encoding="utf-8")
            if name == file:
                assert old in text, f"{old!r} does not stand in {name}"
                text = text.replace(old, new, 1)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return edit


@pytest.fixture
def steps() -> Callable[..., tuple[Event, ...]]:
    """A factory of events, in short: ``("mendesak", "sedang")`` decides, ``"grup_lain"`` continues."""

    def events(*parts: str | tuple[str, object]) -> tuple[Event, ...]:
        made: list[Event] = []
        for part in parts:
            if isinstance(part, str):
                made.append(Continued(at=MOMENT, scene=part))
            elif part[1] is None:
                made.append(Skipped(at=MOMENT, decision=part[0]))
            else:
                made.append(Decided.model_validate({"at": MOMENT, "decision": part[0], "pick": part[1]}))
        return tuple(made)

    return events


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command of the command line came to."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def kasuslab(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., CommandResult]:
    """A factory: the command line, run with these words in this process."""

    from release import cli  # noqa: PLC0415 -- few tests wait for its import

    def run(*words: str | Path) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["kasuslab", *map(str, words)])
        capsys.readouterr()
        status: object = 0
        try:
            cli.main()
        except SystemExit as end:
            status = end.code or 0
        output = capsys.readouterr()
        assert isinstance(status, int)
        return CommandResult(status, output.out, output.err)

    return run
