"""Formgrader in a real JupyterLab and a real Chromium, on a class in which somebody tries to break in."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Page, expect

from graders.formgrader.comment_bank import read_comments
from release.course.course import make_course
from release.course.gradebook import add_students
from release.course.simulate import simulate
from scenarios.engine.event import Decided
from scenarios.engine.record import parse_record, record_bytes
from tests.browser.conftest import PATIENCE, ROOT
from tests.browser.player_page import violations
from tests.parts.machine import free_port, wait_until
from tests.parts.nbgrader_course import CASE, copy_of, nbgrader
from tests.places import CASES, KEYS

BREAKS_IN = '<img src=x onerror="window.ran=1">'
WRITES = f'</pre></script><script>window.ran=2</script>{BREAKS_IN}<a href="javascript:window.ran=3">x</a> $x$'
PERSON = f"Ibu P {BREAKS_IN}"
NEW = "peserta-05"
LIST = f"/formgrader/gradebook/{CASE}/{CASE}"


@dataclass
class DeskVisit:
    """A page of the desk, and all that it said, asked for or ran that it should not have."""

    page: Page
    address: str
    token: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the server."""
        self.page.goto(f"{self.address}{path}{'&' if '?' in path else '?'}token={self.token}")
        return self.page

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(message.text)

    def ran(self) -> list[object]:
        """What ran on the page or in its frames, and what it complained of."""
        flags = [frame.evaluate("window.ran") for frame in self.page.frames]
        return [*self.wrong, *(flag for flag in flags if flag is not None)]

    def desk(self, submission: str) -> Page:
        """Open a submission, its comment and its grade loaded."""
        page = self.open(f"/formgrader/submissions/{submission}/")
        expect(page.locator("[data-read-state]")).not_to_be_empty()
        expect(page.locator(".desk textarea")).to_be_editable()
        wait_until(lambda: bool(page.evaluate("formgrader.loaded")), "formgrader has loaded", PATIENCE)
        return page


@dataclass(frozen=True)
class Formgrader:
    """A JupyterLab that was started inside a course."""

    course: Path
    address: str
    token: str

    def ask(self, path: str, method: str = "GET", *, token: bool = True) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers of an answer."""
        headers = {"Authorization": f"token {self.token}"} if token else {}
        try:
            with urlopen(Request(self.address + path, method=method, headers=headers), timeout=20) as answer:
                return answer.status, answer.read().decode(), dict(answer.headers)
        except HTTPError as error:
            return error.code, error.read().decode(), dict(error.headers)

    def submissions(self) -> dict[str, str]:
        """The ids of the submitted notebooks, by who handed them in."""
        with Gradebook(f"sqlite:///{self.course / 'gradebook.db'}") as gradebook:
            return {one.student.id: one.id for one in gradebook.notebook_submissions(CASE, CASE)}

    def written(self) -> list[str]:
        """The ids of those with a reflection, but for the one that tries to break in."""
        waiting = [
            one for name, one in self.submissions().items() if name != BREAKS_IN and self.stored_mark(one)[2]
        ]
        assert len(waiting) > 1
        return waiting

    def stored_mark(self, submission: str) -> tuple[str | None, float | None, bool]:
        """What the gradebook holds of a reflection: comment, score, and whether it waits for a reader."""
        with Gradebook(f"sqlite:///{self.course / 'gradebook.db'}") as gradebook:
            notebook: Any = gradebook.find_submission_notebook_by_id(submission)
            grade = next(grade for grade in notebook.grades if grade.name == "reflection")
            comment = next(comment for comment in notebook.comments if comment.name == "reflection")
            return comment.manual_comment, grade.manual_score, grade.needs_manual_grade


def made_course(folder: Path) -> Path:
    """A graded class with one whose name and words try to run, and one who handed in since."""
    course = make_course(folder, [CASE], person=PERSON, cases=CASES, keys=KEYS).directory
    people = simulate(course, 4, 1, keys=KEYS)
    whole = next(person.name for person in people if person.manner == "whole")
    break_in(course, whole)
    nbgrader(course, "autograde", CASE)
    copy_of(course, whole, NEW)
    add_students(course, [BREAKS_IN, NEW])
    return course


def break_in(course: Path, person: str) -> None:
    """Hand in as `person` did, by a name and with words that try to run, and a page and a course besides."""
    folder = copy_of(course, person, BREAKS_IN)
    (folder / "page.html").write_text("<script>window.ran=4</script>", encoding="utf-8")
    (folder / "course.yaml").touch()
    record = folder / "decisions.jsonl"
    events = [
        event.model_copy(update={"pick": WRITES})
        if isinstance(event, Decided) and event.decision == "refleksi"
        else event
        for event in parse_record(record.read_bytes()).events
    ]
    record.write_bytes(record_bytes(events))


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    """JupyterLab as it is started inside a course, from an environment that nobody activated."""
    home = tmp_path_factory.mktemp("formgrader")
    course, token, port = made_course(home / "kursus"), secrets.token_hex(16), free_port()
    environ = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    # What the installation lays into the environment's etc/jupyter.
    environ |= {"JUPYTER_CONFIG_PATH": str(ROOT / "release" / "etc" / "jupyter"), "PATH": "/usr/bin:/bin"}
    environ |= {"PYTHONPATH": str(ROOT), "KASUSLAB_KEYS": str(KEYS)}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=course, env=os.environ | environ, stdout=log, stderr=log, start_new_session=True
        )
    running = Formgrader(course, f"http://127.0.0.1:{port}", token)

    def answers() -> bool:
        try:
            return running.ask("/api/status")[0] == 200
        except OSError:
            return False

    try:
        wait_until(answers, "JupyterLab answers", PATIENCE)
        yield running
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def visit(chromium: Browser, formgrader: Formgrader) -> Iterator[DeskVisit]:
    """A browser at the desk, with no network but the server."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    visit = DeskVisit(context.new_page(), formgrader.address, formgrader.token)
    visit.page.on("console", visit.hear)
    visit.page.on("pageerror", lambda error: visit.wrong.append(str(error)))
    visit.page.on("dialog", lambda dialog: visit.wrong.append(dialog.message))
    visit.page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((formgrader.address, "data:", "blob:"))
            else visit.wrong.append(request.url)
        ),
    )
    yield visit
    context.close()


