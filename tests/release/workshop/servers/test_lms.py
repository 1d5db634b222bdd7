"""A learning management system leads to several servers: each step of the way may be at another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from release.commands.lms import keys
from release.lms.addresses import ToolAddress
from release.lms.launch import GRADES
from release.lms.services.grade import SCOPE
from release.workshop.failure import WorkshopRefusedError
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from tests.parts.lti_class import ELSEWHERE, PlatformServices, platform_services
from tests.parts.lti_platform import TEACHER, LtiPlatform
from tests.parts.machine import wait_until
from tests.parts.several import ServersRoom, at, new_database, several_servers
from tests.parts.workshop_server import Visitor

CASE = "daftar-nilai"
PUBLIC = "http://lab.example.org/"


@pytest.fixture(scope="module")
def services() -> Iterator[PlatformServices]:
    with platform_services() as services:
        yield services


@pytest.fixture(scope="module")
def room(
    postgres: str, services: PlatformServices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServersRoom]:
    """Two servers that the platform of `services` leads to, with one folder of keys."""
    folder, url = tmp_path_factory.mktemp("lms"), new_database(postgres)
    keys(folder / "keys")
    engine = open_database(url, make=True)
    changed = {"key_set": f"{services.address}/keys", "token": f"{services.address}/token"}
    platform = LtiPlatform().registered.model_copy(update=changed)
    PlatformStore(engine, lambda: datetime.now(UTC)).add(platform)
    engine.dispose()
    chosen: dict[str, Any] = {"cases": [CASE], "lms": True, "lms_local": True, "public_url": PUBLIC}
    with several_servers(folder, url, lms_folder=str(folder / "keys"), **chosen) as room:
        yield room


def come(room: ServersRoom, services: PlatformServices, sub: str, *, teaches: bool = False) -> Visitor:
    """Somebody who comes from the platform, each step of the way at the other server; at the last of them."""
    platform = LtiPlatform(tool=ToolAddress(PUBLIC))
    one, other = room.servers
    browser = Visitor(one.port)
    begun = browser.ask("/lms/login", platform.asks(), **ELSEWHERE)
    asked = {name: each[0] for name, each in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    claims: dict[str, Any] = {
        "sub": sub,
        "custom": {"kasuslab": f"case:{CASE}"},
        GRADES: {"scope": [SCOPE], "lineitem": f"{services.address}/{sub}/lineitem"},
        **({"roles": [TEACHER]} if teaches else {}),
    }
    token = platform.signed(platform.claims(asked["nonce"], **claims))
    browser = at(browser, other)
    place = browser.ask("/lms/launch", {"state": asked["state"], "id_token": token}, **ELSEWHERE)
    for server in (one, other, one, other):
        browser = at(browser, server)
        path = urlsplit(place.headers["Location"]).path
        place = browser.ask(path)
        if place.status == 200 and "/lms/masuk/" in path:
            browser = at(browser, other if server is one else one)
            place = browser.ask(path, {"sector": "-", "name": ""})
        if place.status == 200:
            return browser
    return browser


def test_a_learner_comes_by_steps_at_two_servers_and_the_grade_arrives_once(
    room: ServersRoom, services: PlatformServices
) -> None:
    learner = come(room, services, "ratih")
    with at(learner, room.follower).play() as page:
        page.move(type="begin")
        page.move(type="decide", decision="mendesak", pick="tinggi")

    def arrived() -> list[str]:
        return [one["activityProgress"] for one in services.scores if one["userId"] == "ratih"]

    wait_until(lambda: arrived() == ["InProgress"], "the grade is at the platform")
    again = come(room, services, "ratih")
    assert room.ask("select count(*) from seat") == 1
    with at(again, room.leader).play() as page:
        assert page.view["n"] == 2
    assert arrived() == ["InProgress"]


def test_a_teacher_is_known_at_each_server_until_she_leaves(
    room: ServersRoom, services: PlatformServices
) -> None:
    teacher = come(room, services, "guru", teaches=True)
    (course,) = (name.removeprefix("kasuslab_kelas_") for name in teacher.cookies if "kelas" in name)
    pages = [at(teacher, server) for server in room.servers]

    assert [page.ask(f"/lms/kelas/{course}").status for page in pages] == [200, 200]
    pages[0].ask(f"/lms/kelas/{course}/keluar", {})
    assert pages[1].ask(f"/lms/kelas/{course}").status == 403


def test_a_code_is_taken_once_by_all_servers_together(room: ServersRoom) -> None:
    platform = LtiPlatform(tool=ToolAddress(PUBLIC))
    browsers = [Visitor(server.port) for server in room.servers]
    begun = browsers[0].ask("/lms/login", platform.asks(), **ELSEWHERE)
    asked = {name: each[0] for name, each in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
    answer = {"state": asked["state"], "id_token": platform.signed(platform.claims(asked["nonce"]))}

    assert [
        at(browsers[0], server).ask("/lms/launch", answer, **ELSEWHERE).status for server in room.servers
    ] == [303, 403]


def test_the_key_set_is_the_same_at_each_server(room: ServersRoom) -> None:
    first, second = (Visitor(server.port).read("/lms/jwks.json") for server in room.servers)

    assert first == second
    assert '"kid"' in first


@pytest.mark.parametrize("name", ["lti_keys.json", "certificates.pem"])
def test_a_folder_that_lacks_a_key_is_told_before_anything_begins(tmp_path: Path, name: str) -> None:
    keys(tmp_path)
    (tmp_path / name).unlink()
    plan: dict[str, Any] = {"database": "postgresql://db/lab", "peer_address": ":0", "secret_file": "secret"}

    with pytest.raises(WorkshopRefusedError, match=name):
        serve(WorkshopPlan.model_validate({**plan, "lms": True, "lms_folder": tmp_path, "person": "Ibu R."}))
