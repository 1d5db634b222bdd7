"""The board on a running workshop: its door, what it tells, and what it tells nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

import pytest

from graders.report.page import TEXTS as REPORT_TEXTS
from release.workshop.failure import WorkshopRefusedError
from release.workshop.hall.board_memory import Projection
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.cookie import SEAT as SEAT_COOKIE
from release.workshop.seats.seat import Seat, SeatMaker
from release.workshop.serve.server import serve
from release.workshop.web.board import TEXTS
from release.workshop.web.board_door import MAX_PASSWORD, BoardDoor, WeakPasswordError, drawn_password
from release.workshop.web.board_view import Spoken, case_played
from release.workshop.web.invitation import Invitation
from release.workshop.wire import DecisionTally, Progress, RoomState, TallyAnswer
from release.workshop.writer.servers.hall import BOARD_TRIES as TRIES
from release.workshop.writer.store import WorkshopStore
from scenarios.case import Case
from scenarios.directory.services import load_directory
from scenarios.engine.event import Mode
from scenarios.feedback import TERMS, Standing
from scenarios.language import LANGUAGES, Language, read_catalogue
from tests.parts.databases import sqlite_url
from tests.parts.review_round import reviewed
from tests.parts.room_class import CASE, furnish
from tests.parts.stored import add_seat
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import KEYS

PASSWORD = "papan-untuk-uji"  # noqa: S105 -- of this test
SCRIPT = "<script>alert(1)</script>"
CLASS = [
    (sector, [("mendesak", "sedang"), ("bicara", pick)])
    for sector, pick in zip(["police"] * 4 + ["health"] * 4, ["marah"] * 2 + ["dengar"] * 6, strict=True)
]
READ = ("/board/data.json", "/board/projector.json")
CHANGE = {
    "/board/pace": {"case": CASE, "pace": "alone"},
    "/board/room": {"case": CASE, "decision": "mendesak", "state": "locked"},
    "/board/show": {"case": CASE, "decision": "mendesak"},
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A workshop in discussion mode with a class of eight, and a seat whose texts are scripts."""
    data = tmp_path_factory.mktemp("workshop")
    store = WorkshopStore(sqlite_url(data))
    furnish(store, CLASS)
    add_seat(store, Seat("d" * 32, SCRIPT, SCRIPT, typed=True), "script")
    store.close()
    with running_workshop(data, mode="discussion", board_password=PASSWORD) as running:
        yield running


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    return Visitor(workshop.port)


@pytest.fixture
def facilitator(workshop: Workshop) -> Visitor:
    found = Visitor(workshop.port)
    assert log_in(found).status == 303
    return found


def log_in(visitor: Visitor, password: str = PASSWORD) -> Any:  # noqa: ANN401 -- a response
    return visitor.ask("/board/masuk", {"password": password})


def data(visitor: Visitor, sectors: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.read(f"/board/data.json?kasus={CASE}&sektor={sectors}"))
    return found


def decision(visitor: Visitor, name: str, sectors: str = "") -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in data(visitor, sectors)["case"]["decisions"] if each["id"] == name
    )
    return found


def projected(visitor: Visitor) -> Any:  # noqa: ANN401 -- JSON
    return json.loads(visitor.read("/board/projector.json"))["shown"]


# The door


def test_the_board_shows_nothing_but_its_door_to_a_visitor(visitor: Visitor) -> None:
    page = visitor.read("/board")

    assert 'type="password"' in page
    assert "bd-board" not in page


def test_in_a_discussion_the_lobby_promises_the_reasons_when_they_are_opened(visitor: Visitor) -> None:
    assert "alasannya dibuka fasilitator untuk semua" in visitor.read("/")


@pytest.mark.parametrize("path", READ)
def test_a_visitor_reads_nothing_of_the_board(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path).status == 403
    assert visitor.bodies[-1] == "Forbidden"


@pytest.mark.parametrize("path", CHANGE)
def test_a_visitor_changes_nothing_in_the_room(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path, CHANGE[path]).status == 403


def test_a_seat_opens_no_board(visitor: Visitor) -> None:
    visitor.join()
    visitor.cookies["kasuslab_board"] = visitor.cookies["kasuslab_seat"]

    assert [visitor.ask(path).status for path in READ] == [403] * len(READ)
    assert [visitor.ask(path, form).status for path, form in CHANGE.items()] == [403] * len(CHANGE)
    assert visitor.ask("/board/projector").status == 302


