"""The course card: what a course says of itself, at its root and in ``case/`` beside each notebook.

An assignment carries its own copy of the case and of the services. Both stand in the languages that the lab
had when the course was made: the card names them, so that a language that came later asks nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime, Field

from scenarios.case import Case
from scenarios.directory.services import SERVICES_NAME, Directory, load_directory
from scenarios.documents.part import CaseId, Id, Part, Text
from scenarios.engine.event import CourseName, Mode
from scenarios.language import KNOWN, LANGUAGES, SOURCE, UNSAID, Language, NoSuchLanguageError
from scenarios.library import CASE_FOLDER, SCENARIOS, read_model
from scenarios.loader import load_case
from scenarios.sentence import sentences_of

_sentence = sentences_of(SCENARIOS / "library.yaml")

CARD_NAME = "course.yaml"
# What of a course was given out to phones: a folder a person, and in it one a case.
ON_PHONES = "feedback_on_phones"
KEEP_DAYS = 180
MAX_KEEP_DAYS = 3650


def _known(tags: tuple[str, ...]) -> tuple[str, ...]:
    for tag in tags:
        if tag not in KNOWN:
            raise NoSuchLanguageError(tag, KNOWN)
    if SOURCE not in tags:
        raise ValueError(_sentence("no_source_language", tag=SOURCE))
    return tags


CardLanguages: TypeAlias = Annotated[tuple[str, ...], AfterValidator(_known)]


class CourseCard(Part):
    """The course's name, the mode of its plays, and who can be spoken to.

    person: None where nobody was named yet; keep_days: how long the course keeps what was handed in, as
    trainees are told; languages: those that its cases were taken along in; variants: by case id, the one that
    every play of the course gets, where the facilitator has set one; due: by case id, when it is due, as far
    as that was set by the lab.
    """

    course: CourseName
    mode: Mode
    person: Text | None
    keep_days: Annotated[int, Field(ge=1, le=MAX_KEEP_DAYS)] = KEEP_DAYS
    languages: CardLanguages = UNSAID
    variants: Mapping[CaseId, Id] = Field(default_factory=dict)
    due: Mapping[CaseId, AwareDatetime] = Field(default_factory=dict)

    def written(self) -> dict[str, object]:
        """The card as plain data, without what goes without saying: languages as before they were named."""
        empty = {
            "languages": self.languages == UNSAID,
            "variants": not self.variants,
            "due": not self.due,
        }
        return self.model_dump(mode="json", exclude={name for name, is_empty in empty.items() if is_empty})

    @property
    def spoken(self) -> tuple[Language, ...]:
        """Its languages that the lab still offers."""
        return tuple(language for language in LANGUAGES if language in self.languages)


def read_course_card(folder: Path) -> CourseCard:
    """The card that stands in `folder`.

    Raises ProblemsError with each problem's line where it is missing or says what no card can.
    """
    return read_model(folder / CARD_NAME, CourseCard)


def languages_of(assignment: Path) -> tuple[Language, ...]:
    """The languages of an assignment: those of its card, all of the lab where it carries none.

    Raises ProblemsError.
    """
    place = assignment / CASE_FOLDER
    return read_course_card(place).spoken if (place / CARD_NAME).exists() else LANGUAGES


def case_of(assignment: Path) -> Case:
    """The case that an assignment carries, in its languages. Raises ProblemsError."""
    return load_case(assignment / CASE_FOLDER, languages_of(assignment))


def directory_of(assignment: Path) -> Directory:
    """The services that an assignment carries, the library's where it carries none. Raises ProblemsError."""
    own = assignment / CASE_FOLDER / SERVICES_NAME
    return load_directory(own, languages_of(assignment)) if own.exists() else load_directory()
