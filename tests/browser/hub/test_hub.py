"""A real hub in a real Chromium: two trainees and a facilitator, from card to feedback, and intruders.

One hub for all; the first test plays, and the others look at what it left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.player_page import PLAY_ON, Player, violations
from tests.parts.hub_house import HubHouse, open_house, why_no_house
from tests.parts.lti_platform import LtiPlatform
from tests.parts.nbgrader_course import CASE

pytestmark = [pytest.mark.skipif(bool(why_no_house()), reason=why_no_house()), pytest.mark.long]

# The second could be no name of an account.
PEOPLE = {"peserta-01": "Ani", "19850203 02": "Budi"}
PLATFORM = LtiPlatform()
ANI, BUDI, FACILITATOR = *PEOPLE.values(), "Fasilitator"
PASSWORD = "kata sandi milik saya"  # noqa: S105 -- of nobody
HOMES, EXCHANGE = "/srv/kasuslab/home", "/srv/kasuslab/exchange/kursus"
# Runs code in a kernel of one's own server, as JupyterLab does; the last line that it printed.
RUN = """async (code) => {
  const root = location.pathname.split("/").slice(0, 3).join("/");
  const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
  const headers = {"X-XSRFToken": token};
  const begun = await fetch(`${root}/api/kernels`, {method: "POST", headers, body: "{}"});
  const kernel = (await begun.json()).id;
  const socket = new WebSocket(`ws://${location.host}${root}/api/kernels/${kernel}/channels`);
  const line = await new Promise((done) => {
    const header = {msg_id: "m", msg_type: "execute_request", session: "s", username: "", version: "5.3"};
    const content = {code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false};
    const message = {header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: []};
    setTimeout(() => done('"no answer"'), 60000);
    socket.onopen = () => socket.send(JSON.stringify(message));
    socket.onmessage = (event) => {
      const answer = JSON.parse(event.data);
      if (answer.msg_type === "error") done(JSON.stringify(answer.content.traceback));
      if (answer.msg_type === "stream" && answer.content.name === "stdout") done(answer.content.text);
    };
  });
  socket.close();
  await fetch(`${root}/api/kernels/${kernel}`, {method: "DELETE", headers});
  return line.trim();
}"""
# What becomes of each try: the name of the refusal, or "done".
TRY = """
import errno, json, os, pathlib, shutil
def outcome(deed):
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""


@dataclass
class HubClass:
    """The hub with its people, each at a browser of their own."""

    house: HubHouse
    chromium: Browser
    pages: dict[str, Page] = field(default_factory=dict)

    def come_in(self, name: str) -> Page:
        """Come in by a card, and choose a password."""
        context = self.chromium.new_context(viewport={"width": 1366, "height": 768})
        context.set_default_timeout(40_000)
        page = self.pages[name] = context.new_page()
        account, code = self.house.codes[name]
        page.goto(f"{self.house.address}/hub/login#{account}%20{code}")
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.get_by_label("Kata sandi baru").fill(PASSWORD)
        page.get_by_role("button", name="Simpan dan masuk").click()
        return page

    def run(self, name: str, code: str) -> Any:  # noqa: ANN401 -- whatever it prints
        """What code prints as JSON, in a kernel of this person's."""
        page = self.pages[name]
        page.goto(f"{self.server(name)}/tugas")
        return json.loads(page.evaluate(RUN, TRY + code))

    def server(self, name: str) -> str:
        """Where the server of this person answers."""
        return f"{self.house.address}/user/{self.house.account(name)}"


@pytest.fixture(scope="module")
def hub_class(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubClass]:
    with open_house(tmp_path_factory.mktemp("hub"), PEOPLE, PLATFORM) as house:
        people = HubClass(house, chromium)
        yield people
        for page in people.pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def played(hub_class: HubClass) -> HubClass:
    """The whole exchange: released, played, handed in, collected, graded, and feedback released."""
    desk = hub_class.come_in(FACILITATOR)
    desk.wait_for_url("**/formgrader/manage_assignments")
    press_in_desk(desk, ".release", "dibagikan")
    for turn, name in enumerate((ANI, BUDI)):
        page = hub_class.come_in(name)
        page.get_by_role("link", name="Daftar Nilai").click()
        player = Player(page)
        player.see("Sebelum mulai")
        assert "stuck" not in page.evaluate(PLAY_ON, turn)["text"]
        page.get_by_role("button", name="Serahkan").first.click()
        page.get_by_role("region", name="Serahkan tugas ini").get_by_role("button", name="Serahkan").click()
        expect(page.locator("#as-standing")).to_contain_text("Sudah diserahkan:")
    press_in_desk(desk, ".collect", "dikumpulkan")
    desk.goto(f"{hub_class.server(FACILITATOR)}/formgrader/manage_submissions/{CASE}")
    for trainee in PEOPLE:
        row = desk.locator("tr", has_text=trainee)
        row.locator(".autograde a").click()
        close_dialog(desk)
    desk.goto(f"{hub_class.server(FACILITATOR)}/formgrader/manage_assignments")
    press_in_desk(desk, ".generate-feedback", "umpan balik")
    press_in_desk(desk, ".release-feedback", "umpan balik")
    return hub_class


