"""A roster that is dropped on the page of a course, looked at before it is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.course_desk.deeds.roster import DRAW, try_roster_file
from release.course_desk.message import Order

WITHOUT_MOODLE = "tambahkan kolom Email sekarang"


def remarks_on(rows: str, folder: Path) -> list[str]:
    file = folder / "peserta.csv"
    file.write_text(rows, encoding="utf-8")
    order = Order(deed="roster_trial", course=folder, files=(file,), marks=frozenset({DRAW}))
    return [remark.words["id"] for remark in try_roster_file(order, lambda _done, _whole: None).remarks]


def test_a_roster_that_moodle_could_know_nobody_by_says_so_before_it_is_taken(tmp_path: Path) -> None:
    remarks = remarks_on("nama,instansi\nSari,UPTD PPA\nBudi,SMPN 2\n", tmp_path)

    assert [one for one in remarks if WITHOUT_MOODLE in one and one.startswith("2 orang")]


@pytest.mark.parametrize(
    "rows", ["nama,email\nSari,sari@contoh.id\nBudi,budi@contoh.id\n", "id,nama\nkpg-01,Sari\nkpg-02,Budi\n"]
)
def test_one_that_has_emails_or_ids_of_its_own_says_nothing_of_it(tmp_path: Path, rows: str) -> None:
    assert [one for one in remarks_on(rows, tmp_path) if WITHOUT_MOODLE in one] == []
