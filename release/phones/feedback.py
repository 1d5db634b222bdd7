"""Feedback on its way to phones: a page is there for its owner's seat once a facilitator gives it out.

The pages are nbgrader's own (``feedback/``), which a facilitator may make and read first. What is given out
is a copy, so that no page goes out because it was made.
"""

from __future__ import annotations

from pathlib import Path

from graders.people.roster import course_roster
from release.course.hand_ins.feedback_zip import FeedbackPages
from release.phones.words import PhonesError, phone_sentence
from scenarios.course_card import ON_PHONES
from scenarios.documents.whole_file import write_whole


def give_feedback(course: Path, pages: FeedbackPages) -> int:
    """Give out the pages of everybody in the roster; how many. A page that was given out before is replaced.

    Raises RosterError, PhonesError where one cannot be written.
    """
    roster, count = course_roster(course), 0
    for (person, case), page in pages.files.items():
        if person not in roster:
            continue
        target = course / ON_PHONES / person / case / page.name
        try:
            write_whole(target, page.read_bytes(), parents=True)
        except OSError as error:
            why = error.strerror or str(error)
            raise PhonesError(phone_sentence("unwritable", file=target, why=why)) from None
        count += 1
    return count
