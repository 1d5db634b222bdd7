"""What a reviewer reads and enters: at what they saw, and nothing of anybody else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from graders.review.round import ReviewRound, open_round
from graders.review.round_file import lay_aside, write_round
from release.author.bench.case_files import case_files
from release.author.bench.fields import CaseText
from release.author.bench.sheet import parts_of
from release.author.reviewers.desk import MOST_REVIEWERS, NotTakenError, ReviewersDesk
from release.author.reviewers.messages import RemarkMessage, ReviewMessage
from release.author.reviewers.round_bench import RoundBench
from scenarios.documents.document import Data
from scenarios.documents.problem import BadInputError
from tests.places import TESTS

TODAY = date(2026, 11, 30)
CASE = "berkas-beredar"
VARIANTS = TESTS / "variants"


@pytest.fixture
def desk(tmp_path: Path) -> ReviewersDesk:
    """The reviewers of a case in two variants, whose round is open."""
    folder = Path(shutil.copytree(VARIANTS / "cases" / CASE, tmp_path / "cases" / CASE))
    keys = Path(shutil.copytree(VARIANTS / "keys", tmp_path / "keys"))
    made = ReviewersDesk(CASE, folder, case_files(folder, CASE, keys, tmp_path), keys, lambda: TODAY)
    write_round(open_round(CASE, made.reading().sight), keys)
    return made


@pytest.fixture
def bench(desk: ReviewersDesk) -> RoundBench:
    return RoundBench(desk, "http://127.0.0.1/review")


def round_of(desk: ReviewersDesk) -> ReviewRound:
    round_ = desk.round_now()
    assert round_ is not None
    return round_


def places(message: ReviewMessage) -> Iterator[tuple[str, str]]:
    """Each place of the story that can be commented on, with its variant."""
    story = message.get("story")
    assert story is not None
    for chapter in story["id"]["chapters"]:
        for scene in chapter["scenes"]:
            yield scene["place"], scene["variant"]
            yield from ((option["place"], scene["variant"]) for option in scene["options"])


def comment(desk: ReviewersDesk, code: str, **content: Data) -> None:
    whole: dict[str, Data] = {"text": "Terlalu singkat.", "question": "practice", "place": ""}
    desk.comment(code, {**whole, "seen": desk.message(code)["sight"], **content})


def remarks(desk: ReviewersDesk, code: str) -> list[RemarkMessage]:
    return desk.message(code)["remarks"]


def edit(desk: ReviewersDesk, old: str, new: str) -> None:
    file = desk.files.places["case"]
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_whoever_holds_no_code_reads_no_story(desk: ReviewersDesk) -> None:
    for code in ("", "abcd-efgh-jkmn-pqrs", "police_1"):
        message = desk.message(code)
        assert message["state"] == "nobody"
        assert "story" not in message
        assert (message["questions"], message["remarks"]) == ([], [])
        with pytest.raises(NotTakenError):
            comment(desk, code)
    assert round_of(desk).comments == ()


def test_a_reviewer_comes_back_by_the_code_however_it_is_typed_and_in_no_other_round(
    desk: ReviewersDesk,
) -> None:
    code = desk.join("police")
    first = desk.message(code)
    assert (first["state"], first["reviewer"], first["role"]["id"]) == ("reviewer", "police_1", "polisi")
    assert desk.message(f" {code.upper().replace('-', ' ')} ")["reviewer"] == "police_1"
    assert desk.join("police") != code
    file = next((desk.keys / "reviews").rglob("codes/*.json")).read_text("utf-8")
    assert code not in file

    before = round_of(desk)
    lay_aside(before, desk.keys)
    write_round(open_round(CASE, desk.reading().sight), desk.keys)
    desk.join("police")

    assert desk.message(code)["state"] == "nobody"


def test_while_the_files_cannot_be_read_no_round_is_opened_and_the_author_is_told_what_reviewers_read(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    parts = parts_of(CaseText(desk.files.data()))
    is_behind = [bench.message(parts)["behind"]]
    lay_aside(round_of(desk), desk.keys)
    edit(desk, "scenes:", "adegan:")

    is_behind.append(bench.message(parts)["behind"])
    with pytest.raises(BadInputError, match="Mend the errors first"):
        bench.act({"do": "open_round"})
    assert desk.round_now() is None

    edit(desk, "adegan:", "scenes:")
    bench.act({"do": "open_round"})
    is_behind.append(bench.message(parts)["behind"])
    assert round_of(desk).reviewers == {}
    assert is_behind == [False, True, False]


def test_every_part_of_both_stories_takes_a_comment_that_the_bench_shows_at_a_field_or_a_scene(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    code = desk.join("lawyer")
    there = [*places(desk.message(code))]
    assert {variant for _, variant in there} == {"baru", "lama"}
    for place, variant in there:
        comment(desk, code, place=place, variant=variant)

    comments = bench.message(parts_of(CaseText(desk.files.data())))["comments"]

    assert [(one["place"], one["variant"]) for one in comments] == there
    assert all(one["part"].startswith("scene.") for one in comments)
    assert all(one["field"] for one in comments if one["place"].startswith("key:"))


@pytest.mark.parametrize(
    "content",
    [
        {"text": ""},
        {"text": "x" * 4001},
        {"text": ["x"]},
        {"place": "case:scenes.nowhere"},
        {"place": "../../etc"},
        {"variant": "besok"},
        {"question": "taste"},
        {"objects": "perhaps"},
        {"seen": "0" * 12},
    ],
)
def test_what_is_no_comment_is_refused_in_both_languages_and_nothing_written(
    desk: ReviewersDesk, content: Mapping[str, Data]
) -> None:
    code = desk.join("editor")
    before = round_of(desk)

    with pytest.raises(BadInputError) as caught:
        comment(desk, code, **content)

    assert str(caught.value)
    assert round_of(desk) == before


def test_a_reviewer_cannot_speak_as_another(desk: ReviewersDesk) -> None:
    code = desk.join("police")
    desk.join("lawyer")

    comment(desk, code, reviewer="lawyer_1", way="paper", day="2020-01-01")

    made = round_of(desk).comments[0]
    assert (made.reviewer, made.way, made.day) == ("police_1", "phone", TODAY)


def test_nobody_reads_anothers_comment_until_the_author_opens_them(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    one, other = desk.join("police"), desk.join("lawyer")
    comment(desk, one, text="Yang ini milik polisi.")
    bench.act({"do": "settle", "number": 1, "answer": "Sudah diubah."})

    assert "milik polisi" not in json.dumps(desk.message(other))
    assert remarks(desk, one)[0]["answer"] == "Sudah diubah."

    bench.act({"do": "share", "shared": True})
    assert [(remark["is_other"], remark["role"]["en"]) for remark in remarks(desk, other)] == [
        (True, "police officer")
    ]
    bench.act({"do": "share", "shared": False})
    assert remarks(desk, other) == []


def test_a_comment_on_a_case_that_was_changed_meanwhile_stays_at_what_was_seen(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    code = desk.join("social_worker")
    seen = desk.message(code)["sight"]
    scene = next(place for place, _ in places(desk.message(code)))
    edit(desk, "title: ", "title: Lagi ")

    comment(desk, code, seen=seen, place=scene)
    desk.sign(code, {"question": "practice", "agrees": True, "seen": seen})

    round_ = round_of(desk)
    now = desk.message(code)
    practice = next(one for one in now["questions"] if one["code"] == "practice")
    assert round_.comments[0].seen == seen != now["sight"] == round_.sight.mark
    assert (practice["agrees"], practice["holds"], practice["own"]) == (True, False, True)
    states = {
        signer["role"]["en"]: signer["state"]
        for question in bench.message([])["questions"]
        for signer in question["signers"]
    }
    assert states["social worker"] == "changed"


def test_what_changed_since_the_reviewers_saw_it_leads_to_its_field(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    edit(desk, "title: ", "title: Lagi ")

    since = bench.message(parts_of(CaseText(desk.files.data())))["since"]

    assert [(one["part"], one["field"]) for one in since] == [("case", "case|title")]


def test_a_case_in_the_midst_of_a_change_is_read_as_it_was_last_whole(desk: ReviewersDesk) -> None:
    code = desk.join("teacher")
    whole = desk.message(code)
    edit(desk, "title: ", "title: [ ")

    assert desk.message(code)["sight"] == whole["sight"]
    comment(desk, code)
    assert round_of(desk).comments[0].seen == whole["sight"]


def test_an_objection_bars_until_it_is_taken_back(desk: ReviewersDesk, bench: RoundBench) -> None:
    code = desk.join("child_protection")
    comment(desk, code, question="safety", objects=True)
    bench.act({"do": "settle", "number": 1, "answer": "Diubah."})

    def safety() -> list[str]:
        rows = bench.message([])["questions"]
        return [signer["state"] for row in rows if row["name"]["en"] == "Safety" for signer in row["signers"]]

    assert safety() == ["objects"]
    desk.sign(code, {"question": "safety", "agrees": True, "seen": desk.message(code)["sight"]})
    assert safety() == ["agrees"]


def test_the_author_answers_in_words_and_opens_one_round_alone(
    desk: ReviewersDesk, bench: RoundBench
) -> None:
    comment(desk, desk.join("police"))
    wrongs: tuple[Mapping[str, Data], ...] = (
        {"number": 1, "answer": " "},
        {"number": 2, "answer": "x"},
        {"answer": "x"},
    )
    for wrong in wrongs:
        with pytest.raises(BadInputError):
            bench.act({"do": "settle", **wrong})
    with pytest.raises(BadInputError):
        bench.act({"do": "open_round"})

    assert [one["answer"] for one in bench.message([])["comments"]] == [""]


def test_a_round_has_no_more_reviewers_by_its_link_than_a_table_has(desk: ReviewersDesk) -> None:
    round_ = round_of(desk)
    crowd = {f"police_{number}": "police" for number in range(MOST_REVIEWERS)}
    write_round(round_.model_copy(update={"reviewers": crowd}), desk.keys)

    with pytest.raises(NotTakenError):
        desk.join("police")


def test_a_case_without_a_round_says_so_to_both(desk: ReviewersDesk, bench: RoundBench) -> None:
    lay_aside(round_of(desk), desk.keys)

    assert desk.message("")["state"] == "no_round"
    assert not bench.message([])["open"]
    bench.act({"do": "open_round"})
    assert desk.message("")["state"] == "nobody"
