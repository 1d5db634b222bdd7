"""What a check says of a case that is broken in one way, and that it says all of it at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from graders.key.guide import GUIDES
from graders.key.key import KEYS as LIBRARY_KEYS
from release.author.check import (
    SERVICES,
    Bench,
    CheckedLibrary,
    check_case,
    check_library,
    confirm_case,
    errors,
    service_problems,
)
from release.course.programmes.programme import load_programme
from scenarios.directory.services import load_directory
from scenarios.directory.sources import SOURCES
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case
from scenarios.proof.fingerprints import NotConfirmedError
from tests.places import TESTS

# Less than six months after the law of the small case was read.
TODAY = date(2026, 9, 22)
SMALL = "daftar-nilai"
CONFIRMED = "teman-gim"

CASE, EN, KEY, KEY_EN, GUIDE = "case.yaml", "en.yaml", "key", "key.en", "guide"
PRACTICE = tuple(case_id for case_id in case_ids() if load_case(CASES / case_id).use == "practice")


class Copy:
    """A copy of a case with its key and its guide, to be broken."""

    def __init__(self, root: Path, case_id: str, cases: Path, keys: Path, guides: Path) -> None:
        self.folder = root / "cases" / case_id
        self.bench = Bench(root / "keys", TODAY, root / "guides", plays=50)
        self.files = {
            CASE: self.folder / "case.yaml",
            EN: self.folder / "en.yaml",
            KEY: root / "keys" / f"{case_id}.yaml",
            KEY_EN: root / "keys" / f"{case_id}.en.yaml",
            GUIDE: root / "guides" / f"{case_id}.yaml",
        }
        for file in self.files.values():
            file.parent.mkdir(parents=True, exist_ok=True)
        for name, source in (
            (CASE, cases / case_id / "case.yaml"),
            (EN, cases / case_id / "en.yaml"),
            (KEY, keys / f"{case_id}.yaml"),
            (KEY_EN, keys / f"{case_id}.en.yaml"),
            (GUIDE, guides / f"{case_id}.yaml"),
        ):
            shutil.copy(source, self.files[name])

    def edit(self, file: str, old: str, new: str) -> None:
        text = self.files[file].read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        self.files[file].write_text(text.replace(old, new, 1), encoding="utf-8")

    def change(self, file: str, change: Callable[[dict[str, Any]], None]) -> None:
        data = yaml.safe_load(self.files[file].read_text(encoding="utf-8"))
        change(data)
        self.files[file].write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")

    def problems(self, **changes: Any) -> tuple[Problem, ...]:  # noqa: ANN401 -- fields of the bench
        return check_case(self.folder, replace(self.bench, **changes)).problems


@pytest.fixture
def small(tmp_path: Path) -> Copy:
    return Copy(tmp_path, SMALL, TESTS / "cases", TESTS / "keys", TESTS / "guides")


@pytest.fixture
def confirmed(tmp_path: Path) -> Copy:
    copy = Copy(tmp_path, CONFIRMED, CASES, LIBRARY_KEYS, GUIDES)
    confirm_case(copy.folder, copy.bench)
    return copy


BEFORE = {("error", "key-decisions"), ("warning", "unconfirmed")}


def test_the_small_case_is_only_too_short_and_not_confirmed(small: Copy) -> None:
    assert {(problem.level, problem.rule) for problem in small.problems()} == BEFORE


STORY = "Anak A tidak mau masuk sekolah hari ini."
CHILD = "Anak A diam cukup lama"
LONG = "Pendampingan psikososial berkelanjutan memerlukan pertimbangan kelembagaan. " * 30

WAYS = [
    # the story
    (CASE, "[{go: langkah}]", "[{go: bicara}]", "circle", "lead back to themselves: bicara → diam → bicara"),
    (CASE, "{if: mendesak is rendah, go: grup_lain}", "{if: mendesak is rendah, go: langkah}", "every-path",
     "a path ends here without the key decision “bicara”"),
    (CASE, "{if: percaya < 2, go: diam}", "{if: percaya < 2, go: langkah}", "reachable",
     "no scene leads here"),
    (CASE, "{if: percaya < 2, go: diam}", "{if: bicara is dengar and bicara is marah, go: diam}", "dead-rule",
     "no play takes this rule"),
    (CASE, "{if: percaya < 2, go: diam}", "{if: bicara is dengar and bicara is marah, go: diam}", "reachable",
     "no play comes here"),
    (CASE, "{if: percaya < 2, go: diam}", "{if: percaya < 9, go: diam}", "counter",
     "“percaya” never gets to 9"),
    (CASE, "{if: percaya < 2, go: diam}", "{if: langkah has tppk, go: diam}", "not-yet",
     "“langkah” is tested, but some path has not met it yet"),
    (CASE, "{if: bicara is dengar, add: {percaya: 1}}", "{if: bicara is dengar, add: {percaya: 0}}",
     "dead-effect", "no play has a counter changed by this effect"),
    (CASE, "counters:", "counters:\n  lain: {start: 0, from: 0, to: 1}", "counter",
     "no condition asks for this counter"),
    (CASE, "learn: [usia, tindakan]", "learn: [usia]", "learned", "the fact “tindakan” is offered"),
    (CASE, "[puspaga, sekolah,", "[klinik_baru, sekolah,", "link", "there is no service “klinik_baru”"),
    (CASE, "status: draft", "status: reviewed", "fiction", "no second person has confirmed"),
    (CASE, "status: draft", "status: reviewed", "unconfirmed",
     "nobody has confirmed this version of the story"),
    (CASE, "law_checked: 2026-03-31", "law_checked: 2031-01-01", "law-date", "which is still to come"),
    (CASE, "law_checked: 2026-03-31", "law_checked: 2025-01-01", "law-date", "over 6 months ago"),
    (CASE, "minutes: 15", "minutes: 60", "minutes", "the case says 60 minutes"),
    # words
    (CASE, STORY, "Ia difoto telanjang.", "graphic", "“telanjang” describes what a case does not describe"),
    (EN, "Child A", "Child A, asked for nudes,", "graphic", "“nudes”"),
    (CASE, STORY, "Anak A memang nakal.", "blaming", "“nakal” puts the blame on a child"),
    (CASE, "Kata sandi itu mestinya kamu jaga sendiri", "Itu aib", "blaming", "“aib”"),
    (CASE, STORY, "Oknum itu sudah pergi.", "label", "“Oknum” is a term that this field no longer uses"),
    (KEY, "Anak yang disalahkan berhenti bercerita", "Ini pornografi anak", "label", "“pornografi anak”"),
    (KEY_EN, "PUSPAGA helps", "The predator helps", "label", "“predator”"),
    (GUIDE, "Apa yang menahan", "Mengapa monster itu menahan", "label", "“monster”"),
    (CASE, STORY, "Anak A berkata ia ingin bunuh diri.", "content-note", "the intensity is 0"),
    (CASE, STORY, "Anak A berkata ia ingin bunuh diri.", "content-note", "the note does not prepare for it"),
    # private things
    (CASE, STORY, "Hubungi 0812-3456-7890.", "private", "is a number that could be someone's"),
    (CASE, STORY, "NIK-nya 3201234567890001.", "private", "“3201234567890001” is a NIK"),
    (CASE, STORY, "Ia tinggal di Jalan Melati 5.", "private", "“Jalan Melati 5” is an address"),
    (CASE, STORY, "Rumahnya di RT 03/RW 05.", "private", "“RT 03/RW 05” is an address"),
    (CASE, STORY, "Surelnya a.b@contoh.co.id ada.", "private", "“a.b@contoh.co.id” is an e-mail address"),
    (CASE, STORY, "Lihat www.contoh.com/anak di sana.", "private", "“www.contoh.com/anak” is a link"),
    (CASE, STORY, "Akunnya @anak.manis ada.", "private", "“@anak.manis” is a handle"),
    (KEY, "Anak yang disalahkan", "Lihat www.contoh.com. Anak yang disalahkan", "private", "is a link"),
    (CASE, STORY, "Lalu ia menemui Budi Santoso.", "name", "“Budi Santoso” looks like a name"),
    # prose
    (CASE, STORY, LONG, "long-scene", "the scene has"),
    (CASE, STORY, LONG, "reading-ease", "the reading ease (LIX, lower is easier) is"),
    (CASE, STORY, "Anak A " + "dan lagi " * 15 + "pergi.", "long-sentence", "has 33 words"),
    (CASE, "Cukup dicatat dulu", "Cukup " + "dan lagi " * 15, "long-option", "the option has 31 words"),
    # the key
    (KEY, "must: {sekolah: {role: uptd_ppa}}", "must: {sekolah: {role: uptd_ppa, code: E07}}", "report",
     "no scene before says who reported to whom and when"),
    (KEY, "right: [aman, setuju, sekolah, pantau]", "right: [pantau, aman, sekolah, setuju]", "shown-order",
     "the options stand in the case in the right order"),
    (KEY, "Mencatat itu perlu", "Ini tindak pidana", "unflagged", "the why of “catat” says “tindak pidana”"),
    (KEY, "puspaga: {right: [], wrong: [tindakan], never: [konseling]}", "puspaga: {right: [], wrong: []}",
     "unflagged", "no right service may ever get “konseling”, but “puspaga” may"),
    (CASE, "Ini bukan salahmu. Apa yang kamu perlukan?", "Ini bukan salahmu. Apa yang kamu perlukan? " * 3,
     "length", "the right option is much longer than every other one (id)"),
    (GUIDE, "case: daftar-nilai", "case: daftar-lain", "case", "this is the guide to “daftar-lain”"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "rule", "fault"), WAYS)
def test_a_broken_case_is_told(small: Copy, file: str, old: str, new: str, rule: str, fault: str) -> None:
    if rule == "unflagged" and "puspaga" in old:
        small.edit(KEY, "psikolog: {right: [usia, tidur], wrong: [], never: []}",
                   "psikolog: {right: [usia, tidur], wrong: [], never: [konseling]}")  # fmt: skip
    small.edit(file, old, new)

    listed = [problem for problem in small.problems() if problem.rule == rule and fault in problem.fault]

    assert listed, [str(problem) for problem in small.problems()]
    assert all(problem.remedy and problem.line > 0 for problem in listed)
    assert Path(listed[0].file).name == small.files[file].name or rule in {"unconfirmed", "length"}


@pytest.mark.parametrize(
    ("where", "line"),
    [("Anak A tidak mau masuk sekolah", 34), ("Ibu B menelepon. Daftar nilai", 32)],
)
def test_a_word_is_told_on_its_own_line(small: Copy, where: str, line: int) -> None:
    small.edit(CASE, where, f"Anak nakal. {where}")

    assert [problem.line for problem in small.problems() if problem.rule == "blaming"] == [line]


@pytest.mark.parametrize("text", ['Ibu B berkata, "Anak ini nakal."', "Ibu B berkata, “Ini aib.”"])
def test_a_word_that_a_person_of_the_story_says_is_a_warning(small: Copy, text: str) -> None:
    small.edit(CASE, STORY, text)

    assert [problem.level for problem in small.problems() if problem.rule == "blaming"] == ["warning"]


@pytest.mark.parametrize(
    "text",
    [
        "Anda bertanya apakah ia ingin bunuh diri.",
        "Ia tidak ingin menyakiti diri.",
        "Guru C, Bapak D dan Kepala Sekolah E menemui Anda di Puskesmas, hari Senin.",
        "Tenggatnya 3x24 jam. Nomor 129 ada di dinding. UU 12/2022 berlaku.",
        'Ia bertanya, "Saya harus bagaimana?" Nenek F memintanya duduk. Nenek diam.',
    ],
)
def test_what_is_no_breach_is_not_told(small: Copy, text: str) -> None:
    small.edit(CASE, STORY, text)

    assert {(problem.level, problem.rule) for problem in small.problems()} == BEFORE


def test_a_reporter_a_receiver_and_a_time_in_one_paragraph_answer_for_the_three_days(small: Copy) -> None:
    small.edit(KEY, "must: {sekolah: {role: uptd_ppa}}", "must: {sekolah: {role: uptd_ppa, code: E07}}")
    small.edit(CASE, "Ibu B menelepon.", "Hari 1 pukul 09.00 Ibu B melapor ke UPTD PPA.")

    assert "report" not in {problem.rule for problem in small.problems()}


def test_a_case_without_its_guide_or_its_key_fails(small: Copy) -> None:
    small.files[GUIDE].unlink()
    small.files[KEY].unlink()

    listed = {Path(problem.file) for problem in small.problems() if problem.rule == "file"}

    assert {file.name for file in listed} == {f"{SMALL}.yaml"}
    assert len(listed) == 2


def test_a_case_for_tests_keeps_its_key_elsewhere(small: Copy) -> None:
    small.edit(CASE, "use: practice", "use: test")
    small.files[GUIDE].unlink()
    assert {(problem.level, problem.rule) for problem in small.problems()} == BEFORE

    small.files[KEY].unlink()
    assert {(problem.level, problem.rule) for problem in small.problems()} == {
        *BEFORE,
        ("warning", "key-elsewhere"),
    }


def test_a_confirmed_case_is_quiet_and_confirming_again_writes_nothing(confirmed: Copy) -> None:
    assert not {"unconfirmed", "stale", "version-bump"} & {p.rule for p in confirmed.problems()}
    assert confirm_case(confirmed.folder, confirmed.bench) == ()


def test_a_translation_that_came_later_is_to_be_confirmed_by_itself(confirmed: Copy) -> None:
    fingerprints = confirmed.folder / "fingerprints.yaml"
    text = fingerprints.read_text(encoding="utf-8")
    fingerprints.write_text(text.replace("languages: [en]", "languages: []"), encoding="utf-8")

    listed = [problem for problem in confirmed.problems() if problem.rule == "unconfirmed"]
    assert [(Path(problem.file).name, problem.level) for problem in listed] == [("en.yaml", "warning")]

    confirm_case(confirmed.folder, confirmed.bench)
    assert "languages: [en]" in fingerprints.read_text(encoding="utf-8")


def test_fingerprints_made_before_they_named_languages_are_of_the_translations_of_then(
    confirmed: Copy,
) -> None:
    fingerprints = confirmed.folder / "fingerprints.yaml"
    text = fingerprints.read_text(encoding="utf-8")
    fingerprints.write_text(text.replace("languages: [en]\n", ""), encoding="utf-8")

    assert confirm_case(confirmed.folder, confirmed.bench) == ()


@pytest.mark.parametrize(
    ("file", "english", "old", "new", "path"),
    [
        (CASE, EN, "title: Teman Gim", "title: Teman dari Gim", "title"),
        (KEY, KEY_EN, "why:\n", "why:\n", "decisions"),
    ],
)
def test_a_changed_text_makes_its_translation_stale_until_it_is_confirmed(
    confirmed: Copy, file: str, english: str, old: str, new: str, path: str
) -> None:
    if file == KEY:
        confirmed.change(KEY, _change_a_why)
    else:
        confirmed.edit(file, old, new)

    listed = [problem for problem in confirmed.problems() if problem.rule == "stale"]
    assert [Path(problem.file).name for problem in listed] == [confirmed.files[english].name]
    assert listed[0].path.startswith(path)
    assert errors(confirmed.problems()) == 1

    confirm_case(confirmed.folder, confirmed.bench)
    assert errors(confirmed.problems()) == 0


def _change_a_why(data: dict[str, Any]) -> None:
    whys = next(iter(data["decisions"].values()))["why"]
    first = next(iter(whys))
    if isinstance(whys[first], dict):  # by the variants of the case
        whys, first = whys[first], next(iter(whys[first]))
    whys[first] += " Begitu."


@pytest.mark.parametrize(
    ("file", "what"),
    [(CASE, "the story was changed"), (KEY, "the key was changed")],
)
def test_what_decides_is_not_changed_under_the_same_version(confirmed: Copy, file: str, what: str) -> None:
    confirmed.change(file, _change_a_stage if file == CASE else _change_a_weight)

    assert [what in p.fault for p in confirmed.problems() if p.rule == "version-bump"] == [True]
    with pytest.raises(NotConfirmedError, match="Raise the version"):
        confirm_case(confirmed.folder, confirmed.bench)


def _change_a_stage(data: dict[str, Any]) -> None:
    data["scenes"][data["start"]]["stage"] = "assessment"


def _change_a_weight(data: dict[str, Any]) -> None:
    next(iter(data["decisions"].values()))["weight"] = 3.5


def test_a_raised_version_is_to_be_confirmed_and_a_lowered_one_is_wrong(confirmed: Copy) -> None:
    def version(value: str) -> set[tuple[str, str]]:
        confirmed.change(KEY, lambda data: data.update(version=value))
        rules = {"unconfirmed", "version-bump"}
        return {(problem.level, problem.rule) for problem in confirmed.problems() if problem.rule in rules}

    assert version("9.0.0") == {("warning", "unconfirmed")}
    assert version("0.9.0") == {("error", "version-bump")}


def test_a_case_with_errors_cannot_be_confirmed(small: Copy) -> None:
    with pytest.raises(ProblemsError, match="6 to 8"):
        confirm_case(small.folder, small.bench)


def changed_source(small: Copy, cases: str) -> list[Problem]:
    """What is found of the small case where the source L21, on which it rests, has changed."""
    # A source that was loaded is not read again from the same file.
    file = small.folder.parents[1] / f"sources-{len(cases)}.yaml"
    what = "{id: Pasal 5 dicabut., en: Article 5 is out.}"
    change = f"    changed: {{day: 2026-06-01, what: {what}, cases: {cases}}}\n"
    text = SOURCES.read_text(encoding="utf-8")
    file.write_text(text.replace("  L21:\n", f"  L21:\n{change}", 1), encoding="utf-8")
    bench = replace(small.bench, sources=file, today=date(2026, 7, 1))
    problems = check_library([small.folder], bench, whole=False, workers=1).all_problems
    return [problem for problem in problems if problem.rule.startswith("law-")]


def test_a_source_that_changes_names_each_case_that_rests_on_it_by_its_key(small: Copy) -> None:
    [missing] = [problem for problem in changed_source(small, "[]") if problem.rule == "law-cases"]

    assert missing.level == "error"
    assert missing.path == "sources.L21.changed.cases"
    assert missing.remedy.startswith("Write cases: [daftar-nilai]")
    assert "law-cases" not in {problem.rule for problem in changed_source(small, "[daftar-nilai]")}


def test_a_case_on_a_source_that_changed_is_warned_of_as_a_draft_and_fails_once_reviewed(small: Copy) -> None:
    [draft] = changed_source(small, "[daftar-nilai]")
    small.edit(CASE, "status: draft", "status: reviewed")
    [reviewed] = changed_source(small, "[daftar-nilai]")
    small.edit(CASE, "law_checked: 2026-03-31", "law_checked: 2026-06-02")

    assert (draft.level, reviewed.level, reviewed.rule) == ("warning", "error", "law-changed")
    assert "L21 changed on 2026-06-01" in draft.fault
    assert changed_source(small, "[daftar-nilai]") == []


def test_time_alone_fails_no_draft(small: Copy) -> None:
    problems = check_case(small.folder, replace(small.bench, today=date(2027, 1, 1))).problems

    assert [problem.level for problem in problems if problem.rule == "law-date"] == ["warning"]


@pytest.fixture(scope="module")
def library_with_holes() -> CheckedLibrary:
    """The library without the case of a special school, and without all that volunteers play."""
    without = {"ruang-aman", *load_programme("A3").cases}
    folders = [CASES / case_id for case_id in case_ids() if case_id not in without]
    return check_library(folders, Bench(LIBRARY_KEYS, TODAY, plays=0), whole=True, workers=1)


def test_a_library_with_a_hole_in_its_coverage_fails(library_with_holes: CheckedLibrary) -> None:
    holes = {problem.fault for problem in library_with_holes.problems if problem.rule == "coverage"}
    assert holes >= {
        "no case for practice covers the critical error “E14”",
        "no case for practice covers the programme “A3”",
    }


def test_a_library_without_the_cases_that_a_programme_plays_fails(library_with_holes: CheckedLibrary) -> None:
    faults = {problem.fault for problem in library_with_holes.problems if problem.rule == "programme"}

    assert faults >= {
        "the library has no case “arisan-ibu”",
        "A3 has 0 cases, fewer than 3",
        "no case of A3 is in a role of its own participants",
    }


def test_the_coverage_tells_the_roles_of_each_programme(library_with_holes: CheckedLibrary) -> None:
    rows = {(row.group, row.item): row.cases for row in library_with_holes.coverage}

    assert rows["programme and role", "A2 police"] == ("laporan-luar-negeri", "tiga-petunjuk")
    assert rows["role", "health"] == ("sakit-perut",)


def test_a_helpline_that_nobody_called_lately_is_a_warning(library_with_holes: CheckedLibrary) -> None:
    directory = load_directory()
    contacts = sum(len(directory.services[name].contacts) for name in directory.help)

    listed = [problem for problem in library_with_holes.problems if problem.rule == "helpline"]

    assert len(listed) == contacts
    assert {problem.level for problem in listed} == {"warning"}


def test_a_service_that_rests_on_a_source_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    text = SERVICES.read_text(encoding="utf-8")
    file.write_text(text.replace("sources: [L7, L8, L12]", "sources: [L7, L8, L99]"), encoding="utf-8")

    problems = [each for each in service_problems(load_directory(file), TODAY, file) if each.level == "error"]

    line = text[: text.index("sources: [L7, L8, L12]")].count("\n") + 1
    assert [(each.line, each.path, each.fault) for each in problems] == [
        (line, "services.uptd_ppa.sources.2", "there is no source “L99”")
    ]


def test_every_source_of_a_service_of_the_lab_is_there() -> None:
    problems = service_problems(load_directory(), TODAY)

    assert [str(each) for each in problems if each.level == "error"] == []


def at_once(copy: Copy) -> Mapping[str, str]:
    """Break a case of the library in many ways that leave it readable; the rules that are to be told."""
    copy.change(CASE, _break_story)
    copy.change(EN, _break_english)
    copy.change(KEY, _break_key)
    copy.change(GUIDE, lambda data: data["listen"][0].update(en="The predator left."))
    return {
        **dict.fromkeys(
            ("every-path", "reachable", "dead-rule", "dead-effect", "not-yet", "learned", "fiction"), "error"
        ),
        **dict.fromkeys(("law-date", "private", "graphic", "blaming", "label", "content-note"), "error"),
        **dict.fromkeys(("name", "long-scene", "long-sentence", "minutes", "unflagged"), "warning"),
        "unconfirmed": "error",
    }


def _break_story(data: dict[str, Any]) -> None:
    scenes = data["scenes"]
    deciding = [scene for scene in scenes.values() if scene.get("decision", {}).get("kind") == "single"]
    first, last = deciding[0], deciding[-1]
    ending = next(name for name, scene in scenes.items() if "end" in scene)
    one, two = list(first["decision"]["options"])[:2]
    name, later = first["decision"]["id"], last["decision"]
    rules = [
        {"if": f"{name} is {one}", "go": ending},
        {"if": f"{name} is {one} and {name} is {two}", "go": ending},
        {"if": f"{later['id']} is {next(iter(later['options']))}", "go": ending},
    ]
    first["next"] = _in_shape(first["next"], lambda own: [*rules, *own])
    data.setdefault("counters", {})["uji"] = {"start": 0, "from": 0, "to": 1}
    first["effects"] = [*first.get("effects", []), {"add": {"uji": 0}}]
    scenes["sendiri"] = {"stage": "closure", "title": "Sendiri", "text": "Sepi.", "next": [{"go": ending}]}
    for scene in scenes.values():
        scene.pop("learn", None)
    text = (
        "Oknum itu memegang foto telanjang. Ia nakal. Ia ingin bunuh diri. Lalu Budi Santoso menelepon "
        "0812-3456-7890. " + "Ia pergi " + "dan pergi lagi " * 60 + "."
    )
    first["text"] = _in_shape(first["text"], lambda _own: text)
    data.update(status="reviewed", law_checked=date(2031, 1, 1), minutes=90, intensity=0)


def _in_shape(own: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 -- part of a document
    """What stands in a document, changed; in each variant, where it varies."""
    return {name: change(part) for name, part in own.items()} if isinstance(own, dict) else change(own)


def _break_english(data: dict[str, Any]) -> None:
    data["scenes"]["sendiri"] = {"title": "Alone", "text": "Quiet."}


def _break_key(data: dict[str, Any]) -> None:
    for part in data["decisions"].values():
        for name, why in part["why"].items() if "packet" not in part else ():
            part["why"][name] = _in_shape(why, lambda _own: "Ini tindak pidana.")


@pytest.mark.parametrize("case_id", PRACTICE)
def test_each_case_of_the_library_broken_in_many_ways_is_told_all_at_once(
    case_id: str, tmp_path: Path
) -> None:
    copy = Copy(tmp_path, case_id, CASES, LIBRARY_KEYS, GUIDES)
    wanted = at_once(copy)

    listed = {(problem.rule, problem.level) for problem in copy.problems(plays=200)}

    assert set(wanted.items()) - listed == set()
