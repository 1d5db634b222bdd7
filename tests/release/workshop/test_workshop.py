from __future__ import annotations

import html
import json
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import yaml
from websockets.exceptions import ConnectionClosed, InvalidStatus

from release.workshop.failure import WorkshopRefusedError
from release.workshop.kernels.kernels import WorkshopSpecs, kernel_environ
from release.workshop.plan import WorkshopPlan
from release.workshop.seats.cookie import SEAT
from release.workshop.seats.seat import SeatMaker, maker_in
from release.workshop.seats.throttle import SEAT_SHARE
from release.workshop.serve.network import listening, reached_by_others, url_host
from release.workshop.serve.server import serve
from release.workshop.web.app import kernel_transport
from release.workshop.web.assets import PAGES, Asset, read_assets
from release.workshop.web.page import TEXTS, page_environment
from release.workshop.web.websocket import MAX_MESSAGE, admitted
from scenarios.language import LANGUAGES, SOURCE, Texts, read_catalogue
from tests.parts.workshop_server import BY_PORTS, PERSON, PageSocket, Visitor, Workshop, running_workshop
from tests.places import KEYS, TESTS

PICKS: dict[str, object] = {
    "mendesak": "sedang",
    "bicara": "dengar",
    "langkah": ["catat", "minta"],
    "urutan": ["aman", "setuju", "sekolah", "pantau"],
    "serah": [{"service": "sekolah", "urgency": "hari", "packet": ["tindakan"]}],
    "refleksi": "Saya akan bertanya lebih dulu.",
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with running_workshop(tmp_path_factory.mktemp("workshop")) as running:
        yield running


@pytest.fixture
def visitor(workshop: Workshop) -> Visitor:
    return Visitor(workshop.port)


def whys(decision: str | None = None) -> set[str]:
    """Every reason of the key in both languages, or those on one decision."""

    def texts(part: object) -> Iterator[str]:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            for inner in part.values():
                yield from texts(inner)

    found: set[str] = set()
    for name in ("daftar-nilai.yaml", "daftar-nilai.en.yaml"):
        keys = yaml.safe_load((KEYS / name).read_text(encoding="utf-8"))["decisions"]
        for key in [keys[decision]] if decision else keys.values():
            for part in ("why", "why_urgency", "why_packet"):
                found.update(texts(key.get(part, {})))
    assert found
    return found


def play_on(line: PageSocket) -> Iterator[str]:
    """Play from the current view to the end; before each decision its id is given."""
    while line.view["screen"] != "ended":
        scene = line.view["scene"]
        if scene["decision"] is None:
            line.move(type="continue", scene=scene["id"])
            continue
        decision = scene["decision"]["id"]
        yield decision
        line.move(type="decide", decision=decision, pick=PICKS[decision], sure=True)


# The lobby


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lobby_says_what_this_is_in_both_languages(visitor: Visitor, language: str) -> None:
    texts = read_catalogue(TEXTS)
    visitor.ask(f"/bahasa/{language}")

    page = visitor.read("/")

    assert f'<html lang="{language}"' in page
    assert PERSON in page
    for name in ("adults", "practice", "practice_title", "what"):
        assert texts[f"lobby_{name}"][language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lobby_says_in_two_sentences_what_for_and_for_how_long_things_are_stored(
    visitor: Visitor, language: str
) -> None:
    told = read_catalogue(TEXTS)["lobby_stored"][language].format(days=30)
    visitor.ask(f"/bahasa/{language}")

    assert told in visitor.read("/")
    assert told.count(". ") == 1


def test_every_text_of_the_workshop_is_used() -> None:
    used = "".join((PAGES / name).read_text("utf-8") for name in page_environment().list_templates())
    used += "".join(file.read_text("utf-8") for file in (TESTS.parent / "release").rglob("*.py"))

    unused = [
        name
        for name in read_catalogue(TEXTS)
        if name.startswith(("lobby_", "workshop_")) and name not in used
    ]

    assert unused == []


def test_taking_a_seat_sets_a_cookie_that_scripts_and_other_sites_do_not_see(visitor: Visitor) -> None:
    response = visitor.ask("/masuk", {"sector": "health"})

    cookie = response.headers["Set-Cookie"]
    assert response.status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_seat_shows_its_pseudonym_and_its_code(visitor: Visitor) -> None:
    code = visitor.join()

    page = visitor.read("/")
    assert re.search(r'class="ws-pseudonym">[A-Z][a-z]+ [A-Z][a-z]+ \d\d<', page)
    assert visitor.join() == code


def kept_seat(workshop: Workshop, pseudonym: str) -> tuple[str | None, int]:
    """The sector of a seat, and whether its pseudonym was typed, as the database has them."""
    with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
        query = "select sector, typed from seat where pseudonym = ?"
        sector, typed = database.execute(query, (pseudonym,)).fetchone()
    return sector, typed


def test_a_pseudonym_that_was_typed_is_kept_as_such_with_the_sector(
    visitor: Visitor, workshop: Workshop
) -> None:
    visitor.join(sector="health", name="  teh \u202e <b>manis</b> ")

    assert "teh &lt;b&gt;manis&lt;/b&gt;" in visitor.bodies[-1]
    assert kept_seat(workshop, "teh <b>manis</b>") == ("health", 1)


def test_a_drawn_pseudonym_is_kept_as_such_and_a_sector_need_not_be_said(
    visitor: Visitor, workshop: Workshop
) -> None:
    visitor.join(sector="-")
    found = re.search(r'class="ws-pseudonym">([^<]+)<', visitor.bodies[-1])
    assert found

    assert kept_seat(workshop, found.group(1)) == (None, 0)


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, "lobby_sector_missing"),
        ({"sector": "nelayan"}, "lobby_sector_missing"),
        ({"sector": "-", "name": "x"}, "lobby_name_length"),
        ({"sector": "-", "name": "\u200b\u200bx"}, "lobby_name_length"),
        ({"sector": "-", "name": "terlalu panjang untuk layar"}, "lobby_name_length"),
        ({"sector": "-", "name": "0812 3456 789"}, "lobby_name_private"),
        ({"sector": "-", "name": "ani@sekolah.sch.id"}, "lobby_name_private"),
        ({"sector": "-", "name": "Siti Aminah"}, "lobby_name_doubt"),
        ({"sector": "-", "name": "Siti"}, "lobby_name_doubt"),
        ({"sector": "-", "name": "Siti", "sure": "Sita"}, "lobby_name_doubt"),
    ],
)
def test_a_form_that_is_not_in_order_gives_no_seat_and_says_why(
    visitor: Visitor, form: dict[str, str], wrong: str
) -> None:
    assert visitor.ask("/masuk", form).status == 422

    assert read_catalogue(TEXTS)[wrong]["id"] in html.unescape(visitor.bodies[-1])
    assert "kasuslab_seat" not in visitor.cookies


