"""The local overlay: services of a kabupaten, or of another country, laid over the referral directory.

A facilitator writes it as a sheet (CSV or XLSX), one service a row, under a header of `COLUMNS`:

id                   the service's name in the directory: a known one is replaced, a new one is added
name, when, can,     what it is called, when it is right, what it can do, what it needs to know, what it
send, never          must never be told; each once for every language of the lab, such as name_en
family               one of `FAMILIES`
phone, whatsapp, web one contact each
checked              the date (2026-11-20) and the role of whoever called; empty: nobody has called yet
help                 yes or ya: stands under “where to get help”; no or tidak: stands there no more

For a service that the directory knows, an empty cell keeps what the directory says; columns may stand
in any order, and those that are not needed may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from scenarios.directory.services import Contact, Directory, Service, load_directory
from scenarios.documents.part import Id
from scenarios.documents.problem import Problem, ProblemsError
from scenarios.documents.sheet import Sheet, SheetLine, SheetRow, read_sheet, write_sheet
from scenarios.language import LANGUAGES, SOURCE, Texts

TEXTS = ("name", "when", "can", "send", "never")
REQUIRED = ("name", "when", "can", "never")
KINDS = ("phone", "whatsapp", "web")
COLUMNS = (
    "id",
    *(f"{text}_{language}" for text in TEXTS for language in LANGUAGES),
    "family",
    *KINDS,
    "checked",
    "help",
)
FAMILIES: tuple[str, ...] = get_args(Service.model_fields["family"].annotation)
LONGEST = 2000

_YES, _NO = frozenset({"yes", "ya"}), frozenset({"no", "tidak"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_BARE = re.compile(r"(?!0|62)\d{9,}")
_ID: TypeAdapter[str] = TypeAdapter(Id)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a sheet says. shown, hides: services put under “where to get help”, and taken out of there."""

    services: Mapping[str, Service]
    helps: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_overlay(file: Path, directory: Directory) -> Overlay:
    """Read a sheet to be laid over `directory`. Raises ProblemsError with all problems, each with its row."""
    sheet = read_sheet(file, lambda text: text.lower() in COLUMNS)
    problems = list(_header_problems(sheet))
    if problems:
        raise ProblemsError(problems)
    lines = [_line(sheet, row) for row in sheet.rows[1:]]
    services: dict[str, Service] = {}
    first: dict[str, int] = {}
    for line in lines:
        _check_id(line, first)
        service = _service(line, directory.services.get(line.subject))
        if service is not None:
            services[line.subject] = service
    overlay = Overlay(services, _marked(lines, _YES), _marked(lines, _NO))
    problems = [problem for line in lines for problem in line.problems]
    if not _errors(problems) and not apply_overlay(directory, overlay).help:
        remedy = "Leave one of them there, or put another one there with “yes”"
        fault = "no service is left under “where to get help”"
        problems.append(sheet.problem(lines[-1].row, "help", fault, remedy, "help"))
    if _errors(problems):
        raise ProblemsError(problems)
    return replace(overlay, warnings=tuple(sorted(problems)))


def apply_overlay(directory: Directory, overlay: Overlay) -> Directory:
    """The directory with the overlay's services in it; those shown under help come before the others."""
    unchanged = tuple(name for name in directory.help if name not in overlay.hides)
    added = tuple(name for name in overlay.helps if name not in unchanged)
    return Directory(services={**directory.services, **overlay.services}, help=(*added, *unchanged))


def directory_with(file: Path | None, on_warning: Callable[[Problem], None]) -> Directory:
    """The library's directory, with a facilitator's own services from `file` over it where there is one.

    Each warning is handed to `on_warning`. Raises ProblemsError with all problems of the sheet.
    """
    directory = load_directory()
    if file is None:
        return directory
    overlay = read_overlay(file, directory)
    for warning in overlay.warnings:
        on_warning(warning)
    return apply_overlay(directory, overlay)


def write_template(file: Path, directory: Directory) -> None:
    """Write a sheet with the header and every service of `directory` by id and name, to be filled in.

    Raises BadInputError.
    """
    rows = [list(COLUMNS)]
    for name, service in directory.services.items():
        names = {f"name_{language}": text for language, text in service.name.items()}
        cells = {"id": name, **names, "family": service.family}
        rows.append([cells.get(column, "") for column in COLUMNS])
    write_sheet(file, rows)


def _header_problems(sheet: Sheet) -> Iterator[Problem]:
    if len(sheet.rows) <= 1:
        fault, remedy = "the sheet holds no service", "Write a header and one service a row"
        yield sheet.problem(1, "", fault, remedy, "empty")
        return
    header = sheet.rows[0]
    names = [name.lower() for name in header.cells]
    choices = ", ".join(COLUMNS)
    for at, name in enumerate(names):
        if name and name not in COLUMNS:
            fault = f"the column “{name}” is unknown"
            yield sheet.problem(header.number, name, fault, f"Use some of: {choices}", "column")
        elif name and name in names[:at]:
            yield sheet.problem(
                header.number, name, f"the column “{name}” stands here twice", "Keep one", "column"
            )
    if "id" not in names:
        yield sheet.problem(header.number, "id", "the column “id” is missing", "Add it", "column")


