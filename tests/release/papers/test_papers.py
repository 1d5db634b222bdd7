"""The papers of a training: what is written, that people's texts stay texts, and what they never say."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from graders.people.roster import Person, course_roster, write_roster
from release.cli import app
from release.course.course import make_course
from release.course.personal_data import forget_person
from release.course.retention import CERTIFICATES
from release.course.simulate import simulate
from release.papers.organiser import ORGANISER, Organiser, read_organiser
from release.papers.papers import PaperRequest, WrittenPapers, write_papers
from release.papers.training import read_training
from release.papers.words import PAPERS, PaperError, PaperWords
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.language import LANGUAGES
from scenarios.sentence import error_text
from tests.parts.report_class import HOSTILE, KEYS
from tests.places import CASES

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
SETTLED = Organiser.model_validate(
    {
        "training": "Lokakarya <Kupang>",
        "organiser": HOSTILE,
        "place": "=HYPERLINK(1)",
        "days": "2026-12-01,2026-12-02",
        "jp": 16,
        "number": "{n}/PPA/2026",
        "signer": HOSTILE,
    }
)
BOOKS = ("attendance", "evaluation", "plans", "follow-up")

Write = Callable[..., WrittenPapers]


class PaperText(HTMLParser):
    """A page as it is read: its tags, and its text."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with 14 simulated trainees, whose names and places are what nobody should type."""
    place = tmp_path_factory.mktemp("kursus") / "kelas"
    make_course(place, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS)
    simulate(place, 14, 3, keys=KEYS, clock=lambda: NOW)
    people = list(course_roster(place).values())
    write_roster(place, {one.id: _named(one, number) for number, one in enumerate(people)})
    return place


