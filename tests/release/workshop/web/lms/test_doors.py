"""The way from a platform into the room, on a running server: who comes in, and each way that is refused."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from release.lms.addresses import ToolAddress
from release.lms.launch import DEEP_LINKING, GRADES, LTI
from release.lms.refusal import lms_sentence
from release.lms.services.grade import SCOPE
from release.lms.tool_keys import ToolKey
from release.workshop.seats.cookie import SEAT
from release.workshop.web.lms.key_sets import AGAIN_SECONDS
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.platform_store import PlatformStore
from scenarios.sentence import in_language
from tests.parts.databases import sqlite_url
from tests.parts.lti_platform import LEARNER, LtiPlatform, platform_key
from tests.parts.machine import wait_until
from tests.parts.strict_registration import StrictRegistration, strict_registration
from tests.parts.workshop_server import Visitor, Workshop, running_workshop
from tests.places import CASES

CASE = "daftar-nilai"
ELSEWHERE = {"Origin": "https://elsewhere.example"}


@dataclass
class Published:
    """What the platform publishes: its key set. asked: how often that was fetched; scores: what was sent."""

    keys: list[Any] = field(default_factory=list)
    asked: int = 0
    address: str = ""
    scores: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def published() -> Iterator[Published]:
    here = Published()

    class KeySet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked += self.path == "/keys"
            self.tell(200, {"keys": here.keys})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            bearer = self.headers["Authorization"]
            if self.path == "/token":
                assert "client_assertion=" in body
                self.tell(200, {"access_token": "for-grades", "expires_in": 3600})
            else:
                is_right = bearer == "Bearer for-grades"
                here.scores += [(self.path, json.loads(body))] if is_right else []
                self.tell(200 if is_right else 401, {})

        def tell(self, status: int, answer: object) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), KeySet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here.address = f"http://127.0.0.1:{server.server_address[1]}"
        here.keys = list(LtiPlatform().key_set["keys"])
        yield here
        server.shutdown()


@pytest.fixture(scope="module")
def workshop(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    data = tmp_path_factory.mktemp("lms") / "data"
    data.mkdir(mode=0o700)
    engine = open_database(sqlite_url(data), make=True)
    platform = LtiPlatform().registered.model_copy(
        update={"key_set": f"{published.address}/keys", "token": f"{published.address}/token"}
    )
    PlatformStore(engine, lambda: datetime.now(UTC)).add(platform)
    engine.dispose()
    log = data.with_name("log")
    options: dict[str, Any] = {"lms": True, "lms_local": True, "code": True}
    with running_workshop(data, folder=CASES, cases=[CASE], log=log, **options) as running:
        yield running


@dataclass
class Learner:
    """Somebody with a browser, who comes from the platform."""

    workshop: Workshop
    platform: LtiPlatform
    browser: Visitor

    def begin(self, **changed: str) -> dict[str, str]:
        """Begin a login; what the platform is asked."""
        answer = self.browser.ask("/lms/login", self.platform.asks(**changed), **ELSEWHERE)
        assert answer.status == 303, self.browser.bodies[-1]
        return {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
        }

    def answer(self, state: str, token: str) -> str:
        """Bring the platform's answer; the reason why it was refused, "" where it leads on."""
        response = self.browser.ask("/lms/launch", {"state": state, "id_token": token}, **ELSEWHERE)
        self.next = response.headers.get("Location", "")
        return "" if response.status == 303 else last_refusal(self.workshop)

    def launch(self, **claims: Any) -> str:  # noqa: ANN401 -- whatever a platform may say
        """Come the whole way to the entry."""
        asked = self.begin()
        return self.answer(
            asked["state"], self.platform.signed(self.platform.claims(asked["nonce"], **claims))
        )

    def enter(self, sector: str = "-") -> str:
        """Take a seat where none is held yet; where the page that plays stands."""
        place = self.next
        answer = self.browser.ask(place)
        if answer.status == 200:
            answer = self.browser.ask(place, {"sector": sector, "name": ""})
        arrival = self.browser.ask(answer.headers["Location"])
        return str(arrival.headers["Location"])

    next: str = ""


def last_refusal(workshop: Workshop) -> str:
    return str(re.findall(r"refused \((\w+)\)", workshop.log_text())[-1])