def press(page: Page, person: str, button: str) -> None:
    """Press a button in a row of the submissions, and read that it worked."""
    page.locator("#main-table tr", has_text=person).locator(f"{button} a").click()
    dialog = page.locator("#success-modal")
    expect(dialog.locator(".modal-title")).to_have_text("Berhasil", timeout=60_000)
    expect(dialog.locator(".modal-body")).to_contain_text(person)
    dialog.locator(".modal-footer button").click()
    expect(page.locator(".modal")).to_have_count(0)


IS_SHOWN = """() => {
    const button = document.querySelector(".modal-footer button");
    return button && button.offsetHeight > 0 && button.getBoundingClientRect().toJSON();
}"""


def hold(page: Page, place: FloatRect) -> None:
    """Press the mouse in the middle of a place of the window, and release it a bit later, as one does."""
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(120)
    page.mouse.up()


def test_a_dialog_hears_a_click_from_the_moment_on_in_which_it_shows(visit: DeskVisit) -> None:
    page = visit.open(f"/formgrader/manage_submissions/{CASE}")
    page.wait_for_load_state("networkidle")

    page.evaluate("void createLogModal('success-modal', 'Success', 'OK', 'A line.\\n'.repeat(20))")
    hold(page, page.wait_for_function(IS_SHOWN).json_value())

    expect(page.locator(".modal")).to_have_count(0)


