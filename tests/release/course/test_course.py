"""A course is made once, grows, and never loses what stands in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from release.course.course import CHECKOUT, Course, CourseError, assignments, make_course, read_course
from release.course.gradebook import due_date, generate_assignment
from scenarios.case import NoSuchVariantError
from scenarios.course_card import read_course_card
from scenarios.directory.services import load_directory
from scenarios.library import NoSuchCaseError
from scenarios.loader import load_case
from tests.conftest import CommandResult
from tests.places import CASES, KEYS, VARIANTS

DUE = datetime(2026, 5, 1, 9, tzinfo=UTC)


def made(directory: Path, person: str | None = "Ibu Sari, panitia", due: datetime | None = None) -> Path:
    return make_course(directory, ["daftar-nilai"], person=person, due=due, cases=CASES, keys=KEYS).directory


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One course, made once: a new gradebook takes seconds."""
    return made(tmp_path_factory.mktemp("course") / "kursus", due=DUE)


@pytest.fixture
def course(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "kursus"))


def test_an_assignment_carries_its_own_copy_of_the_public_case(course: Path) -> None:
    folder = course / "source" / "daftar-nilai" / "case"
    assert load_case(folder).id == "daftar-nilai"
    assert sorted(file.name for file in folder.iterdir()) == [
        "case.yaml",
        "course.yaml",
        "en.yaml",
        "services.yaml",
    ]


def test_its_services_are_those_of_the_case_and_the_help(course: Path) -> None:
    directory = load_directory(course / "source" / "daftar-nilai" / "case" / "services.yaml")
    library = load_directory()
    assert directory.help == library.help
    assert set(directory.services) == {"puspaga", "sekolah", "unit_ppa", "psikolog", *library.help}
    assert all(directory.services[name] == library.services[name] for name in directory.services)


def test_the_course_card_names_course_mode_and_person(course: Path) -> None:
    text = (course / "source" / "daftar-nilai" / "case" / "course.yaml").read_text(encoding="utf-8")
    card = {"course": "kursus", "mode": "test", "person": "Ibu Sari, panitia", "keep_days": 180}
    card |= {"due": {"daftar-nilai": DUE.strftime("%Y-%m-%dT%H:%M:%SZ")}}
    assert yaml.safe_load(text) == card


def test_the_gradebook_knows_the_due_date(course: Path) -> None:
    assert due_date(course, "daftar-nilai") == DUE


def test_a_second_time_the_person_changes_and_the_assignment_does_not(course: Path) -> None:
    notebook = course / "source" / "daftar-nilai" / "daftar-nilai.ipynb"
    notebook.write_text("mine", encoding="utf-8")
    again = make_course(course, ["daftar-nilai"], person="Pak Budi", cases=CASES, keys=KEYS)
    assert (again.added, again.standing, again.person) == ((), ("daftar-nilai",), "Pak Budi")
    assert notebook.read_text(encoding="utf-8") == "mine"
    assert "Pak Budi" in (notebook.parent / "case" / "course.yaml").read_text(encoding="utf-8")
    assert due_date(course, "daftar-nilai") == DUE


def test_a_due_date_can_be_moved(course: Path) -> None:
    later = datetime(2026, 6, 1, 9, tzinfo=UTC)
    made(course, due=later)
    assert due_date(course, "daftar-nilai") == later
    assert read_course_card(course / "source" / "daftar-nilai" / "case").due == {"daftar-nilai": later}


def test_no_person_keeps_whoever_was_named(course: Path) -> None:
    assert make_course(course, [], person=None).person == "Ibu Sari, panitia"


def test_a_course_may_stand_before_anybody_is_named(tmp_path: Path) -> None:
    assert read_course(made(tmp_path / "kursus", person=None)).person is None


def test_a_case_is_added_to_a_course_that_runs(course: Path, tmp_path: Path) -> None:
    cases, keys = tmp_path / "cases", tmp_path / "keys"
    shutil.copytree(CASES, cases)
    shutil.copytree(KEYS, keys)
    (cases / "daftar-nilai").rename(cases / "daftar-dua")
    for folder, name in ((cases / "daftar-dua", "case.yaml"), (keys, "daftar-nilai.yaml")):
        text = (folder / name).read_text(encoding="utf-8").replace("daftar-nilai", "daftar-dua")
        (folder / name).write_text(text, encoding="utf-8")
    for file in keys.glob("daftar-nilai*"):
        file.rename(keys / file.name.replace("nilai", "dua"))
    grown = make_course(course, ["daftar-dua"], person=None, cases=cases, keys=keys)
    assert grown.added == ("daftar-dua",)
    assert assignments(course) == ("daftar-dua", "daftar-nilai")


def test_a_facilitator_s_own_settings_are_kept(course: Path) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    made(course)
    assert config.read_text(encoding="utf-8").endswith("# mine\n")


@pytest.mark.parametrize("place", ["", "kursus", "release/kursus"])
def test_no_course_stands_in_the_checkout(place: str) -> None:
    with pytest.raises(CourseError, match="inside the lab's own folder"):
        made(CHECKOUT / place)


def test_no_course_takes_a_folder_that_holds_other_files(tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CourseError, match="holds other files"):
        made(tmp_path)


def test_no_course_stands_where_nbgrader_would_search_by_pattern(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="without any of"):
        made(tmp_path / "kelas [satu]")


def test_no_course_takes_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CourseError, match="is a file"):
        made(tmp_path / "surat.txt")


