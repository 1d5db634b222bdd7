"""The roster of a course: who takes part, by the id that stands everywhere else in the place of a name.

A facilitator writes it as a sheet (CSV or XLSX), one person a row, under a header in Bahasa Indonesia
or English (``roster.yaml``): id, name (or first and last name), e-mail, sector, agency, province,
kabupaten, team. Columns may stand in any order, those that are not needed may be left out, and others are
not read.
Names and e-mails stand in the course's ``roster.csv`` and nowhere else.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from graders.sheet_export import formula_free, formula_read
from scenarios.directory.sectors import load_sectors, sector_of
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.whole_file import OWNER_ALONE, write_whole
from scenarios.language import SOURCE, Language, read_catalogue
from scenarios.sentence import Sentence, sentences_of
from scenarios.sheets.sheet import Sheet, SheetExample, SheetLine, SheetRow, read_sheet, write_sheet

ROSTER = "roster.csv"
COLUMNS = ("id", "name", "email", "sector", "agency", "province", "kabupaten", "team")
# Those of a new sheet: who sits at which table is settled in the room.
_FIRST_COLUMNS = COLUMNS[:-1]
LONGEST_ID = 60
LONGEST = 200

_TEXTS = Path(__file__).with_name("roster.yaml")
_sentence = sentences_of(_TEXTS)
_PARTS = ("first", "last")
_EMAIL = re.compile(r"[^\W_][^\s@<>()\",;:\\]*@[^\s@<>()\",;:\\.]+(\.[^\s@<>()\",;:\\.]+)+")
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
# A civil servant's number begins with the day of birth; that of an identity card holds it too.
_BIRTH_DATE = re.compile(r"(19|20)\d{6} ?\d{6} ?\d ?\d{3}|\d{16}")
# What Windows and Linux keep for themselves in a name, and what nbgrader takes for a pattern or for
# the end of a name (“+”, in its exchange; “,” in its lists). “@”, since an e-mail is no id: ids stand in
# the gradebook and in reports, e-mails in the roster alone.
_FORBIDDEN = frozenset('/\\:*?"<>|[]{}+,%#@')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)))
)
_DRAWN = "23456789abcdefghjkmnpqrstuvwxyz"
_DRAWN_LENGTH = 5
_DRAWN_ID = re.compile(f"peserta-[{_DRAWN}]{{{_DRAWN_LENGTH}}}")

Draw: TypeAlias = Callable[[str], str]  # one of the letters given; secrets.choice, or a seeded one


class RosterError(ProblemsError):
    """A roster cannot be used; carries every problem that was found in it, each with its row."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person. sector: an id of ``scenarios/sectors.yaml`` or None; the others "" where unknown.

    agency: the institution in its own words, for the papers of a training alone.
    """

    id: str
    name: str = ""
    email: str = ""
    sector: str | None = None
    province: str = ""
    kabupaten: str = ""
    team: str = ""
    agency: str = ""


Roster: TypeAlias = Mapping[str, Person]


@dataclass(frozen=True, slots=True)
class Merged:
    """A roster laid over another. added, changed: ids; absent: ids that only the old one holds, kept."""

    roster: Roster
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterReading:
    """A roster as a sheet has it.

    persons: by their ids, in its order; rows: of each person, by id; unread: the headings that no column of
    a roster goes by; warnings: what was guessed, or had better be otherwise.
    """

    persons: Roster
    rows: Mapping[str, int]
    unread: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_roster(file: Path, *, known: Roster | None = None, draw: Draw | None = None) -> Roster:
    """The persons of a sheet by their ids, in its order. It is `try_roster` without what else that tells."""
    return try_roster(file, known=known, draw=draw).persons


def try_roster(file: Path, *, known: Roster | None = None, draw: Draw | None = None) -> RosterReading:
    """What a sheet says of persons. The header may stand below a title, and on any sheet of the file.

    draw: gives an id to whoever has none, or one that can be none here; `known` is the roster in which
    such a person is looked for first, by e-mail, else by name. Raises RosterError with every problem, each
    with its row.
    """
    try:
        sheet = read_sheet(file, _is_heading)
    except ProblemsError as error:
        raise RosterError(error.problems) from None
    columns = _columns(sheet)
    problems = list(_header_problems(sheet, columns, can_draw=draw is not None))
    if problems:
        raise RosterError(problems)
    lines = [_line(sheet, row, columns) for row in sheet.rows[1:]]
    persons = [_person(line, can_draw=draw is not None) for line in lines]
    if draw is not None:
        persons = _with_ids(lines, persons, known or {}, draw)
    _check_once(lines, persons)
    problems = [problem for line in lines for problem in line.problems]
    if any(problem.level == "error" for problem in problems):
        raise RosterError(problems)
    return RosterReading(
        persons={person.id: person for person in persons},
        rows={person.id: line.row for line, person in zip(lines, persons, strict=True)},
        unread=_unread(sheet, columns),
        warnings=(*sheet.warnings, *_header_warnings(sheet, columns), *problems),
    )


def unread_columns(file: Path) -> tuple[str, ...]:
    """The headings of a sheet that no column of a roster goes by. Raises ProblemsError."""
    sheet = read_sheet(file, _is_heading)
    return _unread(sheet, _columns(sheet))


def is_drawn(ident: str) -> bool:
    """Whether an id is one that the lab has drawn, so that nobody outside knows a person by it."""
    return _DRAWN_ID.fullmatch(ident) is not None


def course_roster(course: Path) -> Roster:
    """The roster of the course at `course`; empty where it has none. Raises RosterError."""
    file = course / ROSTER
    return read_roster(file) if file.exists() else {}


def merge_rosters(old: Roster, new: Roster) -> Merged:
    """`new` laid over `old`: nobody is taken out, and an empty cell keeps what was known.

    Raises RosterError where two persons would then share an e-mail, or ids that one folder would hold.
    """
    merged = dict(old)
    for name, person in new.items():
        before = old.get(name, Person(name))
        columns = {part: getattr(person, part) or getattr(before, part) for part in COLUMNS}
        merged[name] = Person(**columns)
    _check_merged(merged.values())
    added = tuple(name for name in new if name not in old)
    changed = tuple(name for name in new if name in old and merged[name] != old[name])
    return Merged(merged, added, changed, tuple(name for name in old if name not in new))


def write_roster(course: Path, roster: Roster) -> Path:
    """Write the roster of a course, whole or not at all, for its owner's eyes; give the file.

    A cell that a spreadsheet would take for a formula begins with an apostrophe there.
    Raises BadInputError where it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for person in roster.values():
        writer.writerow(formula_free(getattr(person, column) or "") for column in COLUMNS)
    file = course / ROSTER
    try:
        write_whole(file, text.getvalue().encode("utf-8-sig"), mode=OWNER_ALONE)
    except OSError as error:
        raise BadInputError(_sentence("unwritable", file=file, reason=error.strerror)) from None
    return file


