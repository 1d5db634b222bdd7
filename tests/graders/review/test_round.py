from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graders.review.demands import DEMANDS, QUESTIONS, load_demands
from graders.review.round import (
    ReviewRoundError,
    Settlement,
    add_reviewer,
    give,
    seat_panel,
    settle_comment,
)
from graders.review.round_file import (
    change_round,
    lay_aside,
    load_round,
    read_round,
    round_file,
    write_round,
)
from graders.review.standing import standing
from scenarios.documents.problem import ProblemsError
from scenarios.sentence import error_text
from tests.parts.review_round import (
    CASE,
    OPENED,
    PANEL,
    CaseInReview,
    commented,
    given,
    signed,
)


@pytest.fixture
def case(tmp_path: Path) -> CaseInReview:
    return CaseInReview.in_folder(tmp_path)


def test_a_round_that_was_just_opened_lacks_every_signature_and_the_panel(case: CaseInReview) -> None:
    now = case.standing(case.open_round())

    assert {one.state for one in now.demanded} == {"lacking"}
    assert [one.question for one in now.demanded if one.role == "lawyer"] == ["law"]
    assert len(now.lacking) == len(now.demanded) + 1
    assert "no expert panel" in now.lacking[-1].texts["en"]
    assert "belum ada panel ahli" in now.lacking[-1].texts["id"]


def test_a_round_in_which_every_role_agrees_and_a_panel_has_played_lacks_nothing(case: CaseInReview) -> None:
    case.give_panel()
    now = case.standing(case.agreed_round())

    assert now.lacking == ()
    assert now.roles == ("lawyer", "social_worker", "police", "child_protection", "editor")
    assert now.day == OPENED


def test_somebody_who_has_the_duty_of_the_case_signs_its_practice(case: CaseInReview) -> None:
    case.give_panel()
    now = case.sight().model_copy(update={"role": "school"})
    lacking = standing(case.agreed_round(), now).lacking

    assert [one.texts["en"] for one in lacking] == ["Practice: no teacher has signed yet"]


def test_a_role_that_nobody_asked_for_does_not_stand_in_for_another(case: CaseInReview) -> None:
    round_, editor = add_reviewer(case.open_round(), "editor")
    now = case.standing(signed(round_, editor, "law"))

    assert [one.state for one in now.demanded if one.question == "law"] == ["lacking"]


@pytest.mark.parametrize("question", ["law", "safety"])
def test_an_objection_on_law_or_safety_bars_a_case_whoever_makes_it(
    case: CaseInReview, question: str
) -> None:
    case.give_panel()
    agreed = case.agreed_round()
    round_ = commented(agreed, "editor_1", question, objects=True, place="case:scenes.telepon")
    settled = settle_comment(round_, 1, Settlement(answer="Diubah.", day=OPENED))

    assert "objection 1" in case.standing(round_).lacking[0].texts["en"]
    assert "(editor_1) objects" in case.standing(settled).lacking[0].texts["en"]
    assert case.standing(signed(settled, "editor_1", question)).lacking == ()


def test_an_objection_on_language_counts_through_the_role_that_has_to_agree(case: CaseInReview) -> None:
    case.give_panel()
    agreed = case.agreed_round()

    assert case.standing(commented(agreed, "police_1", "language", objects=True)).lacking == ()
    barred = case.standing(commented(agreed, "editor_1", "language", objects=True))
    (lacking,) = [one.texts["id"] for one in barred.lacking]
    assert lacking.startswith("Bahasa: penyunting bahasa (editor_1) keberatan; ")


def test_an_objection_stays_when_the_text_changes_and_another_of_the_role_agrees(case: CaseInReview) -> None:
    round_ = commented(case.agreed_round(), "lawyer_1", "law", objects=True)
    case.edit(case.story, "title: ", "title: Baru ")
    round_, second = add_reviewer(given(round_, case), "lawyer")
    now = case.standing(signed(round_, second, "law"))

    assert next(one for one in now.demanded if one.question == "law").state == "objects"


