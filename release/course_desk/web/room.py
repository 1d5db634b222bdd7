"""The course pages as a room of the start page: behind its door, in its process, with its languages."""

from __future__ import annotations

import os
from pathlib import Path

from release.course_desk.web.course_list import CourseList, course_id
from release.course_desk.web.handlers import HOME, ROOM, CourseRoom, course_routes
from release.course_desk.web.reading_room import ReadingRoom
from release.course_desk.web.work import DeedBench
from release.settings import courses_folder
from release.workshop.desk.desk import Desk
from release.workshop.desk.start import DeskRoom
from release.workshop.web.assets import Asset
from scenarios.language import read_catalogue

TEXTS = Path(__file__).with_name("course_desk.yaml")
PAGES = Path(__file__).with_name("pages")
ASSETS = ("course.css", "course.js")


def course_room(desk: Desk) -> DeskRoom:
    """The course pages of a desk; what they start finds the environment of this process and of the desk."""
    environ = {**os.environ, **desk.environ}
    courses = CourseList(courses_folder(environ).resolve())
    place = courses.home / ".bench"
    room = CourseRoom(courses, DeedBench(place, environ), ReadingRoom(place, environ), environ)
    return DeskRoom(
        address=HOME,
        name="course_room",
        texts=read_catalogue(TEXTS),
        pages=PAGES,
        assets={name: Asset(name, (PAGES / name).read_bytes()) for name in ASSETS},
        routes=course_routes(),
        page_of=lambda course: f"{HOME}/{course_id(course)}",
        settings={ROOM: room},
        end=room.end,
    )
