"""What was handed in: the files that were dropped, by the intake of ``kasuslab collect``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from graders.people.roster import course_roster
from release.course.hand_ins.collect import Known, collect
from release.course_desk.message import DeedOutcome, Order, ShownTable, heading, remark, words_of
from release.workshop.desk.notice import Level


def collect_files(order: Order, on_progress: Callable[[int, int], None]) -> DeedOutcome:
    """Place what was dropped: what was, what was not and why, and who is missing. Raises BadInputError."""
    del on_progress
    if not course_roster(order.course):
        return DeedOutcome(remarks=(remark("bad", "collect_no_roster"),))
    report = collect(
        order.course,
        order.files,
        now=datetime.now(UTC),
        teams="teams" in order.marks,
        renumber="renumber" in order.marks,
    )
    counts = {part: len(getattr(report, part)) for part in ("placed", "unchanged", "older", "left")}
    level: Level = "bad" if report.left else "look" if report.remarks else "good"
    remarks = [remark(level, "collected", **counts)]
    if report.left or report.remarks:
        remarks.append(remark("look", "collected_look"))
    tables = []
    if report.left or report.remarks:
        header = (heading("column_file"), heading("column_why"))
        rows = tuple((one.label, words_of(one.why)) for one in (*report.left, *report.remarks))
        tables.append(ShownTable(title=heading("collect_left"), header=header, rows=rows))
    for title, part in (("collect_placed", report.placed), ("collect_older", report.older)):
        if part:
            tables.append(_known_table(title, part))
    return DeedOutcome(remarks=tuple(remarks), tables=tuple(tables))


def _known_table(title: str, part: tuple[Known, ...]) -> ShownTable:
    header = (heading("column_file"), heading("column_id"), heading("column_case"))
    rows = tuple((one.label, one.person, one.case) for one in part)
    return ShownTable(title=heading(title), header=header, rows=rows)
