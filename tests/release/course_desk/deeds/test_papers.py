"""The papers of a training by a deed: each of them, what was typed, and what is wrong as a sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from graders.people.roster import course_roster, write_roster
from release.course.course import make_course
from release.course.simulate import simulate
from release.course_desk.deeds.__main__ import failure
from release.course_desk.deeds.papers import papers
from release.course_desk.message import DeedOutcome, Order
from release.papers.organiser import ORGANISER, Organiser, read_organiser
from release.papers.words import PAPERS
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES
from tests.places import CASES, KEYS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
TYPED = {
    "organiser": "UPTD PPA Kota Kupang",
    "place": "Kupang",
    "days": "2026-12-01, 2026-12-02",
    "zone": "WITA",
    "sessions": "3",
    "jp": "16",
    "number": "{n}/PPA/2026",
    "signer": "Ibu Sari",
}

Prepare = Callable[..., DeedOutcome]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of six simulated trainees with names."""
    place = tmp_path_factory.mktemp("kursus") / "kelas"
    make_course(place, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS)
    simulate(place, 6, 3, keys=KEYS)
    people = course_roster(place).values()
    write_roster(place, {one.id: replace(one, name=f"Siti {one.id}", kabupaten="Kupang") for one in people})
    return place


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path / "rumah"))
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    return Path(copytree(graded, tmp_path / "kursus"))


@pytest.fixture
def prepare(course: Path) -> Prepare:
    def press(
        paper: str = "plans",
        typed: dict[str, str] = TYPED,
        *,
        files: tuple[Path, ...] = (),
        marks: tuple[str, ...] = (),
        person: str = "",
    ) -> DeedOutcome:
        fields = {**typed, "paper": paper} if paper else typed
        made = Order(
            deed="papers", course=course, fields=fields, files=files, marks=frozenset(marks), person=person
        )
        return papers(made, lambda _done, _whole: None)

    return press


def words(outcome: DeedOutcome) -> str:
    assert all(set(one.words) == set(LANGUAGES) for one in outcome.remarks)
    return " ".join(one.words["id"] for one in outcome.remarks)


def refusal(press: Callable[[], DeedOutcome]) -> str:
    with pytest.raises(BadInputError) as refused:
        press()
    (remark,) = failure(refused.value)
    assert set(remark.words) == set(LANGUAGES)
    return remark.words["id"]


def dropped(place: Path, field: str, name: str, data: bytes) -> Path:
    """A file as the page puts it down: in a folder of the name of its field."""
    file = place / field / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    return file


def test_each_paper_is_written_by_its_button(course: Path, prepare: Prepare) -> None:
    for name in PAPERS:
        outcome = prepare(name)

        pages = {f"papers/{language}/{name}.html" for language in LANGUAGES}
        assert pages <= set(outcome.files), name
        assert all((course / file).is_file() for file in outcome.files), name
    assert {one.stem for one in (course / "papers/id").glob("*.html")} == set(PAPERS)


def test_all_papers_are_in_one_zip_for_the_owner_alone(course: Path, prepare: Prepare) -> None:
    outcome = prepare("")

    assert outcome.files == ("exports/berkas-pelatihan.zip",)
    packed = course / outcome.files[0]
    assert packed.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
    assert {"index.html", "verify.html", "id/certificates.html", "en/attendance.xlsx"} <= set(names)
    badges = [name for name in names if name.startswith("badges/")]
    assert len(badges) == len(list((course / "papers/badges").glob("*.svg"))) > 0


def test_certificates_say_where_their_key_stands_once_and_what_to_do_with_the_page_that_verifies(
    prepare: Prepare,
) -> None:
    first = words(prepare("certificates"))
    again = words(prepare("certificates", {**TYPED, "address": "https://contoh.go.id/verify.html"}))

    assert "certificates.pem" in first
    assert "belum memuat alamat" in first
    assert "certificates.pem" not in again
    assert "Taruh verify.html" in again


