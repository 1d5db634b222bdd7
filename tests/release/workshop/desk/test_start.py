from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast, get_args

import psutil
import pytest
from filelock import FileLock
from typer.testing import CliRunner

from release.commands import workshop as workshop_commands
from release.local_time import now_in
from release.settings import settled_language
from release.workshop.data_folder import database_of, interim_of, lock_of
from release.workshop.desk.close import ExportSources, close_workshop, interim_report
from release.workshop.desk.desk import Desk, notice_of
from release.workshop.desk.form import TEXTS, Form
from release.workshop.desk.notice import Notice, notice
from release.workshop.desk.room_check import TEXTS as ROOM_TEXTS
from release.workshop.desk.start import window_text
from release.workshop.desk.start_page import page_values
from release.workshop.desk.workshop_process import NotStartedError, start_workshop
from release.workshop.plan import WorkshopPlan, read_plan, write_plan
from release.workshop.serve.network import LOOPBACK, Device, addresses
from release.workshop.writer.workshops import workshops_in
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import BadInputError
from scenarios.language import read_catalogue
from tests.parts.carried import carried_course
from tests.parts.machine import wait_until
from tests.parts.past_workshop import past_workshop
from tests.parts.report_class import CASE, GUIDES, HARMFUL, KEYS, RIGHT
from tests.parts.start_server import Facilitator, RunningStartPage, running_start
from tests.parts.workshop_server import Visitor
from tests.places import TESTS

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
PERSON = "Ibu R., meja panitia"
PLAN = {"case": "teman-gim", "mode": "practice", "seats": "5", "days": "7", "address": LOOPBACK}
GOOD = Form(("teman-gim",), "practice", "", "30", LOOPBACK, "8866")
CLOSE_TELLS = ("close_answers", "close_code", "close_phones", "close_report", "close_again")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStartPage]:
    with running_start(tmp_path_factory.mktemp("start")) as running:
        yield running


@pytest.fixture(scope="module")
def facilitator(start: RunningStartPage) -> Facilitator:
    browser = Facilitator(start.port)
    browser.ask(start.link.partition(str(start.port))[2])
    return browser


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(None, {"KASUSLAB_HOME": str(tmp_path)})


# The door


def test_the_link_opens_the_page_once(facilitator: Facilitator, start: RunningStartPage) -> None:
    other = Facilitator(start.port)

    answer = other.ask(start.link.partition(str(start.port))[2])

    assert facilitator.ask("/").status == 200
    assert answer.status == 403
    assert "terkunci" in other.body
    assert not other.cookies


@pytest.mark.parametrize("path", ["/", "/lembar", "/lokakarya/workshop-1/laporan", "/tutup/workshop-1"])
def test_nobody_else_reads_anything(start: RunningStartPage, path: str) -> None:
    assert Facilitator(start.port).ask(path).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": "https://jahat.example"},
        {"Host": "jahat.example"},
    ],
)
def test_a_form_of_another_site_does_nothing(facilitator: Facilitator, headers: dict[str, str]) -> None:
    form = {"person": "Penyusup", **PLAN, "port": "8866"}

    assert facilitator.ask("/rencana", form, **headers).status == 403
    facilitator.ask("/")
    assert "Penyusup" not in facilitator.body


def test_the_cookie_is_seen_by_no_script_and_no_other_site(tmp_path: Path) -> None:
    with running_start(tmp_path) as other:
        answer = Facilitator(other.port).ask(other.link.partition(str(other.port))[2])

    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_it_listens_on_this_machine_alone(start: RunningStartPage) -> None:
    listening = [
        each.laddr.ip
        for each in psutil.Process(start.process.pid).net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]

    assert listening == [LOOPBACK]


@pytest.mark.parametrize(
    "path", ["/lokakarya/workshop-1/laporan", "/lokakarya/..%2fsecret/semua", "/x", "/tutup/workshop-1"]
)
def test_what_is_not_there_is_not_found(facilitator: Facilitator, path: str) -> None:
    assert facilitator.ask(path).status == 404


