"""What a participant has to tap, to read and to scroll, counted on the running lab, before and after.

On a phone of 360 x 640 in a real Chromium: taps and words from the QR code to the first decision of a first
case; the screens of the shelf, of one case, of its feedback and of its result; and the sheets of A4 of its
feedback page. ``--before CHECKOUT`` counts in an earlier checkout too, by its own ``.venv``; what is counted
there is asked of this file by that interpreter, so that it imports nothing of either checkout before it runs.

A screen is the height of a page divided by that of the phone. A word is what stands between blanks, in all
that is shown; “besides the story” leaves out the texts of scenes, questions and options.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parents[2]
CASE = "teman-gim"
WIDTH, HEIGHT = 360, 640
FOURTEEN = 14
MOST_STEPS = 120
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60_000

SERVE = """
import json, sys
from release.workshop.plan import WorkshopPlan
from release.workshop.serve.server import serve
serve(WorkshopPlan(**json.loads(sys.argv[1])))
"""
SERVE_0_1_0 = """
import json, sys
from pathlib import Path
from release.workshop.server import serve
options = json.loads(sys.argv[1])
serve(options.pop("port"), open_browser=False, data_dir=Path(options.pop("data")), **options)
"""
WORDS = """(story) => {
  const words = (text) => text.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
  const shown = (node) => words(node.innerText || "");
  const parts = [...document.querySelectorAll(story)].filter((each) => !each.parentElement.closest(story));
  const told = parts.reduce((sum, part) => sum + shown(part), 0);
  return { words: shown(document.body), besides: shown(document.body) - told };
}"""
TALL = "() => document.documentElement.scrollHeight"
STORY = ", ".join(f".kasuslab .kl-{part}" for part in ("story", "ask", "option label", "rank-text", "picked"))
# Fill in what the form on the page asks for: the first option of each question.
FILL = """() => {
  const form = document.querySelector(".kl-form");
  let taps = 0;
  const tap = (node) => { node.click(); taps += 1; };
  const text = form.querySelector("textarea");
  if (text) { text.value = "catatan"; text.dispatchEvent(new Event("input", { bubbles: true })); taps += 1; }
  const boxes = [...form.querySelectorAll("input[type=checkbox][data-limited]")];
  if (boxes.length && !boxes.some((box) => box.checked)) tap(boxes[0]);
  const radios = () => [...form.querySelectorAll("input[type=radio]")];
  for (const name of new Set(radios().map((radio) => radio.name))) {
    const group = radios().filter((radio) => radio.name === name);
    if (!group.some((radio) => radio.checked)) tap(group[0]);
  }
  return taps;
}"""
KEYS = ("begin", "confirm", "check", "onward", "continue", "result")


class ScreenCount:
    """One phone in a workshop, with what it has tapped and shown."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0
        self.shown: list[dict[str, Any]] = []

    def look(self, name: str) -> dict[str, Any]:
        """Count what is on the page now."""
        counts = self.page.evaluate(WORDS, STORY)
        entry = {"name": name, "taps": self.taps, "screens": self.page.evaluate(TALL) / HEIGHT, **counts}
        self.shown.append(entry)
        return entry

    def tap(self, selector: str) -> None:
        """Tap the first thing that a selector names, and wait until the player has answered."""
        spot = self.page.locator(selector).first
        before = self.page.evaluate_handle("() => document.querySelector('.kl-page')")
        spot.click()
        self.taps += 1
        self.page.wait_for_load_state()
        if self.page.locator(".kasuslab").count():
            self.page.wait_for_function(
                "(old) => !old || document.querySelector('.kl-page') !== old", arg=before, timeout=PATIENCE
            )

    def come_in(self, url: str) -> None:
        """From the QR code to the player."""
        self.page.goto(url)
        self.look("lobby")
        sector = self.page.locator("select[name=sector]")
        if sector.count():  # it opens, and one is chosen in it
            sector.select_option("-")
            self.taps += 2
            self.tap("form[action='/masuk'] button[type=submit]")
        else:
            self.tap("button[name=sector][value='-']")
        link = self.page.locator("a.ws-button[href='/kasus']")
        if link.count():
            self.look("seat")
            link.click()
            self.taps += 1
        self.page.locator(".kasuslab [data-heading]").wait_for(timeout=PATIENCE)

    def to_shelf(self) -> None:
        """Back to the list of cases."""
        if not self.is_shelf():
            self.tap("[data-key=leave], [data-key=other]")
        self.page.locator("[data-key^=open-]").first.wait_for(timeout=PATIENCE)

    def is_shelf(self) -> bool:
        """Whether the list of cases is shown."""
        return self.page.locator("[data-key^=open-]").count() > 1

    def next_key(self) -> str:
        """The button that leads on, or ""."""
        return next((key for key in KEYS if self.page.locator(f"[data-key={key}]").count()), "")

    def to_first_decision(self) -> dict[str, int]:
        """Go on until a decision is asked, and until it is confirmed; what that took."""
        if self.is_shelf():
            self.look("shelf")
            self.tap("[data-key^=open-]")
        while self.next_key() != "check":
            self.look(self.next_key())
            self.tap(f"[data-key={self.next_key()}]")
        self.look("decision")
        seen = {"taps": self.taps, **_sums(self.shown)}
        while self.next_key() == "check":
            self.taps += self.page.evaluate(FILL)
            self.tap("[data-key=check]")
        self.look("confirm")
        self.tap("[data-key=confirm]")
        confirmed = _sums(self.shown)
        return {
            **seen,
            "taps_confirmed": self.taps,
            "words_confirmed": confirmed["words"],
            "besides_confirmed": confirmed["besides"],
        }

    def play(self, case: str) -> dict[str, float]:
        """One case from its cover to its result, by the first option of each question."""
        self.to_shelf()
        begun, before = len(self.shown), self.taps
        row = f"[data-key=open-{case}]"
        self.tap(row if self.page.locator(row).count() else "[data-key=next-case]")
        for _ in range(MOST_STEPS):
            key = self.next_key()
            if not key:
                break
            self.look("feedback" if key == "onward" else "case")
            if key == "check":
                self.taps += self.page.evaluate(FILL)
            self.tap(f"[data-key={key}]")
        self.look("result")
        parts = self.shown[begun:]

        def of(name: str, what: str) -> float:
            return float(sum(part[what] for part in parts if part["name"] == name))

        return {
            "taps": self.taps - before,
            "words": sum(part["words"] for part in parts),
            "screens": sum(part["screens"] for part in parts),
            "case_screens": of("case", "screens"),
            "feedback_screens": of("feedback", "screens"),
            "feedback_longest": max(part["screens"] for part in parts if part["name"] == "feedback"),
            "feedback_words": of("feedback", "words"),
            "result_screens": of("result", "screens"),
            "result_words": of("result", "words"),
        }


