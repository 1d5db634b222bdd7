"""The commands of the documents: each runs here as it is written, or stands below with why it does not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.test_documentation import DOCUMENTS, ROOMS, ROOT

LINE = re.compile(
    r"^(?: {4,}|\t)(?:\$ )?((?:\w+=\S+ )?(?:kasuslab|nbgrader|jupyter|make|cd|py|\.venv\S*) .*)$",
    re.MULTILINE,
)
FACTS = "[satu ciri, dua ciri, tiga ciri, empat ciri, lima ciri]"

# A course from its making to its forgetting. What is indented is no command of a document, but what the story
# around it tells: a class has handed in, a sheet was filled in, an author has declared three things.
COURSE = """\
kasuslab course ~/kursus --cases teman-gim,tawaran-nongkrong --person "Ibu R., meja panitia"
  rm -r ~/kursus
kasuslab course ~/kursus --cases teman-gim --person "Ibu R., meja panitia"
cd ~/kursus
nbgrader generate_assignment teman-gim
  kasuslab simulate ~/kursus --trainees 7 --seed 1
kasuslab grade .
nbgrader generate_feedback teman-gim
kasuslab report . --open
kasuslab export . --moodle
kasuslab export ~/kursus --moodle
kasuslab grade ~/kursus
kasuslab grade ~/kursus teman-gim --jobs 1
kasuslab grade ~/kursus teman-gim --rescore
  cp submitted/peserta-07/teman-gim/decisions.jsonl .
kasuslab score decisions.jsonl --case teman-gim --json
kasuslab roster --template peserta.xlsx
  python -c "import openpyxl as o; b = o.load_workbook('peserta.xlsx'); $ADD; b.save('peserta.xlsx')"
