"""The lines between kernels, server and writer: what none of them may say."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from release.workshop.wire import QUESTION_LINE
from scenarios.language import LANGUAGES

ASK = {"ask": "feedback", "seat_pass": "", "case": "daftar-nilai", "play": "0" * 32, "decision": None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_feedback_is_asked_for_in_a_language_of_the_lab(language: str) -> None:
    line = {"id": 1, "request": {**ASK, "language": language}}

    assert QUESTION_LINE.validate_json(json.dumps(line)) == line


@pytest.mark.parametrize("language", ["fr", "", None])
def test_feedback_in_a_language_that_the_lab_does_not_speak_is_refused(language: str | None) -> None:
    with pytest.raises(ValidationError, match="language"):
        QUESTION_LINE.validate_json(json.dumps({"id": 1, "request": {**ASK, "language": language}}))
