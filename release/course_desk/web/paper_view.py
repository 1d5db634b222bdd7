"""What the page of a course shows of its papers: what the organiser settled, and what is ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.course.retention import PAPERS_FOLDER
from release.papers.organiser import Organiser, read_organiser
from release.papers.words import PAPERS
from scenarios.documents.problem import BadInputError
from scenarios.language import LANGUAGES, Language
from scenarios.sentence import error_text


@dataclass(frozen=True, slots=True)
class ReadyPaper:
    """A paper that was written. languages: in which it is there; books: in which a workbook is."""

    name: str
    languages: tuple[Language, ...]
    books: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class PaperView:
    """The papers of a course.

    typed: what stands in the form; is_taken: whether that is what the organiser settled; logo: its file's
    name, "" for none.
    """

    typed: Mapping[str, str]
    is_taken: bool
    logo: str
    ready: tuple[ReadyPaper, ...]
    wrong: str = ""


def paper_view(course: Path, typed: Mapping[str, str] | None, language: Language) -> PaperView:
    """The papers of a course now. typed: what was typed and could not be taken, None for nothing."""
    organiser, wrong = Organiser(), ""
    try:
        organiser = read_organiser(course)
    except BadInputError as error:
        wrong = error_text(error, language)
    settled = {name: _field(value) for name, value in organiser}
    logo = "" if organiser.logo is None else organiser.logo.name
    ready = tuple(one for name in PAPERS if (one := _ready(course / PAPERS_FOLDER, name)).languages)
    return PaperView(settled if typed is None else typed, typed is None, logo, ready, wrong)


def _field(value: object) -> str:
    """What an organiser settled, as it is typed."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def _ready(folder: Path, name: str) -> ReadyPaper:
    def there(kind: str) -> tuple[Language, ...]:
        return tuple(tag for tag in LANGUAGES if (folder / tag / f"{name}.{kind}").is_file())

    return ReadyPaper(name, there("html"), there("xlsx"))