kasuslab course ~/kursus --roster peserta.xlsx
kasuslab seat-cards ~/kursus --address http://192.168.1.5:8866/
kasuslab hand-in ~/kursus
kasuslab attendance ~/kursus --zone WITA
kasuslab course ~/kursus --export data.zip --only peserta-07
kasuslab course ~/kursus --forget --only peserta-07
kasuslab course ~/kursus --forget
kasuslab workshop list
kasuslab workshop forget --all --yes
"""
# A case from its first file to its picture, in a copy of the lab, whose library it becomes a part of.
AUTHOR = f"""\
kasuslab new my-case
  sed -i 's/^law_checked:.*/law_checked: 2026-03-31/' "$LAB"/scenarios/cases/my-case/case.yaml
  sed -i 's/^  composite:.*/  composite: true/' "$LAB"/scenarios/cases/my-case/case.yaml
  sed -i 's/^  changed:.*/  changed: {FACTS}/' "$LAB"/scenarios/cases/my-case/case.yaml
  sed -i 's/TULIS/Petugas/g; s/WRITE/Somebody/g' "$LAB"/scenarios/cases/my-case/*.yaml
  sed -i 's/TULIS/Petugas/g; s/WRITE/Somebody/g' "$LAB"/graders/keys/my-case*.yaml
  sed -i 's/TULIS/Petugas/g; s/WRITE/Somebody/g' "$LAB"/graders/guides/my-case.yaml
kasuslab check my-case
kasuslab graph my-case -o my-case.svg
"""
JOURNEYS = {"course": COURSE, "author": AUTHOR}
HELD_ELSEWHERE = {
    r"make (run|test|install|bench|release|format.*)": (
        "runs until Ctrl-C, runs every test, or changes the checkout"
    ),
    r"make (image.*|test-containers)": "wants Docker: tests/containers",
    r"kasuslab workshop( --host .*)?": "serves until Ctrl-C: tests/release/workshop starts it",
    r"kasuslab preview( .*)?": "serves until Ctrl-C: tests/browser/test_preview.py starts it",
    r"kasuslab workshop forget workshop-.*": "names a workshop of whoever reads it: tests of forget.py",
    r"kasuslab collect .*": "takes what Moodle packed: tests/release/course/hand_ins/test_collect.py",
    r"kasuslab (workshop )?(backup|restore) .*": "wants something to lose: tests/release/backup",
    r"kasuslab (pack|unpack) .*": "asks for a passphrase: tests/release/author/sharing",
    r"kasuslab source-(changed|read) .*": "changes the sources: tests/release/author/sources",
    r"kasuslab (round|review) .*|kasuslab check my-case --review": (
        "wants people who review: tests/release/author/review, test_review_status.py"
    ),
    r"kasuslab grade ~/kursus .* --back": "wants an earlier key: test_key_shelf.py",
    r"kasuslab export ~/kursus --worksheet .*": "fills in a sheet of Moodle's: test_worksheet.py of hand_ins",
    r"kasuslab feedback .*": "answers what Moodle packed: tests/release/course/hand_ins/test_feedback_zip.py",
    r"kasuslab course ~/lokakarya .*": "wants keys that are not in the checkout: tests of programme.py",
    r"kasuslab course ~/kursus .*": "the course of a hub, which root serves: tests/browser/hub",
    r"nbgrader (release_assignment|collect|release_feedback) .*": (
        "by the exchange: tests/release/assignment_page/test_exchange.py"
    ),
    r"KASUSLAB_COURSE=.* jupyter lab .*": "serves until Ctrl-C",
    r"py .*|\.venv\\.*": "Windows",
    r"\.venv/bin/(python -m pip install pre-commit|pre-commit install)": "fetches, and changes the clone",
    r"\.venv/bin/python -m pytest .*": "a test below collects what it would run",
    r"make help": "a test below runs it",
}


def commands() -> set[str]:
    """Each command of a block of code, in any document, without the words beside it."""
    texts = ((ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS)
    return {re.sub(r"\s+#.*", "", line).strip() for text in texts for line in LINE.findall(text)}


def run_here() -> set[str]:
    return {
        line for journey in JOURNEYS.values() for line in journey.splitlines() if not line.startswith(" ")
    }


def test_each_command_runs_here_or_has_a_reason_why_not() -> None:
    elsewhere = {command for command in commands() if any(re.fullmatch(p, command) for p in HELD_ELSEWHERE)}

    assert commands() - elsewhere - run_here() == set()
    assert run_here() - commands() == set()
    assert [p for p in HELD_ELSEWHERE if not any(re.fullmatch(p, command) for command in commands())] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are those of a shell")
@pytest.mark.parametrize("name", [pytest.param("course", marks=pytest.mark.long), "author"])
@pytest.mark.timeout(600)  # nbgrader makes seven pages of feedback
def test_the_commands_of_the_documents_run_one_after_the_other(name: str, tmp_path: Path) -> None:
    home, lab = tmp_path / "home", tmp_path / "lab"
    home.mkdir()
    for room in ROOMS:
        shutil.copytree(ROOT / room, lab / room)
    # Whoever is asked says yes, or takes what is proposed.
    (tmp_path / "answers").write_text("\n" * 20 if name == "author" else "y\n", encoding="utf-8")
    script = "\n".join(
        f'{line} < "$ANSWERS"' if line.startswith("kasuslab") else line
        for line in JOURNEYS[name].splitlines()
    )
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-exc", script],
        cwd=home,
        env={
            "HOME": str(home),
            "LAB": str(lab),
            "ANSWERS": str(tmp_path / "answers"),
            "PYTHONPATH": str(lab),
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), "/usr/bin", "/bin"]),
            "ADD": "b.active.append(['peserta-07'])",
            "BROWSER": "true",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_each_call_of_pytest_in_a_document_finds_tests() -> None:
    calls = [command for command in commands() if " -m pytest" in command and command.startswith(".venv/")]
    assert calls

    for call in calls:
        words = call.split(" -m pytest ")[1].split()
        subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", *words],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")
def test_make_help_names_the_targets() -> None:
    done = subprocess.run(
        [shutil.which("make") or "make", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert {"make test", "make release"} <= {" ".join(line.split()[:2]) for line in done.stdout.splitlines()}
