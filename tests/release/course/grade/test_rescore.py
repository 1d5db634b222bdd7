"""The list of a rescored case in variants names the variant that each trainee played."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

from graders.grading.case_grader import CaseGrader
from release.course.grade.rescore import HEAD, Before, finish_rescore
from tests.parts.grading_notes import JUDGED_NOTE
from tests.places import VARIANTS

CASE = "berkas-beredar"


def test_the_list_of_a_case_in_variants_has_a_column_for_them(tmp_path: Path) -> None:
    place = tmp_path / "release" / CASE
    shutil.copytree(VARIANTS / "cases" / CASE, place / "case")
    (place / "case" / "course.yaml").write_text("course: uji\nmode: test\nperson: Ibu S.\n", encoding="utf-8")
    grader = CaseGrader.of(place, VARIANTS / "keys")
    weights = {name: float(part.weight) for name, part in grader.key.decisions.items()}
    new = replace(JUDGED_NOTE, case=CASE, key_digest=grader.key_digest, points=weights, variant="lama")
    old = replace(new, key_digest="older", S=25.0, raw=3.0)

    rescored = finish_rescore(
        tmp_path, grader, Before({"peserta-01": old}, weights), {"peserta-01": new}, {}, complete=True
    )

    assert rescored.file is not None
    with rescored.file.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert tuple(row) == (*HEAD, "variant")
    assert (row["trainee"], row["variant"]) == ("peserta-01", "lama")