def test_whoever_signs_a_question_that_their_role_need_not_is_named_all_the_same(case: CaseInReview) -> None:
    round_, police = add_reviewer(case.open_round(), "police")
    now = case.standing(signed(round_, police, "language"))

    (beside,) = now.unasked
    assert (beside.question, beside.role, beside.state, beside.reviewers) == (
        *("language", "police", "agrees"),
        (police,),
    )
    assert "police" not in {one.role for one in now.demanded if one.question == "language"}


def test_a_remark_bars_nothing_and_stays_open_until_it_is_settled(case: CaseInReview) -> None:
    case.give_panel()
    round_ = commented(case.agreed_round(), "lawyer_1", "law", place="case:scenes.telepon.text")
    settled = settle_comment(round_, 1, Settlement(answer="Diganti.", day=OPENED))

    assert case.standing(round_).lacking == ()
    assert [one.number for one in case.standing(round_).open_comments] == [1]
    assert case.standing(settled).open_comments == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "part"),
    [
        ("story", "    text: |\n", "    text: |\n      Lagi.\n", "case:scenes.telepon.text"),
        ("translation", "    title: ", "    title: New ", "case:scenes.telepon.title"),
        ("key", "weight: 2", "weight: 3", "key:decisions.mendesak.weight"),
    ],
)
def test_a_changed_story_or_key_asks_everybody_again_and_tells_where(
    case: CaseInReview, file: str, old: str, new: str, part: str
) -> None:
    case.give_panel()
    round_ = case.agreed_round()
    files = {"story": case.story, "translation": case.folder / "en.yaml", "key": case.key}
    case.edit(files[file], old, new)
    now = case.standing(round_)

    assert now.since.parts == (part,)
    assert {one.state for one in now.demanded} == {"changed"}
    assert now.roles == ()
    assert "changed since" in now.lacking[0].texts["en"]


def test_another_order_of_options_is_another_story(case: CaseInReview) -> None:
    round_ = case.open_round()
    text = case.story.read_text(encoding="utf-8")
    head, options, rest = text.partition("      options:\n")
    first, second, more = rest.split("\n", 2)
    case.story.write_text(f"{head}{options}{second}\n{first}\n{more}", encoding="utf-8")

    since = case.standing(round_).since
    assert (since.parts, since.order, since.text) == ((), True, True)


def test_a_new_law_date_asks_for_the_law_alone(case: CaseInReview) -> None:
    case.give_panel()
    round_ = case.agreed_round()
    day = case.case.law_checked
    case.edit(case.story, f"law_checked: {day}", "law_checked: 2026-06-01")
    now = case.standing(round_)

    assert [one.question for one in now.demanded if one.state == "changed"] == ["law"]
    assert now.since.law_checked
    assert case.standing(signed(given(round_, case), "lawyer_1", "law")).lacking == ()


def test_a_version_or_a_status_alone_asks_nobody_again(case: CaseInReview) -> None:
    case.give_panel()
    round_ = case.agreed_round()
    case.edit(case.story, "status: draft", "status: retired")
    version = case.case.version
    case.edit(case.story, f"version: {version}", "version: 9.0.0")
    case.edit(case.key, f"case_version: {version}", "case_version: 9.0.0")

    assert case.standing(round_).lacking == ()
    assert given(round_, case).sight.case_version == "9.0.0"
    assert len(given(round_, case).sights) == 1


def test_what_is_given_again_after_a_change_was_taken_back_is_what_was_signed(case: CaseInReview) -> None:
    case.give_panel()
    round_ = case.agreed_round()
    before = round_.sight.mark
    case.edit(case.story, "title: ", "title: Baru ")
    round_ = given(round_, case)
    assert (round_.sight.mark == before, len(round_.sights)) == (False, 2)

    case.edit(case.story, "title: Baru ", "title: ")
    round_ = given(round_, case)

    assert (round_.sight.mark, len(round_.sights)) == (before, 2)
    assert case.standing(round_).lacking == ()