@pytest.fixture
def learner(workshop: Workshop) -> Learner:
    return Learner(workshop, platform_of(workshop), Visitor(workshop.port))


def platform_of(workshop: Workshop) -> LtiPlatform:
    return LtiPlatform(tool=ToolAddress(workshop.url))


def test_a_learner_clicks_and_plays_and_comes_back_to_the_same_seat(learner: Learner) -> None:
    assert learner.launch(sub="ana") == ""
    place = learner.enter("health")

    assert place == "/kasus"
    assert 'data-seat="' in learner.browser.read(place)
    seat = learner.browser.cookies[SEAT]
    again = Learner(learner.workshop, learner.platform, Visitor(learner.workshop.port))
    assert again.launch(sub="ana") == ""
    assert again.enter() == "/kasus"
    assert again.browser.cookies[SEAT].split("|")[4] == seat.split("|")[4]


def test_an_activity_leads_to_the_case_that_its_teacher_chose(learner: Learner) -> None:
    assert learner.launch(sub="beo", custom={"kasuslab": f"case:{CASE}"}) == ""

    place = learner.enter()

    assert place == f"/kasus?buka={CASE}"
    page = learner.browser.read(place)
    assert f'data-case="{CASE}" data-led="1"' in page


@pytest.mark.parametrize("item", ["case:teman-gim", "case:..", "lesson:K99", "x"])
def test_what_is_not_played_here_is_said_before_anybody_sits_down(learner: Learner, item: str) -> None:
    assert learner.launch(custom={"kasuslab": item}) == "not_played"


def test_two_who_come_from_the_platform_have_two_seats_and_no_name_is_kept(learner: Learner) -> None:
    other = Learner(learner.workshop, learner.platform, Visitor(learner.workshop.port))
    for one, sub in ((learner, "citra-sub"), (other, "dewi-sub")):
        assert one.launch(sub=sub, **{"https://name": "Citra Lestari"}) == ""
        one.enter()

    assert learner.browser.cookies[SEAT].split("|")[4] != other.browser.cookies[SEAT].split("|")[4]
    stored = b"".join(file.read_bytes() for file in learner.workshop.data.rglob("*") if file.is_file())
    assert b"Citra Lestari" not in stored
    assert "Citra" not in learner.workshop.log_text()
    assert "citra-sub" not in learner.workshop.log_text()


def test_an_answer_is_taken_once(learner: Learner) -> None:
    asked = learner.begin()
    token = learner.platform.signed(learner.platform.claims(asked["nonce"]))
    assert learner.answer(asked["state"], token) == ""

    assert learner.answer(asked["state"], token) == "state_unknown"
    assert learner.answer(learner.begin()["state"], token) == "nonce"


@pytest.mark.parametrize("state", ["", "guessed"])
def test_an_answer_that_nobody_asked_for_is_refused(learner: Learner, state: str) -> None:
    assert learner.answer(state, learner.platform.signed(learner.platform.claims("n"))) == "state_unknown"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://nobody.example"}, "unregistered"),
        ({"target_link_uri": "https://evil.example/"}, "foreign_target"),
        ({"login_hint": ""}, "login_incomplete"),
    ],
)
def test_a_login_that_is_not_ours_leads_nowhere(
    learner: Learner, changed: dict[str, str], reason: str
) -> None:
    answer = learner.browser.ask("/lms/login", learner.platform.asks(**changed))

    assert (answer.status, answer.headers.get("Location")) == (403, None)
    assert last_refusal(learner.workshop) == reason


