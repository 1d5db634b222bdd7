"""What the organiser of a training settles for its papers, and where a course keeps it.

The command takes its options from this record. What is left out is as the course has it, or stays a line on
paper that is filled in by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo

from release.local_time import ZONES
from release.papers.words import PaperError, month_number, paper_sentence
from scenarios.documents.whole_file import write_whole

ORGANISER = "papers.json"
LONGEST = 200
RUNNING = "{n}"
_WRITTEN_DAY = re.compile(r"(\d{1,2})[ ./-](\d{1,2}|[^\W\d]+)[ ./-](\d{4})")
# “7–8 Desember 2026”, “30 November s.d. 2 Desember 2026”, “7 dan 9 Desember 2026”.
_WRITTEN_SPAN = re.compile(
    r"(?P<first>\d{1,2})(?: (?P<month>[^\W\d]+))?(?: (?P<year>\d{4}))?"
    r" ?(?:(?P<pair>dan|and|&)|[-–—]|s\.?d\.?|s/d|sampai|to|until) ?"
    r"(?P<last>\d{1,2} (?P<of>[^\W\d]+) (?P<in>\d{4}))"
)
MOST_DAYS = 31
LOGOS: Mapping[str, str] = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def _listed(typed: object) -> object:
    """Days as the command line names them, with commas between; all else as it is."""
    if typed is None or isinstance(typed, str):
        return tuple(
            day for part in (typed or "").split(",") if part.strip() for day in _days_of(part.strip())
        )
    return typed


def _days_of(part: str) -> Sequence[str]:
    """The days of a part between commas: one, a span or a pair; what is none of these, as it is."""
    match = _WRITTEN_SPAN.fullmatch(part)
    if match is None:
        return (_iso(part),)
    month, year = match["month"] or match["of"], match["year"] or match["in"]
    ends = _iso(f"{match['first']} {month} {year}"), _iso(match["last"])
    if not all(map(_is_day, ends)):
        return (part,)
    first, last = map(date.fromisoformat, ends)
    if match["pair"]:
        return ends
    if not 0 < (last - first).days < MOST_DAYS:
        return (part,)
    return [(first + timedelta(days)).isoformat() for days in range((last - first).days + 1)]


def _iso(day: str) -> str:
    """A day as it is kept: 2026-12-01 for “1 Desember 2026” and 1/12/2026; what is no such day, as it is."""
    match = _WRITTEN_DAY.fullmatch(day)
    if match is None:
        return day
    number, month, year = match.groups()
    at = int(month) if month.isdigit() else month_number(month)
    return f"{year}-{at:02}-{int(number):02}"


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return bool(date.fromisoformat(text))
    return False


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not set(text) & set("# \"'<>")


_RULES: Mapping[str, Callable[[str], bool]] = {
    "zone": ZONES.__contains__,
    "number": lambda pattern: pattern.count(RUNNING) == 1,
    "logo": lambda name: Path(name).suffix.lower() in LOGOS,
    "address": _is_address,
    "days": lambda days: all(map(_is_day, _listed(days))),  # type: ignore[call-overload]
}


class Organiser(BaseModel):
    """What is left to whoever gives the training. None, or no day, leaves it as it was.

    Raises PaperError for what no paper can carry.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    training: str | None = Field(default=None, description="The training's name; the course's by default.")
    organiser: str | None = Field(default=None, description="Who gives the training.")
    place: str | None = Field(default=None, description="Where it is given.")
    days: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="2026-12-01,2026-12-02; the days of the class's plays by default."
    )
    sessions: int | None = Field(
        default=None, ge=1, le=4, description="Signatures a day on the attendance list; 2 by default."
    )
    zone: str | None = Field(
        default=None, description="In which days are counted: WIB, WITA or WIT; WIB by default."
    )
    jp: int | None = Field(default=None, ge=1, le=999, description="The lesson hours (JP) of the training.")
    number: str | None = Field(
        default=None, description="Of certificates; {n} is the running number, as in {n}/PPA/2026."
    )
    signer: str | None = Field(default=None, description="Who signs certificates.")
    office: str | None = Field(default=None, description="The signer's office.")
    logo: Path | None = Field(default=None, description="A PNG or JPEG for the head of the papers.")
    address: str | None = Field(
        default=None, description="Where verify.html will stand, as in https://example.org/verify.html."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _fits(cls, value: object, info: ValidationInfo) -> object:
        field = str(info.field_name)
        if isinstance(value, str | Path):
            text = str(value)
            if len(text) > LONGEST or not text.isprintable():
                option = paper_sentence(f"option_{field}")
                raise PaperError(paper_sentence("wrong_length", option=option, value=text[:40], most=LONGEST))
            if field in _RULES and text and not _RULES[field](text):
                raise PaperError(paper_sentence(f"wrong_{field}", value=text))
            if field == "logo" and text:
                return str(Path(text).expanduser().resolve())
            return text.strip() or None
        return value

    def over(self, earlier: Organiser) -> Self:
        """The same record, with what it leaves out as in `earlier`."""
        named = {name: value for name, value in self if value not in {None, ()}}
        return self.model_copy(update={**dict(earlier), **named})

    @property
    def dates(self) -> tuple[date, ...]:
        """The days, sorted, each once."""
        return tuple(sorted({date.fromisoformat(day) for day in self.days}))


def read_organiser(course: Path) -> Organiser:
    """What the course keeps; a record of nothing where there is none yet. Raises PaperError."""
    file = course / ORGANISER
    try:
        organiser = Organiser.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Organiser()
    except (OSError, ValidationError):
        raise PaperError(paper_sentence("organiser_unread", file=file)) from None
    if not all(map(_is_day, organiser.days)):
        raise PaperError(paper_sentence("organiser_unread", file=file))
    return organiser


def write_organiser(course: Path, organiser: Organiser) -> None:
    """Keep it in the course for the next papers. Raises PaperError."""
    try:
        write_whole(course / ORGANISER, organiser.model_dump_json(exclude_none=True, indent=1) + "\n")
    except OSError as error:
        raise PaperError(paper_sentence("unwritable", file=course / ORGANISER, why=error.strerror)) from None