def test_the_board_opens_no_seat_and_no_kernel(facilitator: Visitor) -> None:
    facilitator.cookies["kasuslab_seat"] = facilitator.cookies["kasuslab_board"]

    response = facilitator.ask("/kasus")

    assert (response.status, response.headers["Location"]) == (302, "/")


def test_the_cookie_of_the_board_is_its_own(visitor: Visitor) -> None:
    cookie = log_in(visitor).headers["Set-Cookie"]

    assert cookie.startswith("kasuslab_board=")
    assert {"HttpOnly", "Path=/board", "SameSite=Strict"} <= set(cookie.split("; "))


@pytest.mark.parametrize("typed", ["", "x", PASSWORD + "x", PASSWORD.upper(), "ü" * 300])
def test_a_wrong_password_opens_nothing(typed: str) -> None:
    door = BoardDoor.of(PASSWORD)

    assert door.opens(PASSWORD)
    assert not door.opens(typed)


def test_the_password_is_held_nowhere() -> None:
    assert PASSWORD not in repr(BoardDoor.of(PASSWORD))


def test_a_short_password_is_refused_with_a_sentence() -> None:
    with pytest.raises(WeakPasswordError, match="has 5 letters; at least 8 are needed"):
        BoardDoor.of("pendk")


def test_a_password_longer_than_its_field_opens_the_board_as_it_can_be_typed() -> None:
    door = BoardDoor.of("pendek" * 50)

    assert door.opens("pendek" * 50)
    assert door.opens(("pendek" * 50)[:MAX_PASSWORD])
    assert not door.opens("pendek" * 33)


def test_a_drawn_password_is_new_each_time_and_long_enough() -> None:
    drawn = {drawn_password() for _ in range(20)}

    assert len(drawn) == 20
    assert all(BoardDoor.of(each).opens(each) for each in list(drawn)[:2])


@pytest.mark.parametrize("token", [None, "", "x", "2|1:0|10:1|14:kasuslab_board|4:YWJj|00", "x" * 5000])
def test_a_cookie_that_was_not_signed_here_is_no_session(token: str | None) -> None:
    assert BoardDoor.of(PASSWORD).session(token) is None


def test_the_cookie_of_another_server_is_no_session() -> None:
    assert BoardDoor.of(PASSWORD).session(BoardDoor.of(PASSWORD).token()) is None


def test_after_five_wrong_passwords_the_next_ones_wait(workshop: Workshop) -> None:
    statuses = [try_from("127.0.0.9", workshop, f"salah-{number}") for number in range(TRIES + 1)]

    assert statuses == [422] * TRIES + [429]
    assert try_from("127.0.0.9", workshop, PASSWORD) == 429
    assert log_in(Visitor(workshop.port)).status == 303, "another address is not kept out"


def test_a_seat_opens_the_board_where_others_at_its_address_used_the_tries_up(workshop: Workshop) -> None:
    seat = SeatMaker((workshop.data / "secret").read_bytes()).cookie.sign("d" * 32)
    for number in range(TRIES):
        try_from("127.0.0.8", workshop, f"salah-{number}")

    assert try_from("127.0.0.8", workshop, PASSWORD) == 429
    assert try_from("127.0.0.8", workshop, PASSWORD, Cookie=f"{SEAT_COOKIE}={seat}") == 303


def try_from(address: str, workshop: Workshop, password: str, **headers: str) -> int:
    """The status of a login from one of this machine's own addresses."""
    line = HTTPConnection("127.0.0.1", workshop.port, timeout=30, source_address=(address, 0))
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    line.request("POST", "/board/masuk", urlencode({"password": password}), sent)
    response = line.getresponse()
    assert response.status != 429 or int(response.headers["Retry-After"]) > 0
    response.read()
    line.close()
    return response.status


def test_after_the_logout_the_cookie_opens_nothing(facilitator: Visitor) -> None:
    kept = dict(facilitator.cookies)
    facilitator.ask("/board/keluar", {})
    facilitator.cookies = kept

    assert [facilitator.ask(path).status for path in READ] == [403, 403]


@pytest.mark.parametrize("path", CHANGE)
def test_a_form_of_another_site_is_refused(facilitator: Visitor, path: str) -> None:
    assert facilitator.ask(path, CHANGE[path], Origin="http://elsewhere.test").status == 403


