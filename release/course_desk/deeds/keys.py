"""Keys that were dropped: proved, then put where keys are read."""

from __future__ import annotations

from collections.abc import Callable

from graders.key.key import keys_place
from release.course.programmes.key_intake import intake_told
from release.course.programmes.key_intake import take_keys as take_given_keys
from release.course_desk.message import DeedOutcome, Order, remark, remark_of

MOST_REMARKS = 12


def take_keys(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Take what proves to be a key, and say which tests can be played now. Raises BadInputError."""
    del on_progress
    keys = keys_place()
    intake = take_given_keys(order.files, keys, with_others="with_others" in order.marks)
    refused = [remark_of("bad", one) for one in intake.refused[:MOST_REMARKS]]
    if len(intake.refused) > MOST_REMARKS:
        refused.append(remark("bad", "keys_more", count=len(intake.refused) - MOST_REMARKS))
    remarks = [remark_of("good" if intake.put else "look", one) for one in intake_told(intake, keys)]
    return DeedOutcome(remarks=(*refused, *remarks))
