"""The whole way against a platform that is not ours, Open edX's: choice, launch, grade, and the roster."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from release.lms.addresses import ToolAddress
from release.lms.services.access import token_request
from release.lms.services.roster import PAGE_SIZE, RosterChoice
from release.lms.tool_keys import tool_keys
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.databases import sqlite_url
from tests.parts.machine import free_port, wait_until
from tests.parts.open_edx.platform_process import EdxBrowser, OpenEdx, running_open_edx
from tests.parts.workshop_server import PageSocket, Visitor, Workshop, running_workshop
from tests.places import CASES

pytestmark = pytest.mark.long
CASE = "daftar-nilai"
RESULTS = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
# Those of the course who never come: with whoever does, more than a page of the roster.
ENROLLED = [f"terdaftar-{number}" for number in range(PAGE_SIZE)]
PICKS: dict[str, object] = {"mendesak": "sedang", "bicara": "dengar"}


@dataclass(frozen=True)
class Campus:
    """A platform, and the workshop that it leads to. roster: what of its roster teachers are shown there."""

    edx: OpenEdx
    workshop: Workshop
    roster: RosterChoice | None

    def browser(self, name: str, *, is_teacher: bool = False) -> EdxBrowser:
        return EdxBrowser(self.edx, Visitor(self.workshop.port), name, is_teacher)

    def labels(self) -> dict[str, str]:
        """What a teacher is to know each of the course by, by their name at the platform."""
        ids: dict[str, str] = self.edx.notes()["ids"]
        return ids if self.roster == "ids" else {name: name for name in ids}

    def roster_requests(self) -> list[tuple[str, int]]:
        """Which pages of the roster the platform was asked for, by their query, and how it answered."""
        asked_for = ((one["path"].partition("?"), one["status"]) for one in self.edx.notes()["services"])
        return [(query, status) for (path, _, query), status in asked_for if path.endswith("/memberships")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campus")


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def edx(home: Path, port: int) -> Iterator[OpenEdx]:
    """The platform, registered in the data folder of a workshop that is to run on `port`."""
    data = home / "data"
    data.mkdir(mode=0o700)
    tool = ToolAddress(f"http://127.0.0.1:{port}/")
    activities = ["satu", "dua", "tiga"]
    with running_open_edx(home / "edx", tool, free_port(), activities, members=ENROLLED) as running:
        engine = open_database(sqlite_url(data), make=True)
        PlatformStore(engine, lambda: datetime.now(UTC)).add(running.registered)
        engine.dispose()
        yield running


@pytest.fixture(scope="module")
def campus(request: pytest.FixtureRequest, home: Path, port: int, edx: OpenEdx) -> Iterator[Campus]:
    """The workshop as it is by itself, or started again with the choice of a roster that a test names."""
    roster: RosterChoice | None = getattr(request, "param", None)
    options: dict[str, Any] = {"lms": True, "lms_local": True, "lms_roster": roster}
    options |= {"port": port, "log": home / "log"}
    with running_workshop(home / "data", folder=CASES, cases=[CASE], **options) as workshop:
        yield Campus(edx, workshop, roster)


def play_to_the_end(page: PageSocket) -> None:
    """Decide what is known, and skip the rest."""
    page.move(type="begin")
    while page.view["screen"] != "ended":
        scene = page.view["scene"]
        decision = scene["decision"]
        if decision is None:
            page.move(type="continue", scene=scene["id"])
        elif decision["id"] in PICKS:
            page.move(type="decide", decision=decision["id"], pick=PICKS[decision["id"]], sure=True)
        else:
            page.move(type="skip", decision=decision["id"])


@pytest.fixture(scope="module")
def graded(campus: Campus) -> Campus:
    """The same, after a teacher chose a case, and a learner played it to its end."""
    campus.browser("guru", is_teacher=True).choose("satu", f"case:{CASE}")
    learner = campus.browser("ana")
    assert learner.arrive("satu") == f"/kasus?buka={CASE}"
    with learner.tool.play() as page:
        play_to_the_end(page)
    wait_until(lambda: bool(campus.edx.notes()["gradebook"]), "the grade has arrived")
    return campus


def scores_of(campus: Campus, who: str) -> list[dict[str, Any]]:
    return [score for score in campus.edx.notes()["scores"] if score["who"] == who]


def test_a_teacher_chooses_a_case_a_learner_plays_it_and_the_grade_is_in_the_gradebook(
    graded: Campus,
) -> None:
    (grade,) = (one for one in graded.edx.notes()["gradebook"] if one["who"] == "ana")
    assert grade == {"activity": "satu", "who": "ana", "score": 1.0, "comment": grade["comment"]}
    assert "Hasil kasus ini: 100 dari 100." in grade["comment"]
    (score,) = scores_of(graded, "ana")
    assert (score["given"], score["progress"], score["grading"]) == (100.0, "Completed", "FullyGraded")


def test_the_platform_tells_the_grade_as_the_result_of_its_line_item(graded: Campus) -> None:
    platform, now = graded.edx.registered, datetime.now(UTC).timestamp()
    form = token_request(platform, tool_keys(graded.workshop.data, now), RESULTS, now)
    token = asked(platform.token, data=form.encode())["access_token"]
    asked_for = (one["path"] for one in graded.edx.notes()["services"])
    line_item = next(path for path in asked_for if path.endswith("/scores")).removesuffix("/scores")

    results = asked(f"{platform.issuer}{line_item}/results", Authorization=f"Bearer {token}")

    assert (100.0, 100.0) in {(one["resultScore"], one["resultMaximum"]) for one in results}


def test_whoever_has_only_begun_is_in_progress_and_comes_back_to_where_the_play_stands(
    graded: Campus,
) -> None:
    learner = graded.browser("beo")
    learner.arrive("satu")
    with learner.tool.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang", sure=True)
        scene = page.view["scene"]["id"]
    wait_until(lambda: bool(scores_of(graded, "beo")), "the platform has heard of it")

    (score,) = scores_of(graded, "beo")
    assert (score["given"], score["progress"], score["grading"]) == (None, "InProgress", "NotReady")
    elsewhere = graded.browser("beo")
    elsewhere.arrive("satu")
    with elsewhere.tool.play() as page:
        assert page.view["scene"]["id"] == scene


def test_each_activity_has_a_grade_of_its_own_and_the_name_that_the_platform_tells_is_not_kept(
    graded: Campus,
) -> None:
    graded.browser("guru", is_teacher=True).choose("dua", f"case:{CASE}")
    learner = graded.browser("citra-lestari")
    for activity in ("satu", "dua"):
        learner.arrive(activity)
    with learner.tool.play() as page:
        play_to_the_end(page)
    wait_until(lambda: len(scores_of(graded, "citra-lestari")) == 2, "both grades have arrived")

    assert {(one["activity"], one["given"]) for one in scores_of(graded, "citra-lestari")} == {
        ("satu", 100.0),
        ("dua", 100.0),
    }
    stored = b"".join(file.read_bytes() for file in graded.workshop.data.rglob("*") if file.is_file())
    assert b"citra-lestari" not in stored
    assert "citra-lestari" not in graded.workshop.log_text()


def test_an_activity_that_nobody_chose_a_case_for_leads_to_the_shelf(graded: Campus) -> None:
    assert graded.browser("dewi").arrive("tiga") == "/kasus"


def test_by_itself_the_lab_asks_for_no_roster_and_a_teacher_finds_no_list(graded: Campus) -> None:
    before = graded.roster_requests()
    teacher = graded.browser("guru", is_teacher=True)
    place = teacher.arrive("satu")

    assert "/peserta" not in teacher.tool.read(place)
    assert teacher.tool.ask(f"{place}/peserta").status == 404
    assert graded.roster_requests() == before


@pytest.mark.parametrize("campus", ["names", "ids"], indirect=True)
def test_a_teacher_reads_the_roster_page_by_page_and_sees_how_far_each_is(campus: Campus) -> None:
    teacher = campus.browser("guru", is_teacher=True)
    teacher.choose("satu", f"case:{CASE}")
    come, begun, done = (campus.browser(f"{word}-{campus.roster}") for word in ("datang", "mulai", "tamat"))
    for learner in (come, begun, done):
        learner.arrive("satu")
    with begun.tool.play() as page:
        page.move(type="begin")
    with done.tool.play() as page:
        play_to_the_end(page)
    place, before = teacher.arrive("satu"), len(campus.roster_requests())
    assert f"{place}/peserta" in teacher.tool.read(place)

    wait_until(lambda: "<h2>" in teacher.tool.read(f"{place}/peserta"), "the roster is read", 60)
    roster = teacher.tool.bodies[-1]
    for learner in (come, begun, done):
        assert learner.tool.ask(f"{place}/peserta").status == 403

    far, labels = far_in_the_case(roster), campus.labels()
    assert sorted(far) == sorted(label for name, label in labels.items() if name != "guru")
    names = (ENROLLED[-1], come.name, begun.name, done.name)
    assert [far[labels[name]] for name in names] == ["belum mulai", "belum mulai", "sudah mulai", "selesai"]
    assert set(campus.roster_requests()[before:]) == {("limit=200", 200), ("limit=200&page=2", 200)}
    assert "@example.org" not in roster
    assert ("terdaftar" in roster) is (campus.roster == "names")
    stored = b"".join(file.read_bytes() for file in campus.workshop.data.rglob("*") if file.is_file())
    assert b"terdaftar" not in stored
    assert "terdaftar" not in campus.workshop.log_text()


@pytest.mark.parametrize("campus", ["ids"], indirect=True)
def test_where_the_platform_gives_the_roster_no_more_a_teacher_reads_whom_to_ask(campus: Campus) -> None:
    teacher = campus.browser("guru", is_teacher=True)
    place = teacher.arrive("dua")
    teacher.campus.ask("/tanpa-daftar/dua")

    whom = "Mintalah admin LMS memeriksa izin"
    wait_until(lambda: whom in teacher.tool.read(f"{place}/peserta"), "she reads whom to ask", 60)
    assert campus.roster_requests()[-1][1] == 403
    assert "/peserta" not in teacher.tool.read(teacher.arrive("dua"))


def far_in_the_case(roster: str) -> dict[str, str]:
    """How far each is in the case, by the label on the page of a roster."""
    people = re.findall(r"<h2>(.*?)</h2>(.*?)</li>", roster, re.DOTALL)
    far = r"<dt>Daftar Nilai</dt>\s*<dd>([^<,]*)"
    return {label: match[1] for label, standing in people if (match := re.search(far, standing))}


def asked(address: str, data: bytes | None = None, **headers: str) -> Any:  # noqa: ANN401 -- as it answers
    with urlopen(Request(address, data=data, headers=headers), timeout=30) as answer:
        return json.loads(answer.read())
