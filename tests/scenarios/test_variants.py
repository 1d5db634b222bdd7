"""A case that is told in several variants: what differs, what may not, and what is said of a mistake."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.case import Case, NoSuchVariantError
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.loader import load_case
from tests.places import VARIANTS

FOLDER = VARIANTS / "cases" / "berkas-beredar"
Changed = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """A factory: the problems of the case, after one text of a file was replaced by another."""

    def problems(old: str, new: str, file: str = "case.yaml") -> tuple[Problem, ...]:
        folder = shutil.copytree(FOLDER, tmp_path / "berkas-beredar", dirs_exist_ok=True)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ProblemsError) as caught:
            load_case(folder)
        return caught.value.problems

    return problems


def test_a_case_is_told_in_its_first_variant(varied_case: Case) -> None:
    assert varied_case.variant == "baru"
    assert list(varied_case.variants) == ["baru", "lama"]
    assert "masih menyebar" in varied_case.variants["baru"]


def test_each_variant_is_a_whole_case(varied_case: Case) -> None:
    late = varied_case.in_variant("lama")

    assert late.variant == "lama"
    assert "sebulan yang lalu" in late.scenes["telepon"].text
    assert late.facts["tidur"].endswith("sekarang sudah biasa lagi.")
    assert [effect.add["percaya"] for effect in late.scenes["telepon"].effects] == [1]
    assert late.scenes["rujukan"] == varied_case.scenes["rujukan"]
    assert late.in_variant("baru") == varied_case == varied_case.in_variant(None) == late.in_variant(None)


def test_language_and_variant_are_chosen_in_either_order(varied_case: Case) -> None:
    english = varied_case.in_language("en").in_variant("lama")

    assert english == varied_case.in_variant("lama").in_language("en")
    assert "deleted them a month ago" in english.scenes["telepon"].text
    assert english.title == "The File"


def test_a_variant_that_a_case_lacks_is_an_error(varied_case: Case, small_case: Case) -> None:
    with pytest.raises(NoSuchVariantError, match=r"no variant “besok” here\. Use one of: baru, lama\."):
        varied_case.in_variant("besok")
    with pytest.raises(NoSuchVariantError, match="The case has no variants"):
        small_case.in_variant("baru")
    assert small_case.in_variant(None) is small_case


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "fault"),
    [
        (
            "    baru: Anak A sulit",
            "    besok: Anak A sulit",
            25,
            "facts.tidur",
            "some variants are named here, but not exactly all: “baru”, “besok”",
        ),
        (
            "  lama: Berkas sudah dihapus sebulan yang lalu, dan tidak ada yang menyebarkannya lagi.\n",
            "",
            19,
            "variants",
            "there are fewer than two variants",
        ),
        (
            "title: Berkas Beredar",
            "title: {baru: Berkas Beredar, lama: Berkas Lama}",
            4,
            "title",
            "this does not vary",
        ),
    ],
)
def test_a_variation_is_whole_and_stands_where_one_may(
    changed: Changed, old: str, new: str, line: int, path: str, fault: str
) -> None:
    problem, *_ = changed(old, new)

    assert (problem.line, problem.path, problem.fault, problem.rule) == (line, path, fault, "variant")


def test_variants_between_which_nothing_differs_are_an_error(tmp_path: Path, small_case_folder: Path) -> None:
    folder = shutil.copytree(small_case_folder, tmp_path / "daftar-nilai")
    text = (folder / "case.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(f"{text}variants: {{a: Satu., b: Dua.}}\n", encoding="utf-8")

    with pytest.raises(ProblemsError, match="variants: nothing differs between the variants"):
        load_case(folder)


def test_a_variation_inside_another_one_is_an_error(changed: Changed) -> None:
    old = "    lama: Anak A sempat sulit tidur, sekarang sudah biasa lagi."
    (problem,) = changed(old, "    lama: {baru: Satu., lama: Dua.}")

    assert (problem.path, problem.fault) == ("facts.tidur.lama", "a variation stands inside another one")


def test_options_are_the_same_in_all_variants(changed: Changed) -> None:
    (problem,) = changed(
        "        rendah: Cukup dicatat dulu", "        rendah: {baru: Dicatat dulu, lama: Dicatat}"
    )

    assert problem.path == "scenes.telepon.decision.options.rendah"
    assert problem.fault == "options, and what else is asked, are the same in all variants"


def test_a_decision_is_the_same_where_a_whole_scene_is_told_twice(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "berkas-beredar")
    for name in ("case.yaml", "en.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        begin, end = text.index("  refleksi:\n"), text.index("  rawat_diri:\n")
        scene = "".join(f"    {line}" for line in text[begin:end].splitlines(keepends=True)[1:])
        both = f"  refleksi:\n    baru:\n{scene}    lama:\n{scene.replace('words: 100', 'words: 80')}"
        (folder / name).write_text(text[:begin] + both + text[end:], encoding="utf-8")

    with pytest.raises(ProblemsError, match=r"scenes\.refleksi\.lama\.decision\.words: options, and"):
        load_case(folder)


def test_what_differs_is_said_in_every_language(changed: Changed) -> None:
    line = "  lama: The file was deleted a month ago, and nobody spreads it any more.\n"

    (problem,) = changed(line, "", file="en.yaml")

    assert (problem.path, problem.fault) == ("variants.lama", "“lama” of case.yaml has no English text")


def test_a_text_varies_in_all_languages_or_in_none(changed: Changed) -> None:
    only_here = changed(
        "  usia: Child A is 14 years old.", "  usia: {baru: Fourteen., lama: Fifteen.}", "en.yaml"
    )
    text = (FOLDER / "en.yaml").read_text(encoding="utf-8")
    begin = text.index("    baru: Child A has slept")
    only_there = changed(text[begin - 1 : text.index("scenes:")], " Child A sleeps badly.\n", "en.yaml")

    assert [(p.path, p.fault) for p in only_here] == [
        ("facts.usia", "this varies here, but not in case.yaml")
    ]
    assert [(p.path, p.fault) for p in only_there] == [
        ("facts.tidur", "this varies in case.yaml, but not here")
    ]


def test_a_condition_names_a_variant_that_there_is(changed: Changed) -> None:
    (problem,) = changed("variant is baru", "variant is besok")

    assert problem.fault == "there is no variant “besok”"
    assert problem.remedy == "Use one of: baru, lama"


def test_a_problem_of_one_variant_is_told_with_its_name_and_its_line(changed: Changed) -> None:
    (problem,) = changed(
        "add: {percaya: {baru: -1, lama: 1}}", "add: {baru: {percaya: -1}, lama: {nyaman: 1}}"
    )

    assert problem.path == "scenes.telepon.effects.0.add.lama.nyaman"
    assert problem.fault == "in the variant “lama”, there is no counter “nyaman”"
    assert problem.line > 40


def test_a_problem_of_all_variants_is_told_once(changed: Changed) -> None:
    (problem,) = changed("start: telepon", "start: telpon")

    assert problem.fault == "there is no scene “telpon”"
