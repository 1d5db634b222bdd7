"""The pages of a teacher: her course and no other, who takes part, what was sent, and a seat of her own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from release.workshop.seats.cookie import SEAT
from tests.parts.lti_class import ELSEWHERE, Comer, PlatformServices, class_workshop, platform_services
from tests.parts.lti_platform import TEACHER
from tests.parts.machine import wait_until
from tests.parts.workshop_server import Visitor, Workshop

CASE = "daftar-nilai"
DEEDS = ("/kirim", "/main", "/hapus", "/keluar")
LEARNER_ROLE, TEACHER_ROLE = "Learner", TEACHER


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as here:
        here.members = [
            {"user_id": "ana", "roles": [LEARNER_ROLE], "name": "Ana <b>Wati</b>", "email": "ana@x.example"},
            {"user_id": "guru", "roles": [TEACHER_ROLE], "name": "Guru Satu"},
            {"user_id": "beo", "roles": [LEARNER_ROLE], "name": "Beo", "status": "Active"},
            {"user_id": "gone", "roles": [LEARNER_ROLE], "name": "Cici", "status": "Inactive"},
            {"user_id": "dewi", "roles": [LEARNER_ROLE], "given_name": "Dewi", "family_name": "Ayu"},
        ]
        yield here


@pytest.fixture(scope="module")
def workshop(services: PlatformServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("class") / "data"
    with class_workshop(data, services, CASE, lms_roster="names") as running:
        yield running


@pytest.fixture
def teacher(workshop: Workshop, services: PlatformServices) -> Comer:
    return Comer(workshop, services, "guru", teaches=True)


def begin_a_play(learner: Comer) -> None:
    with learner.browser.play() as page:
        page.move(type="begin")


def test_a_teacher_is_led_to_her_course_and_takes_no_seat(teacher: Comer) -> None:
    place = teacher.come()

    assert re.fullmatch(r"/lms/kelas/[0-9a-f]{20}", place)
    assert SEAT not in teacher.browser.cookies
    page = teacher.browser.read(place)
    assert "<h1>Kelas Anda</h1>" in page
    teacher.browser.ask(f"{place}/bahasa/en")
    assert "<h1>Your class</h1>" in teacher.browser.read(place)


def test_her_page_counts_those_of_her_course_alone(
    teacher: Comer, workshop: Workshop, services: PlatformServices
) -> None:
    learners = [Comer(workshop, services, sub, course="course-5") for sub in ("e1", "e2")]
    for learner in learners:
        assert learner.come(link="link-5") == f"/kasus?buka={CASE}"
    begin_a_play(learners[0])
    elsewhere = Comer(workshop, services, "guru", course="course-6", teaches=True)

    place = Comer(workshop, services, "guru", course="course-5", teaches=True)
    mine, other = place.come(), elsewhere.come()

    assert place.numbers(mine) == [[2, 1, 0]]
    assert elsewhere.numbers(other) == []
    # Nor by the address of the other course: its cookie is another one.
    assert elsewhere.browser.ask(mine).status == 403
    assert teacher.browser.ask(mine).status == 403
    assert "Your class" not in teacher.browser.bodies[-1]


@pytest.mark.parametrize("path", ["", "/peserta", "/laporan", "/keputusan", *DEEDS])
def test_nobody_but_a_teacher_sees_or_does_anything_there(
    teacher: Comer, workshop: Workshop, services: PlatformServices, path: str
) -> None:
    place = teacher.come()
    learner = Comer(workshop, services, "fani")
    learner.come()

    form = {"_": ""} if path in DEEDS else None
    for browser in (learner.browser, Visitor(workshop.port)):
        assert browser.ask(f"{place}{path}", form).status == 403
        assert "Ana" not in browser.bodies[-1]
    if form:
        assert teacher.browser.ask(f"{place}{path}", form, **ELSEWHERE).status == 403


def test_the_roster_tells_who_has_not_begun_and_keeps_no_name(
    teacher: Comer, workshop: Workshop, services: PlatformServices
) -> None:
    learner = Comer(workshop, services, "ana")
    learner.come()
    begin_a_play(learner)
    Comer(workshop, services, "outside").come()
    place = teacher.come()

    page = teacher.browser.read(f"{place}/peserta")

    people = re.findall(r"<h2>(.*?)</h2>.*?<dd>(.*?)</dd>", page, re.DOTALL)
    assert people == [
        ("Ana &lt;b&gt;Wati&lt;/b&gt;", "sudah mulai"),
        ("Beo", "belum mulai"),
        ("Dewi Ayu", "belum mulai"),
    ]
    assert "ana@x.example" not in page
    stored = b"".join(file.read_bytes() for file in workshop.data.rglob("*") if file.is_file())
    for told in (b"Wati", b"Dewi Ayu", b"198001012010011001"):
        assert told not in stored
        assert told.decode() not in workshop.log_text()


def test_a_learner_is_told_what_a_teacher_sees_before_a_seat_is_taken(
    workshop: Workshop, services: PlatformServices
) -> None:
    newcomer = Comer(workshop, services, "gita")
    newcomer.come()

    assert any("Pengajar kursus Anda melihat" in body for body in newcomer.browser.bodies)


def test_what_the_platform_did_not_take_is_told_with_its_reason_and_sent_again_by_a_button(
    workshop: Workshop, services: PlatformServices
) -> None:
    services.refuses = 404
    learner = Comer(workshop, services, "hana", course="course-7")
    learner.come(link="link-7")
    begin_a_play(learner)
    teacher = Comer(workshop, services, "guru", course="course-7", teaches=True)
    place = teacher.come()
    wait_until(lambda: "LMS menolak nilainya" in teacher.browser.read(place), "the page tells of it")

    services.refuses = 0
    services.scores.clear()
    answer = teacher.browser.ask(f"{place}/kirim", {"_": ""})

    assert answer.headers["Location"] == f"{place}?kirim=1"
    wait_until(lambda: "Sudah di LMS: 1." in teacher.browser.read(place), "the grade has arrived")
    assert [score["userId"] for score in services.scores] == ["hana"]


def test_a_teacher_plays_herself_and_no_grade_is_sent_and_nobody_counted(
    workshop: Workshop, services: PlatformServices
) -> None:
    services.scores.clear()
    teacher = Comer(workshop, services, "guru-8", course="course-8", teaches=True)
    place = teacher.come()

    entry = teacher.browser.ask(f"{place}/main", {"_": ""}).headers["Location"]
    assert teacher.go_on(entry) == f"/kasus?buka={CASE}"
    begin_a_play(teacher)

    assert teacher.numbers(place) == []
    learner = Comer(workshop, services, "ika", course="course-8")
    learner.come(link="link-8")
    begin_a_play(learner)
    wait_until(lambda: bool(services.scores), "the learner's grade has arrived")
    assert {score["userId"] for score in services.scores} == {"ika"}


def test_a_report_of_too_few_is_not_made_and_the_page_says_so(teacher: Comer) -> None:
    page = teacher.browser.read(f"{teacher.come()}/laporan")

    assert "perlu lima orang dari kursus ini" in page


def test_what_is_kept_of_her_course_is_deleted_once_she_is_sure_and_whoever_played_begins_anew(
    workshop: Workshop, services: PlatformServices
) -> None:
    learner = Comer(workshop, services, "joko", course="course-9")
    learner.come(link="link-9")
    begin_a_play(learner)
    other = Comer(workshop, services, "kiki", course="course-10")
    other.come(link="link-10")
    teacher = Comer(workshop, services, "guru", course="course-9", teaches=True)
    place = teacher.come()

    unsure = teacher.browser.ask(f"{place}/hapus", {"_": ""}).headers["Location"]
    assert "Belum dihapus" in teacher.browser.read(unsure)
    assert teacher.numbers(place) == [[1, 1, 0]]
    with learner.browser.play() as page:
        teacher.browser.ask(f"{place}/hapus", {"sure": place.rpartition("/")[2]})
        assert teacher.numbers(place) == []
        assert page.is_answered()

    assert learner.browser.ask("/kasus").headers["Location"] == "/"
    assert learner.come(link="link-9") == f"/kasus?buka={CASE}"
    assert teacher.numbers(place) == [[1, 0, 0]]
    assert 'data-seat="' in other.browser.read("/kasus")


def test_her_page_stands_in_frames_of_registered_platforms_alone(teacher: Comer) -> None:
    headers = teacher.browser.ask(teacher.come()).headers

    assert "frame-ancestors 'self' https://lms.example.ac.id" in headers["Content-Security-Policy"]


def test_a_page_that_she_closed_is_open_no_more(teacher: Comer) -> None:
    place = teacher.come()
    before = dict(teacher.browser.cookies)

    teacher.browser.ask(f"{place}/keluar", {"_": ""})

    assert "sudah ditutup" in teacher.browser.bodies[-1]
    teacher.browser.cookies = before
    assert teacher.browser.ask(place).status == 403


def test_a_browser_that_keeps_nothing_is_told_where_to_begin(teacher: Comer) -> None:
    place = teacher.come()
    teacher.browser.cookies.clear()
    assert teacher.browser.ask(place).status == 403
    assert "Buka lagi tugasnya dari LMS" in teacher.browser.bodies[-1]
