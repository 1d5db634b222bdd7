"""A small course with a roster, and what is handed in to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.people.roster import write_roster
from release.course.course import make_course
from release.course.gradebook import generate_assignment
from scenarios.engine.event import Started
from scenarios.engine.record import record_bytes
from tests.parts.hand_ins import CASE, PEOPLE, Files, Record, Steps, zipped
from tests.places import CASES, KEYS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("collect") / "uji"
    course = make_course(place, [CASE], person="Ibu R., panitia", cases=CASES, keys=KEYS)
    generate_assignment(course.directory, CASE)
    write_roster(course.directory, {person.id: person for person in PEOPLE})
    return course.directory


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A course of this test alone."""
    return Path(shutil.copytree(made, tmp_path / "uji"))


@pytest.fixture
def record(started: Started, steps: Steps) -> Record:
    """A factory: a record of which the last event has this moment."""

    def make(last: str = "2026-11-22T08:00:00Z", pick: str = "sedang", **changes: str) -> bytes:
        begun = started.model_copy(update=changes)
        (decided,) = steps(("mendesak", pick))
        return record_bytes((begun, decided.model_copy(update={"at": last})))

    return make


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """A factory: a file of these bytes, or a folder or a ZIP of these files."""

    def write(name: str, content: bytes | Files) -> Path:
        place = tmp_path / "dari" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            place.write_bytes(content)
        elif place.suffix == ".zip":
            place.write_bytes(zipped(content))
        else:
            for part, data in content.items():
                (place / part).parent.mkdir(parents=True, exist_ok=True)
                (place / part).write_bytes(data)
        return place

    return write