def test_a_forged_answer_is_refused_and_the_page_says_so_in_the_readers_language(learner: Learner) -> None:
    forged = ToolKey("first", 0.0, platform_key("other").pem)
    asked = learner.begin()
    token = replace(learner.platform, key=forged).signed(learner.platform.claims(asked["nonce"]))

    assert learner.answer(asked["state"], token) == "signature"
    assert "Tanda tangan LMS tidak cocok" in learner.browser.bodies[-1]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"aud": "another-tool"}, "audience"),
        ({"exp": 1e9}, "expired"),
        ({"iat": 9e11}, "clock"),
        ({"nonce": "another"}, "nonce"),
        ({"deployment_id": "8"}, "other_deployment"),
        ({"message_type": "LtiStartProctoring"}, "message_type"),
        ({"target_link_uri": "https://evil.example/"}, "foreign_target"),
        ({"sub": None}, "anonymous"),
        ({"roles": None}, "claim_missing"),
    ],
)
def test_each_refusal_is_a_sentence_for_the_person_and_a_word_in_the_log_that_tells_of_nobody(
    learner: Learner, changed: dict[str, Any], reason: str
) -> None:
    who = {"sub": "nomor-rahasia-77", "https://name": "Citra Lestari", **changed}

    assert learner.launch(**who) == reason

    sentence = in_language(lms_sentence(reason, claim="roles"), "id")
    assert sentence in unescape(learner.browser.bodies[-1])
    assert "/lms/masuk/" not in learner.browser.bodies[-1]
    log = learner.workshop.log_text()
    assert f"From a learning management system: refused ({reason})." in log
    assert not [one for one in ("nomor-rahasia", "Citra", "127.0.0.1") if one in log]


def test_whoever_opens_the_same_line_item_sends_a_grade_of_their_own_and_no_other(
    learner: Learner, published: Published
) -> None:
    published.scores.clear()
    for who in ("kiki", "lala"):
        one = Learner(learner.workshop, learner.platform, Visitor(learner.workshop.port))
        assert one.launch(sub=who, custom={"kasuslab": f"case:{CASE}"}, **grades_of(published)) == ""
        one.enter()
        if who == "kiki":
            with one.browser.play() as page:
                page.move(type="begin")
    wait_until(lambda: bool(published.scores), "a grade has arrived")

    assert [score["userId"] for _, score in published.scores] == ["kiki"]