def test_a_panel_of_another_day_of_few_or_of_one_sector_is_no_panel(case: CaseInReview) -> None:
    case.give_panel()
    agreed = case.agreed_round()

    other_day = case.standing(seat_panel(agreed, PANEL, date(2026, 3, 21)))
    one_sector = case.standing(seat_panel(agreed, {"police": 10}, date(2026, 3, 20)))
    case.edit(case.key, "size: 10", "size: 9")
    few = case.standing(seat_panel(agreed, {**PANEL, "police": 3}, date(2026, 3, 20)))

    assert "is not that of the key" in other_day.lacking[0].texts["en"]
    assert "at least 3" in one_sector.lacking[0].texts["en"]
    assert "9 experts; at least 10" in few.lacking[0].texts["en"]


def test_a_panel_that_played_other_ways_is_asked_again_and_other_words_are_none(case: CaseInReview) -> None:
    case.give_panel()
    agreed = case.agreed_round()
    case.edit(case.story, "    text: |\n", "    text: |\n      Lagi.\n")
    other_words = case.standing(agreed).lacking
    case.edit(case.story, "learn: [", "learn: [konseling, ")
    other_ways = case.standing(agreed).lacking

    assert "panel" not in " ".join(one.texts["en"] for one in other_words)
    assert "the panel is to play it again" in other_ways[-1].texts["en"]


def test_a_round_is_read_as_it_was_written(case: CaseInReview) -> None:
    case.give_panel()
    round_ = commented(case.agreed_round(), "police_1", "practice", text="Kata orang: “ya” #1\n\nlalu tidak")
    round_ = settle_comment(round_, 1, Settlement(answer="- bukan daftar: {a}", day=OPENED))

    write_round(round_, case.keys)

    assert load_round(CASE, case.keys) == round_


def test_there_is_no_round_where_none_was_opened(case: CaseInReview) -> None:
    assert load_round(CASE, case.keys) is None
    with pytest.raises(ReviewRoundError, match=f"kasuslab round open {CASE}"):
        change_round(CASE, case.keys, lambda round_: round_)


def test_a_round_that_is_laid_aside_stands_among_the_earlier_ones(case: CaseInReview) -> None:
    places = []
    for _ in range(2):
        write_round(case.open_round(), case.keys)
        places.append(lay_aside(case.open_round(), case.keys))

    assert load_round(CASE, case.keys) is None
    assert len({place for place in places if place.is_file()}) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("police_1: police", "police_1: polisi", "police_1", "there is no role “polisi”"),
        ("reviewer: police_1", "reviewer: police_9", "reviewer: police_9", "no reviewer “police_9”"),
        ("question: law", "question: hukum", "question: hukum", "“hukum” is none of"),
        ("agrees: true", "agrees: maybe", "agrees: maybe", "should be true or false"),
        ("case: daftar-nilai", "case: teman-gim", "case: teman-gim", "holds the round of the case"),
        ("legal_aid: 2", "advokat: 2", "advokat: 2", "there is no sector “advokat”"),
        ("opened: '2026-04-01'", "opened: kemarin", "opened: kemarin", "no date"),
        ("law_checked: '", "law_checked: '2025-01-01' #", "    day:", "it was changed"),
    ],
)
def test_a_mistake_in_the_file_of_a_round_is_told_with_its_line(
    case: CaseInReview, old: str, new: str, line: str, fault: str
) -> None:
    case.give_panel()
    file = write_round(case.agreed_round(), case.keys)
    case.edit(file, old, new)

    with pytest.raises(ProblemsError) as refused:
        read_round(file)

    rows = file.read_text(encoding="utf-8").splitlines()
    problem = next(one for one in refused.value.problems if fault in error_text(ProblemsError([one]), "en"))
    assert line in rows[problem.line - 1] or line in rows[problem.line]


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("reviewer", "police_1", "no reviewer “police_1”"),
        ("seen", "0" * 12, "was not given to reviewers"),
        ("place", "case:scenes.nowhere", "There is no “case:scenes.nowhere”"),
        ("place", "case:scenes.tele", "There is no “case:scenes.tele”"),
        ("variant", "besok", "There is no variant “besok”"),
        ("question", "hukum", "question: “hukum” is none of"),
        ("text", "   ", "text: "),
        ("text", "a" * 4001, "text: "),
        ("way", "telegram", "way: “telegram” is none of"),
        ("day", "31/12/2026", "day: “31/12/2026” is no date"),
        ("name", "Ibu R.", "the key “name” is unknown"),
    ],
)
def test_a_comment_that_does_not_fit_is_refused_in_a_sentence(
    case: CaseInReview, part: str, value: str, message: str
) -> None:
    round_, lawyer = add_reviewer(case.open_round(), "lawyer")

    with pytest.raises(ReviewRoundError) as refused:
        commented(round_, lawyer, **{part: value})

    assert message in error_text(refused.value, "en")
    assert error_text(refused.value, "id") != error_text(refused.value, "en")