def write_roster_template(file: Path, language: Language = SOURCE) -> None:
    """Write a sheet with the header alone, to be filled in. Raises BadInputError.

    A spreadsheet offers the sectors in a list, and shows one person as an example on a sheet beside it.
    """
    texts = read_catalogue(_TEXTS)
    header = [texts[f"heading_{column}"][language].split(",")[0] for column in _FIRST_COLUMNS]
    sectors = [sector.name[language] for sector in load_sectors().sectors.values()]
    person = [texts[f"example_{column}"][language] for column in _FIRST_COLUMNS]
    choices = {_FIRST_COLUMNS.index("sector"): sectors}
    write_sheet(file, [header], SheetExample(texts["example"][language], [header, person], choices))


def id_problem(name: str) -> Sentence | None:
    """Why `name` cannot be the id of a person, as a clause; None where it can."""
    signs = sorted(set(name) & _FORBIDDEN)
    hidden = [sign for sign in name if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    if len(name) > LONGEST_ID:
        return _sentence("id_long", length=len(name), most=LONGEST_ID)
    if signs:
        return _sentence("id_signs", ident=name, signs=" ".join(signs))
    if hidden:
        return _sentence("id_hidden", ident=name)
    if not name[:1].isalnum() or name != name.strip() or name.endswith("."):
        return _sentence("id_ends", ident=name)
    if name.partition(".")[0].rstrip().lower() in _RESERVED:
        return _sentence("id_windows", ident=name)
    return None


def by_sector(persons: Iterable[Person]) -> Mapping[str | None, int]:
    """How many persons each sector has, in the order of the sectors; None stands for those without."""
    counts: dict[str | None, int] = dict.fromkeys(load_sectors().sectors, 0)
    counts[None] = 0
    for person in persons:
        counts[person.sector] += 1
    return {sector: count for sector, count in counts.items() if count}


def folded(text: str) -> str:
    """A name or an e-mail as it is compared: compatible letters, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, str]:
    texts = read_catalogue(_TEXTS)
    columns = {}
    for column in (*COLUMNS, *_PARTS):
        for heading in texts[f"heading_{column}"].joined(",").split(","):
            columns[folded(heading)] = column
    return columns


def _is_heading(text: str) -> bool:
    return folded(text) in _headings()


def _unread(sheet: Sheet, columns: Mapping[int, str]) -> tuple[str, ...]:
    cells = sheet.rows[0].cells if sheet.rows else ()
    return tuple(cell for at, cell in enumerate(cells) if cell and at not in columns)


def _columns(sheet: Sheet) -> Mapping[int, str]:
    """The columns of a roster by their place in the header."""
    cells = sheet.rows[0].cells if sheet.rows else ()
    places = {at: _headings().get(folded(cell)) for at, cell in enumerate(cells)}
    return {at: column for at, column in places.items() if column is not None}


def _header_problems(sheet: Sheet, columns: Mapping[int, str], *, can_draw: bool) -> Iterator[Problem]:
    every = ", ".join(COLUMNS)
    if len(sheet.rows) <= 1:
        yield sheet.problem(1, "", _sentence("empty"), _sentence("empty_remedy", columns=every), "empty")
        return
    row = sheet.rows[0].number
    names = list(columns.values())
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield sheet.problem(row, name, _sentence("twice", column=name), _sentence("keep_one"), "column")
    unread = ", ".join(_unread(sheet, columns)) or "–"
    if not {"id", "name", "email", *_PARTS} & set(names):
        remedy = _sentence("no_names_remedy", columns=every)
        yield sheet.problem(row, "", _sentence("no_names", unread=unread), remedy, "column")
    elif "id" not in names and not can_draw:
        # One sentence for the column, in place of one for each row.
        fault, remedy = _sentence("no_ids", unread=unread), _sentence("no_id_remedy")
        yield sheet.problem(row, "id", fault, remedy, "required")


def _header_warnings(sheet: Sheet, columns: Mapping[int, str]) -> Iterator[Problem]:
    """What a header lets guess: Moodle's participants have two columns of names, and no roles."""
    if {*_PARTS} <= set(columns.values()) and "sector" not in columns.values():
        fault, remedy = _sentence("of_moodle"), _sentence("of_moodle_remedy")
        yield sheet.warning(sheet.rows[0].number, "", fault, remedy, "role")


def _line(sheet: Sheet, row: SheetRow, columns: Mapping[int, str]) -> SheetLine:
    cells = {
        column: unicodedata.normalize("NFC", formula_read(row.cells[at]))
        for at, column in columns.items()
        if at < len(row.cells)
    }
    line = SheetLine(sheet, row.number, cells)
    line.check_cells([cell for cell in row.cells[len(sheet.rows[0].cells) :] if cell], LONGEST)
    for column, cell in cells.items():
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in cell):
            line.tell(column, _sentence("control"), _sentence("control_remedy"), "control")
    return line


