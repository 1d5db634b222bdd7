"""The whole way against a platform that is not ours: Open edX's, from the choice of a case to its grade."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest

from release.lms.addresses import ToolAddress
from release.lms.services.access import token_request
from release.lms.tool_keys import tool_keys
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.databases import sqlite_url
from tests.parts.machine import free_port, wait_until
from tests.parts.open_edx.platform_process import EdxBrowser, OpenEdx, running_open_edx
from tests.parts.workshop_server import PageSocket, Visitor, Workshop, running_workshop
from tests.places import CASES

CASE = "daftar-nilai"
RESULTS = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
PICKS: dict[str, object] = {"mendesak": "sedang", "bicara": "dengar"}


@dataclass(frozen=True)
class Campus:
    """A platform, and the workshop that it leads to."""

    edx: OpenEdx
    workshop: Workshop

    def browser(self, name: str, *, is_teacher: bool = False) -> EdxBrowser:
        return EdxBrowser(self.edx, Visitor(self.workshop.port), name, is_teacher)


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    home, port = tmp_path_factory.mktemp("campus"), free_port()
    data = home / "data"
    data.mkdir(mode=0o700)
    tool = ToolAddress(f"http://127.0.0.1:{port}/")
    options: dict[str, Any] = {"lms": True, "lms_local": True, "port": port, "log": home / "log"}
    with running_open_edx(home / "edx", tool, free_port(), ["satu", "dua", "tiga"]) as edx:
        engine = open_database(sqlite_url(data), make=True)
        PlatformStore(engine, lambda: datetime.now(UTC)).add(edx.registered)
        engine.dispose()
        with running_workshop(data, folder=CASES, cases=[CASE], **options) as workshop:
            yield Campus(edx, workshop)


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
    assert learner.sit_down("satu") == f"/kasus?buka={CASE}"
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
    line_item = graded.edx.notes()["services"][0]["path"].removesuffix("/scores")

    results = asked(f"{platform.issuer}{line_item}/results", Authorization=f"Bearer {token}")

    assert (100.0, 100.0) in {(one["resultScore"], one["resultMaximum"]) for one in results}


def test_whoever_has_only_begun_is_in_progress_and_comes_back_to_where_the_play_stands(
    graded: Campus,
) -> None:
    learner = graded.browser("beo")
    learner.sit_down("satu")
    with learner.tool.play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="sedang", sure=True)
        scene = page.view["scene"]["id"]
    wait_until(lambda: bool(scores_of(graded, "beo")), "the platform has heard of it")

    (score,) = scores_of(graded, "beo")
    assert (score["given"], score["progress"], score["grading"]) == (None, "InProgress", "NotReady")
    elsewhere = graded.browser("beo")
    elsewhere.sit_down("satu")
    with elsewhere.tool.play() as page:
        assert page.view["scene"]["id"] == scene


def test_each_activity_has_a_grade_of_its_own_and_the_name_that_the_platform_tells_is_not_kept(
    graded: Campus,
) -> None:
    graded.browser("guru", is_teacher=True).choose("dua", f"case:{CASE}")
    learner = graded.browser("citra-lestari")
    for activity in ("satu", "dua"):
        learner.sit_down(activity)
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
    assert graded.browser("dewi").sit_down("tiga") == "/kasus"


def asked(address: str, data: bytes | None = None, **headers: str) -> Any:  # noqa: ANN401 -- as it answers
    with urlopen(Request(address, data=data, headers=headers), timeout=30) as answer:
        return json.loads(answer.read())
