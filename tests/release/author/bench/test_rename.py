"""Another id for a part of a case: whatever names it changes with it, and nothing else does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from graders.key.guide import GUIDES
from graders.key.key import KEYS
from release.author.bench.case_files import case_files
from release.author.bench.choices import Shelves
from release.author.bench.desk import BenchDesk
from release.author.check import Bench, check_case
from scenarios.library import CASES
from scenarios.loader import mapping
from tests.places import TESTS

TODAY = date(2026, 11, 30)
SOUND = {"stale", "version-bump", "unconfirmed"}  # what a change of any letter asks for
PLAYS = 20


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A copy of all cases with keys and guides, and of the small one with two variants and a counter."""
    own = TESTS / "variants"
    folders = (("cases", CASES), ("keys", KEYS), ("guides", GUIDES), ("cases", own / "cases"))
    for name, folder in (*folders, ("keys", own / "keys")):
        shutil.copytree(folder, tmp_path / name, dirs_exist_ok=True)
    return tmp_path


def desk_of(library: Path, case: str) -> BenchDesk:
    files = case_files(library / "cases" / case, case, library / "keys", library / "guides")
    return BenchDesk(case, files, Shelves(), library / "cases", lambda: TODAY)


def named(desk: BenchDesk) -> Iterator[tuple[str, list[str], str]]:
    """What can be called otherwise, where it stands, and its id."""
    for part in desk.parts:
        for group in part["groups"]:
            if group["own_id"]:
                yield group["what"], group["place"], group["own_id"]


def place_of(what: str, place: list[str], name: str) -> list[str]:
    """Where a thing stands once it is called `name`."""
    return place if what == "decision" else [*place[:-1], name]


def faults(library: Path, case: str) -> set[tuple[str, str]]:
    bench = Bench(library / "keys", TODAY, library / "guides", PLAYS)
    checked = check_case(library / "cases" / case, bench)
    return {(one.rule, str(one.fault)) for one in checked.problems if one.level == "error"}


def bytes_of(desk: BenchDesk) -> dict[str, bytes]:
    return {name: place.read_bytes() for name, place in desk.files.places.items() if place.exists()}


def rename(desk: BenchDesk, what: str, place: list[str], name: str) -> str:
    return desk.answer({"do": "rename", "what": what, "place": [*place], "name": name})["kind"]


@pytest.mark.parametrize("case", ["hari-ketiga", "modul-pertama", "berkas-beredar"])
def test_one_id_of_each_kind_takes_another_name_and_its_own_again(library: Path, case: str) -> None:
    desk = desk_of(library, case)
    before = bytes_of(desk)
    for what, place, name in {one[0]: one for one in named(desk)}.values():
        assert rename(desk, what, place, "nama_lain") == "done", (what, place)
        assert bytes_of(desk)["case"] != before["case"]
        assert rename(desk, what, place_of(what, place, "nama_lain"), name) == "done"
        assert bytes_of(desk) == before, (what, place)


@pytest.mark.parametrize(
    ("case", "kinds"),
    [
        ("hari-ketiga", {"scene", "decision", "option", "fact", "level", "variant"}),
        ("berkas-beredar", {"scene", "decision", "option", "fact", "level", "variant", "counter"}),
    ],
)
def test_a_case_of_which_an_id_of_each_kind_was_changed_is_as_sound_as_before(
    library: Path, case: str, kinds: set[str]
) -> None:
    desk = desk_of(library, case)
    before = faults(library, case)
    for kind in sorted(kinds):
        what, place, _ = next(one for one in named(desk) if one[0] == kind)
        assert rename(desk, what, place, f"nama_{kind}") == "done"

    assert kinds == {what for what, _, _ in named(desk)}
    assert {one for one in faults(library, case) if one[0] not in SOUND} == before


@pytest.mark.parametrize("name", ["Besar", "dua kata", "3hari", "is", "variant", "", "é", "a" * 41])
def test_what_is_no_id_is_refused_with_one_that_is(library: Path, name: str) -> None:
    desk = desk_of(library, "teman-gim")
    scene = next(iter(mapping(desk.text().case["scenes"])))
    before = bytes_of(desk)

    answer = desk.answer({"do": "rename", "what": "scene", "place": [scene], "name": name})

    assert answer["kind"] == "not_done"
    assert bytes_of(desk) == before


def test_an_id_of_another_is_refused(library: Path) -> None:
    desk = desk_of(library, "teman-gim")
    first, second, *_ = mapping(desk.text().case["scenes"])

    assert rename(desk, "scene", [first], second) == "not_done"
    assert rename(desk, "scene", ["nowhere"], "somewhere") == "not_done"
    assert rename(desk, "scene", [], "somewhere") == "not_done"
    assert rename(desk, "nothing", [first], "somewhere") == "not_done"