def test_a_submission_is_graded_and_given_feedback_by_the_buttons(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    page = visit.open(f"/formgrader/manage_submissions/{CASE}")
    row = page.locator("#main-table tr", has_text=NEW)
    expect(row.locator(".status")).to_have_text("perlu dinilai otomatis")

    press(page, NEW, ".autograde")
    press(page, NEW, ".generate-feedback")

    expect(row.locator(".score")).to_contain_text(" / 12")
    assert json.loads(formgrader.ask(f"/formgrader/api/submission/{CASE}/{NEW}")[1])["score"] > 0
    assert (formgrader.course / "feedback" / NEW / CASE / f"{CASE}.html").exists()
    assert visit.ran() == []


def test_no_text_of_anybody_runs_on_any_page(visit: DeskVisit, formgrader: Formgrader) -> None:
    mine = formgrader.submissions()[BREAKS_IN]
    person = quote(BREAKS_IN)
    pages = (
        "/formgrader/manage_assignments",
        f"/formgrader/manage_submissions/{CASE}",
        "/formgrader/gradebook",
        f"/formgrader/gradebook/{CASE}",
        LIST,
        "/formgrader/manage_students",
        f"/formgrader/manage_students/{person}",
        f"/formgrader/manage_students/{person}/{CASE}",
        "/formgrader/api/students",
        f"/formgrader/api/submissions/{CASE}",
    )
    for path in pages:
        page = visit.open(path)
        page.wait_for_load_state("networkidle")
        assert page.locator("img").count() == 0, path
        assert visit.ran() == [], path

    page = visit.open(f"/formgrader/manage_submissions/{CASE}")
    for button in (".autograde", ".generate-feedback"):
        press(page, BREAKS_IN, button)

    page = visit.desk(mine)
    expect(page.locator(".desk-words pre")).to_have_text(WRITES)
    expect(page.locator(".desk-danger strong").first).to_have_text(PERSON)
    page.locator("[data-author]").click()
    expect(page.locator("[data-author-is]")).to_contain_text(BREAKS_IN)
    comment = 'Teruskan. <svg onload="window.ran=8"> {{ 7 * 7 }}'
    page.locator(".desk textarea").fill(comment)
    page.locator("[data-keep]").click()
    expect(page.locator("[data-bank] li").first).to_contain_text(comment)
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan.")
    page.reload()
    expect(page.locator(".desk textarea")).to_have_value(comment)
    expect(page.locator("[data-bank] li").first).to_contain_text(comment)
    assert page.locator("img").count() == 0
    assert visit.ran() == []


def test_an_address_made_up_by_a_stranger_runs_nothing(visit: DeskVisit) -> None:
    for words in ('";window.ran=5;"', "</script><script>window.ran=6</script>", "a\\"):
        page = visit.open(
            f"/formgrader/manage_students/{quote(words, safe='')}/{quote(';window.ran=7;//', safe='')}"
        )
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.ran") is None


def test_submissions_are_listed_without_names_and_read_in_the_order_of_the_list(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    page = visit.open(LIST)
    links = page.locator("#main-table a.name-hidden")
    expect(links.first).to_be_visible()
    order = [str(link.get_attribute("href")).rpartition("/")[2] for link in links.all()]
    read = []

    page.locator(".kasuslab-note a").first.click()
    page.locator("a[data-go=prev]").wait_for()
    page.goto(f"{formgrader.address}/formgrader/submissions/{order[0]}/")
    for _ in order:
        page.locator("[data-go=next]").wait_for()
        read.append(page.evaluate("document.documentElement.dataset.submission"))
        assert not [name for name in formgrader.submissions() if name in page.content()]
        page.locator("[data-go=next]").click()
        page.wait_for_url(lambda url: read[-1] not in url)

    assert read == order
    assert sorted(read) == sorted(formgrader.submissions().values())
    assert page.url.endswith(LIST)


def test_a_list_on_a_phone_is_scrolled_within_itself_and_read_out_in_its_language(visit: DeskVisit) -> None:
    page = visit.open(LIST)
    expect(page.locator(".dataTables_wrapper tbody tr").first).to_be_visible()

    page.set_viewport_size({"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("document.querySelector('.dataTables_wrapper').scrollWidth > innerWidth")
    expect(page.get_by_role("columnheader", name="Ditandai?: urutkan menaik")).to_have_count(1)
    assert violations(page, "html") == []


def test_reflections_are_read_alone_one_after_the_other(visit: DeskVisit) -> None:
    page = visit.open(LIST)
    page.locator(".kasuslab-note a").first.click()

    expect(page.locator(".desk")).to_be_visible()
    expect(page.locator(".desk-rest").first).to_be_hidden()
    page.locator("[data-go=next]").click()
    expect(page.locator(".desk-rest").first).to_be_hidden()
    page.locator("[data-only]").click()
    expect(page.locator(".desk-rest").first).to_be_visible()


def test_a_level_puts_its_sentence_into_the_comment_and_reading_is_kept(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    mine = formgrader.written()[0]
    page = visit.desk(mine)
    box, level = page.locator(".desk textarea"), page.locator("fieldset").first.locator("[data-level]")
    box.fill("Halo.")

    level.nth(2).click()
    clear = str(level.nth(2).get_attribute("data-id"))
    expect(box).to_have_value(f"Halo. {clear}")
    expect(level.nth(2)).to_have_attribute("aria-pressed", "true")
    level.nth(0).click()
    expect(box).to_have_value(f"Halo. {level.nth(0).get_attribute('data-id')}")
    level.nth(0).click()
    expect(box).to_have_value("Halo.")
    page.locator("[data-read]").click()
    expect(page.locator("[data-read-state]")).to_contain_text("Sudah dibaca.")
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan.")

    assert formgrader.stored_mark(mine) == ("Halo.", 0, False)
    page.locator("[data-read]").click()
    expect(page.locator("[data-read-state]")).to_contain_text("Belum dibaca.")
    assert formgrader.stored_mark(mine) == ("Halo.", None, True)


def test_own_comments_are_kept_used_again_and_taken_out(visit: DeskVisit, formgrader: Formgrader) -> None:
    first, second = formgrader.written()[:2]
    page = visit.desk(first)
    box, state = page.locator(".desk textarea"), page.locator("[data-bank-state]")
    words = "Terima kasih sudah menulis."
    saved = page.locator("[data-state]")
    box.fill(words)
    box.blur()
    expect(saved).to_contain_text("Tersimpan.", timeout=60_000)
    page.locator("[data-keep]").click()
    expect(state).to_contain_text("Tersimpan untuk dipakai lagi.", timeout=60_000)
    assert words in [comment.text for comment in read_comments(formgrader.course)]

    page = visit.desk(second)
    row = page.locator("[data-bank] li", has_text=words)
    row.locator("[data-insert]").click()
    expect(box).to_have_value(words)
    expect(saved).to_contain_text("Tersimpan.", timeout=60_000)
    row.locator("[data-delete]").click()
    expect(state).to_contain_text("Terhapus.", timeout=60_000)
    expect(row).to_have_count(0)
    assert words not in [comment.text for comment in read_comments(formgrader.course)]


def test_the_bank_takes_in_neither_a_trainees_words_nor_a_name(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    page = visit.desk(formgrader.written()[0])
    before = read_comments(formgrader.course)
    box, state = page.locator(".desk textarea"), page.locator("[data-bank-state]")
    quoted = page.locator(".desk-words pre").first.inner_text()

    for words in ("Terima kasih, peserta-02.", f"Anda menulis: {quoted}"):
        box.fill(words)
        page.locator("[data-keep]").click()
        expect(state).to_contain_text("“")
        assert read_comments(formgrader.course) == before


def test_the_desk_is_worked_by_keyboard_alone(visit: DeskVisit, formgrader: Formgrader) -> None:
    page = visit.desk(formgrader.written()[1])
    page.locator(".desk textarea").fill("Halo.")
    page.locator("[data-keep]").click()
    expect(page.locator("[data-bank] li").first).to_be_visible()
    page.locator(".desk textarea").focus()
    stops = ("read", "author", "level", "insert", "delete", "keep")
    seen: list[str] = []
    while "keep" not in seen and len(seen) < 40:
        page.keyboard.press("Tab")
        seen += [stop for stop in stops if page.locator(f"[data-{stop}]:focus").count()] or ["elsewhere"]
        if seen[-1] in {"level", "insert"} and seen.count(seen[-1]) == 1:
            before = page.locator(".desk textarea").input_value()
            page.keyboard.press("Enter")
            expect(page.locator(".desk textarea")).not_to_have_value(before)

    assert tuple(dict.fromkeys(seen)) == stops
    assert seen.count("level") == 12
    expect(page.locator("[data-level]").first).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_the_desk_in_either_language(
    visit: DeskVisit, formgrader: Formgrader, width: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    page = visit.desk(formgrader.written()[0])
    for language, words in (("en", "A child in danger"), ("id", "Seorang anak dalam bahaya")):
        page.locator(f"[data-speak={language}]").click()
        expect(page.locator(".desk-danger")).to_contain_text(words)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        assert violations(page, ".desk") + violations(page, ".desk-bar") == []
    page.locator("[data-only]").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_opens_from_the_menu_of_jupyterlab(visit: DeskVisit) -> None:
    page = visit.open("/lab")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    frame = page.frame_locator("iframe[src*=formgrader]")
    frame.get_by_role("link", name="Baca dan nilai").click()
    for _ in range(2):
        frame.locator("#main-table a").first.click()
    frame.locator(".kasuslab-note a").first.click()

    expect(frame.locator("[data-read-state]")).not_to_be_empty()
    assert visit.ran() == []


def test_the_lists_speak_the_language_that_is_chosen_and_call_nobody_none(visit: DeskVisit) -> None:
    page = visit.open(f"/formgrader/manage_submissions/{CASE}")
    expect(page.locator("#main-table tr").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Nama peserta")).to_be_visible()
    assert "None" not in page.locator("#main-table").inner_text()

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("columnheader", name="Student Name")).to_be_visible()
    assert "None" not in page.locator("#main-table").inner_text()
    assert visit.ran() == []
    page.get_by_role("button", name="Indonesia").click()
    expect(page.get_by_role("columnheader", name="Nama peserta")).to_be_visible()


def test_no_list_leads_into_folders_that_no_server_of_a_course_shows(visit: DeskVisit) -> None:
    page = visit.open("/formgrader/manage_assignments")

    expect(page.locator("#main-table").get_by_text(CASE, exact=True)).to_be_visible()

    addresses = [link.get_attribute("href") or "#" for link in page.locator("#main-table a").all()]
    assert len(addresses) > 3
    assert [one for one in addresses if one != "#" and not one.startswith("/formgrader/")] == []


def test_a_stranger_gets_nothing_and_a_foreign_page_changes_nothing(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    mine = formgrader.submissions()["peserta-01"]
    paths = ("comments", f"author/{mine}", "comments/ab", f"reflections/{CASE}/{CASE}")

    for path, method in zip(paths, ("POST", "POST", "DELETE", "GET"), strict=True):
        status, body, _ = formgrader.ask(f"/formgrader/kasuslab/{path}", method, token=False)
        assert status == 403 or 'type="password"' in body
    visit.open("/formgrader/manage_students")
    foreign = visit.page.request.post(f"{formgrader.address}/formgrader/kasuslab/author/{mine}")
    assert foreign.status == 403  # logged in by its cookie, without the token of a page of ours
    assert formgrader.ask(f"/formgrader/kasuslab/author/{mine}")[0] == 405
    assert formgrader.ask(f"/formgrader/kasuslab/author/{'0' * 32}", "POST")[0] == 404


def test_what_was_handed_in_is_never_opened_as_a_page_or_a_course(formgrader: Formgrader) -> None:
    mine = formgrader.submissions()[BREAKS_IN]
    folder = formgrader.course / "submitted" / BREAKS_IN / CASE
    assert (folder / "course.yaml").exists()

    status, _, headers = formgrader.ask(f"/formgrader/submissions/{mine}/{CASE}.ipynb")
    assert (status, headers["Content-Disposition"]) == (200, "attachment")
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert formgrader.ask(f"/formgrader?path={quote(str(folder))}")[0] == 403


def test_a_submission_whose_graded_notebook_is_gone_says_what_to_do(formgrader: Formgrader) -> None:
    mine = formgrader.submissions()["peserta-04"]
    notebook = formgrader.course / "autograded" / "peserta-04" / CASE / f"{CASE}.ipynb"
    aside = notebook.rename(notebook.with_suffix(".aside"))

    status, body, _ = formgrader.ask(f"/formgrader/submissions/{mine}/")

    aside.rename(notebook)
    assert status == 404
    assert "autograde" in body


def test_the_desk_hears_a_click_that_gives_a_button_the_focus(
    visit: DeskVisit, formgrader: Formgrader
) -> None:
    page = visit.desk(formgrader.written()[0])
    level = page.locator("fieldset").last.locator("[data-level]").first
    level.scroll_into_view_if_needed()
    place = level.bounding_box()
    assert place is not None

    hold(page, place)

    expect(level).to_be_focused()
    expect(level).to_have_attribute("aria-pressed", "true")
    assert level.bounding_box() == place