def _person(line: SheetLine, *, can_draw: bool) -> Person:
    name = line.cell("name") or " ".join(filter(None, (line.cell("first"), line.cell("last"))))
    email = line.cell("email")
    if email and _EMAIL.fullmatch(email) is None:
        line.tell("email", _sentence("no_email", email=email), _sentence("no_email_remedy"), "email")
    ident = line.cell("id")
    if ident and not _ROUNDED.fullmatch(ident) and can_draw and (fault := id_problem(ident)) is not None:
        # Moodle's own ids may be anything, and are asked of nobody here.
        line.warn("id", fault, _sentence("drawn_instead"), "id")
        ident = ""
    if ident:
        _check_id(line, ident)
    sector = _sector(line)
    place = (line.cell("province"), line.cell("kabupaten"))
    return Person(ident, name, email, sector, *place, line.cell("team"), line.cell("agency"))


def _check_id(line: SheetLine, ident: str) -> None:
    if _ROUNDED.fullmatch(ident):
        line.tell("id", _sentence("rounded", ident=ident), _sentence("rounded_remedy"), "id")
    elif (fault := id_problem(ident)) is not None:
        line.tell("id", fault, _sentence("id_remedy", most=LONGEST_ID), "id")
    elif _BIRTH_DATE.fullmatch(ident):
        line.warn("id", _sentence("birth_date", ident=ident), _sentence("birth_date_remedy"), "birth-date")


