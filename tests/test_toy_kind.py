"""A further kind of decision takes files of its own and no change of any other: the lab with a toy one."""

from __future__ import annotations

import filecmp
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from tests.parts.lab_copy import CASE, CHECKOUT, ROOMS, LabCopy, copy_earlier_lab
from tests.parts.node import NO_NPM, check_types, find_typescript
from tests.parts.toy_kind import DECISION, FILES, KIND, kind_files, pair_lab
from tests.parts.workshop_server import PageSocket, Visitor, Workshop

needs_typescript = pytest.mark.skipif(
    find_typescript() is None and shutil.which("npm") is None, reason=NO_NPM
)
MOST_FILES = 9
RIGHT, HARMFUL = {"catat", "simpan"}, {"blokir", "balas", "hapus", "tahan"}
OPTIONS = ("blokir", "catat", "balas", "hapus", "simpan", "tahan", "pegang")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> LabCopy:
    return pair_lab(tmp_path_factory.mktemp("toy") / "lab")


@pytest.fixture(scope="module")
def course(lab: LabCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab.graded_course(tmp_path_factory.mktemp("toy") / "KELAS")


@pytest.fixture(scope="module")
def verdicts(lab: LabCopy, course: Path) -> list[dict[str, Any]]:
    """The verdict of `kasuslab score` on the pair of each play, and under ``pick`` what was picked."""
    verdicts = []
    records = sorted(course.glob(f"submitted/*/{CASE}/decisions.jsonl"))
    printed = lab.one_by_one(*(("score", record, "--case", CASE, "--json") for record in records))
    for record, result in zip(records, documents_in(printed), strict=True):
        (verdict,) = (each for each in result["verdicts"] if each["decision"] == DECISION)
        verdicts.append({**verdict, "pick": last_pick(record)})
    return verdicts


@pytest.fixture(scope="module")
def workshop(lab: LabCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with lab.workshop(tmp_path_factory.mktemp("toy")) as running:
        yield running


@pytest.fixture
def line(workshop: Workshop) -> Iterator[PageSocket]:
    """A play that stands at the pair."""
    visitor = Visitor(workshop.port)
    visitor.join()
    with visitor.play() as line:
        view = line.move(type="begin")
        while (form := view["scene"]["decision"]) is None or form["id"] != DECISION:
            view = (
                line.move(type="skip", decision=form["id"])
                if form
                else line.move(type="continue", scene=view["scene"]["id"])
            )
        yield line


def documents_in(text: str) -> Iterator[Any]:
    """The JSON documents of a text, which stand one after another."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        document, end = decoder.raw_decode(text, at)
        yield document
        at = end + len(text[end:]) - len(text[end:].lstrip())


def last_pick(record: Path) -> Sequence[str] | None:
    """What a play settled in the pair; None where it was skipped."""
    events = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    settled = [
        event for event in events if event.get("decision") == DECISION and event["event"] != "reopened"
    ]
    return settled[-1].get("pick") if settled else None


def files_of(root: Path) -> dict[Path, Path]:
    """Every file of a lab's rooms, by its place in it."""
    files = (file for room in ROOMS for file in (root / room).rglob("*"))
    return {file.relative_to(root): file for file in files if file.is_file() and file.suffix != ".pyc"}


def test_a_kind_takes_at_most_nine_files_and_no_change_of_any_other(lab: LabCopy, tmp_path: Path) -> None:
    before, after = files_of(copy_earlier_lab(tmp_path).root), files_of(lab.root)

    added = after.keys() - before.keys()
    changed = {
        place for place in after.keys() - added if not filecmp.cmp(after[place], before[place], shallow=False)
    }

    assert added == {file.relative_to(FILES) for file in kind_files()}
    assert 0 < len(added) <= MOST_FILES
    assert changed == {Path("scenarios/cases", CASE, "case.yaml"), Path("graders/keys", f"{CASE}.yaml")}


def test_every_room_that_asks_a_kind_finds_the_toy_one(lab: LabCopy) -> None:
    for file in kind_files():
        assert file.stem == KIND
        assert (lab.root / file.relative_to(FILES)).with_name(f"rank{file.suffix}").exists()


def test_a_case_with_it_passes_the_check(lab: LabCopy) -> None:
    assert "1 case checked, no error" in lab.kasuslab("check", CASE)


def test_the_check_finds_what_is_wrong_in_its_key(lab: LabCopy, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    shutil.copytree(lab.keys, keys)
    key = keys / f"{CASE}.yaml"
    key.write_text(key.read_text("utf-8").replace("right: [catat, simpan]", "right: [catat, catat]"), "utf-8")

    report = lab.kasuslab("check", CASE, "--keys", keys, status=1)

    place = rf"{CASE}\.yaml:\d+: decisions\.{DECISION}\.right: the two are one\. Name another one\."
    assert re.search(place, report)
    assert "1 error" in report


@pytest.mark.parametrize(
    ("pick", "code"),
    [
        (["catat"], "nothing"),
        (["catat", "simpan", "pegang"], "too_many"),
        (["catat", "catat"], "twice"),
        ("catat", "shape"),
    ],
)
def test_a_play_refuses_a_pick_that_is_no_pair(line: PageSocket, pick: object, code: str) -> None:
    line.send({"type": "decide", "n": line.view["n"], "decision": DECISION, "pick": pick})

    assert line.reply("refused")["code"] == code


@pytest.mark.parametrize(
    ("pick", "score"), [(["simpan", "catat"], 1.0), (["catat", "pegang"], 0.5), (["catat", "blokir"], 0.0)]
)
def test_a_play_settles_it_and_shows_its_feedback(line: PageSocket, pick: list[str], score: float) -> None:
    form = line.view["scene"]["decision"]
    note = line.move(type="decide", decision=DECISION, pick=pick)["feedback"]["note"]

    assert (form["kind"], form["most"], [each["id"] for each in form["options"]]) == (KIND, 2, [*OPTIONS])
    assert (note["kind"], note["status"], note["score"]) == (KIND, "answered", score)
    assert {each["id"] for each in note["options"] if each["chosen"]} == set(pick)
    assert {each["id"] for each in note["options"] if each["standing"] == "right"} == RIGHT


def test_the_browser_is_sent_what_draws_it_and_what_its_form_says(lab: LabCopy) -> None:
    program = "from widgets.player_files import player_script; print(player_script())"
    labels = "from widgets.view import page_labels; print(page_labels('en')['texts']['hint_pair'])"

    assert f'register("{KIND}", PAIR);' in lab.python("-c", program)
    assert lab.python("-c", labels) == "Choose exactly two.\n"


@needs_typescript
def test_typescript_finds_nothing_wrong_in_its_script(lab: LabCopy) -> None:
    settings = shutil.copyfile(CHECKOUT / "jsconfig.json", lab.root / "jsconfig.json")

    assert check_types(settings) == ""


def test_each_play_of_a_class_is_scored_by_its_formula(verdicts: list[dict[str, Any]]) -> None:
    assert len({verdict["s"] for verdict in verdicts}) > 1
    for verdict in verdicts:
        pick = set(verdict["pick"] or ())
        if verdict["pick"] is None:
            assert (verdict["status"], verdict["s"]) == ("skipped", None)
        else:
            assert verdict["s"] == (0 if pick & HARMFUL else len(pick & RIGHT) / 2)
            assert {flag["option"] for flag in verdict["harm"]} <= pick & HARMFUL


def test_the_report_says_in_each_language_how_the_class_settled_it(
    lab: LabCopy, course: Path, verdicts: list[dict[str, Any]]
) -> None:
    lab.kasuslab("report", course)

    page = next(course.glob("reports/*.html")).read_text(encoding="utf-8")
    answered = [verdict for verdict in verdicts if verdict["s"] is not None]
    n, points = len(answered), round(100 * mean(verdict["s"] for verdict in answered))
    picked = [round(100 * sum(option in each["pick"] for each in answered) / n) for option in OPTIONS]
    shares = ", ".join(f"{letter} {share}%" for letter, share in zip("ABCDEFG", picked, strict=True))
    assert f"Sepasang. {n} orang menjawab. Nilai rata-rata {points} dari 100." in page
    assert f"A pair. {n} people answered. Mean {points} of 100." in page
    assert f"<desc>{shares}</desc>" in re.sub(r"<desc [^>]*>", "<desc>", page)


def test_a_drawing_an_editor_and_an_export_know_it(lab: LabCopy, course: Path, tmp_path: Path) -> None:
    assert "pick two" in lab.kasuslab("graph", CASE, "--no-key", "--language", "en")
    lab.kasuslab("schema", tmp_path, "--language", "en")
    assert "pair picks two" in (tmp_path / "case.schema.json").read_text(encoding="utf-8")
    assert "The two right options." in (tmp_path / "key.schema.json").read_text(encoding="utf-8")
    lab.kasuslab("export", course, "--xapi")
    lines = (course / "exports" / "xapi.jsonl").read_text(encoding="utf-8").splitlines()
    statements = [json.loads(line) for line in lines]
    answers = [each for each in statements if each["object"]["id"].endswith(f":{CASE}:{DECISION}")]
    assert answers
    assert all("[,]" in each["result"]["response"] for each in answers)