def _named(person: Person, number: int) -> Person:
    name = (f"{HOSTILE} {number}", f"=1+{number}", f"Siti {number}")[number % 3]
    kabupaten = ("Kupang", "<b>Belu</b>", "=2+3", "")[min(number // 4, 3)]
    place = {"agency": f"SMPN {number} Kupang", "province": "NTT", "kabupaten": kabupaten}
    return replace(person, name=name, email=f"p{number}@contoh.org", **place)


@pytest.fixture
def course(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "kursus"))


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segel") / "certificates.pem"


@pytest.fixture
def write(course: Path, seal: Path) -> Write:
    def papers(*names: str, organiser: Organiser = SETTLED, **fields: object) -> WrittenPapers:
        request = PaperRequest(seal, names, keys=KEYS)
        return write_papers(course, organiser, replace(request, **fields), now=NOW)  # type: ignore[arg-type]

    return papers


@pytest.fixture(scope="module")
def folder(fresh: Path, seal: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All papers, written once."""
    course = Path(shutil.copytree(fresh, tmp_path_factory.mktemp("semua") / "kursus"))
    write_papers(course, SETTLED, PaperRequest(seal, keys=KEYS), now=NOW)
    return course / "papers"


def sheets(file: Path) -> list[Worksheet]:
    return [sheet for sheet in load_workbook(file).worksheets if isinstance(sheet, Worksheet)]


@pytest.mark.parametrize(
    "typed", ["2026-12-01,2026-12-02", "1 Desember 2026, 2 december 2026", "1/12/2026,02-12-2026"]
)
def test_days_are_typed_as_people_write_them(typed: str) -> None:
    assert Organiser.model_validate({"days": typed}).days == ("2026-12-01", "2026-12-02")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("7-8 Desember 2026", ("2026-12-07", "2026-12-08")),
        ("7 – 8 Desember 2026", ("2026-12-07", "2026-12-08")),
        ("30 November s.d. 2 Desember 2026", ("2026-11-30", "2026-12-01", "2026-12-02")),
        ("31 December 2026 to 1 January 2027", ("2026-12-31", "2027-01-01")),
        ("7 dan 9 Desember 2026", ("2026-12-07", "2026-12-09")),
        ("1 Desember 2026, 7–8 Desember 2026", ("2026-12-01", "2026-12-07", "2026-12-08")),
    ],
)
def test_days_in_a_row_are_typed_as_a_span(typed: str, days: tuple[str, ...]) -> None:
    assert Organiser.model_validate({"days": typed}).days == days


@pytest.mark.parametrize(
    "typed", ["1 Lusa 2026", "31/2/2026", "12/2026", "8-7 Desember 2026", "1 Desember 2026 - 1 Desember 2027"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(PaperError):
        Organiser.model_validate({"days": typed})


def test_each_paper_is_a_page_in_each_language_and_those_to_calculate_are_workbooks_too(folder: Path) -> None:
    files = {str(file.relative_to(folder)) for file in folder.rglob("*.*") if "badges" not in file.parts}

    pages = {f"{language}/{name}.html" for language in LANGUAGES for name in PAPERS}
    books = {f"{language}/{name}.xlsx" for language in LANGUAGES for name in BOOKS}
    assert files == {"index.html", "verify.html", *pages, *books}


def test_the_list_leads_to_each_of_them(folder: Path) -> None:
    links = re.findall(r'href="([^"]+)"', (folder / "index.html").read_text("utf-8"))

    assert len(set(links)) == len(LANGUAGES) * (len(PAPERS) + len(BOOKS)) + 1
    assert all((folder / link).is_file() for link in links)


def test_papers_are_for_their_owner_alone(folder: Path) -> None:
    assert {file.stat().st_mode & 0o077 for file in folder.rglob("*.*")} == {0}


def test_no_text_of_a_person_becomes_part_of_a_page(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        page = PaperText(file)
        scripts = 2 if file.name == "verify.html" else 0
        assert page.tags.count("script") == scripts, file
        assert "onerror" not in page.attributes, file
        assert {"b", "iframe", "link"}.isdisjoint(page.tags), file
        assert "http" not in re.findall(r'(?:src|href)="(http)', file.read_text("utf-8")), file


def test_what_people_are_called_stands_on_the_lists_as_they_wrote_it(folder: Path) -> None:
    page = PaperText(folder / "id" / "attendance.html")

    assert f"{HOSTILE} 0" in page.text
    assert "<b>Belu</b>" in page.text


def test_no_text_of_a_person_is_a_formula(folder: Path) -> None:
    for name in BOOKS:
        for sheet in sheets(folder / "id" / f"{name}.xlsx"):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.data_type == "f":
                    assert re.match(r"=(SUM|COUNT|COUNTIFS|IF)\(", str(cell.value)), cell
                    assert "+" not in str(cell.value), cell


def test_the_attendance_list_names_the_institution_that_the_roster_has(folder: Path) -> None:
    page = PaperText(folder / "id" / "attendance.html")

    assert "Instansi" in page.text
    assert "SMPN 3 Kupang" in page.text


def test_the_attendance_book_counts_the_sessions_of_each_person_and_of_each_session(folder: Path) -> None:
    sheet = sheets(folder / "id" / "attendance.xlsx")[0]

    assert [cell.value for cell in sheet[2]][-2:] == ["=SUM(H2:K2)", "=SUM(H2:K2)/COLUMNS(H2:K2)"]
    assert [cell.value for cell in sheet[16]][7:11] == [f"=SUM({column}2:{column}15)" for column in "HIJK"]


def test_a_session_of_the_day_on_which_somebody_began_a_play_is_ticked(course: Path, write: Write) -> None:
    training = read_training(course, Organiser(), keys=KEYS, now=NOW)
    write("attendance", organiser=Organiser())
    marks = [row[7:-2] for row in sheets(course / "papers/id/attendance.xlsx")[0].iter_rows(values_only=True)]

    assert training.days
    for one, row in zip(training.attendees, marks[1:], strict=False):
        assert [index for index, mark in enumerate(row) if mark == 1] == [
            2 * number for number, day in enumerate(training.days) if day in one.days
        ]


def test_each_kabupaten_has_a_plan_of_its_own_and_is_counted_by_its_number(folder: Path) -> None:
    page = (folder / "id" / "plans.html").read_text("utf-8")
    plans, counts = sheets(folder / "id" / "plans.xlsx")

    assert page.count("<article>") == 4
    assert counts.max_row == 5
    assert counts["E2"].value == "=COUNTIFS('RTL'!A$2:A$25,1,'RTL'!D$2:D$25,\"?*\")"
    assert plans.max_row == 25


def test_the_evaluation_counts_nothing_below_five_answers(folder: Path) -> None:
    answers, figures = sheets(folder / "id" / "evaluation.xlsx")

    assert answers.title == "Jawaban"
    assert figures["B2"].value == "=COUNT('Jawaban'!B2:B101)"
    assert figures["C2"].value == "=IF(COUNT('Jawaban'!B2:B101)<5,\"\",AVERAGE('Jawaban'!B2:B101))"


def test_the_activity_report_has_the_evaluation_once_its_forms_are_typed_in(
    course: Path, write: Write
) -> None:
    write("evaluation")
    file = course / "papers" / "id" / "evaluation.xlsx"
    book = load_workbook(file)
    for row in range(2, 8):
        book.worksheets[0].cell(row, 2).value = 4 if row < 5 else 2
        book.worksheets[0].cell(row, 12).value = "Rahasia"
    for row in range(2, 6):
        book.worksheets[0].cell(row, 3).value = 1
    book.save(file)

    write("activity", answers=file)

    text = PaperText(course / "papers" / "id" / "activity.html").text
    assert "3,0" in text
    assert "Kasus-kasusnya mirip" not in text, "four answers are shown"
    assert "Rahasia" not in text


def test_the_activity_report_names_nobody_and_counts_no_group_below_five(folder: Path) -> None:
    text = (folder / "id" / "activity.html").read_text("utf-8")

    assert "Siti" not in text
    assert "peserta-" not in text
    groups = re.findall(r"<td>([^<]+)</td><td>(\d+)</td></tr>", text)
    assert groups
    assert all(int(count) >= 5 for _, count in groups)


@pytest.mark.parametrize("cell", ["5", "0", "=1+1", "ya", "2.5"])
def test_an_answer_that_is_none_is_named_with_its_row(course: Path, write: Write, cell: str) -> None:
    write("evaluation")
    file = course / "papers" / "id" / "evaluation.xlsx"
    book = load_workbook(file)
    book.worksheets[0].cell(3, 2).value = f"'{cell}" if cell.startswith("=") else cell
    book.save(file)

    with pytest.raises(PaperError, match="row 3"):
        write("activity", answers=file)


def test_what_the_organiser_settles_is_remembered_and_what_is_named_again_holds(
    course: Path, write: Write
) -> None:
    write("plans")
    write("plans", organiser=Organiser(jp=20))

    assert read_organiser(course) == SETTLED.model_copy(update={"jp": 20})
    assert json.loads((course / ORGANISER).read_text("utf-8"))["jp"] == 20


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", "besok"),
        ("zone", "CET"),
        ("number", "PPA/2026"),
        ("logo", "logo.svg"),
        ("address", "contoh.go.id"),
        ("signer", "A\nB"),
        ("place", "x" * 201),
    ],
)
def test_what_no_paper_can_carry_is_refused_in_a_sentence_of_each_language(field: str, value: str) -> None:
    with pytest.raises(PaperError) as refused:
        Organiser.model_validate({field: value})

    sentences = {error_text(refused.value, language) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)


def test_a_paper_that_there_is_none_of_is_refused_before_anything_is_written(
    course: Path, write: Write
) -> None:
    with pytest.raises(PaperError, match="poster"):
        write("plans", "poster")

    assert not (course / "papers").exists()


def test_a_file_that_only_calls_itself_a_logo_is_refused(write: Write, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_text("<svg onload='x'>", "utf-8")

    with pytest.raises(PaperError, match="PNG"):
        write("id-cards", organiser=Organiser(logo=file))


def test_a_logo_is_remembered_by_its_place(course: Path, write: Write, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))

    write("id-cards", organiser=Organiser(logo=file))
    write("id-cards", organiser=Organiser(jp=8))

    assert "data:image/png" in (course / "papers/id/id-cards.html").read_text("utf-8")
    assert read_organiser(course).logo == file


def test_papers_go_when_somebody_is_forgotten_and_their_number_is_given_to_nobody_else(
    course: Path, write: Write
) -> None:
    write()
    numbers = _numbers(course)
    highest = numbers.pop("")
    person = next(name for name, number in numbers.items() if number == highest)

    forget_person(course, person)

    assert not (course / "papers").exists()
    assert person not in (course / CERTIFICATES).read_text("utf-8")
    write("certificates")
    assert _numbers(course) == {
        **{name: number for name, number in numbers.items() if name != person},
        "": highest,
    }


def _numbers(course: Path) -> dict[str, int]:
    with (course / CERTIFICATES).open(encoding="utf-8", newline="") as stream:
        return {row["id"]: int(row["number"]) for row in csv.DictReader(stream)}


def test_a_course_without_a_released_case_has_its_lists_and_no_certificates(
    tmp_path: Path, seal: Path
) -> None:
    course = tmp_path / "baru"
    make_course(course, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS)

    written = write_papers(course, Organiser(), PaperRequest(seal, keys=KEYS), now=NOW)

    assert (course / "papers/id/attendance.html").exists()
    assert written.verify is None
    with pytest.raises(PaperError, match="released"):
        write_papers(course, Organiser(), PaperRequest(seal, ("certificates",), keys=KEYS), now=NOW)


@pytest.mark.parametrize(("language", "sentence"), [("id", "Tidak ada berkas"), ("en", "There is no paper")])
def test_the_command_speaks_the_language_that_is_asked_for(
    course: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, sentence: str
) -> None:
    monkeypatch.setenv("KASUSLAB_KEYS", str(KEYS))
    monkeypatch.setenv("KASUSLAB_HOME", str(tmp_path))

    refused = CliRunner().invoke(app, ["papers", str(course), "poster", "--language", language])
    done = CliRunner().invoke(app, ["papers", str(course), "plans", "--jp", "8", "--language", language])

    assert refused.exit_code == 1
    assert sentence in refused.output
    assert done.exit_code == 0, done.output
    assert PaperWords(language).t("written_names") in done.output
