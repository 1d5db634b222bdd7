"""Collecting without a hub: whose a record is, which is the newest, and what is refused by name."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from graders.grading.note import read_note
from release import archive
from release.archive import ArchiveEntry, entries, name_problem
from release.course.grade.grade import grade_class
from release.course.hand_ins.collect import collect
from release.course.hand_ins.moodle_name import cleaned_name, feedback_path, moodle_name
from release.course.hand_ins.moodle_places import (
    INBOX,
    PLACED,
    REPLACED,
    CollectError,
    forget_placed,
    read_placed,
)
from scenarios.engine.hand_in import HandIn
from scenarios.engine.record import RECORD_NAME
from tests.parts.hand_ins import CASE, MOODLE, NOW, Record, handed, left, placed, standing, tree, zipped
from tests.places import KEYS


def test_a_hand_in_goes_to_the_participant_whose_id_it_says(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    outcome = collect(course, [source("serahan.zip", handed(record(), "P-01"))], now=NOW)

    folder = course / "submitted" / "p-01" / CASE
    assert placed(outcome) == [("p-01", CASE)]
    assert outcome.left == ()
    assert standing(course, "p-01") == record()
    assert sorted(file.name for file in folder.iterdir()) == [f"{CASE}.ipynb", RECORD_NAME, "timestamp.txt"]
    assert (folder / "timestamp.txt").read_text(encoding="utf-8") == "2026-11-22 09:00:00"
    released = course / "release" / CASE / f"{CASE}.ipynb"
    assert (folder / f"{CASE}.ipynb").read_bytes() == released.read_bytes()


@pytest.mark.parametrize(
    ("name", "person"),
    [
        (f"Sari Dewi{MOODLE}_/serahan.zip", "p-01"),
        (f"Sari Dewi{MOODLE}/serahan.zip", "p-01"),
        (f"sari  dewi{MOODLE}_serahan.zip", "p-01"),
        (f"p-01{MOODLE}_/a/b/serahan.zip", "p-01"),
        (f"p-01 Sari Dewi{MOODLE}_/serahan.zip", "p-01"),
        (f"sari@contoh.id{MOODLE}_/serahan.zip", "p-01"),
        (f"Jose\u0301 ONeil, S.H.{MOODLE}_/serahan.zip", "p-02"),
        (f"علي{MOODLE}_/serahan.zip", "p-05"),
        ("p-04/serahan.zip", "p-04"),
        ("p-04.zip", "p-04"),
        ("Sari Dewi/tugas/serahan.zip", "p-01"),
        (f"p-04/Nama Lain{MOODLE}_/serahan.zip", "p-04"),
        (f"p-04/../Nama Lain{MOODLE}_/serahan.zip", None),
    ],
)
def test_moodles_download_and_a_folders_name_say_whose_it_is(
    course: Path, record: Record, source: Callable[..., Path], name: str, person: str | None
) -> None:
    outcome = collect(course, [source("unduhan.zip", {name: handed(record())})], now=NOW)

    assert placed(outcome) == ([(person, CASE)] if person else [])
    assert len(outcome.left) == (person is None)


def test_moodles_place_is_remembered_without_a_name(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    collect(course, [source("unduhan.zip", {f"Sari Dewi{MOODLE}_/s.zip": handed(record())})], now=NOW)

    file = course / INBOX / PLACED
    place = read_placed(course).moodle["p-01"][CASE]
    assert (place.number, place.tail, place.flat) == ("123456", "_assignsubmission_file_", False)
    assert "Sari" not in file.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_bare_record_a_notebooks_folder_and_an_unpacked_hand_in_are_taken(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    card = HandIn(case=CASE, version="1.0.0", course="uji", participant="p-05", made="2026-11-22T09:00:00Z")
    kelas = {
        f"p-01/{CASE}/{RECORD_NAME}": record(),
        f"p-01/{CASE}/{CASE}.ipynb": b"{}",
        f"p-01/{CASE}/case/case.yaml": b"",
        f"p-01/{CASE}/.ipynb_checkpoints/{CASE}-checkpoint.ipynb": b"{}",
        "Jose ONeil S.H./decisions (1).jsonl": record(),
        "unduhan/handin.json": card.model_dump_json().encode(),
        f"unduhan/{RECORD_NAME}": record(),
        "unduhan/__MACOSX/._decisions.jsonl": b"x",
    }
    outcome = collect(course, [source("kelas", kelas), source("p-04.jsonl", record())], now=NOW)

    assert sorted(placed(outcome)) == [("p-01", CASE), ("p-04", CASE), ("p-05", CASE)]
    assert list(left(outcome)) == ["kelas/Jose ONeil S.H./decisions (1).jsonl"]


def test_the_newest_of_several_is_placed_and_collecting_again_changes_nothing(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    old, new = record("2026-11-22T08:00:00Z"), record("2026-11-22T10:00:00Z")
    both = [source("a.zip", handed(new, "p-01")), source("b.zip", handed(old, "p-01"))]

    outcome = collect(course, both, now=NOW)
    before = tree(course)
    again = collect(course, both, now=NOW)

    assert standing(course, "p-01") == new
    assert [one.label for one in outcome.older] == ["b.zip"]
    assert (again.placed, [one.label for one in again.unchanged]) == ((), ["a.zip"])
    assert tree(course) == before


def test_a_newer_one_takes_the_place_and_the_older_is_kept_in_the_inbox(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    old, new = record("2026-11-22T08:00:00Z"), record("2026-11-22T10:00:00Z")
    collect(course, [source("a.zip", handed(old, "p-01"))], now=NOW)
    collect(course, [source("b.zip", handed(new, "p-01"))], now=NOW)
    later = collect(course, [source("a.zip", handed(old, "p-01"))], now=NOW)

    replaced = list((course / INBOX / REPLACED / "p-01" / CASE).glob(f"*/{RECORD_NAME}"))
    assert standing(course, "p-01") == new
    assert [file.read_bytes() for file in replaced] == [old]
    assert [one.label for one in later.older] == ["a.zip"]


@pytest.mark.parametrize("change", ["torn", "version", "future", "backwards", "impossible"])
def test_one_that_cannot_be_judged_takes_the_place_of_none_that_can(
    course: Path, record: Record, source: Callable[..., Path], change: str
) -> None:
    late = "2026-11-22T20:00:00Z"
    bad = {
        "torn": record(late).replace(b'"sedang"', b'"tinggi"'),
        "version": record(late, version="9.9.9"),
        "future": record("2027-01-01T00:00:00Z"),
        "backwards": record(late, at="2026-11-22T21:00:00Z"),
        "impossible": record(late, pick="tidak_ada"),
    }[change]
    alone = collect(course, [source("p-02.jsonl", bad)], now=NOW)
    collect(course, [source("p-01.jsonl", record())], now=NOW)
    after = collect(course, [source("p-01.jsonl", bad)], now=NOW)

    assert placed(alone) == [("p-02", CASE)]
    assert [one.label for one in after.older] == ["p-01.jsonl"]
    assert standing(course, "p-01") == record()


def test_what_was_placed_is_graded_by_nbgrader_and_by_the_command(
    course: Path, record: Record, source: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KEYS
    monkeypatch.setenv("KASUSLAB_KEYS", str(keys))
    kelas = {f"p-0{number}.jsonl": record(play=f"{number}" * 32) for number in (1, 2)}
    collect(course, [source("kelas", kelas)], now=NOW)

    graded = grade_class(course, keys=keys, jobs=1, clock=lambda: NOW)
    by_command = [read_note(course / "autograded" / name / CASE) for name in ("p-01", "p-02")]
    shutil.rmtree(course / "autograded" / "p-01")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    outcome = NbGraderAPI(CourseDirectory(config=config), config=config).autograde(CASE, "p-01", force=True)
    by_nbgrader = read_note(course / "autograded" / "p-01" / CASE)

    assert (graded.graded, graded.not_judged, graded.failed) == (2, (), ())
    assert outcome["success"], outcome
    assert by_command[0] is not None
    assert by_command[0].status == "judged"
    assert by_nbgrader == by_command[0]


def test_what_cannot_be_placed_is_named_with_its_reason(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    files = {
        "foto.jpg": b"\xff\xd8",
        "catatan.txt": b"halo",
        f"{CASE}.ipynb": b"{}",
        f"Ana{MOODLE}_/s.zip": handed(record()),
        f"Orang Lain{MOODLE}_/s.zip": handed(record()),
        f"Sari Dewi{MOODLE}_/s.zip": handed(record(), "p-02"),
        "tanpa.jsonl": record(),
        "p-99.zip": handed(record(), "p-99"),
        "p-01.jsonl": record(course="lain"),
        "p-02.jsonl": record(case="kasus-lain"),
        "p-03.jsonl": b"bukan catatan\n",
        "p-04.jsonl": b"",
        "p-05.zip": zipped({RECORD_NAME: record(), "handin.json": b"{}"}),
    }
    reasons = left(collect(course, [source("kelas.zip", files)], now=NOW))

    wanted = {
        "foto.jpg": "no hand-in",
        "catatan.txt": "no hand-in",
        f"{CASE}.ipynb": "A notebook holds no decisions",
        f"Ana{MOODLE}_/s.zip": "name of several: p-03, p-04",
        f"Orang Lain{MOODLE}_/s.zip": "Nobody in the roster is called “Orang Lain”",
        f"Sari Dewi{MOODLE}_/s.zip": "says that it is of “p-02”, and came from “p-01”",
        "tanpa.jsonl": "does not say whose it is",
        "p-99.zip": "Nobody in the roster has the id “p-99”",
        "p-01.jsonl": "played in the course “lain”",
        "p-02.jsonl": "has no case “kasus-lain”",
        "p-03.jsonl": "no beginning of a record",
        "p-04.jsonl": "holds no decision yet",
        "p-05.zip": "format None",
    }
    assert set(reasons) == {f"kelas.zip/{name}" for name in wanted}
    for name, words in wanted.items():
        assert words in reasons[f"kelas.zip/{name}"], name
    assert not (course / "submitted").exists()


def test_a_name_typed_in_place_of_the_id_is_known_where_nobody_else_has_it(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    typed = [source("a.zip", handed(record(), "sari dewi")), source("b.zip", handed(record(), "Ana"))]

    outcome = collect(course, typed, now=NOW)
    assert placed(outcome) == [("p-01", CASE)]
    assert list(left(outcome)) == ["b.zip"]


def test_a_folder_named_by_an_id_settles_whose_it_is(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    folder = {
        f"p-03/Ana{MOODLE}_s.zip": handed(record()),
        "p-02/serahan.zip": handed(record(), "p-99"),
    }
    outcome = collect(course, [source("perbaikan", folder)], now=NOW)

    assert sorted(placed(outcome)) == [("p-02", CASE), ("p-03", CASE)]


def test_a_name_that_a_trainee_gave_inside_moodle_settles_nothing(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    folder = {f"Orang Lain{MOODLE}_/p-02/p-02.zip": handed(record())}

    assert placed(collect(course, [source("unduhan", folder)], now=NOW)) == []


def test_a_course_may_be_named_from_its_parent_and_have_braces_in_its_path(
    course: Path, record: Record, source: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = course.rename(course.with_name("{uji} 1"))
    monkeypatch.chdir(moved.parent)

    assert placed(collect(Path(moved.name), [source("p-01.jsonl", record())], now=NOW)) == [("p-01", CASE)]
    assert standing(moved, "p-01") == record()


def test_a_course_without_a_roster_collects_nothing(course: Path, tmp_path: Path) -> None:
    (course / "roster.csv").unlink()

    with pytest.raises(CollectError, match="has no roster"):
        collect(course, [tmp_path], now=NOW)


@pytest.mark.parametrize(
    "name",
    [
        *("../../p-01/x.jsonl", "/etc/p-01.jsonl", "..\\p-01.jsonl", "C:\\p-01.jsonl"),
        *("a/CON/p-01.jsonl", "p-01?.jsonl", "p-01.jsonl ", "nul.jsonl", "a\nb/p-01.jsonl"),
    ],
)
def test_a_name_that_points_elsewhere_or_that_windows_forbids_is_refused_and_the_rest_goes_on(
    course: Path, record: Record, source: Callable[..., Path], name: str
) -> None:
    outcome = collect(course, [source("x.zip", {name: record(), "p-02.jsonl": record()})], now=NOW)

    assert placed(outcome) == [("p-02", CASE)]
    (why,) = left(outcome).values()
    assert why.startswith("Its name ")
    assert sorted(path.name for path in course.parent.iterdir()) == ["dari", "uji"]


@pytest.mark.parametrize("name", ["a/b.jsonl", "Sari Dewi_1_assignsubmission_file_/x.zip", "علي/ꦱ.jsonl"])
def test_a_name_that_every_system_takes_is_one_on_windows_too(name: str) -> None:
    assert name_problem(name) is None
    assert not PureWindowsPath(name).is_absolute()
    assert not PureWindowsPath(name).drive


def test_every_name_that_is_written_is_one_that_windows_takes(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    collect(course, [source("a.zip", handed(record(), "p-01"))], now=NOW)
    collect(course, [source("b.zip", handed(record("2026-11-22T10:00:00Z"), "p-01"))], now=NOW)

    names = [
        path.relative_to(course).as_posix()
        for part in ("submitted", INBOX)
        for path in (course / part).rglob("*")
    ]
    assert [name for name in names if name_problem(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights before it makes a link")
def test_links_are_followed_nowhere(course: Path, record: Record, source: Callable[..., Path]) -> None:
    link = zipfile.ZipInfo("p-01.jsonl")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    packed = source("x.zip", b"")
    with zipfile.ZipFile(packed, "w") as archive_file:
        archive_file.writestr(link, "/etc/passwd")
        archive_file.writestr("p-02.jsonl", record())
    folder = source("kelas", {"p-03.jsonl": record()})
    (folder / "p-04.jsonl").symlink_to(folder / "p-03.jsonl")

    outcome = collect(course, [packed, folder], now=NOW)

    assert sorted(placed(outcome)) == [("p-02", CASE), ("p-03", CASE)]
    assert {why.partition(".")[0] for why in left(outcome).values()} == {"It is a link"}
    assert len(outcome.left) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights before it makes a link")
def test_a_link_in_the_course_is_never_written_through(
    course: Path, record: Record, source: Callable[..., Path], tmp_path: Path
) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    (course / "submitted").mkdir()
    (course / "submitted" / "p-01").symlink_to(outside)

    outcome = collect(course, [source("p-01.jsonl", record())], now=NOW)

    assert "is a link" in left(outcome)["p-01.jsonl"]
    assert list(outside.iterdir()) == []


def test_bombs_and_heaps_are_refused_and_the_rest_goes_on(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    deep = handed(record(), "p-03")
    for _ in range(archive.MAX_DEPTH + 1):
        deep = zipped({"dalam.zip": deep})
    sources = [
        source("besar.zip", {"p-01.jsonl": bytes(50_000_000), "p-02.jsonl": record()}),
        source("banyak.zip", {f"{number}.txt": b"" for number in range(10_000)}),
        source("kembung.zip", {f"p-{number}.txt": bytes(990_000) for number in range(250)}),
        source("dalam.zip", deep),
        source("p-04.zip", handed(record())),
    ]
    outcome = collect(course, sources, now=NOW)

    assert ("p-02", CASE) in placed(outcome)
    assert ("p-04", CASE) in placed(outcome)
    assert "larger than 1000000" in left(outcome)["besar.zip/p-01.jsonl"]
    assert "more than 8000 files" in left(outcome)["banyak.zip"]
    assert "unpacks to more than 200000000 bytes" in left(outcome)["kembung.zip"]
    assert "ZIPs deep" in " ".join(left(outcome).values())


def test_whoever_hands_in_a_bomb_keeps_nobody_elses_work_out(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    heap = zipped({f"{number}.txt": bytes(990_000) for number in range(205)})
    hollow = bytes(19_000_000)
    bombs = {f"p-{number:02}{MOODLE}_isi.zip": heap for number in range(10, 15)}
    bombs |= {f"p-{number:02}{MOODLE}_isi.zip": hollow for number in range(15, 30)}
    download = source("kelas.zip", {**bombs, "p-04.zip": handed(record())})

    report = collect(course, [download], now=NOW)

    assert placed(report) == [("p-04", CASE)]
    sentences = left(report)
    assert set(sentences) == {f"kelas.zip/{name}" for name in bombs}
    assert {sentence.split(",")[0] for sentence in sentences.values()} == {
        "It unpacks to 202950000 bytes",
        "It unpacks to 19000000 bytes",
    }


def test_a_zip_of_an_archive_that_is_small_and_unpacks_to_much_is_refused_before_it_is_unpacked(
    course: Path, source: Callable[..., Path]
) -> None:
    bomb = zipped({f"{number}.txt": bytes(900_000) for number in range(40)})

    report = collect(course, [source("kelas.zip", {"isi.zip": bomb})], now=NOW)

    assert left(report)["kelas.zip/isi.zip"] == "It unpacks to 36000000 bytes, more than 100 times its size."


def test_a_record_of_50_mb_is_not_read(course: Path, source: Callable[..., Path]) -> None:
    outcome = collect(course, [source("p-01.jsonl", bytes(50_000_000))], now=NOW)

    assert left(outcome) == {"p-01.jsonl": "It has 50000000 bytes, more than 1000000."}


def test_a_damaged_or_a_locked_zip_is_refused(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    whole = zipped({"p-01.jsonl": record(), "p-02.jsonl": record()})
    locked = bytearray(whole)
    for header in re.finditer(rb"PK\x01\x02", whole):
        locked[header.start() + 8] |= 1
    outcome = collect(course, [source("a.zip", whole[:-40]), source("b.zip", bytes(locked))], now=NOW)

    assert left(outcome) == {
        "a.zip": "It is no ZIP that can be read.",
        "b.zip/p-01.jsonl": "It is locked with a password.",
        "b.zip/p-02.jsonl": "It is locked with a password.",
    }


def test_names_without_a_word_on_their_letters_are_read_as_utf_8_or_as_windows_writes_them(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    def unmarked(name: bytes) -> bytes:
        plain = zipped({"x" * len(name): record()})
        return plain.replace(b"x" * len(name), name)

    name = "José ONeil, S.H."
    mac = source("mac.zip", unmarked(f"{name}{MOODLE}_d.jsonl".encode()))
    old = source("lama.zip", unmarked(f"Jos\xe9 ONeil{MOODLE}_d.jsonl".encode("latin-1")))
    dos = source("dos.zip", unmarked(f"{name}{MOODLE}_d.jsonl".encode("cp437")))

    for file in (mac, old, dos):
        shutil.rmtree(course / "submitted", ignore_errors=True)
        assert placed(collect(course, [file], now=NOW)) == [("p-02", CASE)]


def test_a_zip_whose_names_break_their_own_promise_is_refused(
    course: Path, source: Callable[..., Path]
) -> None:
    broken = zipped({"é.jsonl": b""}).replace("é".encode(), b"\xff\xff")

    assert left(collect(course, [source("x.zip", broken)], now=NOW)) == {
        "x.zip": "It is no ZIP that can be read."
    }


def test_a_moment_that_a_zip_makes_up_does_no_harm(source: Callable[..., Path], record: Record) -> None:
    data = bytearray(zipped({"p-01.jsonl": record()}))
    at = data.index(b"PK\x01\x02")
    data[at + 12 : at + 16] = struct.pack("<HH", 0xFFFF, 0xFFFF)
    (entry,) = entries(source("x.zip", bytes(data)))

    assert isinstance(entry, ArchiveEntry)
    assert entry.moment is None


def test_a_file_that_is_not_there_is_named(course: Path, tmp_path: Path) -> None:
    outcome = collect(course, [tmp_path / "tidak-ada.zip"], now=NOW)

    assert left(outcome) == {"tidak-ada.zip": "It cannot be read (No such file or directory)."}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_what_is_no_file_is_named_and_not_waited_for(course: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa.jsonl")

    assert left(collect(course, [tmp_path / "pipa.jsonl"], now=NOW)) == {"pipa.jsonl": "It is no file."}


def test_a_person_is_forgotten_in_the_inbox(
    course: Path, record: Record, source: Callable[..., Path]
) -> None:
    for at in ("2026-11-22T08:00:00Z", "2026-11-22T10:00:00Z"):
        name = f"Sari Dewi{MOODLE}_/s.zip"
        collect(course, [source("u.zip", {name: handed(record(at))})], now=NOW)

    forget_placed(course, "p-01")

    assert read_placed(course).moodle == {}
    assert not (course / INBOX / REPLACED / "p-01").exists()


def test_a_memory_that_somebody_else_wrote_is_refused(course: Path) -> None:
    (course / INBOX).mkdir()
    (course / INBOX / PLACED).write_text('{"moodle": []}', encoding="utf-8")

    with pytest.raises(CollectError, match="does not hold what kasuslab wrote"):
        read_placed(course)


@pytest.mark.parametrize(
    ("part", "who", "number", "flat"),
    [
        ("Sari Dewi_12_assignsubmission_file_", "Sari Dewi", "12", False),
        ("Sari Dewi_12_assignsubmission_file", "Sari Dewi", "12", False),
        ("Sari_12_assignsubmission_file_a_b.zip", "Sari", "12", True),
        ("Sari_12_assignsubmission_onlinetext_", "Sari", "12", False),
    ],
)
def test_a_name_of_moodle_is_taken_apart_and_put_together_again(
    part: str, who: str, number: str, *, flat: bool
) -> None:
    name = moodle_name(part)

    assert name is not None
    assert (name.who, name.number, name.flat) == (who, number, flat)
    again = moodle_name(feedback_path(who, number, name.tail, "umpan.html", flat=flat).split("/")[0])
    assert again is not None
    assert (again.who, again.number, again.tail) == (who, number, name.tail)


@pytest.mark.parametrize("part", ["serahan.zip", "Sari_x_assignsubmission_file_", "a_1_lain_file_"])
def test_a_name_that_is_not_moodles_is_none(part: str) -> None:
    assert moodle_name(part) is None


def test_a_name_is_cleaned_as_moodle_does() -> None:
    assert cleaned_name('O\'Neil_A: "B" <c>/d\\e|&`') == "ONeil A B cde"


def test_the_command_line_names_what_it_leaves(
    course: Path, record: Record, source: Callable[..., Path], kasuslab: Callable[..., Any]
) -> None:
    files = [source("a.zip", handed(record(), "p-01")), source("foto.jpg", b"x")]
    done = kasuslab("collect", course, *files)

    assert done.returncode == 1
    assert "a.zip: placed, p-01, daftar-nilai." in done.stdout
    assert f"{CASE}: 4 of 5 have not handed in: p-02, p-03, p-04, p-05." in done.stdout
    assert "1 placed, 0 there already, 0 older, 1 not placed." in done.stdout
    assert done.stderr.splitlines()[-1].startswith("foto.jpg: It is no hand-in.")
    assert json.loads((course / "submitted" / "p-01" / CASE / f"{CASE}.ipynb").read_text(encoding="utf-8"))
