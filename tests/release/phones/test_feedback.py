"""Feedback goes to the phone of its owner, once it was given out, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from typer.testing import CliRunner

from release.cli import app
from release.course.grade.grade import grade_class
from release.course.gradebook import add_assignments
from release.course.hand_ins.feedback_zip import FeedbackError, feedback_pages
from release.course.personal_data import forget_person
from release.phones.feedback import give_feedback
from release.phones.hand_in import hand_in
from release.workshop.data_folder import database_of
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from scenarios.course_card import ON_PHONES
from tests.parts.carried import CASE, PEOPLE, carried_course, code_of
from tests.parts.lti_platform import LtiPlatform
from tests.parts.phone_line import phones, play
from tests.parts.report_class import RIGHT, WRONG
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import KEYS

ANA, BEO, CICI = PEOPLE
PAGE = f"/umpan-balik/{CASE}"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in test mode of which two have played on phones, a third has begun, and all were graded."""
    course = carried_course(tmp_path_factory.mktemp("kursus"), mode="test")
    data = course.parent / "data"
    with phones(course, data) as phone:
        play(phone(ANA), RIGHT, name="ana")
        play(phone(BEO), WRONG, name="beo")
        play(phone(CICI), RIGHT, name="cici", most=3)
    hand_in(course, data, database_of(data))
    grade_class(course, keys=KEYS, jobs=1)
    return course


@pytest.fixture(scope="module")
def workshop(graded: Path) -> Iterator[Workshop]:
    data = graded.parent / "data"
    engine = open_database(database_of(data))
    PlatformStore(engine, lambda: NOW).add(LtiPlatform().registered)
    engine.dispose()
    with running_workshop(data, course=str(graded), lms=True) as running:
        yield running


def phone_of(workshop: Workshop, person: str) -> Visitor:
    visitor = Visitor(workshop.port)
    visitor.ask("/lanjut", {"code": code_of(workshop.data, person)})
    return visitor


def test_feedback_comes_back_to_its_owners_phone_and_to_no_other(graded: Path, workshop: Workshop) -> None:
    pages = feedback_pages(graded, now=NOW, keys=KEYS)
    rmtree(graded / ON_PHONES, ignore_errors=True)
    before = phone_of(workshop, ANA).ask(PAGE).status, PAGE in phone_of(workshop, ANA).read("/")
    count = give_feedback(graded, pages)
    ana, beo = (phone_of(workshop, person) for person in (ANA, BEO))

    assert (before, count) == ((404, False), 2)
    assert f'href="{PAGE}"' in ana.read("/")
    assert ana.read(PAGE).encode() == pages.files[ANA, CASE].read_bytes()
    assert beo.read(PAGE).encode() == pages.files[BEO, CASE].read_bytes()
    assert ana.read(PAGE) != beo.read(PAGE)
    for other in (phone_of(workshop, CICI), Visitor(workshop.port)):
        assert other.ask(PAGE).status == 404


def test_the_page_opens_in_the_language_that_its_owner_has_chosen(graded: Path, workshop: Workshop) -> None:
    give_feedback(graded, feedback_pages(graded, now=NOW, keys=KEYS))
    ana = phone_of(workshop, ANA)
    ana.ask("/bahasa/en")

    page = ana.read(PAGE)

    assert '<html lang="en"' in page
    assert re.findall("<title>Feedback: (.+)</title>", page) == re.findall("<h1>Feedback: (.+)</h1>", page)
    assert re.findall(r'id="show-(..)"( checked|)>', page) == [("id", ""), ("en", " checked")]


def test_whoever_can_still_go_on_reads_no_key_of_what_is_to_come(graded: Path, workshop: Workshop) -> None:
    pages = feedback_pages(graded, now=NOW, keys=KEYS)
    give_feedback(graded, pages)

    assert (graded / "autograded" / CICI / CASE).is_dir()
    assert pages.unfinished == ((CICI, CASE),)
    assert pages.warning is not None
    assert CICI in pages.warning
    assert phone_of(workshop, CICI).ask(PAGE).status == 404


def test_feedback_on_a_play_that_will_not_go_on_is_given_where_that_is_asked_for(
    graded: Path, tmp_path: Path
) -> None:
    course = Path(copytree(graded, tmp_path / "kursus"))

    pages = feedback_pages(course, now=NOW, keys=KEYS, before_due=True)

    assert ((CICI, CASE) in pages.files, pages.unfinished) == (True, ())


@pytest.mark.parametrize(
    "path",
    [
        f"/umpan-balik/../{BEO}/{CASE}",
        f"/umpan-balik/..%2F{BEO}%2F{CASE}",
        f"/umpan-balik/{BEO}/{CASE}",
        f"/umpan-balik/{CASE}.html",
        f"/{ON_PHONES}/{BEO}/{CASE}/{CASE}.html",
        "/umpan-balik/",
    ],
)
def test_no_other_way_leads_to_a_page(graded: Path, workshop: Workshop, path: str) -> None:
    give_feedback(graded, feedback_pages(graded, now=NOW, keys=KEYS))

    assert phone_of(workshop, ANA).ask(path).status == 404


def test_the_page_loads_nothing_and_is_kept_nowhere(graded: Path, workshop: Workshop) -> None:
    give_feedback(graded, feedback_pages(graded, now=NOW, keys=KEYS))

    headers = phone_of(workshop, ANA).ask(PAGE).headers

    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]


def test_the_page_stands_in_frames_of_registered_platforms_alone(graded: Path, workshop: Workshop) -> None:
    give_feedback(graded, feedback_pages(graded, now=NOW, keys=KEYS))

    for headers in (phone_of(workshop, ANA).ask(page).headers for page in (PAGE, "/nowhere")):
        policy = headers["Content-Security-Policy"]
        assert policy.endswith("; frame-ancestors 'self' https://lms.example.ac.id")
        assert "X-Frame-Options" not in headers


def test_a_page_that_is_a_link_is_not_sent(graded: Path, workshop: Workshop) -> None:
    give_feedback(graded, feedback_pages(graded, now=NOW, keys=KEYS))
    page = graded / ON_PHONES / ANA / CASE / f"{CASE}.html"
    page.unlink()
    page.symlink_to(graded / ON_PHONES / BEO / CASE / f"{CASE}.html")
    try:
        assert phone_of(workshop, ANA).ask(PAGE).status == 404
    finally:
        page.unlink()


def test_before_a_case_is_due_no_feedback_is_given_out(graded: Path, workshop: Workshop) -> None:
    add_assignments(graded, {CASE: NOW + timedelta(days=1)})
    try:
        with pytest.raises(FeedbackError, match="not due yet"):
            feedback_pages(graded, now=NOW, keys=KEYS)
    finally:
        add_assignments(graded, {CASE: NOW - timedelta(days=1)})
    assert workshop.process.poll() is None


def test_the_command_gives_feedback_to_phones(graded: Path) -> None:
    done = CliRunner().invoke(app, ["feedback", str(graded), "--phones", "--keys", str(KEYS)])

    assert done.exit_code == 0, done.output
    assert (graded / ON_PHONES / ANA / CASE / f"{CASE}.html").is_file()


def test_whoever_is_forgotten_leaves_no_page(graded: Path, tmp_path: Path) -> None:
    course = Path(copytree(graded, tmp_path / "kursus"))
    give_feedback(course, feedback_pages(course, now=NOW, keys=KEYS))
    forget_person(course, BEO)

    assert not (course / ON_PHONES / BEO).exists()
    assert (course / ON_PHONES / ANA).exists()