def test_the_page_shows_before_voila_and_nbgrader_are_imported() -> None:
    script = (
        "import sys, release.workshop.desk.start; print(*{'voila', 'nbgrader', 'zmq'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert ended.stdout.split() == []


def test_the_page_lets_one_variant_of_a_case_be_set_for_the_room_in_each_language(
    facilitator: Facilitator,
) -> None:
    form = [("case", "teman-gim"), ("variant", "teman-gim=lewat"), ("variant", ""), ("mode", "practice")]
    rest = [("seats", ""), ("days", "30"), ("address", LOOPBACK), ("port", "8866"), ("person", PERSON)]
    sentence = "Ajakan itu lewat enam pekan lalu"

    facilitator.ask("/")
    assert "Diundi untuk setiap peserta" in facilitator.body
    assert not re.search(r'value="teman-gim=\w+" selected', facilitator.body)
    assert "Tersimpan: 1 kasus" in facilitator.press("rencana", [*form, *rest])
    assert f'<option value="teman-gim=lewat" selected>{sentence}' in facilitator.body
    facilitator.ask("/pilih/en", {"_": ""})
    facilitator.ask("/")
    assert "Drawn for each participant" in facilitator.body
    facilitator.ask("/pilih/id", {"_": ""})


def test_the_pages_choice_of_a_language_is_the_terminals_too(
    facilitator: Facilitator, start: RunningStartPage
) -> None:
    environ = {"KASUSLAB_HOME": str(start.data.parent)}

    facilitator.ask("/pilih/en", {"_": ""})
    english = settled_language(environ)
    facilitator.ask("/pilih/id", {"_": ""})

    assert (english, settled_language(environ)) == ("en", "id")


def test_the_window_speaks_every_language_until_one_is_chosen_on_the_page_and_then_that_one(
    tmp_path: Path,
) -> None:
    environ, sentence = {"KASUSLAB_HOME": str(tmp_path)}, read_catalogue(TEXTS)["start_end"]
    before = window_text("start_end", environ)

    with running_start(tmp_path) as page:
        browser = Facilitator(page.port)
        browser.ask(page.link.partition(str(page.port))[2])
        browser.ask("/pilih/en", {"_": ""})
        page.process.send_signal(signal.SIGTERM)
        said_since, _ = page.process.communicate(timeout=60)

    assert before == sentence.joined("\n")
    assert said_since.strip() == window_text("start_end", environ) == sentence["en"]


# What the files and a second start are for


def start_again(home: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Start the start page once more, and wait until that one ends."""
    command = [sys.executable, "-m", "release.cli", "workshop", "--start", *options]
    surroundings = {**os.environ, "KASUSLAB_HOME": str(home), **environ}
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, timeout=120)


def test_a_second_start_leads_to_the_page_that_runs(start: RunningStartPage) -> None:
    second = start_again(start.data.parent, "--no-browser")

    assert second.returncode == 0
    assert second.stdout.splitlines()[-1] == f"start http://127.0.0.1:{start.port}/"
    assert "sudah berjalan" in second.stdout
    assert start.process.poll() is None


def test_a_second_start_drops_no_file_unsaid(start: RunningStartPage) -> None:
    second = start_again(start.data.parent, "--no-browser", "--services", "lokal.csv")

    assert second.returncode == 1
    assert "tanpa pilihan" in second.stdout + second.stderr


def test_no_key_stands_on_the_browsers_command_line(start: RunningStartPage, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/called"\n', encoding="utf-8")
    browser.chmod(0o700)

    start_again(start.data.parent, BROWSER=str(browser))

    called = (tmp_path / "called").read_text(encoding="utf-8").strip()
    assert called == (start.data / "start.html").as_uri()
    key = json.loads((start.data / "start.json").read_bytes())["key"]
    assert key in (start.data / "start.html").read_text(encoding="utf-8")
    for name in ("start.html", "start.json"):
        assert stat.S_IMODE((start.data / name).stat().st_mode) == 0o600


def test_the_file_lets_this_users_browsers_in_again_and_again(start: RunningStartPage) -> None:
    page = (start.data / "start.html").read_text(encoding="utf-8")
    action = re.search(r'action="http://127\.0\.0\.1:(\d+)(/\w+)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert action
    assert key
    assert int(action[1]) == start.port

    for _ in range(2):
        browser = Facilitator(start.port)
        answer = browser.ask(action[2], {"key": key[1]}, Origin="null")
        assert (answer.status, browser.ask("/").status) == (200, 200)
        assert "expires=" in answer.headers["Set-Cookie"].lower()
    assert Facilitator(start.port).ask(action[2], {"key": key[1][:-1] + "."}, Origin="null").status == 403
    assert (
        Facilitator(start.port).ask(action[2], {"key": key[1]}, Origin="https://jahat.example").status == 403
    )


def test_a_browser_that_was_let_in_stays_so_after_the_machine_was_started_again(tmp_path: Path) -> None:
    with running_start(tmp_path) as first:
        browser = Facilitator(first.port)
        browser.ask(first.link.partition(str(first.port))[2])

    with running_start(tmp_path) as second:
        assert second.port == first.port
        assert browser.ask("/").status == 200


# The form


def test_what_is_on_the_page_is_what_runs(desk: Desk) -> None:
    desk.settle(replace(GOOD, person=PERSON))
    ran: list[WorkshopPlan] = []

    def run() -> Notice:
        ran.append(desk.plan)
        return notice(TEXTS, "good", "start_stop_done")

    form = replace(GOOD, cases=("foto-palsu",), mode="discussion", person="Pak B.")

    assert desk.with_saved(form, run).level == "good"
    assert [(plan.cases, plan.mode) for plan in ran] == [(("foto-palsu",), "discussion")]
    assert desk.person == "Pak B."
    assert desk.with_saved(replace(form, port="80"), run).level == "bad"
    assert len(ran) == 1


def test_what_cannot_be_saved_stays_as_it_was_typed_whatever_button_is_pressed(
    facilitator: Facilitator,
) -> None:
    typed = {**PLAN, "mode": "discussion", "port": "80", "person": "Pak <B>", "title": "Angkatan 9"}

    assert "1024 sampai 65535" in facilitator.press("jalan", typed)
    for press in (None, "/pilih/id", "/sementara"):
        if press is not None:
            facilitator.ask(press, typed)
            facilitator.ask("/")
        assert (
            'name="port" type="text" inputmode="numeric" maxlength="5" autocomplete="off"\n'
            in facilitator.body
        )
        assert 'value="80"' in facilitator.body
        assert 'value="Pak &lt;B&gt;"' in facilitator.body
        assert 'value="Angkatan 9"' in facilitator.body
        assert 'value="discussion" checked' in facilitator.body
        assert "belum disimpan" in facilitator.body
    facilitator.ask("/pilih/kosong", typed)
    facilitator.ask("/")
    assert 'checked>\n          <label for="case' not in facilitator.body
    assert "0 dari" in facilitator.body
    assert "Tersimpan" in facilitator.press("rencana", {**PLAN, "port": "8866", "person": PERSON})


# The desk


def test_nothing_runs_before_somebody_is_named(desk: Desk) -> None:
    nobody = desk.settle(replace(GOOD, person="  "))

    assert [desk.run().level, desk.check_room().level, nobody.level] == ["bad"] * 3
    assert desk.settle(replace(GOOD, person=PERSON)).level == "good"
    assert desk.person == PERSON


def test_a_plan_is_kept_for_the_next_time(desk: Desk) -> None:
    variants = ("teman-gim=lewat",)
    form = Form(("foto-palsu", "teman-gim"), "discussion", "40", "14", LOOPBACK, "9000", variants)

    assert desk.settle(form).level == "good"

    plan = Desk.at(None, desk.environ).plan
    assert (plan.cases, plan.mode, plan.seats) == (("foto-palsu", "teman-gim"), "discussion", 40)
    assert (plan.host, plan.port, plan.keep_days) == (LOOPBACK, 9000, 14)
    assert plan.chosen_variants == {"teman-gim": "lewat"}


def test_another_order_of_the_cases_is_no_change(desk: Desk) -> None:
    saved = desk.saved

    assert replace(saved, cases=saved.cases[::-1]).says(saved)
    assert not replace(saved, cases=saved.cases[1:]).says(saved)


def test_a_variant_of_a_case_that_is_not_played_is_not_kept(desk: Desk) -> None:
    form = Form(("foto-palsu",), "practice", "", "30", LOOPBACK, "8866", ("teman-gim=lewat",))

    assert desk.settle(form).level == "good"
    assert desk.plan.variants == ()


def test_a_variant_that_a_case_no_longer_has_stops_no_workshop(desk: Desk) -> None:
    write_plan(desk.data, WorkshopPlan(cases=("teman-gim",), variants=("teman-gim=dulu", "teman-gim=lewat")))

    assert desk.plan.variants == ("teman-gim=lewat",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cases": ()}, "sedikitnya satu kasus"),
        ({"cases": ("bentuk-a",)}, "tidak ada di sini"),
        ({"mode": "test"}, "tidak ada di sini"),
        ({"variants": ("teman-gim=entah",)}, "tidak ada di sini"),
        ({"variants": ("teman-gim",)}, "tidak ada di sini"),
        ({"variants": ("bentuk-a=a",)}, "tidak ada di sini"),
        ({"address": "192.0.2.7"}, "tidak ada di sini"),
        ({"seats": "0"}, "1 sampai 1000"),
        ({"seats": "banyak"}, "1 sampai 1000"),
        ({"seats": "٣"}, "1 sampai 1000"),
        ({"port": "80"}, "1024 sampai 65535"),
        ({"days": ""}, "1 sampai 200"),
        ({"days": "201"}, "1 sampai 200"),
    ],
)
def test_a_plan_that_is_not_in_order_is_not_kept_and_says_why(
    desk: Desk, change: dict[str, str], words: str
) -> None:
    wrong = desk.settle(Form(**{**{name: getattr(GOOD, name) for name in Form.__slots__}, **change}))

    assert wrong.level == "bad"
    assert words in wrong.text["id"]
    assert read_plan(desk.data) == WorkshopPlan(mode="practice", keep_days=30)


def test_who_has_joined_is_not_kept_longer_than_was_said(desk: Desk) -> None:
    desk.data.mkdir(parents=True)
    past_workshop(desk.data, keep_days=10)
    longer, shorter = (Form(("teman-gim",), "practice", "", days, LOOPBACK, "8866") for days in ("11", "9"))

    assert "10" in desk.settle(longer).text["id"]
    assert desk.settle(shorter).level == "good"


def test_a_workshop_carries_the_course_that_is_chosen_and_plays_by_its_card(
    desk: Desk, tmp_path: Path
) -> None:
    course = carried_course(tmp_path / "courses", mode="test")
    choices = page_values(desk, None, "id")["courses"]

    saved = desk.settle(replace(GOOD, person=PERSON, course=str(course)).by_its_course())
    carried = read_plan(desk.data)
    again = desk.settle(replace(GOOD, person=PERSON))

    assert isinstance(choices, tuple)
    assert [(one.folder, one.mode, one.people) for one in choices] == [(course, "test", 3)]
    assert saved.level == "good"
    assert "Angkatan 2 dengan 3 peserta" in saved.text["id"]
    assert (carried.course, carried.mode, carried.cases) == (course, None, ())
    assert (again.level, read_plan(desk.data).course, read_plan(desk.data).cases) == (
        "good",
        None,
        GOOD.cases,
    )


def test_a_course_that_nobody_can_sit_down_in_is_refused_with_what_it_lacks(
    desk: Desk, tmp_path: Path
) -> None:
    course = carried_course(tmp_path / "courses")
    (course / "roster.csv").unlink()

    refused = desk.settle(replace(GOOD, person=PERSON, course=str(course)).by_its_course())

    assert refused.level == "bad"
    assert "belum punya daftar peserta" in refused.text["id"]
    assert "has no roster" in refused.text["en"]
    assert page_values(desk, None, "id")["courses"] == ()


def test_the_room_check_keeps_what_it_found(desk: Desk) -> None:
    found: list[Notice] = [
        notice(ROOM_TEXTS, "good", "room_started"),
        notice(ROOM_TEXTS, "look", "room_disk_low", size="1 MB"),
    ]
    desk.check = lambda _plan, _data: tuple(found)
    desk.settle(replace(GOOD, person=PERSON))

    assert desk.check_room().level == "look"
    assert desk.findings == tuple(found)


def test_a_workshop_that_cannot_start_says_why(desk: Desk) -> None:
    with socket.create_server((LOOPBACK, 0)) as busy:
        desk.settle(replace(GOOD, person=PERSON, port=str(busy.getsockname()[1])))
        answer = notice_of(desk.run)

    assert answer.level == "bad"
    assert "sedang dipakai" in answer.text["id"]
    assert "is in use" in answer.text["en"]
    assert not desk.runs


def test_the_next_workshop_is_there_before_it_runs_and_stays_the_same(desk: Desk) -> None:
    assert desk.current() == desk.current()


def test_a_workshop_has_a_name_that_the_next_one_does_not_take_over(desk: Desk) -> None:
    desk.settle(replace(GOOD, person=PERSON, title="Angkatan 2  Kupang"))

    first = desk.current()
    assert (first.label, desk.saved.title) == ("Angkatan 2 Kupang", "Angkatan 2 Kupang")
    desk.settle(replace(GOOD, person=PERSON, title="Angkatan 2"))
    assert desk.current().label == "Angkatan 2"
    assert "Angkatan 2 ditutup" in desk.close(first.name).text["id"]
    assert desk.saved.title == ""
    second = desk.current()
    assert (second.title, second.label) == ("", second.name)


def test_a_closed_workshop_opens_again_with_its_code_until_there_is_a_newer_one(desk: Desk) -> None:
    first = desk.current()
    desk.close(first.name)

    assert desk.open_again(first.name).level == "good"
    assert desk.current() == first
    desk.close(first.name)
    assert desk.current().code != first.code
    assert desk.open_again(first.name).level == "bad"


def test_a_report_is_made_without_closing_and_names_no_sector(tmp_path: Path) -> None:
    name = past_workshop(tmp_path, [("police", RIGHT)] * 6)
    (workshop,) = workshops_in(database_of(tmp_path))
    books = ExportSources(KEYS, CASE.parent, GUIDES)

    file = interim_report(database_of(tmp_path), tmp_path, workshop, books, now=NOW)

    assert file == tmp_path / "exports" / name / "sementara.html"
    page = file.read_text(encoding="utf-8")
    close_workshop(database_of(tmp_path), tmp_path, name, books, now=NOW)
    whole = (file.parent / "report.html").read_text(encoding="utf-8")
    police = load_sectors().sectors["police"].name["id"]
    assert (police in page, police in whole) == (False, True)
    assert not file.exists()


def test_a_report_after_one_more_person_tells_the_same_as_the_one_before(tmp_path: Path) -> None:
    books = ExportSources(KEYS, CASE.parent, GUIDES)
    pages = []
    for count in (5, 6):
        folder = tmp_path / str(count)
        folder.mkdir()
        past_workshop(folder, [("police", RIGHT)] * 5 + [("health", HARMFUL)] * (count - 5))
        (workshop,) = workshops_in(database_of(folder))
        file = interim_report(database_of(folder), folder, workshop, books, now=NOW)
        assert file is not None
        pages.append(
            file.read_text("utf-8")
            .replace(f"<strong>{count}</strong> peserta", "")
            .replace(f"<strong>{count}</strong> trainees", "")
        )

    assert pages[0] == pages[1]


def test_of_four_people_there_is_no_report(tmp_path: Path) -> None:
    past_workshop(tmp_path, [("police", RIGHT)] * 4)
    (workshop,) = workshops_in(database_of(tmp_path))

    books = ExportSources(KEYS, CASE.parent, GUIDES)

    assert interim_report(database_of(tmp_path), tmp_path, workshop, books, now=NOW) is None


def test_before_anybody_has_played_there_is_no_report(desk: Desk) -> None:
    assert desk.report(desk.current().name).level == "look"


def test_an_old_workshop_is_deleted_while_another_runs_and_the_running_one_is_not(desk: Desk) -> None:
    desk.data.mkdir(parents=True)
    old = past_workshop(desk.data, closed=True)
    running = desk.current()

    with FileLock(lock_of(desk.data)):
        assert desk.runs_elsewhere
        assert "sedang berjalan" in desk.delete(running.name, sure=True).text["id"]
        assert desk.delete(old, sure=True).level == "good"

    assert [one.name for one in desk.workshops()] == [running.name]
    assert not desk.runs_elsewhere


def test_times_are_those_of_the_place(desk: Desk) -> None:
    desk.data.mkdir(parents=True)
    past_workshop(desk.data, began=datetime(2026, 11, 1, 23, 30, tzinfo=UTC), closed=True)
    desk.settle(replace(GOOD, person=PERSON, zone="WIT"))

    when = cast("Callable[[datetime], str]", page_values(desk, None, "id")["when"])

    assert when(desk.workshops()[0].created) == "2026-11-02 08:30 WIT"
    now = now_in("WIT")
    called = datetime.strptime(desk.current().name, "workshop-%Y%m%d-%H%M%S").replace(tzinfo=now.tzinfo)
    assert abs(called - now) < timedelta(minutes=2)


def test_deleting_wants_to_be_sure(desk: Desk) -> None:
    desk.data.mkdir(parents=True)
    name = past_workshop(desk.data)

    assert desk.delete(name, sure=False).level == "bad"
    assert len(desk.workshops()) == 1
    assert desk.delete(name, sure=True).level == "good"
    assert desk.workshops() == ()


def test_what_is_due_is_forgotten_at_the_start(desk: Desk) -> None:
    desk.data.mkdir(parents=True)
    past_workshop(desk.data, keep_days=1)

    desk.sweep()

    assert desk.workshops() == ()


def test_a_server_that_says_nothing_is_told_by_its_log(tmp_path: Path) -> None:
    with pytest.raises(NotStartedError, match="no-such-case"):
        start_workshop(tmp_path, WorkshopPlan(port=0, person=PERSON, cases=("no-such-case",)))


def test_every_text_of_the_start_page_is_used() -> None:
    place = TESTS.parent / "release" / "workshop"
    files = [*place.glob("web/pages/start*.html"), *place.glob("desk/*.py")]
    used = "".join(file.read_text(encoding="utf-8") for file in files)
    kinds = ("level_good", "level_look", "level_bad", "mode_practice", "mode_discussion", "shut_title")
    courses = (
        "course_mode_practice",
        "course_mode_discussion",
        "course_mode_test",
        "test_before",
        "test_after",
    )
    more = ("nothing_title", "run_open", "run_paused", "run_closed", *CLOSE_TELLS, "close_cards")
    devices = (*get_args(Device), *(f"doubt_{kind}" for kind in ("vpn", "virtual", "here")))
    addresses = tuple(f"address_{kind}" for kind in devices)
    made = {f"start_{kind}" for kind in (*kinds, *courses, *addresses, *more)}

    assert [name for name in read_catalogue(TEXTS) if name not in used and name not in made] == []


def test_files_of_the_command_line_hold_for_this_time_alone(tmp_path: Path) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path)}
    desk = Desk.at(None, environ, {"certificate": Path("lab.pem"), "services": Path("local.csv")})

    desk.settle(GOOD)

    assert desk.plan.certificate == Path("lab.pem")
    assert Desk.at(None, environ).plan.certificate is None


def test_what_the_start_page_asks_for_is_refused_on_its_command_line() -> None:
    answer = CliRunner().invoke(workshop_commands.app, ["--start", "--port", "9000", "--seats", "4"])

    assert isinstance(answer.exception, BadInputError)
    assert "--port, --seats" in str(answer.exception)


# All of it, by buttons


def test_a_workshop_is_prepared_run_closed_and_deleted_by_buttons(
    facilitator: Facilitator, start: RunningStartPage
) -> None:
    port = free_port()
    plan = {**PLAN, "port": str(port)}

    assert PERSON in facilitator.press("rencana", {**plan, "person": PERSON})
    assert "1 kasus" in facilitator.press("rencana", plan | {"person": PERSON})
    facilitator.ask("/lembar")
    assert f"http://{LOOPBACK}:{port}" in facilitator.body
    assert "berjalan di" in facilitator.press("jalan")
    assert f'href="http://{LOOPBACK}:{port}/board"' in facilitator.body
    password = re.search(r"<dd>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})<br>", facilitator.body)
    assert password
    assert password.group(1) not in (start.data / "workshop.log").read_text(encoding="utf-8")
    assert password.group(1) not in (start.data / "plan.json").read_text(encoding="utf-8")
    server, *parts = psutil.Process(start.process.pid).children(recursive=True)
    assert not [one for one in (server, *parts) if password.group(1) in str((one.cmdline(), one.environ()))]
    visitor = Visitor(port)
    visitor.join()
    with visitor.play() as player:
        player.move(type="begin")
    assert "sudah berjalan" in facilitator.press("jalan")
    assert "Hentikan dulu" in facilitator.press("periksa")
    (workshop,) = workshops_in(database_of(start.data))
    assert workshop.keep_days == 7
    facilitator.press("jeda", {"name": workshop.name})
    with visitor.play() as player:
        player.until(lambda frame: frame.get("push") == "paused")
        assert "dilanjutkan" in facilitator.press("lanjut", {"name": workshop.name})
        player.until(lambda frame: frame.get("push") == "goes_on")
    assert "Belum ada laporan" in facilitator.press("sementara", {"name": workshop.name})
    assert facilitator.ask(f"/lokakarya/{workshop.name}/sementara").status == 404
    assert facilitator.ask("/tutup", {"name": workshop.name}).headers["Location"] == f"/tutup/{workshop.name}"
    assert facilitator.ask(f"/tutup/{workshop.name}").status == 200
    assert "1 orang ikut" in facilitator.body
    assert workshops_in(database_of(start.data))[0].closed is None
    assert "1 permainan" in facilitator.press("tutup", {"name": workshop.name, "sure": workshop.name})
    assert "sudah ditutup" in facilitator.body
    assert Visitor(port).ask("/masuk", {"sector": "-", "name": ""}).status == 409
    assert facilitator.ask(f"/lokakarya/{workshop.name}/laporan").status == 200
    assert (
        "sandbox" in facilitator.ask(f"/lokakarya/{workshop.name}/laporan").headers["Content-Security-Policy"]
    )
    facilitator.ask(f"/lokakarya/{workshop.name}/semua")
    with zipfile.ZipFile(io.BytesIO(facilitator.data)) as packed:
        assert f"{workshop.name}/decisions.csv" in packed.namelist()
    sure = {"name": workshop.name, "sure": workshop.name}
    assert "Hentikan dulu" in facilitator.press("hapus", sure)
    assert "dihentikan" in facilitator.press("henti")
    assert "yakin" in facilitator.press("hapus", {"name": workshop.name})
    assert "dihapus, bersama foldernya" in facilitator.press("hapus", sure)
    assert workshops_in(database_of(start.data)) == ()


def test_an_interim_report_opens_as_a_page_without_scripts(
    start: RunningStartPage, facilitator: Facilitator
) -> None:
    name = "workshop-20261101-070000"
    file = interim_of(start.data, name)
    file.parent.mkdir(parents=True)
    file.write_text("<p>Laporan", encoding="utf-8")

    answer = facilitator.ask(f"/lokakarya/{name}/sementara")

    assert (answer.status, facilitator.body) == (200, "<p>Laporan")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("end", [signal.SIGHUP, pytest.param(signal.SIGKILL, marks=pytest.mark.long)])
def test_with_its_terminals_window_the_workshop_ends_too(tmp_path: Path, end: signal.Signals) -> None:
    port = free_port()
    with running_start(tmp_path) as page:
        browser = Facilitator(page.port)
        browser.ask(page.link.partition(str(page.port))[2])
        assert "berjalan di" in browser.press("jalan", {**PLAN, "port": str(port), "person": PERSON})
        begun = psutil.Process(page.process.pid).children(recursive=True)
        assert begun

        page.process.send_signal(end)
        page.process.wait(60)

        wait_until(lambda: not any(child.is_running() for child in begun), "no process stays behind", 60)
        socket.create_server((LOOPBACK, port)).close()


def test_a_workshop_that_dies_is_told_and_the_page_ends_what_it_started(tmp_path: Path) -> None:
    port = free_port()
    with running_start(tmp_path) as page:
        browser = Facilitator(page.port)
        browser.ask(page.link.partition(str(page.port))[2])
        plan = {**PLAN, "seats": "", "port": str(port), "person": PERSON}
        assert "berjalan di" in browser.press("jalan", plan)
        server = psutil.Process(page.process.pid).children()[0]
        server.send_signal(signal.SIGTERM)

        def it_is_told() -> bool:
            browser.ask("/")
            return "berhenti sendiri" in browser.body

        wait_until(it_is_told, "the page says that the workshop has ended", 60)
        assert "berjalan di" in browser.press("jalan")
        again = psutil.Process(page.process.pid).children(recursive=True)
        assert again

        page.stop()

    wait_until(lambda: not any(child.is_running() for child in again), "no process stays behind")


def test_the_last_address_is_that_of_this_machine_alone() -> None:
    assert addresses()[-1].address == LOOPBACK
