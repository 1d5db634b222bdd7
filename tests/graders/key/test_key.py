"""The key: found where it is kept, and proved against its case with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graders.key.key import Key, KeysMissingError, keys_folder, load_key
from scenarios.case import Case
from scenarios.documents.document import read_document
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.library import case_folder, practice_ids
from scenarios.loader import load_case
from tests.places import KEYS

KEY = "daftar-nilai.yaml"
ENGLISH = "daftar-nilai.en.yaml"
Problems = Callable[..., list[Problem]]


@pytest.fixture
def problems(small_case: Case, tmp_path: Path) -> Problems:
    """A factory: the problems of the small key after texts in one of its files were replaced."""

    def find(*changes: tuple[str, str], file: str = KEY, case: Case = small_case) -> list[Problem]:
        for name in (KEY, ENGLISH):
            text = (KEYS / name).read_text(encoding="utf-8")
            for old, new in changes if name == file else ():
                assert old in text, f"{old!r} does not stand in {name}"
                text = text.replace(old, new, 1)
            (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(ProblemsError) as caught:
            load_key(case, tmp_path)
        return list(caught.value.problems)

    return find


def line_of(text: str, file: str = KEY) -> int:
    """The line on which the first `text` stands in a file of the small key."""
    lines = (KEYS / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_key_of_a_case_keys_its_decisions_in_the_order_of_the_case(small_case: Case) -> None:
    key = load_key(small_case, KEYS)

    assert list(key.decisions) == ["mendesak", "bicara", "langkah", "urutan", "serah"]
    assert (key.case, key.case_version, key.version, key.panel, key.cut) == (
        "daftar-nilai",
        "1.0.0",
        "1.0.0",
        "none",
        80,
    )


def test_a_why_is_read_in_both_languages(small_case: Case) -> None:
    key = load_key(small_case, KEYS)

    assert key.why("bicara", "marah", "id").startswith("Anak yang disalahkan berhenti")
    assert key.why("bicara", "marah", "en").startswith("A child who is blamed stops")
    assert key.whys("serah", "en").text("why_urgency", "sekolah") == "Every hour more people read the file."
    assert key.whys("serah", "id").text("why_packet", "sekolah").startswith("Sekolah perlu tahu")
    assert key.whys("serah", "id").text("why_urgency", "puspaga") == ""


@pytest.mark.parametrize("case_id", practice_ids())
def test_every_case_of_the_library_has_a_key_that_fits(case_id: str) -> None:
    case = load_case(case_folder(case_id))

    assert isinstance(load_key(case, keys_folder({})), Key)


def test_the_keys_are_where_the_environment_says() -> None:
    assert keys_folder({"KASUSLAB_KEYS": str(KEYS)}) == KEYS


def test_a_folder_without_keys_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(KeysMissingError, match=r"KASUSLAB_KEYS points to .*Set KASUSLAB_KEYS to the folder"):
        keys_folder({"KASUSLAB_KEYS": str(tmp_path / "nowhere")})


def test_both_files_that_are_missing_are_told(small_case: Case, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        load_key(small_case, tmp_path)

    assert [Path(problem.file).name for problem in caught.value.problems] == [ENGLISH, KEY]


def test_a_key_of_another_version_is_told(problems: Problems) -> None:
    (problem,) = problems(("case_version: 1.0.0", "case_version: 0.9.0"))

    assert (problem.rule, problem.line, problem.path) == ("version", 2, "case_version")
    assert problem.fault == "the key is for version 0.9.0, but the case is 1.0.0"
    assert problem.file.endswith(KEY)


def test_an_unkeyed_decision_is_told_at_the_decisions(problems: Problems, small_case: Case) -> None:
    text = (KEYS / KEY).read_text(encoding="utf-8")
    start, end = text.index("  urutan:"), text.index("  serah:")

    faults = problems((text[start:end], ""))

    assert [(problem.rule, problem.line) for problem in faults if problem.file.endswith(KEY)] == [
        ("unkeyed", line_of("decisions:"))
    ]
    assert small_case.decision("urutan") is not None


# Each row: what stands in the key and what it is changed to; the rule, the path and a text on the line told.
FAULTS = [
    (("case: daftar-nilai", "case: lain"), "case", "case", "case: daftar-nilai"),
    (
        ("  urutan:\n    weight: 2", "  lain: {}\n  urutan:\n    weight: 2"),
        "link",
        "decisions.lain",
        "  urutan:",
    ),
    (
        ("  urutan:\n    weight: 2", "  refleksi: {}\n  urutan:\n    weight: 2"),
        "text",
        "decisions.refleksi",
        "  urutan:",
    ),
    (("    weight: 2", "    weight: 0"), "weight", "decisions.mendesak.weight", "weight: 2"),
    (("    weight: 2", "    weight: 9"), "shape", "decisions.mendesak.weight", "weight: 2"),
    (("    weight: 2", "    weigth: 2"), "shape", "decisions.mendesak.weight", "  mendesak:"),
    (
        ("    competency: K1", "    kind: rating\n    competency: K1"),
        "shape",
        "decisions.mendesak.kind",
        "competency: K1",
    ),
    (("competency: K1", "competency: K9"), "shape", "decisions.mendesak.competency", "competency: K1"),
    (("right: sedang", "right: gawat"), "link", "decisions.mendesak.right", "right: sedang"),
    (("line: sedang", "line: gawat"), "link", "decisions.mendesak.line", "line: sedang"),
    (("line: sedang", "line: tinggi"), "line", "decisions.mendesak.line", "line: sedang"),
    (("line: sedang", "ceiling: rendah"), "line", "decisions.mendesak.ceiling", "line: sedang"),
    (("line: sedang", "ceiling: gawat"), "link", "decisions.mendesak.ceiling", "line: sedang"),
    (("      tinggi: Keadaan", "      gawat: Keadaan"), "why", "decisions.mendesak.why.tinggi", "    why:"),
    (
        ("      tinggi: Keadaan", "      gawat: Keadaan"),
        "link",
        "decisions.mendesak.why.gawat",
        "tinggi: Keadaan",
    ),
    (("sedang: [L11, L21], ", ""), "source", "decisions.mendesak.sources.sedang", "    sources: {rendah"),
    (
        ("rendah: [L11]", "rendah: [L99]"),
        "source",
        "decisions.mendesak.sources.rendah",
        "    sources: {rendah",
    ),
    (("rendah: [L11]", "rendah: []"), "shape", "decisions.mendesak.sources.rendah", "    sources: {rendah"),
    (("right: dengar", "right: diam"), "link", "decisions.bicara.right", "right: dengar"),
    (("{catat: 0.5}", "{diam: 0.5}"), "link", "decisions.bicara.partial.diam", "{catat: 0.5}"),
    (("{catat: 0.5}", "{dengar: 0.5}"), "partial", "decisions.bicara.partial.dengar", "{catat: 0.5}"),
    (("{catat: 0.5}", "{marah: 0.5}"), "partial", "decisions.bicara.partial.marah", "{catat: 0.5}"),
    (("{catat: 0.5}", "{catat: 1.5}"), "shape", "decisions.bicara.partial.catat", "{catat: 0.5}"),
    (("harm: {marah:", "harm: {dengar:"), "harm", "decisions.bicara.harm.dengar", "harm: {marah:"),
    (("harm: {marah:", "harm: {diam:"), "link", "decisions.bicara.harm.diam", "harm: {marah:"),
    (("code: E05", "code: E99"), "link", "decisions.bicara.harm.marah.code", "code: E05"),
    (
        ("E05, role: anyone", "E05, role: school"),
        "role",
        "decisions.bicara.harm.marah.role",
        "E05, role: anyone",
    ),
    (
        ("E05, role: anyone", "E07, role: anyone"),
        "role",
        "decisions.bicara.harm.marah.role",
        "E05, role: anyone",
    ),
    (("marah: [G6, L2]", "marah: [LAB, L11]"), "flag-source", "decisions.bicara.harm.marah", "harm: {marah:"),
    (("    partial:", "    votes: {dengar: 9}\n    partial:"), "panel", "decisions.bicara.votes", "partial:"),
    (("umumkan: 1, tppk: 1}", "tppk: 1}"), "harm", "decisions.langkah.harm.umumkan", "umumkan: {code: E02"),
    (
        ("umumkan: 1, tppk", "umumkan: 1, minta: 1, tppk"),
        "twice",
        "decisions.langkah.wrong.minta",
        "wrong: {um",
    ),
    (("sandi: 1}", "sandi: 1, kabar: 1}"), "pick", "decisions.langkah.right", "right: {catat: 2"),
    (("sandi: 1}", "diam: 1}"), "link", "decisions.langkah.right.diam", "right: {catat: 2"),
    (("[aman, setuju, sekolah, pantau]", "[aman, setuju]"), "rank", "decisions.urutan.right", "right: [aman"),
    (("sekolah, pantau]", "sekolah, aman]"), "rank", "decisions.urutan.right.3", "right: [aman"),
    (("sekolah, pantau]", "sekolah, lain]"), "link", "decisions.urutan.right.3", "right: [aman"),
    (("must: {sekolah", "must: {unit_ppa"), "must", "decisions.serah.must.unit_ppa", "must: {sekolah"),
    (("[L26, L21], unit", "[L26x], unit"), "flag-source", "decisions.serah.must.sekolah", "must: {sekolah"),
    (("must: {sekolah", "must: {media"), "link", "decisions.serah.must.media", "must: {sekolah"),
    (("{role: uptd_ppa}", "{role: school}"), "role", "decisions.serah.must.sekolah.role", "must: {sekolah"),
    (("jam, psikolog: hari", "jam"), "urgency", "decisions.serah.urgency.psikolog", "urgency: {sekolah: jam"),
    (
        ("jam, psikolog", "kilat, psikolog"),
        "link",
        "decisions.serah.urgency.sekolah",
        "urgency: {sekolah: jam",
    ),
    (("hari}", "hari, puspaga: jam}"), "link", "decisions.serah.urgency.puspaga", "urgency: {sekolah: jam"),
    (
        ("      unit_ppa: {right", "      lain: {right"),
        "packet",
        "decisions.serah.packet.unit_ppa",
        "    packet:",
    ),
    (
        ("      unit_ppa: {right", "      lain: {right"),
        "link",
        "decisions.serah.packet.lain",
        "unit_ppa: {right",
    ),
    (
        ("wrong: [tidur]", "wrong: [rahasia]"),
        "link",
        "decisions.serah.packet.sekolah.wrong.0",
        "wrong: [tidur]",
    ),
    (
        ("wrong: [tidur]", "wrong: [tindakan]"),
        "twice",
        "decisions.serah.packet.sekolah.wrong.0",
        "wrong: [tidur]",
    ),
    (("[LAB, G3]", "[LAB]"), "flag-source", "decisions.serah.packet.unit_ppa.never", "unit_ppa: {right"),
    (
        ("      sekolah: Setiap", "      lain: Setiap"),
        "why",
        "decisions.serah.why_urgency.sekolah",
        "why_urgency:",
    ),
    (("      psikolog: Psi", "      lain: Psi"), "why", "decisions.serah.why_packet.psikolog", "why_packet:"),
    (("services: 2, ", ""), "shape", "decisions.serah.parts.services", "parts: {"),
]


@pytest.mark.parametrize(("change", "rule", "path", "on_line"), FAULTS)
def test_a_fault_in_a_key_is_told_with_its_place(
    problems: Problems, change: tuple[str, str], rule: str, path: str, on_line: str
) -> None:
    faults = [problem for problem in problems(change) if problem.file.endswith(KEY)]

    assert (rule, path, line_of(on_line)) in [
        (problem.rule, problem.path, problem.line) for problem in faults
    ]


def test_faults_at_the_head_are_told_at_once(problems: Problems) -> None:
    faults = problems(
        ("panel: none", "panel: many"), ("cut: 80", "cut: 101"), ("version: 1.0.0", "version: 2.0.0")
    )

    assert [(problem.path, problem.rule) for problem in faults] == [
        ("case_version", "version"),
        ("panel", "panel"),
        ("cut", "shape"),
    ]


def test_faults_in_several_decisions_are_told_at_once(problems: Problems) -> None:
    faults = problems(("weight: 2", "weight: heavy"), ("right: dengar", "right: diam"), ("E02", "E77"))

    assert {problem.path for problem in faults} == {
        "decisions.mendesak.weight",
        "decisions.bicara.right",
        "decisions.langkah.harm.umumkan.code",
    }


def test_a_practice_error_may_rest_on_an_agreement_of_the_lab(small_case: Case, tmp_path: Path) -> None:
    text = (KEYS / KEY).read_text(encoding="utf-8").replace("tppk: [L26]", "tppk: [LAB]")
    (tmp_path / KEY).write_text(text, encoding="utf-8")
    (tmp_path / ENGLISH).write_bytes((KEYS / ENGLISH).read_bytes())

    assert load_key(small_case, tmp_path).grades["E21"] == "practice"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("      catat: Notes", "      lain: Notes", "decisions.bicara.why.catat"),
        ("      catat: Notes", "      lain: Notes", "decisions.bicara.why.lain"),
        ("  urutan:", "  lain:", "decisions.urutan"),
        ("    why_urgency:", "    why:", "decisions.serah.why"),
        ("      psikolog: There is", "      lain: There is", "decisions.serah.why_urgency.psikolog"),
    ],
)
def test_an_incomplete_translation_is_told(problems: Problems, old: str, new: str, path: str) -> None:
    faults = problems((old, new), file=ENGLISH)

    assert path in [problem.path for problem in faults]
    assert all(problem.file.endswith(ENGLISH) for problem in faults)


@pytest.mark.parametrize(
    ("votes", "weight", "wanted"),
    [
        ("{dengar: 9, catat: 3}", 2, []),
        ("{dengar: 8, catat: 4}", 2, ["only 8 of 12 experts agree, so the decision is contested"]),
        ("{dengar: 8, catat: 4}", 0, []),
        ("{dengar: 2, catat: 10}", 2, ["most experts did not choose “dengar”"]),
    ],
)
def test_a_panel_speaks_by_its_votes(
    small_case: Case, tmp_path: Path, votes: str, weight: int, wanted: list[str]
) -> None:
    text = (KEYS / KEY).read_text(encoding="utf-8")
    text = text.replace("panel: none", "panel: {size: 12, played: 2026-10-01}")
    text = text.replace("    weight: 2\n    competency: K2", f"    weight: {weight}\n    competency: K2")
    text = text.replace("partial: {catat: 0.5}", f"votes: {votes}")
    (tmp_path / KEY).write_text(text, encoding="utf-8")
    (tmp_path / ENGLISH).write_bytes((KEYS / ENGLISH).read_bytes())

    try:
        load_key(small_case, tmp_path)
        faults = []
    except ProblemsError as error:
        faults = [problem.fault for problem in error.problems]

    assert faults == wanted


def test_a_key_that_an_older_panel_credited_by_votes_scores_as_it_did_and_is_refused_by_the_check(
    small_case: Case, tmp_path: Path
) -> None:
    text = (KEYS / KEY).read_text(encoding="utf-8")
    text = text.replace("panel: none", "panel: {size: 12, played: 2026-10-01}")
    text = text.replace("partial: {catat: 0.5}", "votes: {dengar: 9, catat: 3}")
    (tmp_path / KEY).write_text(text, encoding="utf-8")
    (tmp_path / ENGLISH).write_bytes((KEYS / ENGLISH).read_bytes())
    key = load_key(small_case, tmp_path)
    part, decision = key.decisions["bicara"], small_case.decision("bicara")
    assert decision is not None

    problems = list(part.safety_problems(read_document(tmp_path / KEY), "bicara", key.decisions))

    assert part.worth(decision, "catat").s == pytest.approx(1 / 3)
    assert [(problem.path, problem.rule) for problem in problems] == [("decisions.bicara.votes", "votes")]
    assert "Write “partial” in its place" in problems[0].remedy