def test_certificates_are_written_for_one_person_where_one_is_chosen(course: Path, prepare: Prepare) -> None:
    everybody = {file.stem for file in _badges(course, prepare)}
    person = min(everybody)

    prepare("certificates", person=person)

    page = (course / "papers/id/certificates.html").read_text("utf-8")
    assert [name for name in everybody if f"Siti {name}" in page] == [person]


def _badges(course: Path, prepare: Prepare) -> list[Path]:
    prepare("certificates")
    return list((course / "papers/badges").glob("*.svg"))


def test_what_was_typed_is_remembered_and_what_was_emptied_is_empty(course: Path, prepare: Prepare) -> None:
    prepare()
    settled = read_organiser(course)
    prepare(typed={**TYPED, "signer": ""})

    assert settled == Organiser.model_validate(TYPED)
    assert (settled.sessions, settled.zone) == (3, "WITA")
    assert read_organiser(course) == settled.model_copy(update={"signer": None})


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("jp", "banyak", "Jam pelajaran “banyak” bukan angka dari 1 sampai 999"),
        ("sessions", "9", "Tanda tangan sehari “9” bukan angka dari 1 sampai 4"),
        ("days", "besok", "Hari pelatihan “besok” tidak memuat tanggal"),
        ("number", "PPA", "Nomor sertifikat “PPA” harus memuat"),
        ("place", "x" * 201, "Tempat pelatihan"),
    ],
)
def test_what_no_paper_can_carry_is_told_by_its_field(
    course: Path, prepare: Prepare, field: str, value: str, sentence: str
) -> None:
    assert sentence in refusal(lambda: prepare(typed={**TYPED, field: value}))
    assert not (course / ORGANISER).exists()
    assert not (course / "papers").exists()


def test_a_logo_is_kept_in_the_course_until_another_comes_or_none_is_wanted(
    course: Path, prepare: Prepare, tmp_path: Path
) -> None:
    prepare("id-cards", files=(dropped(tmp_path, "logo", "Logo Dinas.PNG", PNG),))
    prepare("id-cards")
    assert "data:image/png" in (course / "papers/id/id-cards.html").read_text("utf-8")
    assert read_organiser(course).logo == course / "papers-logo.png"

    prepare("id-cards", files=(dropped(tmp_path, "logo", "baru.jpg", b"\xff\xd8\xff" + bytes(64)),))
    assert [file.name for file in course.glob("papers-logo.*")] == ["papers-logo.jpg"]

    prepare("id-cards", marks=("no_logo",))
    assert "data:image" not in (course / "papers/id/id-cards.html").read_text("utf-8")
    assert list(course.glob("papers-logo.*")) == []


@pytest.mark.parametrize(("name", "data"), [("logo.svg", b"<svg>"), ("logo.png", b"<svg onload='x'>")])
def test_what_is_no_picture_is_no_logo(
    course: Path, prepare: Prepare, tmp_path: Path, name: str, data: bytes
) -> None:
    sentence = refusal(lambda: prepare(files=(dropped(tmp_path, "logo", name, data),)))

    assert f"{name} tidak dapat dipakai sebagai logo" in sentence
    assert list(course.glob("papers-logo.*")) == []


def test_another_sheet_than_the_evaluation_is_told_by_its_name(prepare: Prepare, tmp_path: Path) -> None:
    sheet = dropped(tmp_path, "answers", "peserta.csv", b"id,nama\np-1,Ana\n")

    assert "peserta.csv bukan lembar jawaban" in refusal(lambda: prepare("activity", files=(sheet,)))


def test_papers_that_cannot_be_written_are_told_and_what_was_typed_is_kept(
    course: Path, prepare: Prepare
) -> None:
    (course / "papers").write_text("", "utf-8")

    assert "tidak dapat ditulis" in refusal(prepare)
    assert read_organiser(course).organiser == "UPTD PPA Kota Kupang"


def test_before_anything_was_handed_in_there_are_lists_and_no_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path / "rumah"))
    course = make_course(
        tmp_path / "baru", ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS
    ).directory

    outcome = papers(Order(deed="papers", course=course), lambda _done, _whole: None)

    assert "belum ada sertifikat" in words(outcome)
    assert (course / "papers/id/attendance.html").is_file()