def test_what_looks_like_a_name_is_asked_about_once(visitor: Visitor) -> None:
    form = {"sector": "police", "name": "Kopi Hitam"}
    visitor.ask("/masuk", form)
    assert '<input type="hidden" name="sure" value="Kopi Hitam">' in visitor.bodies[-1]
    assert '<input id="nama" name="name" type="text" maxlength="24"' in visitor.bodies[-1]
    assert 'value="Kopi Hitam" aria-describedby' in visitor.bodies[-1]

    assert visitor.ask("/masuk", {**form, "sure": "Kopi Hitam"}).status == 303


def test_a_pseudonym_that_is_taken_is_not_given_again(visitor: Visitor, workshop: Workshop) -> None:
    Visitor(workshop.port).join(name="si tenang")

    assert visitor.ask("/masuk", {"sector": "-", "name": "si tenang"}).status == 422
    assert read_catalogue(TEXTS)["lobby_name_taken"]["id"] in visitor.bodies[-1]


def test_nobody_guesses_resume_codes_and_the_right_one_costs_no_try(workshop: Workshop) -> None:
    with running_workshop(workshop.data / "other") as other:
        guest = Visitor(other.port)
        code = guest.join()
        for _ in range(3):
            assert guest.ask("/lanjut", {"code": code}).status == 303
        tries = [guest.ask("/lanjut", {"code": f"AAAA-{number:04}"}) for number in range(120)]

        assert [each.status for each in tries[:100]] == [422] * 100
        refused = [each for each in tries[100 + SEAT_SHARE.at_once :] if each.status == 429]
        assert int(refused[0].headers["Retry-After"]) > 0
        assert guest.ask("/lanjut", {"code": code}).status == 429
        assert read_catalogue(TEXTS)["lobby_too_many"]["id"] in guest.bodies[-1]


