"""What leaves a course: report, feedback, grades for Moodle, decisions for research.

Each imports what it needs itself: one alone wants charts, and that one wants nothing of nbgrader.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from graders.exports import EXPORTS
from graders.key.key import keys_folder
from graders.people.roster import course_roster
from release.course_desk.deeds.grading import by_key
from release.course_desk.message import DeedOutcome, Order, Remark, remark, remark_of, sentence
from release.phones.words import phone_sentence

if TYPE_CHECKING:
    from release.course.hand_ins.feedback_zip import FeedbackPages

OnProgress = Callable[[int, int], None]


def report(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write the class report. Raises BadInputError."""
    from release.course.report import write_report  # noqa: PLC0415 -- charts take a second to import

    del on_progress
    write_report(order.course, now=datetime.now().astimezone(), keys=keys_folder(), first=order.language)
    return DeedOutcome(remarks=(remark("good", "report_made"),))


def worksheet(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Fill in Moodle's grading worksheet of one case. Raises BadInputError."""
    from release.course.hand_ins.worksheet import fill_worksheet  # noqa: PLC0415 -- nbgrader takes seconds

    del on_progress
    (file,) = order.files
    filled = fill_worksheet(order.course, file, cases=order.cases, language=order.language)
    remarks = [remark("good", "worksheet_filled", count=filled.count, whole=filled.whole, case=filled.case)]
    remarks += [remark_of("look", one) for one in filled.remarks]
    return DeedOutcome(remarks=tuple(remarks), files=(f"{EXPORTS}/{filled.file.name}",))


def feedback(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Make the feedback that is missing, and pack it: a ZIP for each case. Raises BadInputError."""
    from release.course.hand_ins.feedback_zip import pack_feedback  # noqa: PLC0415 -- nbgrader takes seconds

    del on_progress
    course = order.course
    (course / EXPORTS).mkdir(parents=True, exist_ok=True)
    pages = _pages(order)
    packed = pack_feedback(course, pages, course / EXPORTS / "umpan-balik.zip")
    remarks: list[Remark] = [remark("good", "feedback_made", count=len(pages.files), made=pages.made)]
    remarks += [remark_of("look", one) for one in (pages.warning, packed.warning) if one is not None]
    files = tuple(f"{EXPORTS}/{file.name}" for file in packed.files.values())
    return DeedOutcome(remarks=tuple(remarks), files=files)


def phone_feedback(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Make the feedback that is missing, and give each person's to their phone. Raises BadInputError."""
    from release.phones.feedback import give_feedback  # noqa: PLC0415 -- nbgrader takes seconds

    del on_progress
    if not course_roster(order.course):
        return DeedOutcome(remarks=(remark_of("bad", phone_sentence("no_roster", course=order.course)),))
    pages = _pages(order)
    waits = [remark_of("look", pages.warning)] if pages.warning is not None else []
    count = give_feedback(order.course, pages)
    if count:
        return DeedOutcome(remarks=(remark("good", "phone_feedback_given", count=count), *waits))
    return DeedOutcome(remarks=tuple(waits) or (remark("look", "phone_feedback_none"),))


def _pages(order: Order) -> FeedbackPages:
    """The feedback of each case by the key of its class."""
    from release.course.hand_ins.feedback_zip import FeedbackPages, feedback_pages  # noqa: PLC0415 -- the same

    course, files, made = order.course, dict[tuple[str, str], Path](), 0
    unfinished: list[tuple[str, str]] = []
    graded = sorted({place.name for place in course.glob("autograded/*/*") if place.is_dir()})
    cases = [case for case in graded if case in (order.cases or graded)]
    for folder, group in by_key(course, cases, keys_folder()).items():
        if folder is not None:
            early = "before_due" in order.marks
            pages = feedback_pages(course, group, now=datetime.now(UTC), keys=folder, before_due=early)
            files |= pages.files
            made += pages.made
            unfinished += pages.unfinished
    return FeedbackPages(files, made, tuple(unfinished))


def moodle(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write the grades for Moodle's import of a CSV file. Raises BadInputError."""
    from release.course.export import export_grades  # noqa: PLC0415 -- nbgrader takes seconds

    del on_progress
    exported = export_grades(order.course, "moodle", language=order.language)
    identifier = sentence(f"identifier_{exported.identifier}")
    remarks = [remark("good", "moodle_made", count=exported.persons, identifier=identifier)]
    if exported.warning is not None:
        remarks.append(remark_of("look", exported.warning))
    return DeedOutcome(remarks=tuple(remarks), files=(f"{EXPORTS}/{exported.file.name}",))


def research(order: Order, on_progress: OnProgress) -> DeedOutcome:
    """Write the decisions of those who said yes to research. Raises BadInputError."""
    from release.course.export import export_research  # noqa: PLC0415 -- nbgrader takes seconds

    del on_progress
    made = export_research(order.course, keys_folder(), now=datetime.now(UTC))
    if not made.persons:
        return DeedOutcome(remarks=(remark("look", "research_nobody"),))
    head = remark("good", "research_made", decisions=made.decisions, persons=made.persons)
    return DeedOutcome(remarks=(head,), files=(f"{EXPORTS}/{made.file.name}",))