def _sums(shown: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(entry[name] for entry in shown) for name in ("words", "besides")}


@contextmanager
def workshop(cases: Sequence[str]) -> Iterator[str]:
    """The workshop of the checkout in the working directory; the address that its QR code holds."""
    is_new = Path("release/workshop/serve").is_dir()
    with tempfile.TemporaryDirectory(prefix="kasuslab-screens-") as place:
        options: dict[str, object] = {
            "port": 0,
            "data": place,
            "person": "Ibu R., meja panitia",
            "cases": list(cases),
        }
        options |= {"code": True} if is_new else {"warm": 2, "ask_code": True}
        command = [sys.executable, "-c", SERVE if is_new else SERVE_0_1_0, json.dumps(options)]
        environ = {**os.environ, "KASUSLAB_HOME": place, "KASUSLAB_LANGUAGE": "id"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as server:
            assert server.stdout is not None
            line = next((line for line in server.stdout if line.startswith("ready ")), "")
            try:
                url = line.removeprefix("ready ").strip()
                yield f"{url}g/{_code(Path(place))}"
            finally:
                server.terminate()
                server.wait(60)


def _code(data: Path) -> str:
    with closing(sqlite3.connect(data / "workshop.sqlite")) as database:
        (code,) = database.execute("select code from workshop").fetchone()
    return str(code)


def practice_cases() -> list[str]:
    """The cases for practice of the checkout in the working directory, in their order."""
    files = sorted(Path("scenarios/cases").glob("*/case.yaml"))
    return [
        file.parent.name
        for file in files
        if re.search(r"^use: practice$", file.read_text("utf-8"), re.MULTILINE)
    ]


def phone(browser: Browser) -> Page:
    """A page on a phone of its own, in Bahasa Indonesia."""
    return browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale="id-ID").new_page()


