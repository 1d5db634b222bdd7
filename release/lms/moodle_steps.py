"""What is to be done in Moodle, step by step; what stands in “…” are Moodle's own words."""

from __future__ import annotations

from collections.abc import Sequence

from release.lms.refusal import lms_sentence
from scenarios.sentence import Sentence

STEPS = 5


def moodle_steps() -> Sequence[Sentence]:
    """The steps from an administrator to a learner. The first takes the registration address."""
    return [lms_sentence(f"moodle_step_{number}") for number in range(1, STEPS + 1)]
