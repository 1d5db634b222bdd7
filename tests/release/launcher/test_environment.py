from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from release.launcher import environment
from release.launcher.environment import LauncherError, is_ready, make, python_of
from scenarios.language import LANGUAGES, read_catalogue
from tests.parts.batch import Batch
from tests.places import TESTS

PARTS = ("found", "wanted", "count", "all", "name", "log", "detail")
LAUNCHER = TESTS.parent / "release" / "launcher"
# A package that builds itself, so that nothing is fetched from anywhere.
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
"""
BACKEND = """
import zipfile

NEEDS = ""

def build_editable(folder, config_settings=None, metadata_directory=None):
    files = {"METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n" + NEEDS,
             "WHEEL": "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
             "RECORD": ""}
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(f"tiny-1.dist-info/{name}", text)
    return "tiny-1-py3-none-any.whl"

def build_wheel(*args):
    raise NotImplementedError
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive, unpacked where names are as people make them; its environment says how it was called."""
    folder = tmp_path / "Kursus Ibu Ma'ruf & co"
    (folder / "release" / "launcher").mkdir(parents=True)
    for file in LAUNCHER.glob("Mulai.*"):
        shutil.copy(file, folder)
    stand_in = 'import sys; print("begun", *sys.argv[1:]); sys.exit(int(sys.argv[1]) if sys.argv[1:] else 0)'
    (folder / "release" / "launcher" / "environment.py").write_text(stand_in, encoding="utf-8")
    return folder


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def clicked(archive: Path, programs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    for tool in ("dirname", "sh"):
        if not (programs / tool).exists():
            (programs / tool).symlink_to(shutil.which(tool) or "")
    command = [str(programs / "sh"), str(archive / "Mulai.command"), *arguments]
    return subprocess.run(
        command, env={"PATH": str(programs)}, capture_output=True, text=True, check=False, cwd="/"
    )


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
def test_a_double_click_takes_the_first_python_that_is_new_enough(archive: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs, "python3.13", "exit 1")
    program(programs, "python3", f'exec "{sys.executable}" "$@"')

    assert clicked(archive, programs).stdout == "begun\n"
    assert clicked(archive, programs, "3").returncode == 3


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
@pytest.mark.skipif(
    any(Path(place, "python3").exists() for place in ("/usr/local/bin", "/opt/homebrew/bin")),
    reason="the script looks there too, and finds a Python on this machine",
)
def test_without_a_python_a_double_click_says_which_one_is_wanted(archive: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs, "python3", "exit 1")

    answer = clicked(archive, programs)

    assert answer.returncode == 1
    assert "Python 3.11 atau lebih baru" in answer.stdout
    assert "Python 3.11 or newer" in answer.stdout


def windows(archive: Path, pythons: Sequence[str]) -> tuple[Batch, list[list[str]]]:
    """The script of Windows, where only `pythons` are new enough; and how the environment was called."""
    begun: list[list[str]] = []

    def run(words: Sequence[str], _place: Path) -> int | None:
        if "-c" in words:
            name = " ".join(words[: words.index("-c")])
            compile(words[-1], "the version", "exec")
            return 0 if name in pythons else None
        begun.append(list(words))
        return 0

    return Batch(archive / "Mulai.bat", run), begun


@pytest.mark.parametrize(
    ("there", "taken"),
    [(["py -3.12", "python"], ["py", "-3.12"]), (["python"], ["python"]), (["py -3"], ["py", "-3"])],
)
def test_on_windows_too(archive: Path, there: list[str], taken: list[str]) -> None:
    batch, begun = windows(archive, there)

    assert batch.run() == 0
    assert begun == [[*taken, "release\\launcher\\environment.py"]]
    assert not batch.paused


def test_on_windows_too_a_missing_python_is_asked_for_and_the_window_waits(archive: Path) -> None:
    batch, begun = windows(archive, [])

    assert (batch.run(), begun, batch.paused) == (1, [], True)
    assert "Python 3.11 atau lebih baru" in batch.words[0]


def test_on_windows_a_click_inside_the_zip_says_to_extract_it(archive: Path) -> None:
    shutil.rmtree(archive / "release")
    batch, begun = windows(archive, ["python"])

    assert (batch.run(), begun, batch.paused) == (1, [], True)
    assert "Ekstrak Semua" in batch.words[0]


def test_the_desktop_file_runs_the_script_beside_it(archive: Path) -> None:
    text = (archive / "Mulai.desktop").read_text(encoding="utf-8")
    exec_line = re.search(r"^Exec=sh -c '(.*)' sh %k$", text, re.MULTILINE)
    assert exec_line
    (archive / "Mulai.command").write_text("echo begun", encoding="utf-8")
    script = exec_line[1].replace("%%", "%")

    for place in (f"file://{archive}/Mulai.desktop", f"{archive}/Mulai.desktop"):
        command = ["sh", "-c", script, "sh", place]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "begun\n"


# The environment


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    (folder / "constraints.txt").write_text("tiny==1\n", encoding="utf-8")
    return folder


def test_the_environment_is_made_once_with_its_progress_and_anew_where_its_sources_changed(
    tiny: Path,
) -> None:
    sentences: list[str] = []
    assert not is_ready(tiny)

    make(tiny, sentences.append, fetch=["--no-index"])

    assert is_ready(tiny)
    subprocess.run([python_of(tiny), "-m", "pip", "show", "--quiet", "tiny"], check=True)
    assert [line[:4] for sentence in sentences for line in sentence.splitlines()[:1]] == [
        *("Pert", "1/3 ", "2/3 ", "3/3 "),
        "Siap",
    ]
    (tiny / "constraints.txt").write_text("tiny==1\nother==2\n", encoding="utf-8")
    assert not is_ready(tiny)


def test_where_packages_do_not_come_a_sentence_says_so_and_the_next_click_tries_again(tiny: Path) -> None:
    needs = BACKEND.replace('NEEDS = ""', 'NEEDS = "Requires-Dist: no-such-thing\\n"')
    (tiny / "backend.py").write_text(needs, encoding="utf-8")

    with pytest.raises(LauncherError, match=r"no-such-thing.*internet"):
        make(tiny, lambda _: None, fetch=["--no-index"])
    assert not is_ready(tiny)


def test_its_catalogue_is_one_of_the_labs_and_speaks_every_language() -> None:
    catalogue = read_catalogue(environment.TEXTS)

    for name in catalogue:
        assert len(environment.text(name, **dict.fromkeys(PARTS, "x")).splitlines()) == len(LANGUAGES)
