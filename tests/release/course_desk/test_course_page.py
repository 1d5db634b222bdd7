"""The course by buttons, over HTTP: a real start page, a real course, a class that hands in."""

from __future__ import annotations

import io
import re
import shutil
import socket
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from graders.key.key import KEYS, KEYS_VARIABLE
from release.course.programmes.programme import load_programme
from release.course_desk.web.room import PAGES
from release.course_desk.web.upload import MOST_BYTES
from scenarios.case import PROGRAMMES
from scenarios.course_card import read_course_card
from tests.parts.course_browser import CASE, CourseBrowser, HandedClass, handed_class
from tests.parts.start_server import RunningStartPage, running_start
from tests.places import KEYS as TEST_KEYS

NAME = "Kupang angkatan 2"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of our own: one of them changes."""
    return Path(shutil.copytree(KEYS, tmp_path_factory.mktemp("keys") / "keys"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Iterator[RunningStartPage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEYS_VARIABLE, str(keys))
        with running_start(tmp_path_factory.mktemp("desk")) as running:
            yield running


@pytest.fixture(scope="module")
def desk(start: RunningStartPage) -> CourseBrowser:
    browser = CourseBrowser(start.port)
    browser.ask(start.link.partition(str(start.port))[2])
    return browser


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> HandedClass:
    return handed_class(tmp_path_factory.mktemp("class"), NAME, keys)


@pytest.fixture(scope="module")
def course(desk: CourseBrowser, start: RunningStartPage) -> Path:
    """A course that the buttons made."""
    form = {"name": NAME, "case": CASE, "mode": "test", "person": "Ibu Sari, meja panitia", "days": "90"}
    status, place = desk.send("/kursus/buat", form)
    assert status == 303
    desk.here = place.partition("#")[0]
    assert re.fullmatch(r"/kursus/[0-9a-f]{12}", desk.here), place
    return start.data.parent / "courses" / NAME


# The door


@pytest.mark.parametrize("path", ["/kursus", "/kursus/0123456789ab", "/kursus/templat.csv"])
def test_a_stranger_reads_nothing(start: RunningStartPage, path: str) -> None:
    assert CourseBrowser(start.port).ask(path).status == 403


def test_a_stranger_does_nothing(start: RunningStartPage, course: Path, desk: CourseBrowser) -> None:
    stranger = CourseBrowser(start.port)

    assert stranger.send("/kursus/buat", {"name": "Penyusup", "case": CASE})[0] == 403
    assert stranger.send(f"{desk.here}/kerja/lupakan")[0] == 403
    assert not (course.parent / "Penyusup").exists()


@pytest.mark.parametrize("origin", ["null", "http://127.0.0.1:1", "https://jahat.example"])
def test_a_form_of_another_site_does_nothing(desk: CourseBrowser, course: Path, origin: str) -> None:
    form = {"name": "Penyusup", "case": CASE}

    assert desk.send("/kursus/buat", form, Origin=origin)[0] == 403
    assert desk.send(f"{desk.here}/kerja/serahan", files=[("file", "a.zip", b"x")], Origin=origin)[0] == 403
    assert not (course.parent / "Penyusup").exists()


def test_a_form_without_its_origin_does_nothing(desk: CourseBrowser) -> None:
    connection = HTTPConnection("127.0.0.1", desk.port, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
    connection.request("POST", "/kursus/buat", "name=a", {"Cookie": cookies})

    assert connection.getresponse().status == 403
    connection.close()


@pytest.mark.parametrize(
    "path", ["/kursus/0123456789ab", "/kursus/x", "{here}/unduh/x.csv", "{here}/unduh/..%2fcourse.yaml"]
)
def test_what_is_not_there_is_not_found(desk: CourseBrowser, course: Path, path: str) -> None:
    assert course.is_dir()
    assert desk.ask(path.format(here=desk.here)).status == 404


def test_what_is_too_large_is_refused_in_a_sentence(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    pieces = MOST_BYTES // 1_000_000 + 1
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in desk.cookies.items()),
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(pieces * 1_000_000),
        "Origin": f"http://127.0.0.1:{desk.port}",
    }
    connection = HTTPConnection("127.0.0.1", desk.port, timeout=120)
    body = (bytes(1_000_000) for _ in range(pieces))
    connection.request("POST", f"{desk.here}/kerja/serahan", body, headers)

    assert connection.getresponse().status == 303
    connection.close()
    assert "terlalu besar" in desk.said_when_done()


def test_a_stranger_is_refused_before_anything_that_is_sent_is_read(desk: CourseBrowser) -> None:
    with socket.create_connection(("127.0.0.1", desk.port), timeout=60) as line:
        head = (
            f"POST /kursus/buat HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nContent-Length: 1000000000\r\n\r\n"
        )
        line.sendall(head.encode())

        assert line.recv(1000).startswith(b"HTTP/1.1 403")


# The walk, one step after the other


def test_a_course_stands_in_the_list_and_names_its_person(desk: CourseBrowser, course: Path) -> None:
    desk.ask("/kursus")
    assert NAME in desk.body
    assert desk.here in desk.body

    desk.ask(desk.here)
    assert (course / "course.yaml").is_file()
    assert "Ibu Sari, meja panitia" in desk.body
    assert "90 hari" in desk.body


def test_the_page_speaks_each_language(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    answer = desk.ask("/kursus/bahasa/en", {"back": desk.here})
    assert (answer.status, answer.headers["Location"]) == (303, desk.here)
    desk.ask(desk.here)
    assert "Read it and show me first" in desk.body
    assert "Baca dan perlihatkan" not in desk.body
    answer = desk.ask("/kursus/bahasa/id", {"back": "https://jahat.example/"})
    assert answer.headers["Location"] == "/kursus"
    desk.ask(desk.here)
    assert "Baca dan perlihatkan" in desk.body


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_page_tells_what_one_stumbles_over_in_moodle(
    desk: CourseBrowser, course: Path, language: str
) -> None:
    assert course.is_dir()
    desk.ask(f"/kursus/bahasa/{language}", {"back": desk.here})
    desk.ask(desk.here)

    for word in ("Role: Student", "Feedback files", "All participants", "Map from", "Not graded"):
        assert f"“{word}”" in desk.body


@pytest.mark.parametrize("template", ["course.html", "courses.html"])
def test_a_page_that_loads_itself_again_names_its_address_as_one_at_a_part_of_itself_would_stay(
    template: str,
) -> None:
    text = (PAGES / template).read_text("utf-8")

    assert re.findall(r'http-equiv="refresh" content="(\d); url=\{\{ \w+ \}\}"', text) == ["3"]


def test_a_name_without_letters_and_a_course_without_cases_are_refused(desk: CourseBrowser) -> None:
    for form, words in (({"name": "??", "case": CASE}, "huruf atau angka"), ({"name": "A"}, "Pilih sebuah")):
        assert desk.send("/kursus/buat", form) == (303, "/kursus#said")
        desk.ask("/kursus")
        assert words in desk.text("said")
        assert (
            f'name="name" type="text" maxlength="80" autocomplete="off" required value="{form["name"]}"'
            in desk.body
        )
        assert bool(re.search(rf'value="{CASE}" aria[^>]* checked>', desk.body)) == ("case" in form)


def test_a_wrong_roster_is_told_row_by_row_and_nothing_is_taken(desk: CourseBrowser, course: Path) -> None:
    sheet = b"id,nama,email,sektor\np-1,Ana,bukan email,police\n1.98E+17,Budi,,entah\n"

    words = desk.press_here("kerja/daftar", files=[("file", "peserta.csv", sheet)])

    assert "tidak ada yang disimpan" in words
    assert [row[:2] for row in desk.rows()] == [["2", "email"], ["3", "id"], ["3", "sector"]]
    assert all(row[2] and row[3] for row in desk.rows())
    assert not (course / "roster.csv").exists()
    assert 'name="offer"' not in desk.body


@pytest.mark.parametrize(
    ("name", "data"), [("foto.xlsx", b"\x89PNG\r\n"), ("kosong.csv", b""), ("peserta.ods", b"PK\x03\x04x")]
)
def test_a_foreign_file_is_no_roster(desk: CourseBrowser, course: Path, name: str, data: bytes) -> None:
    assert "Belum berhasil" in desk.press_here("kerja/daftar", files=[("file", name, data)])
    assert not (course / "roster.csv").exists()


def test_a_button_without_its_file_says_so(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    for deed in ("daftar", "serahan", "lembar"):
        assert "Pilih dulu berkasnya" in desk.press_here(f"kerja/{deed}")


def test_hand_ins_wait_for_a_roster(desk: CourseBrowser, course: Path, handed: HandedClass) -> None:
    assert course.is_dir()
    words = desk.press_here("kerja/serahan", files=[("file", "unduhan.zip", handed.moodle)])

    assert "belum punya daftar peserta" in words


def test_a_roster_is_shown_before_it_is_taken(desk: CourseBrowser, course: Path, handed: HandedClass) -> None:
    words = desk.press_here("kerja/daftar", files=[("file", "peserta.csv", handed.roster)])

    assert f"{len(handed.ids)} orang terbaca" in words
    assert [row[2] for row in desk.rows()] == list(handed.ids)
    assert {row[1] for row in desk.rows()} == {"baru"}
    assert not (course / "roster.csv").exists()
    assert "peserta disimpan" in desk.press_here("ya", {"offer": "roster"})
    assert (course / "roster.csv").is_file()
    assert "tidak berlaku" in desk.press_here("ya", {"offer": "roster"})


def test_hand_ins_are_placed_and_whoever_is_missing_is_named(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    files = [("file", "unduhan.zip", handed.moodle), ("file", "foto.jpg", b"\xff\xd8")]

    words = desk.press_here("kerja/serahan", files=files)

    count = len(handed.single)
    assert f"{count} disimpan" in words
    assert [row[0] for row in desk.rows() if row[0].startswith("foto")] == ["foto.jpg"]
    assert len(list(course.glob(f"submitted/*/{CASE}"))) == count
    assert f"{count} dari {len(handed.ids)} sudah menyerahkan" in desk.body
    missing = set(handed.ids) - set(handed.single)
    assert all(f"({name})" in desk.body for name in missing)


def test_a_single_hand_in_is_taken_again_without_a_change(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    assert course.is_dir()
    name, data = next(iter(handed.single.items()))

    words = desk.press_here("kerja/serahan", files=[("folder", f"{name}/serahan.zip", data)])

    assert "1 sudah ada" in words


def test_the_class_is_graded_with_its_progress(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    words = desk.press_here("kerja/nilai")

    assert f"{len(handed.single)} dinilai" in words
    assert len(list(course.glob(f"autograded/*/{CASE}/grading.json"))) == len(handed.single)
    assert '"busy": false' in (desk.ask(f"{desk.here}/kemajuan") and desk.body)
    assert "0 dinilai" in desk.press_here("kerja/nilai")


def test_reflections_are_read_in_formgrader_which_leads_back(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    assert "Meja baca sudah terbuka" in desk.press_here("renungan/buka")
    match = re.search(r'href="(http://127\.0\.0\.1:\d+/formgrader\?token=[^"]+)"', desk.body)
    assert match
    with build_opener(HTTPCookieProcessor()).open(match[1], timeout=60) as page:
        assert f"http://127.0.0.1:{desk.port}{desk.here}#h-renungan" in page.read().decode()

    assert "Meja baca ditutup" in desk.press_here("renungan/tutup")
    with pytest.raises(URLError):
        build_opener().open(match[1], timeout=5)


def test_the_report_opens_as_a_page_without_scripts(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    assert desk.ask(f"{desk.here}/laporan").status == 404
    assert "Laporan kelas sudah dibuat" in desk.press_here("kerja/laporan")

    answer = desk.ask(f"{desk.here}/laporan")
    assert answer.status == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert desk.data.lower().startswith(b"<!doctype html>")


def test_the_worksheet_is_filled_in_for_moodle(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    assert course.is_dir()
    words = desk.press_here("kerja/lembar", files=[("file", "Grades-Teman.csv", handed.worksheet)])

    assert "baris terisi" in words
    desk.ask(f"{desk.here}/unduh/worksheet-{CASE}.csv")
    grades = [line.split(",")[4] for line in desk.body.splitlines()[1:] if line.startswith("Participant")]
    assert any(grades)


def test_feedback_and_grades_can_be_downloaded(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    assert course.is_dir()
    assert "halaman umpan balik" in desk.press_here("kerja/umpanbalik", {"before_due": "1"})
    answer = desk.ask(f"{desk.here}/unduh/umpan-balik.zip")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(desk.data)) as packed:
        assert len(packed.namelist()) == len(handed.single)

    assert "kenali orang dengan: alamat email" in desk.press_here("kerja/moodle")
    assert desk.ask(f"{desk.here}/unduh/moodle.csv").status == 200


def test_a_new_key_is_tried_taken_and_led_back_from(desk: CourseBrowser, course: Path, keys: Path) -> None:
    file = keys / f"{CASE}.yaml"
    before = {note: note.read_bytes() for note in course.glob(f"autograded/*/{CASE}/grading.json")}
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^(\s+)weight: .*$", r"\1weight: 4", text, count=1), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != text

    assert "Kelas ini masih dinilai" in desk.press_here("kerja/nilai")
    words = desk.press_here("kerja/kuncibaru", {"case": CASE})
    assert "Belum ada yang ditulis" in words
    assert {note: note.read_bytes() for note in before} == before
    assert "dinilai ulang" in desk.press_here("ya", {"offer": "key"})
    assert {note: note.read_bytes() for note in before} != before
    assert "Belum ada yang ditulis" in desk.press_here("kerja/kembali", {"case": CASE})
    assert "dinilai ulang" in desk.press_here("ya", {"offer": "key_return"})

    def scores(notes: dict[Path, bytes]) -> list[bytes]:
        return [re.findall(rb'"S": [^,]*', data)[0] for data in notes.values()]

    assert scores({note: note.read_bytes() for note in before}) == scores(before)
    file.write_text(text, encoding="utf-8")


def test_nobody_is_exported_for_research_who_did_not_say_yes(desk: CourseBrowser, course: Path) -> None:
    assert course.is_dir()
    assert "Belum ada yang mengizinkan" in desk.press_here("kerja/penelitian")


def test_a_person_is_handed_out_and_forgotten_only_after_being_asked(
    desk: CourseBrowser, course: Path, handed: HandedClass
) -> None:
    name = next(iter(handed.single))
    assert "data pribadi" in desk.press_here("kerja/ekspor", {"who": name})

    words = desk.press_here("kerja/lupakan", {"who": name})
    assert "reports" in words
    assert "tidak dapat dibatalkan" in words
    assert "Belum dikerjakan" in desk.press_here("ya", {"offer": "forget"})
    assert (course / "submitted" / name).is_dir()
    assert "1 orang sudah dihapus" in desk.press_here("ya", {"offer": "forget", "sure": "1"})
    assert not (course / "submitted" / name).exists()
    assert not (course / "reports").exists()


def test_everybody_is_forgotten_and_the_cases_stand(desk: CourseBrowser, course: Path) -> None:
    assert "semua data" in desk.press_here("kerja/lupakan", {"who": ""})
    assert "sudah dihapus" in desk.press_here("ya", {"offer": "forget", "sure": "1"})

    assert not (course / "submitted").exists()
    assert not (course / "roster.csv").exists()
    assert (course / "source" / CASE).is_dir()


def test_each_programme_says_how_long_it_is_and_that_its_tests_cannot_be_played_here(
    desk: CourseBrowser,
) -> None:
    desk.ask("/kursus")

    assert "5 sesi dalam 2 hari berturut-turut, sekitar 10 jam." in desk.body
    assert "6 sesi, satu setiap minggu selama 6 minggu, sekitar 13 jam." in desk.body
    assert "7 bagian untuk belajar sendiri" in desk.body
    assert desk.body.count("kuncinya belum ada di komputer ini") == len(PROGRAMMES)
    assert "Tidak ada program dua hari untuk peserta dari beberapa layanan" in desk.body


def test_a_programme_brings_its_cases_and_its_plan(desk: CourseBrowser, start: RunningStartPage) -> None:
    before = desk.here
    form = {"name": "Relawan", "programme": "A3", "begins": "2026-12-01", "zone": "WITA", "mode": "test"}
    _, place = desk.send("/kursus/buat", form)
    desk.here = place.partition("#")[0]

    assert "Rencana untuk fasilitator" in desk.said_when_done()
    assert desk.ask(f"{desk.here}/rencana").status == 200
    course = start.data.parent / "courses" / "Relawan"
    assert (course / "programme.html").is_file()

    desk.ask(desk.here)
    page = desk.body
    assert re.search(r'id="programme-A3"[^>]* checked', page)
    assert len(re.findall(r'name="case"[^>]* checked disabled', page)) == len(load_programme("A3").cases)
    planned, due = (course / "programme.html").read_text("utf-8"), read_course_card(course).due
    answer = desk.press_here("kerja/ubah", {"programme": "A3", "case": CASE, "person": "Bapak T."})
    assert "5 kasus" in answer
    assert "Tidak ada tenggat" not in answer
    assert read_course_card(course).due == due
    assert (course / "programme.html").read_text("utf-8") == planned
    desk.here = before


def test_keys_of_tests_are_dropped_and_the_same_programme_then_gets_its_tests(
    desk: CourseBrowser, start: RunningStartPage, keys: Path
) -> None:
    desk.ask("/kursus")
    relawan = re.search(r'href="(/kursus/[0-9a-f]{12})">Relawan<', desk.body)
    assert relawan
    files = [
        (
            "file",
            f"bentuk-warga-{form}{tag}.yaml",
            (TEST_KEYS / f"bentuk-warga-{form}{tag}.yaml").read_bytes(),
        )
        for form in ("a", "b")
        for tag in ("", ".en")
    ]

    assert desk.send("/kursus/kunci", {}, files[:1]) == (303, "/kursus#said")
    desk.ask("/kursus")
    assert "Kunci bentuk-warga-a tidak lengkap: bentuk-warga-a.en.yaml tidak ada" in desk.text("said")
    assert not (keys / "bentuk-warga-a.yaml").exists()
    desk.send("/kursus/kunci", {}, files)
    desk.ask("/kursus")
    assert "Tes awal dan akhir bisa dipakai dalam program A3" in desk.text("said")
    assert desk.body.count("Tes awal dan akhir: bisa dipakai.") == 1

    before, desk.here = desk.here, relawan[1]
    assert "Tes awal dan akhir ada di kursus ini" in desk.press_here("kerja/ubah", {"programme": "A3"})
    course = start.data.parent / "courses" / "Relawan"
    assert read_course_card(course).due.keys() >= {"bentuk-warga-a", "bentuk-warga-b"}
    assert (course / "source" / "bentuk-warga-a").is_dir()
    desk.here = before


def test_a_course_from_elsewhere_is_listed_and_taken_off_again(
    desk: CourseBrowser, course: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(course, tmp_path / "kursus lain"))

    assert desk.send("/kursus/tambah", {"path": str(tmp_path)})[1] == "/kursus#said"
    desk.ask("/kursus")
    assert "bukan folder kursus" in desk.text("said")
    _, place = desk.send("/kursus/tambah", {"path": str(other)})
    assert desk.ask(place).status == 200
    assert desk.send(f"{place}/lepas") == (303, "/kursus")
    assert desk.ask(place).status == 404
    assert (other / "course.yaml").is_file()


def test_a_course_is_deleted_only_after_it_was_said_what_goes_and_it_was_ticked(
    desk: CourseBrowser, start: RunningStartPage
) -> None:
    form = {"name": "Salah pilih", "case": CASE, "person": "Ibu Sari", "mode": "test"}
    before, desk.here = desk.here, desk.send("/kursus/buat", form)[1].partition("#")[0]
    folder = start.data.parent / "courses" / "Salah pilih"

    assert "“Salah pilih” dengan 1 kasus, data 0 orang, 0 serahan" in desk.press_here("kerja/hapus")
    assert "Centang dulu" in desk.press_here("ya", {"offer": "delete"})
    assert folder.is_dir()
    assert desk.send(f"{desk.here}/ya", {"offer": "delete", "sure": "1"}) == (303, "/kursus#said")
    assert not folder.exists()
    desk.ask("/kursus")
    assert "“Salah pilih” dihapus" in desk.text("said")
    assert desk.ask(desk.here).status == 404
    desk.here = before


def test_a_template_can_be_filled_in(desk: CourseBrowser) -> None:
    desk.ask("/kursus/templat.csv")
    assert "nama" in desk.body
    assert desk.ask("/kursus/templat.xlsx").status == 200
    assert desk.data.startswith(b"PK")