def test_whoever_knocks_too_often_waits_a_moment(tmp_path: Path) -> None:
    fewer = "from release.workshop.web.lms import lms_context; lms_context.EACH = lms_context.Rate(3, 1)"
    options: dict[str, Any] = {"lms": True, "lms_local": True, "log": tmp_path / "log", "before": fewer}
    with running_workshop(tmp_path / "data", folder=CASES, cases=[CASE], **options) as workshop:
        answers = [Visitor(workshop.port).ask("/lms/login", LtiPlatform().asks()) for _ in range(5)]

        assert [answer.status for answer in answers] == [403, 403, 403, 429, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert last_refusal(workshop) == "too_many"


def test_a_new_key_of_the_platform_is_fetched_and_a_made_up_one_not_again_and_again(
    learner: Learner, published: Published
) -> None:
    published.asked, began = 0, time.monotonic()
    for _ in range(5):
        asked = learner.begin()
        token = learner.platform.signed(learner.platform.claims(asked["nonce"]), kid="made-up")
        assert learner.answer(asked["state"], token) == "key_unknown"

    assert published.asked <= 1 + (time.monotonic() - began) / AGAIN_SECONDS


def test_another_browser_is_not_seated_by_an_answer_or_a_link_that_was_handed_on(learner: Learner) -> None:
    asked = learner.begin()
    token = learner.platform.signed(learner.platform.claims(asked["nonce"], sub="mallory"))
    victim = Learner(learner.workshop, learner.platform, Visitor(learner.workshop.port))

    # An answer without the secret of the login, as from a form of another site: a click is asked for.
    assert victim.answer(asked["state"], token) == ""
    assert victim.next.startswith("/lms/jendela/")
    assert SEAT not in victim.browser.cookies
    # A link to an entry: the same.
    assert learner.launch(sub="mallory") == ""
    answer = victim.browser.ask(learner.next)
    assert answer.headers["Location"].startswith("/lms/jendela/")
    assert victim.browser.ask(learner.next, {"sector": "-"}, **ELSEWHERE).status == 403
    assert SEAT not in victim.browser.cookies


def test_where_a_frame_keeps_no_cookie_a_click_opens_a_window_that_goes_on(learner: Learner) -> None:
    asked = learner.begin()
    learner.browser.cookies.clear()
    token = learner.platform.signed(learner.platform.claims(asked["nonce"], sub="eka"))
    assert learner.answer(asked["state"], token) == ""
    page = learner.browser.read(learner.next)
    (place,) = re.findall(r'method="post" action="([^"]+)" target="_blank"', page)

    window = Learner(learner.workshop, learner.platform, Visitor(learner.workshop.port))
    assert "bidang" in str(window.browser.ask(place, {}) and window.browser.bodies[-1])
    seated = window.browser.ask(place, {"sector": "-"})
    arrived = window.browser.ask(seated.headers["Location"])

    assert arrived.headers["Location"] == "/kasus"
    assert last_refusal_of(window.browser, place) == 403


def last_refusal_of(browser: Visitor, place: str) -> int:
    return browser.ask(place, {"sector": "-"}).status


def test_a_seat_that_the_browser_did_not_keep_is_led_to_a_window(learner: Learner) -> None:
    assert learner.launch(sub="fajar") == ""
    seated = learner.browser.ask(learner.next, {"sector": "-", "name": ""})
    learner.browser.cookies.pop(SEAT)

    arrived = learner.browser.ask(seated.headers["Location"])

    assert arrived.headers["Location"].startswith("/lms/jendela/")


def grades_of(published: Published) -> dict[str, Any]:
    return {GRADES: {"scope": [SCOPE], "lineitem": f"{published.address}/9/lineitem?type_id=1"}}


def test_the_platform_hears_that_a_learner_has_begun(learner: Learner, published: Published) -> None:
    published.scores.clear()
    assert learner.launch(sub="joko", custom={"kasuslab": f"case:{CASE}"}, **grades_of(published)) == ""
    assert learner.enter() == f"/kasus?buka={CASE}"
    with learner.browser.play() as page:
        page.move(type="begin")
    wait_until(lambda: bool(published.scores), "a grade has arrived")

    ((path, score),) = published.scores
    assert path == "/9/lineitem/scores?type_id=1"
    assert (score["userId"], score["activityProgress"]) == ("joko", "InProgress")
    assert "scoreGiven" not in score


def choosing(learner: Learner, **changed: object) -> str:
    asked = learner.begin()
    claims = learner.platform.choice(asked["nonce"], **changed)
    reason = learner.answer(asked["state"], learner.platform.signed(claims))
    return reason or learner.next


def test_a_teacher_chooses_a_case_and_her_platform_gets_it_signed(learner: Learner) -> None:
    place = choosing(learner)
    page = learner.browser.read(place)
    assert f'value="case:{CASE}"' in page
    assert "Draf" in page

    assert learner.browser.ask(place, {}).status == 422
    assert "Belum ada yang dipilih" in learner.browser.bodies[-1]
    sent = learner.browser.ask(place, {"item": f"case:{CASE}"})

    assert "form-action https://lms.example.ac.id" in sent.headers["Content-Security-Policy"]
    (token,) = re.findall(r'name="JWT" value="([^"]+)"', learner.browser.bodies[-1])
    (key,) = json.loads(learner.browser.read("/lms/jwks.json"))["keys"]
    claims = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], audience=learner.platform.issuer)
    assert claims[f"{DEEP_LINKING}content_items"][0]["custom"] == {"kasuslab": f"case:{CASE}"}
    assert learner.browser.ask(place, {"item": f"case:{CASE}"}).status == 403


def test_a_learner_chooses_nothing_and_no_code_of_a_learner_opens_the_choice(learner: Learner) -> None:
    assert choosing(learner, roles=[LEARNER]) == "not_a_teacher"
    assert learner.launch(sub="indra") == ""

    assert learner.browser.ask(learner.next.replace("/masuk/", "/pilih/")).status == 403


def invited(workshop: Workshop) -> str:
    engine = open_database(sqlite_url(workshop.data))
    token = PlatformStore(engine, lambda: datetime.now(UTC)).invite()
    engine.dispose()
    return token


@pytest.fixture
def moodle() -> Iterator[StrictRegistration]:
    with strict_registration() as platform:
        yield platform


def registering(learner: Learner, moodle: StrictRegistration, token: str) -> int:
    """What comes of opening the address of a registration in the platform's frame: its status."""
    return learner.browser.ask(moodle.started(f"/lms/daftar/{token}")).status