def _sector(line: SheetLine) -> str | None:
    given, agency = line.cell("sector"), line.cell("agency")
    if not given:
        if agency and sector_of(agency) is None:
            line.warn("sector", _sentence("no_agency", given=agency), _sentence("no_agency_remedy"), "sector")
        return sector_of(agency) if agency else None
    ident = sector_of(given)
    if ident is None:
        sectors = load_sectors().sectors
        texts = ", ".join(f"{ident} ({sector.name[SOURCE]})" for ident, sector in sectors.items())
        remedy = _sentence("sector_remedy", choices=texts)
        line.tell("sector", _sentence("no_sector", given=given), remedy, "sector")
    return ident


def _check_once(lines: Iterable[SheetLine], persons: Iterable[Person]) -> None:
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    for line, person in zip(lines, persons, strict=True):
        if not person.id:
            line.tell("id", _sentence("no_id"), _sentence("no_id_remedy"), "required")
        elif (first := ids.setdefault(folded(person.id), line.row)) != line.row:
            # Two ids that differ in case alone are one folder on Windows.
            fault = _sentence("stands", text=person.id, row=first)
            line.tell("id", fault, _sentence("keep_one"), "duplicate-id")
        email = folded(person.email)
        if email and (first := emails.setdefault(email, line.row)) != line.row:
            fault = _sentence("stands", text=person.email, row=first)
            line.tell("email", fault, _sentence("keep_row"), "duplicate-email")


def _check_merged(persons: Iterable[Person]) -> None:
    problems = []
    for part in ("id", "email"):
        first: dict[str, str] = {}
        for person in persons:
            text = folded(getattr(person, part))
            if text and (other := first.setdefault(text, person.id)) != person.id:
                fault = _sentence("shared", person=person.id, part=part, other=other)
                remedy = _sentence("shared_remedy")
                problems.append(Problem(ROSTER, 1, person.id, fault, remedy, f"duplicate-{part}"))
    if problems:
        raise RosterError(problems)


def _with_ids(
    lines: Iterable[SheetLine], persons: Collection[Person], known: Roster, draw: Draw
) -> list[Person]:
    taken = {folded(ident) for ident in (*known, *(person.id for person in persons))}
    emails = _index(known.values(), "email")
    names = _index(known.values(), "name")
    here = Counter(folded(person.name) for person in persons if not (person.id or person.email))
    given = []
    for line, person in zip(lines, persons, strict=True):
        name, ident = folded(person.name), person.id
        if not ident and person.email:
            ident = emails.get(folded(person.email)) or _drawn(taken, draw)
        elif not ident and (not name or here[name] > 1 or names.get(name, "") is None):
            fault = _sentence("untold", name=person.name) if name else _sentence("nobody")
            line.tell("id", fault, _sentence("untold_remedy"), "required")
            ident = _drawn(taken, draw)
        elif not ident:
            ident = names.get(name) or _drawn(taken, draw)
        taken.add(folded(ident))
        given.append(replace(person, id=ident))
    return given


def _index(persons: Iterable[Person], part: str) -> Mapping[str, str | None]:
    """The id of whoever has an e-mail or a name; None where several have it."""
    ids: dict[str, str | None] = {}
    for person in persons:
        text = folded(getattr(person, part))
        if text:
            ids[text] = None if text in ids else person.id
    return ids


def _drawn(taken: Collection[str], draw: Draw) -> str:
    while (ident := f"peserta-{''.join(draw(_DRAWN) for _ in range(_DRAWN_LENGTH))}") in taken:
        continue
    return ident