def test_an_unknown_case_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(NoSuchCaseError):
        make_course(tmp_path / "kursus", ["tidak-ada"], person=None, cases=CASES, keys=KEYS)
    assert not (tmp_path / "kursus").exists()


@pytest.mark.parametrize(("name", "person"), [("", "Ibu Sari"), ("x" * 81, "Ibu Sari"), ("kursus", " ")])
def test_empty_and_endless_names_are_refused(tmp_path: Path, name: str, person: str) -> None:
    with pytest.raises(CourseError, match="characters"):
        make_course(tmp_path / "kursus", [], person=person, name=name)


def test_a_course_keeps_its_name(course: Path) -> None:
    with pytest.raises(CourseError, match="is called"):
        make_course(course, [], person=None, name="lain")


def test_a_folder_that_is_no_course_is_not_read_as_one(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is no course"):
        read_course(tmp_path)


def test_a_record_played_in_source_is_not_released(course: Path) -> None:
    (course / "source" / "daftar-nilai" / "decisions.jsonl").write_text("x", encoding="utf-8")
    generate_assignment(course, "daftar-nilai")
    released = sorted(file.name for file in (course / "release" / "daftar-nilai").iterdir())
    assert released == ["case", "daftar-nilai.ipynb"]
    assert (course / "source" / "daftar-nilai" / "decisions.jsonl").exists()


def test_a_course_says_how_it_is_played_and_how_long_it_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "panel"
    make_course(
        place, ["daftar-nilai"], person="Ibu Sari", mode="panel", keep_days=30, cases=CASES, keys=KEYS
    )

    text = (place / "source" / "daftar-nilai" / "case" / "course.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {"course": "panel", "mode": "panel", "person": "Ibu Sari", "keep_days": 30}
    with pytest.raises(CourseError, match="played in panel mode"):
        make_course(place, [], person=None, mode="test")


def test_a_card_without_a_time_keeps_what_is_handed_in_for_180_days(course: Path) -> None:
    (course / "course.yaml").write_text("course: lama\nmode: test\nperson: null\n", encoding="utf-8")

    assert read_course(course).keep_days == 180


def test_what_was_promised_to_those_who_handed_in_is_not_made_longer(course: Path) -> None:
    make_course(course, [], person=None, keep_days=200)
    (course / "submitted" / "p1").mkdir(parents=True)

    with pytest.raises(CourseError, match="kept for 200 days"):
        make_course(course, [], person=None, keep_days=201)
    make_course(course, [], person=None, keep_days=100)
    card = (course / "source" / "daftar-nilai" / "case" / "course.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(card)["keep_days"] == 100


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_time_that_no_course_is_kept_for_is_refused(tmp_path: Path, days: int) -> None:
    with pytest.raises(CourseError, match="1 to 3650 days"):
        make_course(tmp_path / "kursus", [], person=None, keep_days=days)


VARIED = "berkas-beredar"


def varied(directory: Path, **options: Any) -> Course:  # noqa: ANN401 -- whatever make_course takes
    cases, keys = VARIANTS / "cases", VARIANTS / "keys"
    return make_course(directory, [VARIED], person="Ibu Sari", cases=cases, keys=keys, **options)


def test_a_variant_that_is_set_stands_on_the_card_of_each_assignment_until_it_is_drawn_again(
    tmp_path: Path,
) -> None:
    place = tmp_path / "kursus"
    cards = [place / "course.yaml", place / "source" / VARIED / "case" / "course.yaml"]

    assert varied(place, variants={VARIED: "lama"}).variants == {VARIED: "lama"}
    assert [yaml.safe_load(card.read_text())["variants"] for card in cards] == [{VARIED: "lama"}] * 2
    assert varied(place).variants == {VARIED: "lama"}
    assert varied(place, variants={VARIED: ""}).variants == {}
    assert ["variants" in yaml.safe_load(card.read_text()) for card in cards] == [False, False]


@pytest.mark.parametrize(
    ("variants", "kind", "words"),
    [
        ({VARIED: "entah"}, NoSuchVariantError, "There is no variant “entah” here. Use one of: baru, lama."),
        ({"lain": "lama"}, CourseError, "The course has no case “lain”, of which a variant is set."),
    ],
)
def test_a_variant_that_there_is_not_makes_no_course(
    tmp_path: Path, variants: dict[str, str], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as refusal:
        varied(tmp_path / "kursus", variants=variants)

    assert str(refusal.value).startswith(words)
    assert not (tmp_path / "kursus").exists()


def test_the_command_sets_a_variant_of_a_course_that_stands_and_adds_no_case(
    tmp_path: Path, kasuslab: Callable[..., CommandResult]
) -> None:
    place = tmp_path / "kursus"
    varied(place)

    done = kasuslab("course", place, "--variants", f"{VARIED}=lama", "--keys", VARIANTS / "keys")
    wrong = kasuslab("course", place, "--variants", VARIED, "--keys", VARIANTS / "keys")

    assert done.returncode == 0
    assert f"everybody plays the variant lama of {VARIED}." in " ".join(done.stdout.split())
    assert assignments(place) == (VARIED,)
    assert read_course(place).variants == {VARIED: "lama"}
    assert (wrong.returncode, "Write CASE=VARIANT." in wrong.stderr) == (1, True)


def test_a_folder_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, kasuslab: Callable[..., CommandResult]
) -> None:
    (tmp_path / "berkas").write_bytes(b"")

    done = kasuslab("course", tmp_path / "berkas" / "kursus", "--cases", "teman-gim")

    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
