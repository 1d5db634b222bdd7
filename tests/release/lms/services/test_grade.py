"""A grade on its way to a platform: what counts, what is told beside it, and the message that carries it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qs

import jwt
import pytest

from release.lms.refusal import LtiRefusedError
from release.lms.services.access import granted_token, token_request
from release.lms.services.grade import (
    BEGUN,
    Grade,
    grade_of,
    lesson_grade,
    programme_grade,
    score_message,
    scores_address,
)
from release.lms.tool_keys import ToolKeys
from scenarios.feedback import CaseFeedback
from tests.parts.lti_platform import LtiPlatform, platform_key

AT = "2026-11-30T08:00:00.000000Z"


def note(score: float | None, **changed: object) -> CaseFeedback:
    """What a grade reads of the feedback on a play."""
    whole: dict[str, object] = {
        "S": score,
        "H": 0,
        "M": 0,
        "harm": [],
        "missed": [],
        "incomplete": False,
        "draft": False,
    }
    return cast("CaseFeedback", {**whole, **changed})


def flag(name: str, grade: str = "harm", text: str = "Pilihan") -> dict[str, Any]:
    return {"name": name, "text": text, "grade": grade}


def test_of_practice_the_best_play_counts_and_of_a_test_the_first() -> None:
    notes = [note(40.0), note(71.314), note(55.0)]

    assert grade_of(notes, "id", is_test=False).score == 71.31
    assert grade_of(notes, "id", is_test=True).score == 40.0


def test_the_comment_says_the_result_and_what_harms_and_was_missed_as_the_feedback_names_it() -> None:
    harmful = note(
        50.5,
        H=1,
        M=1,
        harm=[flag("Menyalahkan anak"), flag("Kesepakatan", "practice")],
        missed=[flag("", "must", "Sekolah")],
        draft=True,
    )

    comment = grade_of([harmful], "id", is_test=False).comment

    assert comment == (
        "Hasil kasus ini: 50,5 dari 100. Yang membahayakan anak: Menyalahkan anak. "
        "Kewajiban yang terlewat: Sekolah. "
        "Kasus ini masih draf: belum ditinjau praktisi, dan tidak punya batas lulus."
    )
    assert "50.5 of 100" in grade_of([harmful], "en", is_test=False).comment


def test_of_a_test_the_numbers_are_told_and_no_names() -> None:
    comment = grade_of([note(50.0, H=1, harm=[flag("Menyalahkan anak")])], "id", is_test=True).comment

    assert "Menyalahkan" not in comment
    assert comment.startswith("Hasil tes ini: 50 dari 100.")
    assert "Pilihan yang membahayakan: 1." in comment


def test_a_play_without_a_figure_leaves_the_activity_begun() -> None:
    grade = grade_of([note(None, incomplete=True)], "id", is_test=False)

    assert (grade.progress, grade.score, grade.comment, grade.ended) == ("InProgress", None, "", 1)


def test_a_grade_is_told_as_graded_and_a_begun_play_as_not_ready() -> None:
    done = Grade(progress="Completed", score=71.31, comment="Hasil")

    assert score_message(done, "42", AT) == {
        "userId": "42",
        "timestamp": AT,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 71.31,
        "scoreMaximum": 100,
        "comment": "Hasil",
    }
    begun = score_message(BEGUN, "42", AT)
    assert (begun["activityProgress"], begun["gradingProgress"]) == ("InProgress", "NotReady")
    assert "scoreGiven" not in begun


def test_the_share_of_a_programme_is_told_as_one_that_may_grow_until_all_is_done() -> None:
    half, whole = (programme_grade(done, 8, [], "id") for done in (4, 8))

    messages = [score_message(grade, "42", AT) for grade in (half, whole, lesson_grade("id"))]

    assert [message["scoreGiven"] for message in messages] == [50.0, 100.0, 100]
    assert [message["activityProgress"] for message in messages] == ["InProgress", "Completed", "Completed"]
    assert [message["gradingProgress"] for message in messages] == ["Pending", "FullyGraded", "FullyGraded"]


def test_the_comment_of_a_programme_names_each_harm_once_and_no_score() -> None:
    notes = [note(40.0, H=1, harm=[flag("Menyalahkan anak")], draft=True) for _ in range(2)]

    assert programme_grade(2, 4, notes, "id").comment == (
        "2 dari 4 langkah program selesai. Angka ini bagian program yang sudah dikerjakan, bukan nilai kasus "
        "atau tes. Yang membahayakan anak: Menyalahkan anak."
    )


def test_scores_go_before_the_query_of_a_line_item() -> None:
    assert scores_address("https://m.id/3/lineitems/5/lineitem?type_id=7") == (
        "https://m.id/3/lineitems/5/lineitem/scores?type_id=7"
    )


def test_a_token_is_asked_for_by_what_this_tool_signs_for_that_platform_alone() -> None:
    keys, platform = ToolKeys((platform_key("tool"),)), LtiPlatform().registered

    form = parse_qs(token_request(platform, keys, "a scope", 1_790_000_000.0))

    assert (form["grant_type"], form["scope"]) == (["client_credentials"], ["a scope"])
    key = jwt.PyJWK(keys.public["keys"][0]).key
    claims = jwt.decode(
        form["client_assertion"][0],
        key,
        algorithms=["RS256"],
        audience=platform.token,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["sub"]) == ("kasuslab-1", "kasuslab-1")
    assert claims["exp"] - claims["iat"] == 300


@pytest.mark.parametrize("answer", [None, {}, {"access_token": 5}, {"access_token": "a\r\nX: y"}])
def test_what_is_no_token_is_refused(answer: object) -> None:
    with pytest.raises(LtiRefusedError):
        granted_token(answer)


def test_a_token_holds_for_as_long_as_the_platform_says() -> None:
    assert granted_token({"access_token": "abc", "expires_in": 3600}) == ("abc", 3600.0)
