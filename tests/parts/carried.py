"""A course of the small case with people in its roster, and the codes of their cards."""

from __future__ import annotations

from pathlib import Path

from release.course.course import make_course
from release.course.enrolment import enrol
from release.course.gradebook import generate_assignment
from release.workshop.seats.seat import SeatMaker, secret_in
from scenarios.engine.event import Mode
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
NAME = "Angkatan 2"
PERSON = "Ibu R., meja panitia"
PEOPLE = ("peserta-01", "peserta-02", "peserta-03")


def carried_course(folder: Path, *, mode: Mode = "practice", people: tuple[str, ...] = PEOPLE) -> Path:
    """A course of the small case, released, with `people` in its roster."""
    course = folder / "kursus"
    make_course(course, [CASE], person=PERSON, name=NAME, mode=mode, cases=CASES, keys=KEYS)
    generate_assignment(course, CASE)
    add_people(course, people)
    return course


def add_people(course: Path, people: tuple[str, ...]) -> None:
    """Put people into the roster of a course."""
    sheet = course.parent / "peserta.csv"
    rows = (f"{name},Nama {name},police" for name in people)
    sheet.write_text("\n".join(("id,name,sector", *rows)) + "\n", encoding="utf-8")
    enrol(course, sheet)


def code_of(data: Path, person: str) -> str:
    """The code on the card of a person."""
    maker = SeatMaker(secret_in(data))
    return maker.resume_code(maker.trainee_seat(NAME, person))
