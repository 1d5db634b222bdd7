"""The status of a case as its round gives it, and everything that tells a reviewed case from a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graders.review.round import ReviewRound
from graders.review.round_file import load_round, write_round
from release.author.check import Bench, check_case, confirm_case
from release.author.review_status import draft_bytes, settle_status
from scenarios.case import Case
from scenarios.directory.reviewer_roles import review_sentence
from scenarios.documents.problem import ProblemsError
from scenarios.library import CASES, case_ids
from scenarios.loader import load_case
from tests.parts.review_round import CaseInReview, commented, given, reviewed, signed
from tests.test_layout import MODULES, ROOMS, ROOT
from widgets.view import status_sentence

CASE = "foto-lomba"
TODAY = date(2026, 4, 2)
Changed = Callable[[CaseInReview], None]
REVIEW = "{day: 2026-04-01, roles: [lawyer], law_checked: 2026-03-31, story: abc}"
# Who may ask a case what it calls itself: what proves it, writes it, or draws a form for it.
PROVERS = {
    "scenarios.case",
    "scenarios.proof.checks",
    "graders.review.review_proof",
    "release.author.check",
    "release.author.check_report",
    "release.author.review_status",
    "release.author.sharing.arrival",  # what the lab that sends it calls it
}


@pytest.fixture
def case(tmp_path: Path) -> CaseInReview:
    """A case of the library, confirmed, with a key by a panel."""
    made = CaseInReview.of_library(tmp_path, CASE)
    made.give_panel()
    made.edit(made.story, "confirmed_by: null", "confirmed_by: penyunting, 2026-03-30")
    confirm_case(made.folder, bench(made))
    return made


def bench(case: CaseInReview, **more: object) -> Bench:
    made = Bench(case.keys, TODAY, case.root / "guides", plays=0)
    return replace(made, **more)  # type: ignore[arg-type]  # some of its fields


def stored(case: CaseInReview, round_: ReviewRound) -> None:
    write_round(round_, case.keys)


def rules(case: CaseInReview, **more: object) -> list[str]:
    """The rules of the errors of the case as it stands."""
    problems = check_case(case.folder, bench(case, **more)).problems
    return sorted({problem.rule for problem in problems if problem.level == "error"})


def test_a_round_to_which_all_agree_makes_a_case_reviewed_and_leaves_all_else(case: CaseInReview) -> None:
    before = case.story.read_text(encoding="utf-8")
    stored(case, case.agreed_round())

    outcome = settle_status(case.folder, bench(case))

    after = case.story.read_text(encoding="utf-8")
    rest = re.sub(
        r"review:.*?(?=\ntitle:)\n", "", after.replace("status: reviewed", "status: draft"), flags=re.DOTALL
    )
    assert (outcome.written, outcome.lacking, rest) == (True, (), before)
    assert not case.case.is_draft
    assert rules(case) == []
    assert settle_status(case.folder, bench(case)).written is False


def test_what_a_case_says_of_its_review_holds_no_comment_and_no_reviewer(case: CaseInReview) -> None:
    round_ = commented(case.agreed_round(), "police_1", "practice", text="Rahasia kunci.")
    stored(case, round_)
    settle_status(case.folder, bench(case))

    text = case.story.read_text(encoding="utf-8")
    review = case.case.review
    assert review is not None
    assert review.roles == (
        *("lawyer", "social_worker", "police", "child_protection", "editor"),
        "village_volunteer",  # the case flags duties of volunteers
    )
    assert review.experts == 10
    assert not [word for word in ("Rahasia", "police_1", "lawyer_1") if word in text]


def test_without_a_round_a_case_stays_a_draft_and_is_told_why(case: CaseInReview) -> None:
    outcome = settle_status(case.folder, bench(case))

    assert not outcome.written
    assert "kasuslab round open foto-lomba" in outcome.lines[1].texts["en"]


def test_an_objection_on_safety_keeps_a_case_a_draft(case: CaseInReview) -> None:
    round_ = commented(case.agreed_round(), "editor_1", "safety", objects=True)
    stored(case, round_)

    outcome = settle_status(case.folder, bench(case))

    assert case.case.status == "draft"
    assert any("objection 1" in line.texts["en"] for line in outcome.lines)


def test_a_case_that_has_other_errors_is_not_written(case: CaseInReview) -> None:
    case.edit(case.story, "title: Foto Lomba", "title: Foto Telanjang")
    stored(case, case.agreed_round())

    with pytest.raises(ProblemsError) as refused:
        settle_status(case.folder, bench(case))

    assert {"graphic", "stale"} <= {problem.rule for problem in refused.value.problems}
    assert {Path(problem.file).parent for problem in refused.value.problems} == {case.folder}
    assert case.case.status == "draft"


def story(case: CaseInReview) -> None:
    case.edit(case.story, "title: Foto Lomba", "title: Foto Lomba Puisi")


def translation(case: CaseInReview) -> None:
    case.edit(case.folder / "en.yaml", "    title: ", "    title: New ")


def key(case: CaseInReview) -> None:
    case.edit(case.key, "weight: 2", "weight: 3")


def law_date(case: CaseInReview) -> None:
    case.edit(case.story, f"\nlaw_checked: {case.case.law_checked}", "\nlaw_checked: 2026-04-01")


@pytest.mark.parametrize(
    ("change", "is_draft"), [(story, True), (translation, True), (law_date, True), (key, False)]
)
def test_a_reviewed_case_falls_back_when_story_key_or_law_date_change(
    case: CaseInReview, change: Changed, *, is_draft: bool
) -> None:
    stored(case, case.agreed_round())
    settle_status(case.folder, bench(case))
    change(case)

    assert case.case.is_draft is is_draft, "a trainee's machine has no key to see a change of"
    assert "review" in rules(case)
    outcome = settle_status(case.folder, bench(case))
    assert (outcome.written, case.case.status, case.case.review) == (True, "draft", None)
    assert "review" not in rules(case)


def test_a_reviewed_case_falls_back_when_its_law_is_due(case: CaseInReview) -> None:
    stored(case, case.agreed_round())
    settle_status(case.folder, bench(case))
    later = date(2026, 12, 1)

    assert rules(case, today=later) == ["review"]
    outcome = settle_status(case.folder, bench(case, today=later))
    assert case.case.status == "draft"
    assert [line.texts["en"] for line in outcome.lacking] == [
        "its law was read on 2026-03-31, over 6 months ago"
    ]


def test_a_case_that_fell_back_is_reviewed_again_once_those_who_agreed_agree_again(
    case: CaseInReview,
) -> None:
    stored(case, case.agreed_round())
    settle_status(case.folder, bench(case))
    law_date(case)
    settle_status(case.folder, bench(case))
    round_ = load_round(CASE, case.keys)
    assert round_ is not None

    stored(case, signed(given(round_, case), "lawyer_1", "law"))

    assert settle_status(case.folder, bench(case)).lacking == ()
    assert not case.case.is_draft


@pytest.mark.parametrize(
    "lines",
    ["status: reviewed", f"status: reviewed\nreview: {REVIEW}", f"status: draft\nreview: {REVIEW}"],
)
def test_a_case_that_calls_itself_reviewed_by_hand_is_an_error_and_is_shown_as_a_draft(
    case: CaseInReview, lines: str
) -> None:
    case.edit(case.story, "status: draft", lines)

    assert case.case.is_draft
    assert "review" in rules(case)
    settle_status(case.folder, bench(case))
    assert rules(case) == []


def test_a_review_that_its_round_does_not_say_is_an_error(case: CaseInReview) -> None:
    stored(case, case.agreed_round())
    settle_status(case.folder, bench(case))
    case.edit(case.story, "lawyer, ", "lawyer, teacher, ")

    assert rules(case) == ["review"]
    settle_status(case.folder, bench(case))
    assert rules(case) == []


def test_a_retired_case_is_left_as_it_is(case: CaseInReview) -> None:
    case.edit(case.story, "status: draft", "status: retired")
    stored(case, case.agreed_round())

    assert settle_status(case.folder, bench(case)).written is False


def test_a_story_that_came_with_carriage_returns_and_a_mark_goes_back_byte_for_byte(
    case: CaseInReview,
) -> None:
    text = case.story.read_text(encoding="utf-8").replace("status: draft", "status: draft  # belum")
    content = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    case.story.write_bytes(content)
    stored(case, case.agreed_round())
    settle_status(case.folder, bench(case))
    written = case.story.read_bytes()

    assert written != content
    assert draft_bytes(written, case.story) == content


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_cover_says_which_roles_have_reviewed_a_case_and_when(small_case: Case, language: str) -> None:
    other = status_sentence(reviewed(small_case), language)

    assert other == {
        "id": "Ditinjau ahli hukum, pekerja sosial dan polisi pada 1 April 2026; dimainkan 10 ahli.",
        "en": "Reviewed by lawyer, social worker and police officer on 1 April 2026; played by 10 experts.",
    }[language]  # fmt: skip
    assert status_sentence(small_case, language).startswith(("Draf.", "Draft."))
    assert review_sentence(None, language) == ""


def test_each_case_of_the_repository_is_a_draft_that_nobody_has_reviewed() -> None:
    cases = [load_case(CASES / case_id) for case_id in case_ids()]

    assert len(cases) >= 27
    assert [case.id for case in cases if not case.is_draft or case.status == "reviewed"] == []


def test_only_what_proves_a_case_asks_what_it_calls_itself() -> None:
    asks = re.compile(r"case\.status\s*[!=]=\s*[\"'](?:draft|reviewed)|case\.review\b")
    pages = {
        file.name: file
        for room in ROOMS
        for end in ("html", "j2")
        for file in (ROOT / room).rglob(f"*.{end}")
    }
    askers = {name for name, file in {**MODULES, **pages}.items() if asks.search(file.read_text("utf-8"))}

    assert askers <= PROVERS
