"""What a form is in which grades leave a course: a file that some learning platform takes in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from graders.exports.grades import ClassGrades
from scenarios.language import SOURCE, Language


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How the file is to be written.

    language: of headings and feedback; new_items: whether the platform is to make its grade items from it.
    """

    language: Language = SOURCE
    new_items: bool = False


class GradeFormat(ABC):
    """One form.

    file: what its file is called, its suffix what every such file ends with; platform: which learning
    platform it is for; about: a line for whoever chooses; is_imported: whether that platform takes it in.
    """

    file: ClassVar[str]
    platform: ClassVar[str]
    about: ClassVar[str]
    is_imported: ClassVar[bool] = True

    @abstractmethod
    def write(self, file: Path, grades: ClassGrades, options: FormatOptions) -> None:
        """Write the grades of a class. Raises BadInputError where the file cannot be written."""