@pytest.mark.parametrize("path", ["/board", "/board/projector", *READ])
def test_the_pages_of_the_board_have_the_headers_of_all_pages(facilitator: Visitor, path: str) -> None:
    headers = facilitator.ask(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("mode", ["test", "panel"])
def test_a_workshop_is_no_test_and_no_panel(mode: Mode, tmp_path: Path) -> None:
    environ = {"KASUSLAB_KEYS": str(KEYS)}
    with pytest.raises(WorkshopRefusedError, match="for practice or discussion"):
        serve(WorkshopPlan(port=0, person="Ibu R.", data=tmp_path, mode=mode), environ=environ)


def test_a_password_that_nobody_set_is_printed_once(tmp_path: Path) -> None:
    with running_workshop(tmp_path) as running:
        assert running.process.stdout is not None
        said = running.process.stdout.readline()
        found = re.fullmatch(
            r"The facilitator's board: \S+/board, password: (\S+) \(it is shown only here, and only once\)\n",
            said,
        )
        assert found, said
        facilitator = Visitor(running.port)
        assert log_in(facilitator, found.group(1)).status == 303

        assert facilitator.ask("/board/room", CHANGE["/board/room"]).status == 422, "this is practice"


# What it tells


def test_the_board_tells_how_many_are_where(facilitator: Visitor) -> None:
    found = data(facilitator)

    assert (found["mode"], found["pauses"], found["skips"]) == ("discussion", 0, 0)
    assert found["seats"] > 8, "those who joined and have not begun, too"
    assert found["cases"] == [{"id": CASE, "title": "Daftar Nilai", "begun": 8, "finished": 0}]
    scenes = {scene["id"]: scene["count"] for scene in found["case"]["scenes"] if scene["count"]}
    assert scenes == {"langkah": 6, "diam": 2}


def test_the_board_tells_what_was_picked_and_what_harms(facilitator: Visitor) -> None:
    found = decision(facilitator, "bicara")

    assert [(option["id"], option["count"], option["standing"]) for option in found["options"]] == [
        ("catat", 0, "partly"), ("marah", 2, "harmful"), ("dengar", 3, "right")
    ]  # fmt: skip
    assert [made["count"] for made in found["harm"]] == [2]
    assert (found["answered"], found["n"]) == (8, 5), (
        "the last three stay out of the bars until five have come"
    )


def test_sectors_are_told_only_when_asked_for_and_small_ones_never(facilitator: Visitor) -> None:
    assert decision(facilitator, "bicara")["sectors"] is None

    # The first five are four of the police and one of health.
    assert decision(facilitator, "bicara", "bicara")["sectors"] == {"n": 5, "hidden": 5, "groups": []}


@pytest.mark.parametrize("mode", ["practice", "discussion", "test"])
def test_the_board_has_a_name_for_each_mode_that_a_workshop_is_played_in(mode: Mode) -> None:
    assert f"ui_mode_{mode}" in read_catalogue(TEXTS)


def test_the_board_speaks_both_languages(facilitator: Visitor) -> None:
    assert facilitator.ask("/board/bahasa/en").status == 303
    assert data(facilitator)["case"]["title"] != "Daftar Nilai"
    assert "Log out" in facilitator.read("/board")


@pytest.mark.parametrize("language", LANGUAGES)
def test_board_and_report_call_an_option_what_its_feedback_calls_it(language: Language) -> None:
    places = {TERMS: "standing_", TEXTS: "ui_standing_", REPORT_TEXTS: "standing_"}
    for standing in get_args(Standing):
        told = {read_catalogue(file)[name + standing][language].lower() for file, name in places.items()}

        assert len(told) == 1


def test_nothing_but_the_key_is_called_by_its_word() -> None:
    # “Kunci jawaban” is an answer key; who reads it on a button that stops answers expects to see one.
    texts = read_catalogue(TEXTS).items()

    assert [
        name for name, text in texts if "kunci" in text["id"].lower() and "key" not in text["en"].lower()
    ] == []


def test_nothing_that_a_person_wrote_reaches_the_board(facilitator: Visitor) -> None:
    for path in ("/board", "/board/projector", f"/board/data.json?kasus={CASE}&sektor=bicara", *READ):
        facilitator.read(path)

    told = "".join(facilitator.bodies)
    assert SCRIPT not in told
    assert "alert" not in told
    assert "Kepodang" not in told


# The projector


def test_the_projector_shows_only_what_was_sent_to_it(facilitator: Visitor) -> None:
    facilitator.ask("/board/show", {})
    assert projected(facilitator) is None

    assert facilitator.ask("/board/show", {"case": CASE, "decision": "bicara"}).status == 204

    shown = projected(facilitator)
    assert (shown["id"], shown["answered"], shown["sectors"]) == ("bicara", 8, None)
    assert data(facilitator)["projector"]["ask"] == shown["ask"]
    facilitator.ask("/board/show", {})
    assert projected(facilitator) is None


def test_an_idle_projector_shows_how_to_join_and_how_many_have(facilitator: Visitor) -> None:
    facilitator.ask("/board/show", {})

    found = json.loads(facilitator.read("/board/projector.json"))

    assert found["join"]["address"] == f"http://127.0.0.1:{facilitator.port}"
    assert found["join"]["qr"]["size"] > 20
    assert (found["seats"], found["closed"]) == (data(facilitator)["seats"], False)
    assert data(facilitator)["join"] == found["join"]


def test_what_is_projected_takes_the_place_of_how_to_join(facilitator: Visitor) -> None:
    facilitator.ask("/board/show", {"case": CASE, "decision": "bicara"})

    found = json.loads(facilitator.read("/board/projector.json"))

    assert found["join"] is None
    facilitator.ask("/board/show", {})


@pytest.mark.parametrize(
    "form", [{"case": "entah", "pace": "alone"}, {"case": CASE, "pace": "cepat"}], ids=["case", "pace"]
)
def test_a_pace_that_there_is_not_is_refused(facilitator: Visitor, form: dict[str, str]) -> None:
    assert facilitator.ask("/board/pace", form).status == 422


@pytest.mark.parametrize("minutes", ["0", "61", "-1", "x", "100"])
def test_a_timer_that_there_is_not_is_refused(facilitator: Visitor, minutes: str) -> None:
    form = {**CHANGE["/board/room"], "state": "open", "minutes": minutes}

    assert facilitator.ask("/board/room", form).status == 422


def test_the_board_sets_the_pace_of_the_room(facilitator: Visitor) -> None:
    assert facilitator.ask("/board/pace", {"case": CASE, "pace": "stepwise"}).status == 204
    assert (data(facilitator)["pace"], data(facilitator)["pace_case"]) == ("stepwise", CASE)
    assert decision(facilitator, "langkah")["state"] == "ahead"

    assert facilitator.ask("/board/pace", {"pace": "free"}).status == 204
    assert decision(facilitator, "langkah")["state"] == "open"


def test_the_board_opens_on_the_case_that_is_played(facilitator: Visitor) -> None:
    assert data(facilitator)["playing"] == CASE


@pytest.mark.parametrize(
    "form", [{"case": "entah"}, {"case": CASE, "decision": "entah"}, {"case": CASE, "decision": "refleksi"}]
)
def test_what_is_no_chart_is_not_sent_to_the_projector(facilitator: Visitor, form: dict[str, str]) -> None:
    assert facilitator.ask("/board/show", form).status == 422


@pytest.mark.parametrize(
    "change",
    [{"state": "closed"}, {"decision": "entah"}, {"case": "entah"}],
    ids=lambda change: next(iter(change)),
)
def test_a_state_that_there_is_not_is_refused(facilitator: Visitor, change: dict[str, str]) -> None:
    assert facilitator.ask("/board/room", {**CHANGE["/board/room"], **change}).status == 422


def test_a_participants_page_is_nudged_and_shows_the_reveal(workshop: Workshop, facilitator: Visitor) -> None:
    participant = Visitor(workshop.port)
    participant.join(sector="school")
    with participant.play() as line:
        line.move(type="begin")
        line.move(type="decide", decision="mendesak", pick="rendah")
        assert line.view["feedback"] is None
        assert facilitator.ask("/board/show", {"case": CASE, "decision": "mendesak"}).status == 204
        assert "standing" not in json.dumps(projected(facilitator))
        for state in ("locked", "revealed"):
            form = {**CHANGE["/board/room"], "state": state}
            assert facilitator.ask("/board/room", form).status == 204
            line.until(lambda told: told.get("push") == "refresh")

        line.send({"type": "language", "language": "id"})

        due = line.next_view()["feedback"]
    assert due["note"]["decision"] == "mendesak"
    assert due["note"]["room"] == {
        "n": 5,
        "counts": {"rendah": 0, "sedang": 5, "tinggi": 0},
        "uncounted": True,
    }
    assert [option["standing"] for option in projected(facilitator)["options"]] == [
        "wrong",
        "right",
        "partly",
    ]
    assert facilitator.ask("/board/room", {**CHANGE["/board/room"], "state": "open"}).status == 422


# What the board opens on


def progress(**cases: tuple[int, int]) -> TallyAnswer:
    begun = {name: Progress(begun=all_of_them, finished=over) for name, (all_of_them, over) in cases.items()}
    return {**tally("discussion", "open"), "cases": begun}


def test_the_case_that_most_are_in_is_played_and_no_other_that_stands_first() -> None:
    assert case_played(progress(a=(0, 0), b=(9, 8), c=(4, 0))) == "c"


def test_where_all_have_ended_the_case_that_most_began_is_shown() -> None:
    assert case_played(progress(a=(0, 0), b=(9, 9), c=(4, 4))) == "b"


def test_where_nobody_has_begun_no_case_is_played() -> None:
    assert case_played(progress(a=(0, 0), b=(0, 0))) == ""


def test_the_case_that_the_facilitator_opened_is_played() -> None:
    found = progress(a=(0, 0), b=(9, 0))
    found["pace"], found["pace_case"] = "alone", "a"

    assert case_played(found) == "a"


# What the projector may know


def tally(mode: Mode, state: RoomState) -> TallyAnswer:
    nothing: DecisionTally = {
        "state": "open",
        "n": 0,
        "answered": 0,
        "left": 6,
        "seconds": None,
        "why": {},
        "counts": None,
        "standing": {},
        "order": [],
        "harm": None,
    }
    found: DecisionTally = {
        "state": state,
        "n": 6,
        "left": 0,
        "seconds": None,
        "why": {"dengar": {"id": "Anak didengar.", "en": "The child is heard."}},
        "answered": 6,
        "counts": {"catat": 1, "marah": 2, "dengar": 3},
        "standing": {"catat": "wrong", "marah": "harmful", "dengar": "right"},
        "order": [],
        "harm": [{"code": "E05", "name": {"id": "Menyalahkan", "en": "Blaming"}, "count": 2}],
    }
    decisions = dict.fromkeys(("mendesak", "langkah", "urutan", "serah", "refleksi"), nothing)
    return {
        "answer": "tally",
        "mode": mode,
        "closed": None,
        "pace": "free",
        "pace_case": "",
        "seats": 6,
        "pauses": 0,
        "skips": 0,
        "cases": {CASE: {"begun": 6, "finished": 0}},
        "case": {
            "scenes": {},
            "decisions": {**decisions, "bicara": found},
            "variant": None,
            "variants": {},
            "debrief": {},
            "talks": {},
        },
        "sectors": None,
    }


@pytest.mark.parametrize(
    ("mode", "state", "told"),
    [
        ("discussion", "open", False),
        ("discussion", "locked", False),
        ("discussion", "revealed", True),
        ("practice", "open", False),
        ("practice", "revealed", False),
    ],
)
def test_the_key_is_on_the_projector_only_after_the_reveal(
    small_case: Case, mode: Mode, state: RoomState, *, told: bool
) -> None:
    spoken = Spoken({CASE: small_case}, load_directory(), "id")

    view = spoken.projector(tally(mode, state), Projection(CASE, "bicara"))

    assert view is not None
    assert ("right" in json.dumps(view)) is told
    assert (view["harm"] == [{"name": "Menyalahkan", "count": 2}]) is told
    assert (view["review"] != "") is told


def test_beside_the_key_board_and_projector_say_who_has_reviewed_it_or_that_nobody_has(
    small_case: Case,
) -> None:
    said: list[str] = []
    for case in (small_case, reviewed(small_case)):
        spoken = Spoken({CASE: case}, load_directory(), "en")
        revealed = tally("discussion", "revealed")
        projected = spoken.projector(revealed, Projection(CASE, "bicara"))
        board = spoken.board(revealed, CASE, "", None, Invitation("http://10.0.0.1/", "kode"))["case"]
        assert projected is not None
        assert board is not None
        assert projected["review"] == board["review"]
        said.append(board["review"])

    assert said[0].startswith("Draft. No practitioner has reviewed this case yet, and no expert panel")
    assert said[1].startswith("Reviewed by ")
