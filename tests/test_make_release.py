"""What `make release` builds: a wheel for trainees, and an archive for facilitators."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from graders.key.key import KEYS_VARIABLE
from tests.graders.nbgrader.test_pipeline import leaks

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted(folder.name for folder in (ROOT / "scenarios" / "cases").iterdir() if folder.is_dir())

MAKE = shutil.which("make") or ""

pytestmark = pytest.mark.skipif(not MAKE, reason="there is no make on this machine")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "dist"
    # The environment is that of the tests, however old: nothing is installed.
    environment = [f"BIN={Path(sys.executable).parent}", "--old-file=install"]
    done = subprocess.run(
        [MAKE, "release", f"DIST={folder}", *environment],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def facilitator(dist: Path) -> Path:
    """The facilitator's archive, unpacked."""
    (archive,) = dist.glob("kasuslab-facilitator-*.zip")
    shutil.unpack_archive(archive, dist / "unpacked")
    (folder,) = (dist / "unpacked").iterdir()
    return folder


def test_a_release_is_a_wheel_and_an_archive_and_nothing_else(dist: Path) -> None:
    suffixes = sorted(file.suffix for file in dist.iterdir() if file.is_file())

    assert suffixes == [".whl", ".zip"]


def test_the_trainees_wheel_holds_every_case_and_no_key_no_guide_and_no_test(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}

    assert leaks(files.items()) == []
    assert [name for name in files if {"keys", "guides", "tests"} & set(PurePosixPath(name).parts)] == []
    assert {f"scenarios/cases/{case}/case.yaml" for case in CASES} <= files.keys()


def test_the_facilitators_archive_holds_keys_and_guides_in_their_place_and_no_test(facilitator: Path) -> None:
    for folder in ("graders/keys", "graders/guides"):
        there = {file.relative_to(facilitator) for file in (facilitator / folder).rglob("*.yaml")}
        assert there == {file.relative_to(ROOT) for file in (ROOT / folder).rglob("*.yaml")}
    assert not (facilitator / "tests").exists()
    assert {"Makefile", "constraints.txt", "pyproject.toml", "LICENSE-cases"} <= {
        file.name for file in facilitator.iterdir()
    }


def test_what_is_double_clicked_stands_at_the_top_of_the_archive_and_may_be_run(dist: Path) -> None:
    (file,) = dist.glob("kasuslab-facilitator-*.zip")
    with zipfile.ZipFile(file) as archive:
        top = {Path(info.filename).name: info for info in archive.infolist() if info.filename.count("/") == 1}
        bat = archive.read(top["Mulai.bat"])

    assert {"Mulai.bat", "Mulai.command", "Mulai.desktop"} <= top.keys()
    for name in ("Mulai.command", "Mulai.desktop"):
        assert top[name].external_attr >> 16 & stat.S_IXUSR
    assert bat.count(b"\r\n") == bat.count(b"\n") > 0


def test_the_facilitators_archive_finds_its_own_keys(
    facilitator: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEYS_VARIABLE, raising=False)
    check = "from release.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", check, "check", "teman-gim", "--plays", "10"],
        cwd=facilitator,
        capture_output=True,
        text=True,
        check=False,
    )
    where = subprocess.run(
        [sys.executable, "-c", "from graders.key import key; print(key.__file__)"],
        cwd=facilitator,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert Path(where.stdout.strip()) == facilitator / "graders/key/key.py"
