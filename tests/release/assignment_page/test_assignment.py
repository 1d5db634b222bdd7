"""Which folders of a server are assignments, and what is known of one."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from release.assignment_page.assignment import assignment_at, assignments_below


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "server"
    place.mkdir()
    return place


def lay(folder: Path, case: Path, **card: object) -> Path:
    """An assignment as a course hands it out."""
    shutil.copytree(case, folder / "case")
    text = yaml.safe_dump({"course": "uji", "mode": "test", "person": "Ibu P", **card})
    (folder / "case" / "course.yaml").write_text(text, encoding="utf-8")
    (folder / "daftar-nilai.ipynb").write_text("{}", encoding="utf-8")
    return folder


def test_an_assignment_is_known_by_the_folder_that_it_stands_in(root: Path, small_case_folder: Path) -> None:
    lay(root / "uji" / "daftar-nilai", small_case_folder, due={"daftar-nilai": "2026-05-01T09:00:00Z"})

    assignment = assignment_at(root, "uji/daftar-nilai")

    assert assignment is not None
    assert assignment.notebook == "uji/daftar-nilai/daftar-nilai.ipynb"
    assert assignment.due == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert assignment.record == b""


@pytest.mark.parametrize("path", ["../outside", "uji/../../outside", ".hidden", "", "/", "link"])
def test_no_path_leads_out_of_what_the_server_serves(root: Path, small_case_folder: Path, path: str) -> None:
    lay(root.parent / "outside", small_case_folder)
    lay(root / ".hidden", small_case_folder)
    (root / "link").symlink_to(root.parent / "outside", target_is_directory=True)

    assert assignment_at(root, path) is None


def test_the_assignments_of_a_server_are_those_that_can_be_played(
    root: Path, small_case_folder: Path
) -> None:
    lay(root / "daftar-nilai", small_case_folder)
    lay(root / "uji" / "daftar-nilai", small_case_folder)
    lay(root / "source" / "daftar-nilai", small_case_folder)
    broken = lay(root / "rusak", small_case_folder)
    (broken / "case" / "case.yaml").write_text("id: [", encoding="utf-8")

    assert [each.path for each in assignments_below(root)] == ["daftar-nilai", "uji/daftar-nilai"]