def test_reviewers_are_numbered_by_their_roles_and_none_stands_twice(case: CaseInReview) -> None:
    round_, first = add_reviewer(case.open_round(), "police")
    round_, second = add_reviewer(round_, "police")
    round_, named = add_reviewer(round_, "lawyer", "lbh")

    assert (first, second, named) == ("police_1", "police_2", "lbh")
    with pytest.raises(ReviewRoundError, match="in this round already"):
        add_reviewer(round_, "police", "lbh")
    with pytest.raises(ReviewRoundError, match="no role “polisi”"):
        add_reviewer(round_, "polisi")
    with pytest.raises(ReviewRoundError, match="no name that can be used"):
        add_reviewer(round_, "police", "Ibu R.")


def test_a_comment_that_is_not_there_is_not_settled(case: CaseInReview) -> None:
    with pytest.raises(ReviewRoundError, match="no comment 1"):
        settle_comment(case.open_round(), 1, Settlement(answer="Ya.", day=OPENED))


def test_who_signs_for_what_nobody_was_given_is_refused(case: CaseInReview) -> None:
    round_, lawyer = add_reviewer(case.open_round(), "lawyer")
    case.edit(case.story, "title: ", "title: Baru ")
    unseen = give(round_, case.sight())

    with pytest.raises(ReviewRoundError, match="was not given to reviewers"):
        signed(round_, lawyer, "law", seen=unseen.sight.mark)


def test_two_who_write_at_once_lose_nothing(case: CaseInReview) -> None:
    write_round(case.open_round(), case.keys)
    for _ in range(3):
        change_round(CASE, case.keys, lambda round_: add_reviewer(round_, "police")[0])

    stored = load_round(CASE, case.keys)
    assert stored is not None
    assert list(stored.reviewers) == ["police_1", "police_2", "police_3"]


def test_the_demands_ask_for_each_question_of_the_paper() -> None:
    demands = load_demands()

    assert tuple(demands.questions) == QUESTIONS
    assert [name for name, asked in demands.questions.items() if asked.bars] == ["law", "safety"]


def test_a_demand_of_a_role_that_nobody_has_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "demands.yaml"
    text = DEMANDS.read_text(encoding="utf-8").replace("signed_by: [lawyer]", "signed_by: [judge]")
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ProblemsError, match=r"demands\.yaml:\d+: questions\.law\.signed_by\.0: .*“judge”"):
        load_demands(file)


def test_the_file_of_a_round_stands_with_the_keys(case: CaseInReview) -> None:
    assert round_file(CASE, case.keys) == case.keys / "reviews" / f"{CASE}.yaml"
