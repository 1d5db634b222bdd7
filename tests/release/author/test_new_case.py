"""A case that was just started: what is asked, what is written, and what is left to its author."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from release.author.check import Bench, check_case
from release.author.new_case import (
    TO_DECLARE,
    CaseAnswers,
    Folders,
    NewCaseError,
    ask_author,
    start_case,
    write_case,
)
from scenarios.documents.problem import Problem
from scenarios.language import LANGUAGES, Language, Texts

DECLARED = {
    "law_checked: ": "law_checked: 2026-03-31 ",
    "composite: ": "composite: true ",
    "changed: []": "changed: [satu ciri, dua ciri, tiga ciri, empat ciri, lima ciri]",
}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "cases", tmp_path / "keys", tmp_path / "guides")


def default(_question: str, proposed: str) -> str:
    return proposed


def started(folders: Folders, language: Language = "id") -> list[str]:
    return list(start_case("kasus-baru", folders, default, print, language))


def problems(folders: Folders) -> tuple[Problem, ...]:
    bench = Bench(folders.keys, date(2026, 4, 1), folders.guides, plays=200)
    return check_case(folders.cases / "kasus-baru", bench).problems


def declare(folders: Folders) -> None:
    file = folders.cases / "kasus-baru" / "case.yaml"
    text = file.read_text(encoding="utf-8")
    for blank, declared in DECLARED.items():
        assert blank in text
        text = text.replace(blank, declared)
    file.write_text(text, encoding="utf-8")


def test_only_what_the_author_must_declare_is_missing(folders: Folders) -> None:
    started(folders)

    assert {problem.path for problem in problems(folders)} == set(TO_DECLARE)


def test_once_declared_it_waits_for_its_story_and_to_be_confirmed(folders: Folders) -> None:
    started(folders)
    declare(folders)

    left = {(problem.level, problem.rule) for problem in problems(folders)}
    assert left <= {("warning", "unconfirmed"), ("error", "placeholder")}
    assert ("error", "placeholder") in left


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_was_written_and_what_is_left(folders: Folders, language: Language) -> None:
    message = "\n".join(started(folders, language))

    for file in folders.files("kasus-baru").values():
        assert str(file) in message
    for field in TO_DECLARE:
        assert field in message


@pytest.mark.parametrize("taken", ["case.yaml", "en.yaml", "key.yaml", "key.en.yaml", "guide.yaml"])
def test_it_never_overwrites_and_writes_nothing_where_one_file_stands(folders: Folders, taken: str) -> None:
    file = folders.files("kasus-baru")[taken]
    file.parent.mkdir(parents=True)
    file.write_text("milik orang lain", encoding="utf-8")

    with pytest.raises(NewCaseError, match="stands already"):
        started(folders)

    assert file.read_text(encoding="utf-8") == "milik orang lain"
    assert [other for other in folders.files("kasus-baru").values() if other.exists()] == [file]


@pytest.mark.parametrize("case_id", ["Kasus", "kasus baru", "../kasus", "", "kasus_baru"])
def test_a_bad_id_is_refused_before_the_first_question(folders: Folders, case_id: str) -> None:
    def never(_question: str, _proposed: str) -> str:
        raise AssertionError

    with pytest.raises(NewCaseError, match="no id of a case"):
        list(start_case(case_id, folders, never, print))


def test_a_question_is_put_again_until_its_answer_can_be_used() -> None:
    first = (" ", "Judul", "Title", "Uptd", "patbm", "kontak", "contact", "9", "2", "A7", "A1, A3")
    answers = iter((*first, "Catatan", "A note", "Telepon", "A call"))
    sentences: list[str] = []

    answered = ask_author("kasus-baru", lambda _question, _proposed: next(answers), sentences.append, "en")

    assert (answered.title["en"], answered.role, answered.risk, answered.level) == (
        "Title",
        "patbm",
        "contact",
        2,
    )
    assert answered.programmes == ("A1", "A3")
    assert len(sentences) == 5


def test_any_text_of_an_author_can_be_read_back(folders: Folders) -> None:
    odd = Texts({"id": '"Anda: siapa?" # $title \\ {x}', "en": "it's: #1 - [a] $$ %"})
    write_case(CaseAnswers("kasus-baru", odd, "uptd_ppa", "content", 1, ("A0",), odd, odd), folders)
    declare(folders)

    bench = Bench(folders.keys, date(2026, 4, 1), folders.guides, plays=0)
    case = check_case(folders.cases / "kasus-baru", bench).case

    assert case is not None
    assert (case.title, case.in_language("en").title) == (odd["id"], odd["en"])
    assert case.scenes["awal"].title == odd["id"]


def test_the_command_starts_a_case_without_questions(folders: Folders) -> None:
    command: list[str | Path] = [sys.executable, "-m", "release.cli", "new", "kasus-baru", "--yes"]
    command += ["--cases-dir", folders.cases, "--keys", folders.keys, "--guides", folders.guides]
    done = [
        subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=60)
        for _ in range(2)
    ]

    assert [one.returncode for one in done] == [0, 1]
    assert "stands already" in done[1].stderr
    assert "Traceback" not in done[1].stderr
