"""Phones and papers by the buttons of a course, over HTTP: a real start page, a course that phones play."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.key.key import KEYS_VARIABLE
from release.papers.organiser import read_organiser
from release.papers.words import PAPERS
from release.workshop.plan import read_plan, write_plan
from release.workshop.serve.network import addresses
from scenarios.course_card import ON_PHONES
from scenarios.language import LANGUAGES
from tests.parts.carried import CASE, PEOPLE, carried_course
from tests.parts.course_browser import CourseBrowser
from tests.parts.phone_line import phones, play
from tests.parts.report_class import RIGHT, WRONG
from tests.parts.start_server import RunningStartPage, running_start
from tests.places import KEYS

ANA, BEO, CICI = PEOPLE
ADDRESS = "http://192.168.1.5:8866/"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStartPage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEYS_VARIABLE, str(KEYS))
        with running_start(tmp_path_factory.mktemp("desk")) as running:
            yield running


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carried_course(tmp_path_factory.mktemp("kursus"), mode="test")


@pytest.fixture(scope="module")
def desk(start: RunningStartPage, course: Path) -> CourseBrowser:
    """A browser at the page of the course."""
    browser = CourseBrowser(start.port)
    browser.ask(start.link.partition(str(start.port))[2])
    browser.here = browser.send("/kursus/tambah", {"path": str(course)})[1]
    return browser


def test_every_button_and_every_paper_is_there_in_each_language(desk: CourseBrowser) -> None:
    buttons: dict[str, set[str]] = {}
    papers: list[str] = []
    for language in LANGUAGES:
        desk.ask(f"/kursus/bahasa/{language}", {"back": desk.here})
        desk.ask(desk.here)
        parts = [html.unescape(desk.body.partition(f'id="h-{part}"')[2]) for part in ("ponsel", "berkas")]
        sections = " ".join(part.partition("</section>")[0] for part in parts)
        papers = re.findall(r'name="paper" value="([^"]*)"', desk.body)
        buttons[language] = set(re.findall(r"<button[^>]*>([^<]+)</button>", sections))
    desk.ask("/kursus/bahasa/id", {"back": desk.here})

    assert papers == ["", *PAPERS]
    assert {len(one) for one in buttons.values()} == {5 + len(PAPERS) + 1}
    assert buttons["id"].isdisjoint(buttons["en"])
    assert {"Make everybody's cards", "Make a new card", "See who has played"} < buttons["en"]


def test_cards_are_opened_to_be_printed_without_scripts_and_by_nobody_else(
    desk: CourseBrowser, start: RunningStartPage
) -> None:
    assert "3 kartu siap" in desk.press_here("kerja/kartu", {"address": ADDRESS, "tongue": "en"})
    page = f"{desk.here}/cetak/exports/seat-cards.html"
    assert f'href="{page}"' in desk.body

    answer = desk.ask(page)
    assert (answer.status, desk.body.count("<article")) == (200, 3)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert CourseBrowser(start.port).ask(page).status == 403


def test_cards_that_lead_elsewhere_are_told_on_both_pages_with_the_way_to_new_ones(
    desk: CourseBrowser, course: Path, start: RunningStartPage
) -> None:
    desk.press_here("kerja/kartu", {"address": ADDRESS, "tongue": "id"})
    plan = read_plan(start.data)
    write_plan(start.data, plan.model_copy(update={"course": course, "host": addresses()[0].address}))
    line = f"membuka {ADDRESS}, bukan {addresses()[0].address}:{plan.port}"

    desk.ask("/")
    assert line in desk.body
    assert f'href="{desk.here}#h-ponsel"' in desk.body
    desk.ask(desk.here)
    assert f"membuka {ADDRESS}, bukan http://" in desk.body
    write_plan(start.data, plan)


def test_the_way_to_the_workshop_brings_the_course_and_its_person_and_what_is_typed_stays(
    desk: CourseBrowser, course: Path
) -> None:
    desk.ask(desk.here)
    link = re.search(r'class="cd-next".*?href="(/\?[^"#]+)#h-kasus"', desk.body, re.DOTALL)
    assert link
    desk.ask(html.unescape(link[1]))

    assert re.search(rf'<option value="{course}"[^>]* selected', desk.body)
    assert 'id="person" name="person" type="text" maxlength="200" autocomplete="off" value="Ibu ' in desk.body
    assert re.search(r'<p id="st-carried">', desk.body)
    form = {"person": "Ibu Rini", "course": str(course), "port": "8866", "days": "30", "mode": "practice"}
    assert desk.send("/ke", {**form, "to": "/kursus"}) == (303, "/kursus")
    desk.ask("/")
    assert 'value="Ibu Rini"' in desk.body
    assert desk.send("/ke", {**form, "to": "//elsewhere.example"}) == (303, "/")


@pytest.mark.parametrize(
    "path",
    [
        "cetak/exports/..%2froster.csv",
        "cetak/papers/..%2fcourse.yaml",
        "cetak/submitted/x.html",
        "berkas/..%2fexports%2fseat-cards.html",
        "berkas/id/attendance.html",
        "unduh/%2fetc%2fpasswd",
    ],
)
def test_no_other_file_is_sent(desk: CourseBrowser, path: str) -> None:
    assert desk.ask(f"{desk.here}/{path}").status == 404


def test_a_card_is_replaced_for_whoever_was_chosen_alone(desk: CourseBrowser, course: Path) -> None:
    assert "Pilih dulu orangnya" in desk.press_here("kerja/kartuhilang", {"who": ""})
    assert not (course / "exports/seat-cards-replaced.html").exists()

    assert "Kartu pengganti siap" in desk.press_here("kerja/kartuhilang", {"who": BEO})
    assert desk.ask(f"{desk.here}/cetak/exports/seat-cards-replaced.html").status == 200


def test_what_was_played_is_looked_at_then_taken_graded_and_given_back_to_phones(
    desk: CourseBrowser, course: Path, start: RunningStartPage
) -> None:
    assert "pilih kursus ini, lalu jalankan" in desk.press_here("kerja/ponsel")
    with phones(course, start.data) as phone:
        play(phone(ANA), RIGHT, name="ana")
        play(phone(BEO), WRONG, name="beo")
    desk.ask(desk.here)
    match = re.search(r'<option value="(workshop-[^"]+)" selected>', desk.body)
    assert match

    words = desk.press_here("kerja/ponsel", {"workshop": match[1]})
    assert "2 permainan baru" in words
    assert [row[0] for row in desk.rows()] == [CICI, ANA, BEO]
    assert not (course / "submitted").exists()
    assert "2 permainan diambil" in desk.press_here("ya", {"offer": "phone_hand_in"})
    assert "2 dinilai" in desk.press_here("kerja/nilai")
    assert "2 halaman umpan balik kini terbuka" in desk.press_here("kerja/umpanponsel")
    assert (course / ON_PHONES / ANA / CASE / f"{CASE}.html").is_file()


def test_attendance_can_be_downloaded(desk: CourseBrowser) -> None:
    assert "3 peserta dalam 1 sesi" in desk.press_here("kerja/hadir", {"zone": "WIT", "tongue": "en"})
    assert desk.ask(f"{desk.here}/unduh/attendance.xlsx").status == 200
    assert desk.data.startswith(b"PK")


def test_what_was_typed_for_papers_stays_until_it_is_taken(desk: CourseBrowser, course: Path) -> None:
    form = {"paper": "attendance", "place": "Aula “Flobamora”", "jp": "banyak", "zone": "WITA"}

    assert "bukan angka dari 1 sampai 999" in desk.press_here("kerja/berkas", form)
    assert 'value="Aula “Flobamora”"' in desk.body
    assert 'value="banyak"' in desk.body
    assert not (course / "papers").exists()

    assert "berkas siap" in desk.press_here("kerja/berkas", {**form, "jp": "16"})
    assert read_organiser(course).jp == 16
    assert 'value="16"' in desk.body


def test_papers_that_are_ready_are_listed_to_print_and_to_calculate(desk: CourseBrowser) -> None:
    desk.ask(desk.here)
    printed, book = f"{desk.here}/cetak/papers/id/attendance.html", f"{desk.here}/berkas/id/attendance.xlsx"
    assert f'href="{printed}"' in desk.body
    assert f'href="{book}"' in desk.body

    assert "sandbox" in desk.ask(printed).headers["Content-Security-Policy"]
    assert "Flobamora" in desk.body
    assert desk.ask(book).headers["Content-Disposition"].startswith("attachment")
    assert desk.data.startswith(b"PK")
    assert desk.ask(f"{desk.here}/unduh/berkas-pelatihan.zip").status == 200