def press_in_desk(desk: Page, button: str, words: str) -> None:
    desk.locator(f"td{button} a").click()
    expect(desk.locator(".modal-body")).to_contain_text(re.compile(words, re.IGNORECASE))
    close_dialog(desk)


def close_dialog(desk: Page) -> None:
    dialog = desk.locator(".modal.in .modal-content")
    expect(dialog).to_contain_text(re.compile("Berhasil|Gagal"))
    assert "Berhasil" in dialog.inner_text(), dialog.inner_text()
    desk.locator(".modal.in button.close, .modal.in button", has_text="Oke").first.click()
    expect(desk.locator(".modal.in")).to_have_count(0)


def test_each_trainee_reads_their_own_feedback_on_the_page_of_the_assignment(played: HubClass) -> None:
    texts = []
    for name in (ANI, BUDI):
        page = played.pages[name]
        page.goto(f"{played.server(name)}/tugas/{CASE}")
        page.locator("#as-standing").get_by_role("link", name="umpan balik").click()
        page.wait_for_url("**/umpan-balik")
        texts.append(page.locator("body").inner_text())
        page.goto(f"{played.server(name)}/tugas")

    assert all("Daftar Nilai" in text for text in texts)
    assert texts[0] != texts[1]


def test_the_gradebook_knows_trainees_by_the_ids_of_the_roster(played: HubClass) -> None:
    desk = played.pages[FACILITATOR]
    desk.goto(f"{played.server(FACILITATOR)}/formgrader/manage_students")

    for trainee in PEOPLE:
        expect(desk.locator("tr", has_text=trainee)).to_have_count(1)
    submitted = played.house.root / "srv/kursus/submitted"
    assert {folder.name for folder in submitted.iterdir()} == set(PEOPLE)


def test_a_kernel_reads_and_writes_nothing_of_anybody_else(played: HubClass) -> None:
    other = played.house.account(BUDI)
    (inbound,) = (played.house.root / EXCHANGE[1:] / "inbound").glob(f"{list(PEOPLE)[1]}+*")
    theirs = f"{EXCHANGE}/inbound/{inbound.name}"
    process = next(
        file.parent.name
        for file in (played.house.root / "proc").glob("[0-9]*/cmdline")
        if f"/user/{other}" in environ_of(file.parent)
    )
    reads = [
        f"{HOMES}/{other}",
        f"{HOMES}/{other}/{CASE}/decisions.jsonl",
        f"{theirs}/decisions.jsonl",
        "/srv/kunci",
        f"/srv/kunci/{CASE}.yaml",
        "/srv/kursus/gradebook.db",
        "/srv/kursus/roster.csv",
        f"/srv/kursus/submitted/{list(PEOPLE)[1]}/{CASE}/decisions.jsonl",
        f"/srv/kursus/feedback/{list(PEOPLE)[1]}/{CASE}/{CASE}.html",
        f"{EXCHANGE}/inbound",
        f"{EXCHANGE}/feedback",
        "/srv/kasuslab/hub/accounts.json",
        f"/proc/{process}/environ",
    ]
    writes = [f"{theirs}/decisions.jsonl", f"{theirs}/new", f"{EXCHANGE}/outbound/{CASE}/new"]

    answers = played.run(
        ANI,
        f"reads, writes, theirs = {reads!r}, {writes!r}, {theirs!r}\n"
        "look = lambda path: lambda: (os.listdir if os.path.isdir(path) else os.open)(*[path, os.O_RDONLY]"
        "[:1 if os.path.isdir(path) else 2])\n"
        "put = lambda path: lambda: os.open(path, os.O_WRONLY | os.O_CREAT)\n"
        "deeds = {path: look(path) for path in reads} | {'write ' + path: put(path) for path in writes}\n"
        "deeds['take away'] = lambda: os.rename(theirs, theirs + 'x')\n"
        "deeds['another course'] = lambda: os.mkdir('/srv/kasuslab/exchange/lain')\n"
        "print(json.dumps({name: outcome(deed) for name, deed in deeds.items()}))",
    )

    assert {name for name, answer in answers.items() if answer not in {"EACCES", "EPERM"}} == set()
    assert len(answers) == len(reads) + len(writes) + 2


def environ_of(process: Path) -> str:
    try:
        return (process / "environ").read_text("utf-8", errors="replace")
    except OSError:
        return ""


