"""The feedback page in a real browser with the network cut: read, switched, printed, and never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from release.course.course import CHECKOUT, make_course
from release.course.simulate import simulate
from scenarios.engine.event import Decided
from scenarios.engine.record import parse_record
from tests.browser.player_page import LARGE, LOOKS, violations
from tests.parts.every_feedback import sheets_of
from tests.parts.feedback_desk import NOW, FeedbackDesk, marks_by

CASE = "teman-gim"
HOSTILE = """</pre></main><script>document.title = "run"</script>
<img src="http://evil.test/x" onerror="document.title='run'">
<svg onload="document.title='run'"><a href="javascript:document.title='run'">x</a>"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> FeedbackDesk:
    """A simulated class, graded; whoever played to the end wrote markup into the reflection."""
    place = tmp_path_factory.mktemp("feedback") / "kursus"
    keys = CHECKOUT / "graders" / "keys"
    make_course(place, [CASE], person=f"Ibu R. {HOSTILE}", keys=keys)
    desk = FeedbackDesk(place, CASE, keys)
    for person in simulate(place, 6, 1, keys=keys, clock=lambda: NOW):
        record = place / "submitted" / person.name / CASE / "decisions.jsonl"
        if record.exists():
            events = parse_record(record.read_bytes()).events
            desk.hand_in(
                person.name,
                tuple(
                    each.model_copy(update={"pick": HOSTILE})
                    if isinstance(each, Decided) and each.decision == "refleksi"
                    else each
                    for each in events
                ),
            )
        desk.grade(person.name)
    return desk


@pytest.fixture(scope="module")
def pages(desk: FeedbackDesk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each trainee, under a pseudonym and with a comment that are markup."""
    folder = tmp_path_factory.mktemp("pages")
    files = {}
    for place in sorted((desk.course / "autograded").iterdir()):
        marks = marks_by(desk.grade(place.name), comment=HOSTILE)
        files[place.name] = folder / f"{place.name}.html"
        files[place.name].write_text(desk.html(place.name, marks, student=HOSTILE), encoding="utf-8")
    return files


@pytest.fixture
def offline(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A factory: a page with no network; whatever it asked for or complained of fails the test."""
    context = chromium.new_context(offline=True)
    complaints: list[str] = []

    def show(file: Path, *, width: int = 1280, dark: bool = False) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("console", lambda entry: complaints.append(entry.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda asked: None if asked.url == file.as_uri() else complaints.append(asked.url))
        page.goto(file.as_uri())
        return page

    yield show
    context.close()
    assert complaints == []


def page_with(pages: dict[str, Path], *parts: str) -> Path:
    """The page of the first trainee in which all `parts` stand."""
    texts = {file: file.read_text(encoding="utf-8") for file in pages.values()}
    return next(file for file, text in texts.items() if all(part in text for part in parts))


def harmful(pages: dict[str, Path]) -> Path:
    """A page with harm and a reflection."""
    return page_with(pages, "flag flag-harm", "Hanya Anda dan fasilitator", "story")


def waiting(pages: dict[str, Path]) -> Path:
    """The page of somebody who was not judged."""
    return page_with(pages, "Ini bukan nilai nol")


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_no_page_breaks_a_rule_of_wcag_or_is_wider_than_its_window(
    offline: Callable[..., Page], pages: dict[str, Path], width: int, *, dark: bool
) -> None:
    findings = []
    for file in (harmful(pages), waiting(pages))[: 2 if width == 360 else 1]:
        page = offline(file, width=width, dark=dark)
        for language in ("id", "en"):
            page.check(f"#show-{language}")
            findings += violations(page, "html")
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            findings += violations(page, "html")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate(LARGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.close()
    assert findings == []


def test_the_language_is_switched_by_keyboard_and_without_script(
    chromium: Browser, pages: dict[str, Path]
) -> None:
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(harmful(pages).as_uri())

    expect(page.get_by_role("heading", level=1)).to_have_text(["Umpan balik: Teman Gim"])
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text(["Feedback: The Game Friend"])
    expect(page.get_by_role("heading", name="Yang sudah baik")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Yang sudah baik")).to_be_visible()
    context.close()


def test_nothing_that_a_person_wrote_runs(offline: Callable[..., Page], pages: dict[str, Path]) -> None:
    file = harmful(pages)
    assert HOSTILE not in file.read_text(encoding="utf-8")
    page = offline(file)

    expect(page.locator("#in-id pre")).to_have_text([HOSTILE, HOSTILE])
    expect(page.locator("#in-id")).to_contain_text("Peserta: </pre></main><script>")
    expect(page.locator("#in-id")).to_contain_text("berbicara dengan Ibu R. </pre></main><script>")
    expect(page).to_have_title("Umpan balik: Teman Gim")
    assert page.locator("script, img, svg").count() == 0


def test_a_link_leads_to_its_decision(offline: Callable[..., Page], pages: dict[str, Path]) -> None:
    page = offline(harmful(pages))
    link = page.get_by_role("link", name="Lihat keputusan").first
    number = (link.text_content() or "").split()[-1]

    link.click()

    decision = page.locator(f"#in-id #id-{number}")
    expect(decision).to_be_in_viewport()
    expect(decision.get_by_role("heading", level=3)).to_contain_text(f"{number}. ")


@pytest.mark.parametrize(("language", "other"), [("id", "en"), ("en", "id")])
def test_it_prints_on_a4_in_the_language_that_is_shown(
    offline: Callable[..., Page], pages: dict[str, Path], language: str, other: str
) -> None:
    page = offline(harmful(pages), width=680, dark=True)
    page.check(f"#show-{language}")
    page.emulate_media(media="print")

    expect(page.locator(f"#in-{language}")).to_be_visible()
    for hidden in (f"#in-{other}", "label[for=show-id]", "#show-en"):
        expect(page.locator(hidden)).to_be_hidden()
    # 180 mm between the margins, at 96 dots an inch.
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    paper = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper))
    assert paper.startswith(b"%PDF")
    assert {tuple(round(float(part)) for part in size.split()) for size in sizes} == {(0, 0, 595, 842)}
    assert sheets_of(paper) in range(1, 5)


def test_who_was_not_judged_reads_no_score(offline: Callable[..., Page], pages: dict[str, Path]) -> None:
    page = offline(waiting(pages), width=360)

    expect(page.get_by_role("heading", name="Belum dinilai")).to_be_visible()
    expect(page.locator("#in-id dl")).to_have_count(0)
    expect(page.locator("#in-id")).to_contain_text("Ini bukan nilai nol")