def _line(sheet: Sheet, row: SheetRow) -> SheetLine:
    header = sheet.rows[0].cells
    cells = {name.lower(): cell for name, cell in zip(header, row.cells, strict=False) if name}
    line = SheetLine(sheet, row.number, cells, cells.get("id", ""))
    stray = [cell for cell in row.cells[len(header) :] if cell]
    stray += [cell for name, cell in zip(header, row.cells, strict=False) if cell and not name]
    line.check_cells(stray, LONGEST)
    return line


def _check_id(line: SheetLine, first: dict[str, int]) -> None:
    if not line.subject:
        line.tell("id", "the service has no id", "Give it one, such as “rumah_aman”", "required")
        return
    try:
        _ID.validate_python(line.subject)
    except ValidationError:
        remedy = "Use small letters, digits and “_”, beginning with a letter, at most 40"
        line.tell("id", f"“{line.subject}” is no id", remedy, "id")
    if line.subject in first:
        remedy = "Keep one of the two rows"
        line.tell(
            "id", f"“{line.subject}” stands already in row {first[line.subject]}", remedy, "duplicate-id"
        )
    first.setdefault(line.subject, line.row)


def _service(line: SheetLine, known: Service | None) -> Service | None:
    """The service of a row, over the one that the directory knows; None where something is wrong."""
    texts = {name: _text(line, name, getattr(known, name, None)) for name in TEXTS}
    for name in REQUIRED:
        if known is None and texts[name] is None:
            remedy = "Fill it in every language: the directory does not know this service yet"
            line.tell(f"{name}_{SOURCE}", f"“{name}” is empty", remedy, "required")
    family = _family(line, known)
    in_help = line.cell("help").lower()
    if in_help and in_help not in _YES | _NO:
        line.tell(
            "help", f"“{in_help}” is neither yes nor no", "Write yes (ya), no (tidak), or nothing", "help"
        )
    contacts = _contacts(line, known)
    if _errors(line.problems):
        return None
    sources = known.sources if known else ()
    return Service.model_validate({**texts, "family": family, "contacts": contacts, "sources": sources})


def _text(line: SheetLine, name: str, known: Texts | None) -> Texts | None:
    cells = {language: line.cell(f"{name}_{language}") for language in LANGUAGES}
    if not any(cells.values()):
        return known
    for language, cell in cells.items():
        if not cell:
            remedy = "Fill it in every language, or in none"
            line.tell(f"{name}_{language}", f"“{name}” does not stand in “{language}”", remedy, "required")
    return Texts(cells)


def _family(line: SheetLine, known: Service | None) -> str:
    family = line.cell("family").lower()
    if not family and known is not None:
        return known.family
    if family not in FAMILIES:
        fault = f"“{family}” is no family" if family else "“family” is empty"
        line.tell("family", fault, f"Use one of: {', '.join(FAMILIES)}", "family")
    return family


def _contacts(line: SheetLine, known: Service | None) -> tuple[Contact, ...]:
    checked = line.cell("checked") or None
    given: list[Contact] = []
    for kind in KINDS:
        value = line.cell(kind)
        if value and _fits(line, kind, value):
            given.append(Contact.model_validate({"kind": kind, "value": value, "checked": checked}))
    standing = known.contacts if known is not None else ()
    if checked:
        standing = tuple(contact.model_copy(update={"checked": checked}) for contact in standing)
        if not _DAY.search(checked):
            fault, remedy = "there is no date in it", "Write it as 2026-11-20, and add the role"
            line.tell("checked", fault, remedy, "checked")
    contacts = tuple(given) or standing
    if not contacts and not any(line.cell(kind) for kind in KINDS):
        remedy = "Fill phone, whatsapp or web; until then the player says that the facilitator knows"
        line.warn("phone", "the service has no contact", remedy, "contact")
    elif any(contact.checked is None for contact in contacts):
        remedy = "Call, then write the date and the role of whoever called"
        line.warn("checked", "nobody has checked the contact yet", remedy, "unchecked")
    return contacts


def _fits(line: SheetLine, kind: str, value: str) -> bool:
    as_text = "Give the cell the format “Text” in your spreadsheet, and type the number again"
    if kind == "web":
        wrong = not value.startswith(("https://", "http://")) or " " in value
        fault, remedy = f"“{value}” is no address of a page", "Begin it with https://"
    elif _ROUNDED.fullmatch(value):
        wrong, fault, remedy = True, f"“{value}” is a number that the spreadsheet has rounded", as_text
    else:
        wrong = re.search(r"\d", value) is None
        fault, remedy = f"“{value}” is no number to call", "Write the number as it is dialled"
    if wrong:
        line.tell(kind, fault, remedy, "contact")
    elif kind != "web" and _BARE.fullmatch(value):
        line.warn(kind, f"“{value}” begins with neither 0 nor +", f"{as_text}, if it lost one", "contact")
    return not wrong


def _marked(lines: Sequence[SheetLine], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(line.subject for line in lines if line.cell("help").lower() in words)


def _errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)