def test_the_server_hands_out_nothing_of_anybody_else(played: HubClass) -> None:
    other, page = played.house.account(BUDI), played.pages[ANI]
    home = f"{HOMES}/{played.house.account(ANI)}"
    played.run(ANI, f"print(json.dumps(outcome(lambda: os.symlink('{HOMES}/{other}', '{home}/tautan'))))")
    own, ask = played.server(ANI), page.request

    answers = {
        path: ask.get(f"{own}{path}").status
        for path in (
            f"/api/contents/tautan/{CASE}/decisions.jsonl",
            f"/api/contents/..%2F{other}/{CASE}/decisions.jsonl",
            f"/files/tautan/{CASE}/decisions.jsonl",
            f"/tugas/tautan/{CASE}",
            "/api/terminals",
            "/formgrader",
        )
    }
    assert {path: status for path, status in answers.items() if status < 400} == {}
    assert ask.get(f"{own}/api/contents").ok
    assert not ask.get(f"{played.house.address}/hub/api/users/{other}").ok
    assert not ask.get(f"{played.house.address}/hub/api/users").ok


def test_the_server_of_somebody_else_does_not_open_and_says_so(played: HubClass) -> None:
    page = played.pages[ANI]

    for name in (BUDI, FACILITATOR):
        answer = page.goto(f"{played.server(name)}/tugas")
        assert answer is not None
        assert answer.status == 403


def test_no_kernel_publishes_on_a_port(played: HubClass) -> None:
    page = played.pages[BUDI]
    page.goto(f"{played.server(BUDI)}/tugas/{CASE}")
    expect(Player(page).root.locator("[data-heading]").last).to_be_visible()

    ports = played.run(
        ANI,
        f"uid = os.stat('{HOMES}/{played.house.account(BUDI)}').st_uid\n"
        "rows = [line.split() for line in open('/proc/net/tcp').readlines()[1:]]\n"
        "print(json.dumps([row[1] for row in rows if row[3] == '0A' and row[7] == str(uid)]))",
    )

    # That of the server, which asks who comes, and one that the kernel takes in from its own subprocesses by.
    # By ports it would take five.
    assert len(ports) <= 2


@pytest.mark.parametrize(("width", "language"), [(1366, "en"), (360, "id")])
def test_the_door_is_in_both_languages_and_fits_a_phone(
    hub_class: HubClass, new_device: Callable[..., Page], width: int, language: str
) -> None:
    page = new_device(width=width, dark=width == 360)
    page.goto(f"{hub_class.house.address}/hub/bahasa/{language}")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        {"id": "Masuk ke lab latihan", "en": "Into the training lab"}[language]
    )
    assert violations(page, "html") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    account, _ = hub_class.house.codes[BUDI]
    page.locator("#akun").fill(account)
    page.locator("#sandi").fill("0000-0000")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text({"id": "tidak cocok", "en": "do not fit"}[language])
    assert violations(page, "html") == []


def test_a_code_opens_an_account_once_and_the_password_from_then_on(
    played: HubClass, new_device: Callable[..., Page]
) -> None:
    page, (account, code) = new_device(), played.house.codes[ANI]
    page.goto(f"{played.house.address}/hub/login#{account}%20{code}")
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("sudah dipakai")

    page.get_by_label("Kode kartu").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()

    page.wait_for_url("**/tugas")
    page.get_by_role("link", name="Keluar").click()
    page.wait_for_url("**/hub/login")


@pytest.mark.parametrize(("email", "account"), [("ani@contoh.go.id", ANI), ("orang@contoh.go.id", None)])
def test_a_learning_management_system_leads_in_whoever_the_roster_has(
    hub_class: HubClass, new_device: Callable[..., Page], email: str, account: str | None
) -> None:
    hub, ask = f"{hub_class.house.address}/hub", new_device().request
    wanted: dict[str, str | float | bool] = {**PLATFORM.asks(target_link_uri=f"{hub}/spawn")}

    led = ask.get(f"{hub}/lti13/oauth_login", params=wanted, max_redirects=0)
    sent = parse_qs(urlsplit(led.headers["location"]).query)
    claims = {**PLATFORM.claims(sent["nonce"][0]), "email": email}
    signed: dict[str, str | float | bool] = {"id_token": PLATFORM.signed(claims), "state": sent["state"][0]}
    answer = ask.post(f"{hub}/lti13/oauth_callback", form=signed, max_redirects=0)

    assert answer.status == (302 if account else 403)
    if account:
        assert answer.headers["location"].endswith("/hub/spawn")
        # Where a page of the hub leads tells whose it is.
        page = ask.get(f"{hub}/spawn", max_redirects=0)
        assert hub_class.house.account(account) in page.headers.get("location", page.text())


def test_keys_that_trainees_could_read_keep_a_hub_from_starting(hub_class: HubClass) -> None:
    house = hub_class.house
    house.within("cp -r /srv/kunci /srv/terbuka && chmod -R a+rX /srv/terbuka")

    done = house.within("kasuslab hub /srv/kursus --port 9711 --keys /srv/terbuka --proxy true")

    assert done.returncode == 1
    assert "chmod go= /srv/terbuka" in done.stderr