def test_a_room_of_phones_behind_one_address_gets_in_at_once(workshop: Workshop) -> None:
    with ThreadPoolExecutor(16) as phones:
        joined = phones.map(lambda _: len(Visitor(workshop.port).join()), range(70))

        assert set(joined) == {9}


def test_a_resume_code_opens_the_same_seat_elsewhere(visitor: Visitor, workshop: Workshop) -> None:
    code = visitor.join()
    other = Visitor(workshop.port)

    response = other.ask("/lanjut", {"code": code.lower().replace("-", " ")})

    assert (response.status, response.headers["Location"]) == (303, "/kasus")
    assert code in other.read("/")


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "x" * 9000, "<script>"])
def test_an_unknown_code_opens_nothing_and_says_so(visitor: Visitor, code: str) -> None:
    response = visitor.ask("/lanjut", {"code": code})

    assert response.status == 422
    assert read_catalogue(TEXTS)["lobby_code_unknown"]["id"] in visitor.bodies[-1]
    assert "kasuslab_seat" not in visitor.cookies


def test_handing_the_phone_over_takes_the_seat_from_it(visitor: Visitor) -> None:
    code = visitor.join()

    visitor.ask("/keluar", {})

    assert code not in visitor.read("/")


@pytest.mark.parametrize(("came", "back"), [("", "/"), ("?dari=kasus", "/kasus"), ("?dari=//x.test", "/")])
def test_the_language_is_switched_where_one_is(visitor: Visitor, came: str, back: str) -> None:
    assert visitor.ask(f"/bahasa/en{came}").headers["Location"] == back


@pytest.mark.parametrize("path", ["/bahasa/fr", "/bahasa/ID", "/bahasa/", "/board/bahasa/fr"])
def test_no_link_leads_to_a_language_that_the_lab_does_not_speak(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path).status == 404
    assert "kasuslab_language" not in visitor.cookies


def test_a_language_chosen_once_that_is_on_offer_no_more_gives_way_to_the_first(visitor: Visitor) -> None:
    visitor.cookies["kasuslab_language"] = "fr"

    assert f'<html lang="{SOURCE}"' in visitor.read("/")


@pytest.mark.parametrize("path", ["/masuk", "/lanjut", "/keluar", "/g"])
def test_a_form_of_another_site_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path, {}, Origin="http://elsewhere.test").status == 403
    assert visitor.ask(path, {}, Origin="null").status == 403


def test_a_forged_cookie_is_nobodys(visitor: Visitor) -> None:
    visitor.cookies["kasuslab_seat"] = "a" * 32

    response = visitor.ask("/kasus")

    assert (response.status, response.headers["Location"]) == (302, "/")


def test_a_seat_of_another_database_leads_to_the_lobby(visitor: Visitor, workshop: Workshop) -> None:
    visitor.cookies[SEAT] = maker_in(workshop.data).cookie.sign("0" * 32)

    response = visitor.ask("/kasus")

    assert (response.status, response.headers["Location"]) == (302, "/")
    assert visitor.ask("/").status == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/voila/query/", "/api/kernels/", "/voila/api/shutdown/", "/voila/execution/"),
        *("/voila/files/workshop.ipynb", "/voila/static/voila.js", "/voila/templates/lab/static/x.css"),
        *("/voila/render/workshop.ipynb", "/voila/tree", "/voila/api/contents/", "/login", "/api/kernels"),
        *("/kasus/workshop.ipynb", "/aset/0000000000000000/player.js", "/aset/../secret"),
    ],
)
def test_no_other_door_is_open(visitor: Visitor, path: str) -> None:
    visitor.join()
    if path.endswith("/"):
        path += "00000000-0000-0000-0000-000000000000"

    assert visitor.ask(path).status == 404
    assert visitor.ask(path, {}).status in {404, 405}


def test_pages_are_kept_nowhere_and_assets_for_ever(visitor: Visitor) -> None:
    page = visitor.ask("/")
    asset = re.search(r'href="(/aset/\S+\.css)"', visitor.bodies[-1])
    assert asset

    styles = visitor.ask(asset.group(1), Accept_Encoding="identity")

    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert styles.headers["Cache-Control"] == "public, max-age=31536000, immutable"