def measure(case: str) -> dict[str, Any]:
    """All counts of the checkout in the working directory."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    cases = practice_cases()
    fourteen = [name for name in cases if name != "foto-lomba"][:FOURTEEN]
    counts: dict[str, Any] = {"cases": len(cases)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with workshop(cases) as url:
            walk = ScreenCount(phone(browser))
            walk.come_in(url)
            counts["first"] = walk.to_first_decision()
            counts["shown"] = walk.shown.copy()
            other = ScreenCount(phone(browser))
            other.come_in(url)
            other.to_shelf()
            counts["shelf"] = other.look("shelf")
            counts["case"] = other.play(case)
        with workshop(fourteen) as url:
            few = ScreenCount(phone(browser))
            few.come_in(url)
            few.to_shelf()
            counts["fourteen"] = few.look("shelf")
        counts["sheets"] = sheets(browser, case)
        browser.close()
    return counts


def sheets(browser: Browser, case: str) -> int:
    """How many sheets of A4 the feedback page of one made-up trainee has, printed as it is."""
    with tempfile.TemporaryDirectory(prefix="kasuslab-sheets-") as place:
        course = Path(place) / "course"
        tool = [str(Path(sys.executable).parent / "kasuslab")]
        environ = {
            **os.environ,
            "KASUSLAB_HOME": place,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

        def run(*words: str, program: Sequence[str] = tool) -> None:
            subprocess.run(
                [*program, *words],
                cwd=Path(place) if not course.exists() else course,
                env=environ,
                check=True,
                capture_output=True,
                text=True,
            )

        run("course", str(course), "--cases", case, "--person", "Ibu R.")
        nbgrader = [sys.executable, "-m", "nbgrader"]
        run("generate_assignment", case, program=nbgrader)
        run("simulate", str(course), "--trainees", "1", "--seed", "1")
        run("grade", str(course))
        run("generate_feedback", case, program=nbgrader)
        page = next(course.glob("feedback/*/*/*.html"))
        tab = browser.new_page()
        tab.goto(page.as_uri())
        paper = tab.pdf(format="A4")
        return len(re.findall(rb"/Type\s*/Page[^s]", paper))


ROWS = (
    ("taps until the first decision is asked", ("first", "taps")),
    ("words until then, all that is shown", ("first", "words")),
    ("words until then, besides the story", ("first", "besides")),
    ("taps until it is confirmed", ("first", "taps_confirmed")),
    ("words until then, besides the story", ("first", "besides_confirmed")),
    ("cases on the shelf", ("cases",)),
    ("screens of the shelf", ("shelf", "screens")),
    ("screens of a shelf of fourteen", ("fourteen", "screens")),
    ("words of the shelf", ("shelf", "words")),
    ("a case: taps", ("case", "taps")),
    ("a case: words", ("case", "words")),
    ("a case: screens", ("case", "screens")),
    ("… of its story and decisions", ("case", "case_screens")),
    ("… of its feedback", ("case", "feedback_screens")),
    ("… of the longest feedback", ("case", "feedback_longest")),
    ("… of its result", ("case", "result_screens")),
    ("a case: words of its feedback", ("case", "feedback_words")),
    ("a case: words of its result", ("case", "result_words")),
    ("sheets of the feedback page", ("sheets",)),
)


def counted(checkout: Path, case: str) -> dict[str, Any]:
    """The counts of a checkout, by its own interpreter."""
    python = checkout / ".venv" / "bin" / "python"
    environ = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [str(python), str(Path(__file__).resolve()), "--measure", "--case", case]
    run = subprocess.run(command, cwd=checkout, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    counts: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return counts


def main() -> None:
    """Count, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="an earlier checkout with a .venv of its own")
    parser.add_argument("--case", default=CASE, help="the case that is played to its end")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--each", action="store_true", help="each page up to the first decision, too")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.case)))  # noqa: T201 -- to whoever asked
        return
    checkouts = [options.before.resolve()] if options.before else []
    columns = [counted(each, options.case) for each in (*checkouts, HERE)]
    print_table(columns, each=options.each)


def print_table(columns: Sequence[dict[str, Any]], *, each: bool) -> None:
    """One row a count, one column a checkout."""
    heads = ["before", "now"][-len(columns) :]
    print(f"{'360 x 640':45}" + "".join(f"{head:>12}" for head in heads))  # noqa: T201 -- the table
    for label, place in ROWS:
        cells = [_cell(column, place) for column in columns]
        print(f"{label:45}" + "".join(f"{cell:>12}" for cell in cells))  # noqa: T201 -- the same
    for head, column in zip(heads, columns, strict=True) if each else ():
        for entry in column["shown"]:
            counts = (
                f"{entry['taps']:>4} taps {entry['words']:>5} words {entry['besides']:>5} besides the story"
            )
            print(f"{head}: {entry['name']:12}{counts}")  # noqa: T201 -- the same


def _cell(column: dict[str, Any], place: Sequence[str]) -> str:
    value: Any = column
    for name in place:
        value = value[name]
    return f"{value:.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
