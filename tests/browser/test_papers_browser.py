"""The papers of a training in a real browser: their size on paper, on a phone, and a certificate verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from graders.people.roster import course_roster, write_roster
from release.course.course import make_course
from release.course.simulate import simulate
from release.papers.certificates.certificate import certificate_list, certificate_of
from release.papers.certificates.seal import Seal, read_seal
from release.papers.organiser import Organiser
from release.papers.papers import PaperRequest, write_papers
from release.papers.training import Training, read_training
from release.papers.words import PAPERS, PaperWords
from scenarios.course_card import MAX_KEEP_DAYS
from scenarios.language import LANGUAGES, Language
from tests.browser.player_page import violations
from tests.parts.report_class import KEYS
from tests.places import CASES

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
UPRIGHT, WIDE = (595, 842), (842, 595)
LONG = "I Gusti Ngurah Rai Dwi Putra Wijaya Kusuma Atmaja, S.H., M.Hum."
SETTLED = Organiser.model_validate(
    {
        "training": "Lokakarya pelindungan anak di ranah digital, Angkatan 2 Kupang",
        "organiser": "UPTD PPA Kota Kupang",
        "place": "Kupang",
        "days": "2026-12-01,2026-12-02",
        "jp": 16,
        "number": "{n}/PPA/2026",
        "signer": LONG,
        "office": "Kepala UPTD PPA",
    }
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("kursus") / "kelas"
    make_course(place, ["daftar-nilai"], person="Ibu P", cases=CASES, keys=KEYS, keep_days=MAX_KEEP_DAYS)
    simulate(place, 12, 3, keys=KEYS, clock=lambda: NOW)
    people = course_roster(place).values()
    write_roster(place, {one.id: replace(one, name=LONG, kabupaten="Kupang") for one in people})
    write_papers(place, SETTLED, PaperRequest(place.parent / "seal.pem", keys=KEYS), now=NOW)
    return place


@pytest.fixture(scope="module")
def seal(course: Path) -> Seal:
    return read_seal(course.parent / "seal.pem")


@pytest.fixture(scope="module")
def training(course: Path) -> Training:
    return read_training(course, SETTLED, keys=KEYS, now=NOW)


def sheets_of(page: Page) -> tuple[set[tuple[int, int]], int]:
    """The sizes of the sheets that a page prints on, in points, and how many there are."""
    paper = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper))
    points = {tuple(round(float(part)) for part in size.split()) for size in sizes}
    return {(width, height) for _, _, width, height in points}, len(re.findall(rb"/Type\s*/Page\b", paper))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_is_a4_and_certificates_and_plans_lie_on_their_side(
    new_page: Callable[..., Page], course: Path, training: Training, language: Language
) -> None:
    page = new_page()
    for name in PAPERS:
        page.goto((course / "papers" / language / f"{name}.html").as_uri())
        sizes, count = sheets_of(page)

        assert sizes == {WIDE if name in {"plans", "certificates"} else UPRIGHT}, name
        if name in {"evaluation", "follow-up", "plans"}:
            assert count == 1, name
        if name == "certificates":
            assert count == len(certificate_list(training).attendees)


@pytest.mark.parametrize("dark", [False, True])
def test_every_paper_is_accessible_and_fits_a_phone(
    new_page: Callable[..., Page], course: Path, *, dark: bool
) -> None:
    page = new_page(width=360, dark=dark)
    for name in ("index.html", "verify.html", *(f"id/{name}.html" for name in PAPERS)):
        page.goto((course / "papers" / name).as_uri())

        assert violations(page, "html") == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_the_page_that_verifies_says_offline_what_was_signed(
    new_page: Callable[..., Page], course: Path, training: Training, seal: Seal
) -> None:
    one = certificate_list(training).attendees[0]
    code = certificate_of(training, one, PaperWords("id"), seal, number="001/PPA/2026").code
    page, requests = new_page(), []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(f"{(course / 'papers' / 'verify.html').as_uri()}#{code}")

    expect(page.locator("[data-state=good]")).to_be_visible()
    expect(page.locator("[data-value=name]")).to_have_text(LONG)
    expect(page.locator("[data-value=number]")).to_have_text("001/PPA/2026")
    expect(page.locator("[data-value=jp]")).to_have_text("16")
    assert all(url.startswith("file:") for url in requests)


@pytest.mark.parametrize("forgery", ["changed", "foreign", "nonsense"])
def test_the_page_that_verifies_refuses_what_the_organiser_has_not_signed(
    new_page: Callable[..., Page], course: Path, seal: Seal, tmp_path: Path, forgery: str
) -> None:
    head, body, signature = seal.code({"name": "Siti"}).split(".")
    other = seal.code({"name": "Budi"}).split(".")[1]
    codes = {
        "changed": f"{head}.{other}.{signature}",
        "foreign": read_seal(tmp_path / "other.pem").code({"name": "Siti"}),
        "nonsense": "https://contoh.go.id/verify.html#bukan.kode",
    }
    assert body != other
    page = new_page()
    page.goto((course / "papers" / "verify.html").as_uri())

    page.get_by_role("textbox").fill(codes[forgery])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("[data-state=bad]")).to_be_visible()
    expect(page.locator(".facts")).to_be_hidden()


def test_a_text_that_was_signed_is_never_part_of_the_page(
    new_page: Callable[..., Page], course: Path, seal: Seal
) -> None:
    hostile = "<img src=x onerror=window.hit=1>"
    code = seal.code({"name": hostile, "skills": "constructor K1"})
    page = new_page()

    page.goto(f"{(course / 'papers' / 'verify.html').as_uri()}#{code}")

    expect(page.locator("[data-value=name]")).to_have_text(hostile)
    assert page.evaluate("window.hit") is None
    assert page.locator("dd img").count() == 0
