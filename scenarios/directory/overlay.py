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
from scenarios.language import LANGUAGES, SOURCE, Texts
from scenarios.sentence import sentences_of
from scenarios.sheets.sheet import Sheet, SheetLine, SheetRow, read_sheet, write_sheet

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
_sentence = sentences_of(Path(__file__).with_name("overlay.yaml"))


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
        fault, remedy = _sentence("no_help"), _sentence("no_help_remedy")
        problems.append(sheet.problem(lines[-1].row, "help", fault, remedy, "help"))
    if _errors(problems):
        raise ProblemsError(problems)
    return replace(overlay, warnings=tuple(sorted((*sheet.warnings, *problems))))


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
        fault, remedy = _sentence("empty"), _sentence("empty_remedy")
        yield sheet.problem(1, "", fault, remedy, "empty")
        return
    header = sheet.rows[0]
    names = [name.lower() for name in header.cells]
    choices = ", ".join(COLUMNS)
    for at, name in enumerate(names):
        if name and name not in COLUMNS:
            fault = _sentence("unknown_column", name=name)
            remedy = _sentence("unknown_column_remedy", choices=choices)
            yield sheet.problem(header.number, name, fault, remedy, "column")
        elif name and name in names[:at]:
            fault, remedy = _sentence("twice", name=name), _sentence("keep_one")
            yield sheet.problem(header.number, name, fault, remedy, "column")
    if "id" not in names:
        fault, remedy = _sentence("no_id_column"), _sentence("add_it")
        yield sheet.problem(header.number, "id", fault, remedy, "column")


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
        line.tell("id", _sentence("no_id"), _sentence("no_id_remedy"), "required")
        return
    try:
        _ID.validate_python(line.subject)
    except ValidationError:
        line.tell("id", _sentence("wrong_id", ident=line.subject), _sentence("wrong_id_remedy"), "id")
    if line.subject in first:
        fault = _sentence("stands", ident=line.subject, row=first[line.subject])
        line.tell("id", fault, _sentence("keep_row"), "duplicate-id")
    first.setdefault(line.subject, line.row)


def _service(line: SheetLine, known: Service | None) -> Service | None:
    """The service of a row, over the one that the directory knows; None where something is wrong."""
    texts = {name: _text(line, name, getattr(known, name, None)) for name in TEXTS}
    for name in REQUIRED:
        if known is None and texts[name] is None:
            fault, remedy = _sentence("not_filled", name=name), _sentence("not_filled_remedy")
            line.tell(f"{name}_{SOURCE}", fault, remedy, "required")
    family = _family(line, known)
    in_help = line.cell("help").lower()
    if in_help and in_help not in _YES | _NO:
        line.tell("help", _sentence("no_yes", given=in_help), _sentence("no_yes_remedy"), "help")
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
            fault = _sentence("one_language", name=name, language=language)
            line.tell(f"{name}_{language}", fault, _sentence("one_language_remedy"), "required")
    return Texts(cells)


def _family(line: SheetLine, known: Service | None) -> str:
    family = line.cell("family").lower()
    if not family and known is not None:
        return known.family
    if family not in FAMILIES:
        fault = _sentence("no_family", given=family) if family else _sentence("not_filled", name="family")
        line.tell("family", fault, _sentence("no_family_remedy", choices=", ".join(FAMILIES)), "family")
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
            line.tell("checked", _sentence("no_date"), _sentence("no_date_remedy"), "checked")
    contacts = tuple(given) or standing
    if not contacts and not any(line.cell(kind) for kind in KINDS):
        line.warn("phone", _sentence("no_contact"), _sentence("no_contact_remedy"), "contact")
    elif any(contact.checked is None for contact in contacts):
        line.warn("checked", _sentence("unchecked"), _sentence("unchecked_remedy"), "unchecked")
    return contacts


def _fits(line: SheetLine, kind: str, value: str) -> bool:
    as_text = _sentence("as_text")
    if kind == "web":
        wrong = not value.startswith(("https://", "http://")) or " " in value
        fault, remedy = _sentence("no_page", given=value), _sentence("no_page_remedy")
    elif _ROUNDED.fullmatch(value):
        wrong, fault, remedy = True, _sentence("rounded", given=value), as_text
    else:
        wrong = re.search(r"\d", value) is None
        fault, remedy = _sentence("no_number", given=value), _sentence("no_number_remedy")
    if wrong:
        line.tell(kind, fault, remedy, "contact")
    elif kind != "web" and _BARE.fullmatch(value):
        line.warn(kind, _sentence("bare", given=value), _sentence("bare_remedy", as_text=as_text), "contact")
    return not wrong


def _marked(lines: Sequence[SheetLine], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(line.subject for line in lines if line.cell("help").lower() in words)


def _errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)
