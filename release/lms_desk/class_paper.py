"""Makes one paper of a course of a platform, for the teacher who asked: read on standard input, written out.

While a workshop is open the report is the interim one, whose figures move by five people and which names no
field of work; once it is closed it is the report that names them, and the decisions may be taken along.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from graders.key.key import keys_folder
from graders.reflections.rubric import load_rubric
from graders.report.page import report_page
from graders.sheet_export import Cell, Table, csv_bytes
from release.course.programmes.activity_cases import activity_cases
from release.course.programmes.programme import load_programmes
from release.lms.services.course_place import CoursePlace
from release.workshop.data_folder import keep_to_oneself
from release.workshop.desk.close import (
    CoursePart,
    ExportSources,
    contents_of,
    decision_files,
    decisions_table,
    interim_data,
    report_of_class,
)
from release.workshop.web.lms.class_papers import TOO_FEW, ClassOrder
from release.workshop.writer.database import open_database
from release.workshop.writer.lms.arrival_store import ArrivalStore, first_moments
from release.workshop.writer.lms.reflection_store import ReflectionAnswer, ReflectionStore
from release.workshop.writer.workshops import WorkshopSummary, workshop_named
from scenarios.directory.services import load_directory
from scenarios.documents.problem import BadInputError
from scenarios.library import case_ids


def paper_of(order: ClassOrder, now: datetime) -> bytes | None:
    """The paper that is ordered, as the bytes of its file; None where too few have played.

    Raises BadInputError.
    """
    workshop = workshop_named(order.database, order.workshop)
    part = part_of(order.database, workshop, order.course, case_ids(order.cases))
    directory = load_directory(order.services) if order.services else None
    books = ExportSources(keys_folder(), order.cases, directory=directory, first=order.language)
    if workshop.closed is None:
        # Between two papers of an open workshop the difference could tell what one person chose.
        data = interim_data(order.database, workshop, books, now=now, part=part)
        is_told = data is not None and order.kind == "report"
        return report_page(data, books.first).encode("utf-8") if data is not None and is_told else None
    contents = contents_of(order.database, workshop, books, part)
    if not contents.cohort.handed:
        return None
    if order.kind == "report":
        return report_of_class(contents.cohort, books, now).encode("utf-8")
    files = decision_files(decisions_table(contents))
    answers = answers_of(order.database, workshop, order.course)
    return _archive(files | ({"answers.csv": csv_bytes(answers_table(answers))} if answers else {}))


def answers_of(url: str, workshop: WorkshopSummary, course: CoursePlace) -> Sequence[ReflectionAnswer]:
    """What the teachers of a course have answered to reflections. Raises DatabaseError."""
    engine = open_database(url)
    try:
        store = ReflectionStore(engine, workshop.number, lambda: "")
        return list(store.answers(course.id).values())
    finally:
        engine.dispose()


def answers_table(answers: Iterable[ReflectionAnswer]) -> Table:
    """A teacher's own answers, a row each: nothing of who they went to, or of what was written."""
    criteria = tuple(load_rubric().criteria)
    rows: Iterator[tuple[Cell, ...]] = (
        (one.case, *(one.levels.get(name) for name in criteria), one.comment or None) for one in answers
    )
    return Table(("case", *criteria, "comment"), tuple(sorted(rows, key=str)))


def part_of(url: str, workshop: WorkshopSummary, course: CoursePlace, cases: Sequence[str]) -> CoursePart:
    """What a course is told of its workshop. cases: all that there are. Raises DatabaseError."""
    engine = open_database(url)
    try:
        arrivals = ArrivalStore(engine, workshop.number, lambda: datetime.now(UTC)).of(course)
    finally:
        engine.dispose()
    programmes = {str(code): one for code, one in load_programmes().items()}
    return CoursePart(first_moments(arrivals, lambda item: activity_cases(item, cases, programmes)))


def _archive(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return archive.getvalue()


def main() -> int:
    """Make the paper that standard input asks for."""
    keep_to_oneself()
    order = ClassOrder.model_validate_json(sys.stdin.buffer.readline())
    try:
        paper = paper_of(order, datetime.now(UTC))
    except BadInputError as error:
        sys.stderr.write(f"A paper of a course could not be made: {error}\n")
        return 1
    if paper is None:
        return TOO_FEW
    sys.stdout.buffer.write(paper)
    return 0


if __name__ == "__main__":
    sys.exit(main())
