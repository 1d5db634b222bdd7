"""A course that was made with an earlier version of a case is graded by the key of that version."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from graders.key.critical_errors import CRITICAL_ERRORS
from graders.key.earlier import folder_of
from graders.key.guide import GUIDES, guides_of
from graders.key.key import KEYS, load_key
from scenarios.documents.problem import ProblemsError
from scenarios.loader import load_case
from tests.places import KEYS as SMALL_KEYS


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder of keys: of the small case the one for 1.0.0 is kept, and that for 2.0.0 stands."""
    earlier = tmp_path / "earlier" / "1.0.0"
    earlier.mkdir(parents=True)
    for file in SMALL_KEYS.glob("daftar-nilai*.yaml"):
        shutil.copy(file, earlier)
        text = file.read_text(encoding="utf-8").replace("case_version: 1.0.0", "case_version: 2.0.0")
        (tmp_path / file.name).write_text(
            re.sub(r"^cut: \d+", "cut: 55", text, flags=re.MULTILINE), encoding="utf-8"
        )
    return tmp_path


def test_each_version_of_a_case_has_its_own_key(kept: Path, small_case_folder: Path) -> None:
    case = load_case(small_case_folder)
    newer = case.model_copy(update={"version": "2.0.0"})

    assert folder_of(case, kept) == kept / "earlier" / "1.0.0"
    assert (load_key(case, kept).case_version, load_key(newer, kept).case_version) == ("1.0.0", "2.0.0")
    assert load_key(newer, kept).cut == 55 != load_key(case, kept).cut


def test_a_version_that_no_key_was_kept_for_is_refused(kept: Path, small_case_folder: Path) -> None:
    case = load_case(small_case_folder).model_copy(update={"version": "1.5.0"})

    with pytest.raises(ProblemsError, match=r"the key is for version 2\.0\.0, but the case is 1\.5\.0"):
        load_key(case, kept)


def test_a_guide_is_that_of_the_case_s_version(small_case_folder: Path) -> None:
    present = load_case(small_case_folder.parents[2] / "scenarios" / "cases" / "teman-gim")
    past = present.model_copy(update={"version": "1.0.0"})

    assert guides_of([present], GUIDES) != guides_of([past], GUIDES)
    assert guides_of([load_case(small_case_folder)], GUIDES) == {}


def test_of_every_case_of_the_first_release_the_key_is_kept() -> None:
    earlier = {file.name for file in (KEYS / "earlier" / "1.0.0").glob("*.yaml") if "." not in file.stem}
    keys = earlier - {"critical_errors.yaml"}
    assert len(keys) == 14
    assert keys <= {file.name for file in KEYS.glob("*.yaml")}


def test_an_error_has_the_grade_that_it_had_when_the_key_was_written(
    kept: Path, small_case_folder: Path
) -> None:
    case = load_case(small_case_folder)
    text = CRITICAL_ERRORS.read_text(encoding="utf-8")
    (kept / "earlier" / "1.0.0" / "critical_errors.yaml").write_text(
        text.replace("grade: harm", "grade: practice", 1), encoding="utf-8"
    )
    newer = case.model_copy(update={"version": "2.0.0"})

    assert load_key(newer, kept).grades["E01"] == "harm"
    assert load_key(case, kept).grades["E01"] == "practice"
