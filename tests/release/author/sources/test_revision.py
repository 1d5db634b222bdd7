"""A source that changed, or was read again: written where it stands, and what rests on it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from graders.key.key import KEYS
from release.author.bench.references import new_source
from release.author.sources.listing import source_due_text
from release.author.sources.register import RegisterPlaces, SourceRegister, read_register
from release.author.sources.revision import RevisionError, source_changed, source_read, texts_of
from scenarios.case import Case
from scenarios.directory.law_age import aged_cover
from scenarios.directory.law_words import law_due
from scenarios.directory.sources import SOURCES, load_sources
from scenarios.documents.document import Data
from scenarios.language import LANGUAGES
from scenarios.library import case_folder
from scenarios.loader import load_case
from tests.conftest import CommandResult

CODE, DAY, TODAY = "L2", date(2026, 4, 15), date(2026, 5, 1)
WHAT = {"id": "Pasal 70 diubah: “korban” #1.", "en": "Article 70 was amended."}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(copyfile(SOURCES, tmp_path / "sources.yaml"))


@pytest.fixture(scope="module")
def register() -> SourceRegister:
    return read_register(RegisterPlaces(KEYS), TODAY)


def resting_cases(register: SourceRegister) -> list[str]:
    return sorted(one.id for one in register.resting if one.kind == "case" and CODE in one.places)


def without_change(text: str, code: str) -> list[str]:
    """The lines of the file but those of the change of `code`."""
    lines = text.split("\n")
    entry = lines.index(f"  {code}:")
    start = next(at for at in range(entry, len(lines)) if lines[at].startswith("    changed:"))
    end = next(at for at in range(start + 1, len(lines)) if not lines[at].startswith("      "))
    return [*lines[:start], *lines[end:]]


def test_a_change_is_written_beside_the_reading_and_all_else_stays_letter_by_letter(
    file: Path, register: SourceRegister
) -> None:
    cases = source_changed(file, CODE, DAY, WHAT, register)

    assert without_change(file.read_text(encoding="utf-8"), CODE) == SOURCES.read_text("utf-8").split("\n")
    change = load_sources(file)[CODE].changed
    assert change is not None
    assert (change.day, change.what.values, change.cases) == (DAY, WHAT, cases)
    assert list(cases) == resting_cases(register)
    assert cases


def test_what_rests_on_a_changed_source_is_due_and_the_cover_of_a_case_says_so(
    file: Path, register: SourceRegister
) -> None:
    name = source_changed(file, CODE, DAY, WHAT, register)[0]
    case: Case = load_case(case_folder(name))
    sources = load_sources(file)

    listed = source_due_text(read_register(RegisterPlaces(KEYS, sources=file), TODAY), CODE, "en")
    cover = law_due(aged_cover(name, sources, case.law_checked, TODAY), sources, "en")

    assert all(f"    {one}  " in listed for one in resting_cases(register))
    assert listed.startswith("Sources to read again: 1\n")
    assert WHAT["en"] in cover[0]


def test_a_source_that_was_read_again_is_due_no_more_but_what_rests_on_it_is(
    file: Path, register: SourceRegister
) -> None:
    name = source_changed(file, CODE, DAY, WHAT, register)[0]

    source_read(file, CODE, date(2026, 4, 20), "opened", TODAY)

    entries = {one.code: one for one in read_register(RegisterPlaces(KEYS, sources=file), TODAY).entries}
    source = entries[CODE].source
    assert (source.read, source.how, entries[CODE].aged) == (date(2026, 4, 20), "opened", None)
    assert {one.id for one in entries[CODE].uses if one.aged} >= {name}


def test_a_reading_changes_two_words_of_the_file(file: Path) -> None:
    source_read(file, CODE, date(2026, 4, 20), "opened", TODAY)

    before, after = SOURCES.read_text("utf-8").split("\n"), file.read_text("utf-8").split("\n")
    changed = [(old.strip(), new.strip()) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("read: 2026-03-31", "read: 2026-04-20"), ("how: excerpts", "how: opened")]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (lambda file, known: source_changed(file, "L999", DAY, WHAT, known), "There is no source “L999”"),
        (lambda file, known: source_changed(file, CODE, DAY, {"id": "Diubah."}, known), "English"),
        (lambda file, known: source_changed(file, CODE, DAY, {**WHAT, "en": "a\nb"}, known), "several lines"),
        (lambda file, _: source_read(file, CODE, date(2026, 5, 2), "opened", TODAY), "still to come"),
        (lambda file, _: source_read(file, CODE, date(2026, 1, 1), "opened", TODAY), "after 2026-01-01"),
    ],
)
def test_what_cannot_be_written_down_is_refused_and_nothing_is_touched(
    file: Path, register: SourceRegister, deed: Callable[[Path, SourceRegister], object], words: str
) -> None:
    with pytest.raises(RevisionError, match=words):
        deed(file, register)

    assert file.read_bytes() == SOURCES.read_bytes()


def test_a_reading_from_before_the_change_does_not_count(file: Path, register: SourceRegister) -> None:
    source_changed(file, CODE, DAY, WHAT, register)

    with pytest.raises(RevisionError, match="read before that"):
        source_read(file, CODE, DAY, "opened", TODAY)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (date(2026, 5, 2), "2026-05-02"),
        (date(2026, 4, 10), "is written down as changed on 2026-04-15"),
    ],
)
def test_a_change_of_a_later_day_than_today_or_an_earlier_one_than_stands_there_is_refused(
    file: Path, register: SourceRegister, day: date, message: str
) -> None:
    source_changed(file, CODE, DAY, WHAT, register)
    before = file.read_bytes()

    with pytest.raises(RevisionError, match=message):
        source_changed(file, CODE, day, WHAT, read_register(RegisterPlaces(KEYS, sources=file), TODAY))
    assert file.read_bytes() == before


def test_a_sentence_says_its_language() -> None:
    assert texts_of(["id=a = b", "en=c"]) == {"id": "a = b", "en": "c"}
    with pytest.raises(RevisionError, match="xx=a"):
        texts_of(["xx=a"])


def test_a_source_that_is_added_leaves_the_comments_where_they_are(file: Path) -> None:
    title: dict[str, Data] = dict.fromkeys(LANGUAGES, "UU 1/2027")
    law: dict[str, Data] = {
        "title": title,
        "kind": "law",
        "mark": "seen",
        "read": "2027-01-01",
        "how": "opened",
    }
    deed = new_source(file, "L99", law, date(2027, 1, 1))
    after = deed.after[file]

    assert after is not None
    lines, before = after.decode().split("\n"), SOURCES.read_text("utf-8").split("\n")
    assert [line for line in before if line not in set(lines)] == []
    assert sum("#" in line for line in lines) == sum("#" in line for line in before)


def test_the_commands_write_a_change_and_a_reading_and_list_what_is_due(
    kasuslab: Callable[..., CommandResult], file: Path
) -> None:
    what = [part for tag, text in WHAT.items() for part in ("--what", f"{tag}={text}")]
    options = ("--sources", str(file), "--language", "id")

    changed = kasuslab("source-changed", CODE, "--on", "2026-04-15", *what, *options)
    read = kasuslab("source-read", CODE, "--on", "2026-04-20", "--how", "opened", *options)

    assert (changed.returncode, read.returncode) == (0, 0), changed.stderr + read.stderr
    assert f"{CODE} has changed since 2026-04-15" in changed.stderr
    assert "Kasus yang perlu dibaca lagi" in changed.stdout
    assert f"{CODE} was read on 2026-04-20" in read.stderr