def test_a_platform_registers_itself_once_by_an_invitation_and_its_learners_come_in(
    learner: Learner, moodle: StrictRegistration
) -> None:
    token = invited(learner.workshop)
    assert registering(learner, moodle, token) == 200, moodle.refused
    assert f" {moodle.address}" in policy(learner)

    own = replace(learner.platform, issuer=moodle.address, client_id="client-1", deployment="1")
    assert replace(learner, platform=own).launch(sub="hadi") == ""
    assert registering(learner, moodle, token) == 403
    assert last_refusal(learner.workshop) == "not_invited"
    assert len(moodle.registered) == 1


def policy(learner: Learner) -> str:
    return str(learner.browser.ask("/").headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"issuer": "https://lms.example.ac.id"}, "address_elsewhere"),
        ({"registration_endpoint": "http://127.0.0.1:1/"}, "address_elsewhere"),
        ({"id_token_signing_alg_values_supported": ["none"]}, "algorithm"),
    ],
)
def test_a_platform_that_speaks_for_another_registers_nobody(
    learner: Learner, moodle: StrictRegistration, changed: dict[str, Any], reason: str
) -> None:
    moodle.changed = changed
    token, before = invited(learner.workshop), policy(learner)

    assert registering(learner, moodle, token) == 403

    assert last_refusal(learner.workshop) == reason
    assert (policy(learner), moodle.registered) == (before, [])


def test_whoever_the_platform_did_not_send_registers_nobody(
    learner: Learner, moodle: StrictRegistration
) -> None:
    token, before = invited(learner.workshop), policy(learner)
    address = moodle.started(f"/lms/daftar/{token}")
    moodle.tokens.clear()

    assert learner.browser.ask(address).status == 403

    assert (last_refusal(learner.workshop), moodle.refused) == ("unreachable", ["invalid_token"])
    assert policy(learner) == before


def test_nothing_is_fetched_for_whoever_was_not_invited(learner: Learner, moodle: StrictRegistration) -> None:
    assert registering(learner, moodle, "x" * 32) == 403
    assert (last_refusal(learner.workshop), moodle.asked) == ("not_invited", 0)


def test_our_pages_stand_in_frames_of_registered_platforms_alone_and_the_board_in_none(
    learner: Learner,
) -> None:
    lobby, board = learner.browser.ask("/").headers, learner.browser.ask("/board").headers

    assert "frame-ancestors 'self' https://lms.example.ac.id" in lobby["Content-Security-Policy"]
    assert "X-Frame-Options" not in lobby
    assert "frame-ancestors 'none'" in board["Content-Security-Policy"]
    assert board["X-Frame-Options"] == "DENY"


def test_the_key_set_holds_public_halves_alone(learner: Learner) -> None:
    key_set = json.loads(learner.browser.read("/lms/jwks.json"))

    assert [key.keys() for key in key_set["keys"]] == [{"kty", "n", "e", "kid", "use", "alg"}]


def test_a_page_of_the_platform_may_name_a_language_that_is_on_offer(learner: Learner) -> None:
    assert learner.launch(launch_presentation={"locale": "en_AU"}, sub="gita") == ""

    assert "This is practice" in learner.browser.read(learner.next)


def test_a_workshop_without_a_learning_management_system_has_no_such_doors(tmp_path: Path) -> None:
    with running_workshop(tmp_path / "data", folder=CASES, cases=[CASE]) as plain:
        assert Visitor(plain.port).ask("/lms/jwks.json").status == 404
        assert Visitor(plain.port).ask("/").headers["X-Frame-Options"] == "DENY"


def test_whoever_comes_reads_what_this_is_in_the_language_that_they_choose(learner: Learner) -> None:
    in_english = {f"{LTI}launch_presentation": {"locale": "en"}}
    assert learner.launch(sub="ana-bahasa", custom={"kasuslab": f"case:{CASE}"}, **in_english) == ""
    page = learner.browser.read(learner.next)
    other = re.findall(r'href="(/bahasa/id[^"]*)"', page)[0]

    assert '<html lang="en"' in page
    assert learner.browser.ask(other).headers["Location"] == learner.next
    assert '<html lang="id"' in learner.browser.read(learner.next)
    assert learner.enter() == f"/kasus?buka={CASE}"
