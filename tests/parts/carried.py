"""A course with people in its roster, of the small case or of others, and the codes of their cards."""

from __future__ import annotations

from pathlib import Path

from release.course.course import make_course
from release.course.enrolment import enrol
from release.course.gradebook import generate_assignment
from release.workshop.seats.seat import maker_in
from scenarios.engine.event import Mode
from scenarios.library import CASES as LIBRARY
from tests.places import CASES, KEYS

CASE = "daftar-nilai"
NAME = "Angkatan 2"
PERSON = "Ibu R., meja panitia"
PEOPLE = ("peserta-01", "peserta-02", "peserta-03")


def carried_course(folder: Path, *, mode: Mode = "practice", people: tuple[str, ...] = PEOPLE) -> Path:
    """A course of the small case, released, with `people` in its roster."""
    return course_of(folder, (CASE,), people, mode=mode, cases=CASES, keys=KEYS)


def course_of(
    folder: Path,
    ids: tuple[str, ...],
    people: tuple[str, ...],
    *,
    mode: Mode,
    cases: Path = LIBRARY,
    keys: Path | None = None,
) -> Path:
    """A course of cases, released, with `people` in its roster. cases, keys: the library's by default."""
    folder.mkdir(exist_ok=True)
    course = folder / "kursus"
    make_course(course, ids, person=PERSON, name=NAME, mode=mode, cases=cases, keys=keys)
    for case in ids:
        generate_assignment(course, case)
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
    maker = maker_in(data)
    return maker.resume_code(maker.trainee_seat(NAME, person))
