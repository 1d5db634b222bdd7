"""What a check says of a case in variants: each is proven, and what only one has is told with its name."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from graders.key.key import key_documents, load_key
from graders.key.texts import confirmed_key
from release.author.check import Bench, Checked, check_case
from scenarios.case import Case
from scenarios.language import LANGUAGES
from scenarios.loader import case_documents
from scenarios.proof.fingerprints import confirmed_case
from tests.places import GUIDES, VARIANTS

ID = "berkas-beredar"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the case and its key, with a guide."""
    folder = shutil.copytree(VARIANTS, tmp_path / "variants")
    guide = (GUIDES / "daftar-nilai.yaml").read_text(encoding="utf-8")
    (folder / "guides").mkdir()
    (folder / "guides" / f"{ID}.yaml").write_text(guide.replace("case: daftar-nilai", f"case: {ID}"), "utf-8")
    return folder


def checked(place: Path, file: str = "", old: str = "", new: str = "") -> Checked:
    """The case as it is checked after one text of a file was replaced by another."""
    if file:
        text = (place / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        (place / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    bench = Bench(place / "keys", date(2026, 11, 22), place / "guides", plays=200)
    return check_case(place / "cases" / ID, bench)


def test_each_variant_is_proven_and_what_all_have_is_told_once(place: Path) -> None:
    one = checked(place)

    assert [proof.case.variant for proof in one.proofs] == ["baru", "lama"]
    errors = [problem.rule for problem in one.problems if problem.level == "error"]
    assert errors == ["key-decisions", "same-answer"]  # it is smaller than a case of the library
    assert not [problem for problem in one.problems if "in the variant" in problem.fault]


def test_a_scene_that_only_one_variant_comes_to_is_no_problem(place: Path) -> None:
    early, late = checked(place).proofs

    assert "reachable" not in {problem.rule for problem in early.problems}
    assert "reachable" in {problem.rule for problem in late.problems}


def test_a_scene_that_no_variant_comes_to_is_one(place: Path) -> None:
    old, new = "mendesak is rendah and variant is baru", "mendesak is rendah and percaya > 3"
    one = checked(place, f"cases/{ID}/case.yaml", old, new)

    assert "scenes.grup_lain" in {problem.path for problem in one.problems if problem.rule == "reachable"}


def test_a_key_whose_best_play_is_not_whole_in_one_variant_is_told_with_its_name(place: Path) -> None:
    one = checked(place, f"keys/{ID}.yaml", "line: {baru: sedang, lama: rendah}", "line: sedang")

    (problem,) = [problem for problem in one.problems if problem.file.endswith(f"keys/{ID}.yaml")]
    assert problem.fault == "in the variant “lama”, the right level “rendah” lies below the line “sedang”"


def test_a_word_of_one_variant_is_told_with_its_name_and_its_line(place: Path) -> None:
    old, new = "Pengurus grup menghapusnya", "Hubungi a@b.example. Pengurus grup menghapusnya"
    one = checked(place, f"cases/{ID}/case.yaml", old, new)

    (problem,) = [problem for problem in one.problems if problem.rule == "private"]
    assert problem.fault.startswith("in the variant “lama”, ")
    assert problem.path == "scenes.telepon.text.lama"
    text = (place / "cases" / ID / "case.yaml").read_text(encoding="utf-8")
    assert "a@b.example" in text.splitlines()[problem.line - 1]


def test_fingerprints_hold_the_texts_and_what_decides_of_each_variant(varied_case: Case) -> None:
    folder, keys = VARIANTS / "cases" / ID, VARIANTS / "keys"
    story = confirmed_case(folder, case_documents(folder, LANGUAGES), varied_case)
    key = load_key(varied_case, keys)
    whys = confirmed_key(keys, key_documents(varied_case, keys), varied_case, key)

    assert {"facts.tidur.baru", "facts.tidur.lama", "facts.usia"} <= story.now.texts.keys()
    assert "facts.tidur" not in story.now.texts
    assert story.paths["scenes.telepon.text.lama"] == ("scenes", "telepon", "text", "lama")
    assert "decisions.mendesak.why.rendah.lama" in whys.now.texts

    late = varied_case.model_copy(update={"tellings": {"baru": varied_case.tellings["baru"]}})
    assert confirmed_case(folder, case_documents(folder, LANGUAGES), late).now.decides != story.now.decides