# The door


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A workshop that asks for its code, as on a network address."""
    with running_workshop(tmp_path_factory.mktemp("guarded"), code=True, keep_days=30) as running:
        yield running


def test_the_console_tells_the_code_that_phones_are_asked_for(guarded: Workshop) -> None:
    assert guarded.process.stdout is not None
    lines = [guarded.process.stdout.readline() for _ in range(2)]  # of the board, and of the code

    assert guarded.code() in lines[1]


def test_without_the_code_there_is_no_seat(guarded: Workshop) -> None:
    visitor = Visitor(guarded.port)

    assert "/masuk" not in visitor.read("/")
    assert visitor.ask("/masuk", {"sector": "-"}).headers["Location"] == "/"
    assert visitor.ask("/lanjut", {"code": "AAAA-AAAA"}).headers["Location"] == "/"
    assert visitor.cookies == {}


@pytest.mark.parametrize("typed", ["AAAA", "", "<script>", "x" * 9000, "%00"])
def test_a_wrong_code_opens_no_door_and_says_so(guarded: Workshop, typed: str) -> None:
    visitor = Visitor(guarded.port)

    assert visitor.ask("/g", {"door": typed}).status == 422
    assert read_catalogue(TEXTS)["lobby_door_wrong"]["id"] in visitor.bodies[-1]
    assert visitor.cookies == {}


def test_the_code_is_typed_once_or_comes_with_the_link(guarded: Workshop) -> None:
    code, typing, scanning = guarded.code(), Visitor(guarded.port), Visitor(guarded.port)
    spaced = f" {code[:2].lower()} {code[2:].lower()}"

    assert typing.ask("/g", {"door": spaced}).status == 303
    response = scanning.ask(f"/g/{code}")

    assert (response.status, response.headers["Location"]) == (303, "/")
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert code not in response.headers["Set-Cookie"]
    for visitor in (typing, scanning):
        assert visitor.join()
        visitor.ask("/keluar", {})
        assert "/masuk" in visitor.read("/")
    assert "30 hari" in typing.bodies[-1]


def test_the_cookie_of_another_door_opens_none(guarded: Workshop) -> None:
    visitor = Visitor(guarded.port)
    visitor.cookies["kasuslab_door"] = SeatMaker(b"x" * 32).door_cookie.sign("x")

    assert "/masuk" not in visitor.read("/")


# The page that plays


def test_a_whole_case_is_played_and_no_reason_comes_before_its_decision(workshop: Workshop) -> None:
    visitor = Visitor(workshop.port)
    visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        due: set[str] = set()
        for decision in play_on(line):
            sent = "".join([*line.frames, *visitor.bodies])
            assert not [why for why in whys() - due if why in sent], decision
            due |= whys(decision) if decision != "refleksi" else set()
        assert line.view["result"]["note"]["S"] > 80
        sent = "".join(line.frames)

    assert [why for why in whys("bicara") if why in sent]


def test_a_page_that_is_loaded_again_goes_on_where_it_stood(visitor: Visitor, workshop: Workshop) -> None:
    code = visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        line.move(type="decide", decision="mendesak", pick="sedang")
        before = line.view["scene"]["id"]

    with visitor.play() as line:
        assert line.view["scene"]["id"] == before

    other = Visitor(workshop.port)
    other.ask("/lanjut", {"code": code})
    with other.play() as line:
        assert line.view["scene"]["id"] == before


def test_two_pages_of_a_seat_write_one_play_and_the_first_is_told(visitor: Visitor) -> None:
    visitor.join()
    with visitor.play() as first:
        first.move(type="begin")
        with visitor.play() as second:
            first.move(type="decide", decision="mendesak", pick="tinggi")
            second.move(type="decide", decision="mendesak", pick="sedang")

            assert first.view["fault"]["code"] == "closed"
            assert second.view["n"] == 2


def test_a_page_that_says_where_it_stands_goes_on_there_from_its_first_message(visitor: Visitor) -> None:
    visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        place = line.at

    with visitor.connect() as socket:
        back = PageSocket(socket, at=place)
        back.send({"type": "decide", "n": 1, "decision": "mendesak", "pick": "sedang"})

        assert back.next_view()["n"] == 2


def test_a_place_that_no_page_was_given_opens_nothing_that_is_not_the_seats(visitor: Visitor) -> None:
    visitor.join()
    with visitor.connect() as socket:
        line = PageSocket(socket, at={"language": "id", "case": "../secret", "again": True})
        line.send({"type": "ready"})

        view = line.next_view()
        # The one case of this room, whoever asks for whatever else.
        assert (view["screen"], view["case"]["title"]) == ("cover", "Daftar Nilai")


def test_what_is_sent_twice_is_kept_once(visitor: Visitor, workshop: Workshop) -> None:
    visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        line.send({"type": "decide", "n": 1, "decision": "mendesak", "pick": "sedang"})
        line.resend()

        assert [
            line.until(lambda told: told.get("seq") == line.seq)["replies"][0]["view"]["n"] for _ in "12"
        ] == [2, 2]
    with closing(sqlite3.connect(workshop.data / "workshop.sqlite")) as database:
        query = "select count(*) from event where play = (select play from event order by rowid desc limit 1)"
        assert database.execute(query).fetchone() == (2,)


@pytest.mark.parametrize("who", ["nobody", "a stranger"])
def test_whoever_has_no_seat_opens_no_websocket(workshop: Workshop, who: str) -> None:
    visitor = Visitor(workshop.port)
    if who == "a stranger":
        visitor.cookies["kasuslab_seat"] = SeatMaker(b"x" * 32).cookie.sign("a" * 32)

    with pytest.raises(InvalidStatus, match="403"):
        visitor.connect()
    assert visitor.ask("/kasus/duduk").status == 403


def test_a_page_whose_line_was_closed_is_told_that_its_seat_plays_on(visitor: Visitor) -> None:
    visitor.join()

    assert visitor.ask("/kasus/duduk").status == 204


def test_another_sites_page_opens_no_websocket(visitor: Visitor) -> None:
    visitor.join()

    with pytest.raises(InvalidStatus, match="403"):
        visitor.connect(Origin="http://elsewhere.test")


def test_no_code_and_no_state_reaches_a_kernel(visitor: Visitor, tmp_path: Path) -> None:
    visitor.join()
    with visitor.play() as line:
        mark = tmp_path / "ran"
        for kind, content in (
            ("execute_request", {"code": f"open({str(mark)!r}, 'w')", "silent": False}),
            ("comm_open", {"comm_id": "x", "target_name": "kasuslab-page", "data": {"seat_pass": "x"}}),
            ("comm_msg", {"comm_id": "x", "data": {"seq": 1, "at": None, "message": {"type": "ready"}}}),
            ("shutdown_request", {"restart": False}),
        ):
            header = {"msg_id": "x", "msg_type": kind, "session": "x", "username": "", "version": "5.3"}
            line.socket.send(json.dumps({"channel": "shell", "header": header, "content": content}))
            line.socket.send(json.dumps({"seq": 1, "at": None, "message": {}, "header": header}))
        count = len(line.frames)

        assert line.is_answered()
        assert not mark.exists()
        assert len(line.frames) == count + 1


def test_a_message_that_is_too_long_ends_the_line(visitor: Visitor) -> None:
    visitor.join()
    with visitor.play() as line:
        line.send({"type": "x" * MAX_MESSAGE})

        with pytest.raises(ConnectionClosed):
            line.reply("pong")


def test_a_kernel_that_was_killed_is_hidden_and_loses_nothing(visitor: Visitor, workshop: Workshop) -> None:
    visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        workshop.host_of(line).kill()

        line.move(type="decide", decision="mendesak", pick="sedang")

        assert line.view["n"] == 2
        assert line.pushes == ["resend"]


def test_a_writer_that_was_killed_comes_back_under_a_play(visitor: Visitor, workshop: Workshop) -> None:
    visitor.join()
    with visitor.play() as line:
        line.move(type="begin")
        workshop.writer().send_signal(signal.SIGKILL)

        line.move(type="decide", decision="mendesak", pick="sedang")

        assert line.view["n"] == 2
        assert line.view["feedback"]["note"]["score"] == 1


def test_where_there_are_no_sockets_in_folders_everything_goes_by_ports(tmp_path: Path) -> None:
    with running_workshop(tmp_path / "data", before=BY_PORTS, log=tmp_path / "log") as workshop:
        visitor = Visitor(workshop.port)
        visitor.join()
        with visitor.play() as line:
            line.move(type="begin")
            processes = [workshop.writer(), *workshop.kernels()]
            files = [one.laddr for each in processes for one in each.net_connections("unix") if one.laddr]
            workshop.host_of(line).kill()

            assert line.move(type="decide", decision="mendesak", pick="sedang")["n"] == 2
            assert not [name for name in files if "kasuslab-" in str(name)]
        assert "encryption" not in workshop.log_text()


# Beginning and end


def test_however_it_ends_no_process_stays_behind_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with running_workshop(tmp_path) as workshop:
        visitor = Visitor(workshop.port)
        code = visitor.join()
        with visitor.play() as line:
            line.move(type="begin")
            left = workshop.children()
            assert len(left) >= 2
            assert workshop.stop(signal.SIGINT) == 0
    assert not psutil.wait_procs(left, timeout=20)[1]

    with running_workshop(tmp_path) as workshop:
        visitor.port = workshop.port
        assert code in visitor.read("/")
        with visitor.play() as line:
            assert line.view["n"] == 1
            left = workshop.children()
            workshop.stop(signal.SIGKILL)
    assert not psutil.wait_procs(left, timeout=15)[1]


def test_a_port_in_use_is_a_sentence_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(WorkshopRefusedError, match=f"Port {port} is in use.*--port {port + 1}"):
            listening(port, "127.0.0.1", Texts.same("Penuh."))


def test_without_a_person_nothing_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path), "KASUSLAB_KEYS": str(KEYS)}
    with Path("/dev/null").open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)

        with pytest.raises(WorkshopRefusedError, match="--person"):
            serve(WorkshopPlan(port=0), environ=environ)


def test_without_keys_nothing_is_served(tmp_path: Path) -> None:
    environ = {"KASUSLAB_HOME": str(tmp_path), "KASUSLAB_KEYS": str(tmp_path)}

    with pytest.raises(WorkshopRefusedError, match="KASUSLAB_KEYS"):
        serve(WorkshopPlan(port=0, person=PERSON), environ=environ)


def test_the_address_shown_is_one_that_others_reach() -> None:
    assert url_host("192.0.2.7") == "192.0.2.7"
    assert url_host("") not in {"", "0.0.0.0"}  # noqa: S104 -- compared, not bound
    assert url_host("::1") == "[::1]"


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("localhost", False),
        ("", True),
        ("0.0.0.0", True),  # noqa: S104 -- compared, not bound
        ("192.0.2.7", True),
    ],
)
def test_the_code_is_asked_where_others_reach_the_server(host: str, *, reached: bool) -> None:
    assert reached_by_others(host) is reached


# Its parts


def test_a_kernels_environment_tells_no_secret() -> None:
    environ = {
        "PATH": "/bin",
        "KASUSLAB_KEYS": "/keys",
        "PGPASSWORD": "x",
        "JUPYTER_TOKEN": "x",
        "LANG": "id",
    }

    assert kernel_environ(environ, {"KASUSLAB_WRITER": "tcp:1"}) == {
        "PATH": "/bin",
        "LANG": "id",
        "KASUSLAB_WRITER": "tcp:1",
    }


@pytest.mark.parametrize(
    ("folder", "platform", "transport"),
    [
        ("/short", "linux", "ipc"),
        ("/a/folder" * 9, "linux", "tcp"),
        ("/short", "darwin", "tcp"),
        ("C:", "win32", "tcp"),
    ],
)
def test_kernels_are_spoken_to_by_files_where_their_names_fit(
    folder: str, platform: str, transport: str
) -> None:
    assert kernel_transport(folder, platform) == transport


def test_kernels_run_this_python_and_leave_the_folder_out() -> None:
    argv = WorkshopSpecs().get_kernel_spec("python3").argv

    assert argv[:2] == [sys.executable, "-P"]
    assert "--IPKernelApp.ignore_cwd=True" in argv


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", '{"channel": "shell"}', "\udcff", '{"channel": "control"}'),
        *('{"seq": 1, "message": {}}', '{"seq": 0, "at": null, "message": {}}'),
        *('{"seq": "1", "at": null, "message": {}}', '{"seq": 1, "at": null, "message": "ready"}'),
        *(
            '{"seq": 1, "at": {"case": "x"}, "message": {}}',
            '{"seq": 1, "at": null, "message": {}, "comm": "x"}',
        ),
    ],
)
def test_what_is_no_frame_is_not_admitted(text: str) -> None:
    assert admitted(text) is None


@pytest.mark.parametrize(
    "script",
    [asset for asset in read_assets().values() if asset.name.endswith(".js")],
    ids=lambda asset: asset.name,
)
def test_a_script_asks_for_nothing_that_plain_http_lacks(script: Asset) -> None:
    for word in (
        "randomUUID",
        "crypto.subtle",
        "serviceWorker",
        "navigator.clipboard",
        "https:/",
        "innerHTML",
    ):
        assert word not in script.data.decode()
