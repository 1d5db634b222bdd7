"""The courses of this machine: those that the page made, and those whose folders were named to it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from release.course_desk.message import sentence
from release.workshop.data_folder import own_folder
from scenarios.course_card import CARD_NAME, CourseCard, read_course_card
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole

# What nbgrader takes for a pattern, and what Windows forbids in a name.
_NO_NAME = re.compile(r"[^\w .()&’'–-]+")
LIST = "courses.json"
MOST_COURSES = 200


class CourseListError(BadInputError):
    """A course cannot be put on the list; a sentence."""


@dataclass(frozen=True, slots=True)
class ListedCourse:
    """A course on the list. id: 12 hexadecimal digits of its place, for an address; card: what it says."""

    id: str
    folder: Path
    card: CourseCard


@dataclass(frozen=True, slots=True)
class CourseList:
    """The list, kept in `home`, where new courses are made too."""

    home: Path

    def courses(self) -> tuple[ListedCourse, ...]:
        """Every course, by name. A folder that is gone, or whose card cannot be read, is left out."""
        own = self.home.glob(f"*/{CARD_NAME}") if self.home.is_dir() else ()
        places = [*(card.parent for card in own), *self._named()]
        listed = (_listed(place) for place in dict.fromkeys(places))
        there = [one for one in listed if one is not None]
        return tuple(sorted(there, key=lambda one: (one.card.course.casefold(), str(one.folder))))

    def course(self, ident: str) -> ListedCourse | None:
        """The course of that id; None where there is none."""
        return next((one for one in self.courses() if one.id == ident), None)

    def new_folder(self, name: str) -> Path:
        """A folder for a new course of that name, which is not there yet. Raises CourseListError."""
        plain = " ".join(_NO_NAME.sub(" ", name).split()).strip(" .'’–-")[:60].strip()
        if not plain:
            raise CourseListError(sentence("no_name"))
        own_folder(self.home)
        folder, number = self.home / plain, 2
        while folder.exists():
            folder, number = self.home / f"{plain} {number}", number + 1
        return folder

    def add(self, typed: str) -> ListedCourse:
        """Put a course on the list that stands elsewhere on this machine. Raises CourseListError."""
        folder = Path(typed.strip().strip('"')).expanduser()
        listed = _listed(folder.resolve()) if folder.is_absolute() else None
        if listed is None:
            raise CourseListError(sentence("no_course_there", folder=typed))
        named = self._named()
        if listed.folder not in named and listed.folder.parent != self.home:
            if len(named) >= MOST_COURSES:
                raise CourseListError(sentence("too_many_courses", most=MOST_COURSES))
            self._write([*named, listed.folder])
        return listed

    def drop(self, folder: Path) -> None:
        """Take a course off the list; its folder stays."""
        self._write([one for one in self._named() if one != folder])

    def is_named(self, folder: Path) -> bool:
        """Whether a course stands elsewhere, and is on the list by its name alone."""
        return folder in self._named()

    def _named(self) -> list[Path]:
        try:
            places = json.loads((self.home / LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [Path(one) for one in places if isinstance(one, str)] if isinstance(places, list) else []

    def _write(self, places: list[Path]) -> None:
        own_folder(self.home)
        text = json.dumps([str(one) for one in places], ensure_ascii=False, indent=1) + "\n"
        write_whole(self.home / LIST, text, mode=OWNER_ALONE)


def course_id(folder: Path) -> str:
    """The id of a course by its place."""
    return hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _listed(folder: Path) -> ListedCourse | None:
    try:
        card = read_course_card(folder)
    except (BadInputError, OSError):
        return None
    return ListedCourse(course_id(folder), folder, card)
