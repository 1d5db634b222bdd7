"""The bench in a real browser: a case from nothing to a green check, by the mouse and by the keyboard."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from release.author.check import Bench, check_case, errors
from tests.browser.player_page import violations
from tests.places import KEYS, TESTS
from tests.release.author.test_preview import running_preview

CASE = "kabar-baru"
LOG = logging.getLogger(__name__)
# What a skeleton still asks for.
OPEN = re.compile(r"TULIS|WRITE")
FOCUS = """() => {
  const at = document.activeElement;
  return { tag: at.tagName, hint: at.placeholder || "", label: at.getAttribute("aria-label") || "",
           lang: at.lang, value: at.value || "", next: at.hasAttribute("data-next"), type: at.type || "" };
}"""

TO_WRITE = """() => [...document.querySelectorAll("#bn-write .bn-cell :is(input, textarea)")]
  .filter((one) => /TULIS|WRITE/.test(one.placeholder)).map((one) => [one.id, one.lang || "id"])"""


@dataclass(frozen=True)
class Library:
    """The folders of a library of its own, with nothing in it."""

    cases: Path
    keys: Path
    guides: Path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(*(tmp_path / name for name in ("cases", "keys", "guides")))
    for folder in (made.cases, made.keys, made.guides):
        folder.mkdir()
    return made


@contextmanager
def running_bench(library: Library) -> Iterator[str]:
    """A bench on a free port, with no case open; its link."""
    command = [sys.executable, "-m", "release.cli", "preview", "--port", "0", "--no-browser"]
    command += [
        "--cases-dir",
        str(library.cases),
        "--keys",
        str(library.keys),
        "--guides",
        str(library.guides),
    ]
    environ = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()
            assert process.wait(20) == 0


@dataclass
class Author:
    """Somebody who writes, and how often they pressed anything."""

    page: Page
    presses: int = 0
    fields: int = 0
    begun: float = field(default_factory=time.monotonic)

    def sentence(self, language: str, *, long: bool = False) -> str:
        """A sentence of its own for each field."""
        self.fields += 1
        if language == "en":
            return (
                f"The worker takes step {self.fields} today." if long else f"Step {self.fields} of the work"
            )
        return (
            f"Petugas menjalani langkah {self.fields} hari ini." if long else f"Langkah {self.fields} petugas"
        )

    def press(self, control: Locator) -> None:
        """Press something."""
        control.click()
        self.presses += 1

    def key(self, name: str) -> None:
        """Press a key."""
        self.page.keyboard.press(name)
        self.presses += 1

    def write(self, control: Locator, text: str) -> None:
        """Press into a field, write, and leave it."""
        control.fill(text)
        self.presses += 1
        control.blur()

    def answer(self, at: Mapping[str, str]) -> None:
        """Write what the field that has the focus asks for, if anything."""
        if OPEN.search(at["hint"]):
            self.page.keyboard.insert_text(self.sentence(at["lang"] or "id", long=True))
        elif at["label"] == "Law read up to" and not at["value"]:
            self.page.keyboard.insert_text("2026-03-31")
        elif at["label"] == "This is no single real case":
            self.key("y")
        elif re.fullmatch("[1-5]", at["label"]) and not at["value"]:
            self.page.keyboard.insert_text(self.sentence("id"))

    @property
    def effort(self) -> str:
        """What it took, in words."""
        seconds = time.monotonic() - self.begun
        return f"{self.fields} fields, {self.presses} presses, {seconds:.1f} s by a machine"


def green(page: Page, library: Library, words: str) -> None:
    """The page says that the case passes, and so does the check."""
    expect(page.locator("#pv-found").get_by_text(words)).to_be_visible(timeout=20_000)
    checked = check_case(library.cases / CASE, Bench(library.keys, date(2026, 11, 30), library.guides, 100))
    assert [str(problem) for problem in checked.problems if problem.level == "error"] == []
    assert errors(checked.problems) == 0
    files = (*library.cases.rglob("*.yaml"), *library.keys.glob("*.yaml"), *library.guides.glob("*.yaml"))
    assert not any(OPEN.search(file.read_text("utf-8").split("\n", 3)[3]) for file in files)


def test_a_case_is_written_from_nothing_to_a_green_check(
    new_page: Callable[..., Page], library: Library
) -> None:
    page = new_page(width=1366)
    faults: list[str] = []
    page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
    with running_bench(library) as link:
        page.goto(link)
        author = Author(page)
        author.write(page.get_by_label("Nama kasus"), CASE)
        author.write(page.get_by_label("Judul (Indonesia)"), "Kabar Baru")
        author.write(page.get_by_label("Judul (English)"), "A New Story")
        author.press(page.get_by_role("button", name="Mulai menulis"))
        parts = page.locator("#bn-part")
        expect(parts).to_be_visible()
        assert violations(page, "html") == []
        author.write(page.get_by_label("Hukum dibaca sampai tanggal", exact=True), "2026-03-31")
        page.get_by_label("Ini bukan satu kasus nyata", exact=True).select_option("true")
        for at in range(5):
            author.write(page.locator(".bn-lines input").nth(at), f"ciri {author.sentence('id')}")
        for part in parts.evaluate("select => [...select.options].map((option) => option.value)"):
            parts.select_option(part)
            author.presses += 1
            for name, language in page.evaluate(TO_WRITE):
                control = page.locator(f'[id="{name}"]')
                author.write(control, author.sentence(language, long=True))
        green(page, library, "kasus ini lolos pemeriksaan")
        assert violations(page, "html") == []
        LOG.info("the bench, by the mouse: %s", author.effort)
        page.goto("about:blank")
    assert faults == []


@pytest.mark.long
def test_a_case_is_written_by_the_keyboard_alone_in_english(
    new_page: Callable[..., Page], library: Library
) -> None:
    page = new_page(width=360)
    with running_bench(library) as link:
        page.goto(link)
        expect(page.get_by_label("Nama kasus")).to_be_visible()
        author, part = Author(page), 0
        at: Mapping[str, Any] = {}
        while at.get("label") != "EN" and at.get("tag") != "INPUT":
            author.key("Tab")
            at = page.evaluate(FOCUS)
            if at["tag"] == "BUTTON" and at["lang"] == "en":
                author.key("Enter")
        for words in (CASE, "Kabar Baru", "A New Story"):
            page.keyboard.insert_text(words)
            author.key("Tab")
        author.key("Enter")
        expect(page.locator("#bn-part")).to_be_visible()
        count = page.locator("#bn-part option").count()
        while part < count:
            author.key("Tab")
            at = page.evaluate(FOCUS)
            if at["next"]:
                author.key("Enter")
                part += 1
            elif part == count - 1 and at["tag"] == "SECTION":
                break  # past the last part, at what is wrong with the case
            else:
                author.answer(at)
        green(page, library, "the case passes the check")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page, "html") == []
        LOG.info("the bench, by the keyboard: %s", author.effort)
        page.goto("about:blank")


def test_a_reviewers_words_from_a_phone_stand_beside_their_field(
    new_page: Callable[..., Page], chromium: Browser, small_case_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(small_case_folder, tmp_path / "cases" / small_case_folder.name))
    keys = Path(shutil.copytree(KEYS, tmp_path / "keys"))
    bench, context = new_page(width=1366), chromium.new_context(viewport={"width": 360, "height": 740})
    phone = context.new_page()
    with running_preview(folder, keys) as preview:
        bench.goto(preview.url)
        bench.get_by_role("button", name="Tinjauan").click()
        bench.get_by_role("button", name="Buka putaran tinjauan").click()
        phone.goto(bench.locator(".bn-link").inner_text())
        phone.get_by_role("radio", name="polisi", exact=True).check()
        phone.keyboard.press("Enter")
        summary = phone.locator("summary", has_text="Komentari").nth(2)
        expect(summary).to_be_visible()
        summary.press("Enter")
        phone.get_by_label("Komentar Anda").fill("<b>Terlalu</b> singkat.")
        phone.reload()

        written = phone.get_by_label("Komentar Anda")
        expect(written).to_have_value("<b>Terlalu</b> singkat.")
        written.focus()
        for key in ("Tab", "Tab", "Tab", "Enter"):  # past the question and the objection
            phone.keyboard.press(key)
        expect(phone.locator(".rv-remarks").get_by_text("<b>Terlalu</b> singkat.")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(phone, "html") == []

        comments = bench.locator("#bn-round .bn-findings li")
        expect(comments).to_contain_text("<b>Terlalu</b> singkat.", timeout=30_000)
        comments.get_by_role("button").first.click()
        beside = bench.locator("#bn-write .bn-findings", has_text="<b>Terlalu</b> singkat.")
        beside.get_by_label("Jawaban untuk komentar 1").fill("Sudah dipanjangkan.")
        assert violations(bench, "html") == []
        beside.get_by_role("button", name="Jawab").click()
        expect(beside).to_have_count(0)
        phone.reload()
        expect(phone.locator(".rv-remarks").get_by_text("Sudah dipanjangkan.")).to_be_visible()
        for page in (bench, phone):
            page.goto("about:blank")
        context.close()
