"""Put the persons of a roster into a course: its ``roster.csv``, and their ids alone in the gradebook."""

from __future__ import annotations

import secrets
from pathlib import Path

from graders.people.roster import Draw, Merged, course_roster, merge_rosters, read_roster, write_roster
from release.course.course import read_course
from release.course.gradebook import add_students


def enrol(course: Path, file: Path, *, draw_ids: bool = False, draw: Draw = secrets.choice) -> Merged:
    """Lay the sheet `file` over the roster of the course; nobody who stands there is taken out.

    draw_ids: whoever has no id is found again by e-mail or name, or is given a pseudonym by `draw`.
    Raises RosterError for what the sheet holds, CourseError for no course, BadInputError where the
    roster cannot be written.
    """
    read_course(course)
    old = course_roster(course)
    new = read_roster(file, known=old, draw=draw if draw_ids else None)
    merged = merge_rosters(old, new)
    write_roster(course, merged.roster)
    add_students(course, merged.roster)
    return merged
