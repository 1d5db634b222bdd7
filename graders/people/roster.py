"""The roster of a course: who takes part, by the id that stands everywhere else in the place of a name.

A facilitator writes it as a sheet (CSV or XLSX), one person a row, under a header in Bahasa Indonesia
or English (``roster.yaml``): id, name (or first and last name), e-mail, sector, province, kabupaten, team.
Columns may stand in any order, those that are not needed may be left out, and others are not read.
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
from scenarios.directory.sectors import load_sectors
from scenarios.documents.problem import BadInputError, Problem, ProblemsError
from scenarios.documents.sheet import Sheet, SheetLine, SheetRow, read_sheet, write_sheet
from scenarios.language import SOURCE, Language, read_catalogue
from scenarios.whole_file import OWNER_ALONE, write_whole

ROSTER = "roster.csv"
COLUMNS = ("id", "name", "email", "sector", "province", "kabupaten", "team")
# Those of a new sheet: who sits at which table is settled in the room.
_FIRST_COLUMNS = COLUMNS[:-1]
LONGEST_ID = 60
LONGEST = 200

_TEXTS = Path(__file__).with_name("roster.yaml")
_PARTS = ("first", "last")
_EMAIL = re.compile(r"[^\W_][^\s@<>()\",;:\\]*@[^\s@<>()\",;:\\.]+(\.[^\s@<>()\",;:\\.]+)+")
_ROUNDED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
# What Windows and Linux keep for themselves in a name, and what nbgrader takes for a pattern or for
# the end of a name (“+”, in its exchange; “,” in its lists). “@”, since an e-mail is no id: ids stand in
# the gradebook and in reports, e-mails in the roster alone.
_FORBIDDEN = frozenset('/\\:*?"<>|[]{}+,%#@')
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)))
)
_DRAWN = "23456789abcdefghjkmnpqrstuvwxyz"
_DRAWN_LENGTH = 5

Draw: TypeAlias = Callable[[str], str]  # one of the letters given; secrets.choice, or a seeded one


class RosterError(ProblemsError):
    """A roster cannot be used; carries every problem that was found in it, each with its row."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person. sector: an id of ``scenarios/sectors.yaml`` or None; the others "" where unknown."""

    id: str
    name: str = ""
    email: str = ""
    sector: str | None = None
    province: str = ""
    kabupaten: str = ""
    team: str = ""


Roster: TypeAlias = Mapping[str, Person]


@dataclass(frozen=True, slots=True)
class Merged:
    """A roster laid over another. added, changed: ids; absent: ids that only the old one holds, kept."""

    roster: Roster
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def read_roster(file: Path, *, known: Roster | None = None, draw: Draw | None = None) -> Roster:
    """The persons of a sheet by their ids, in its order.

    draw: gives an id to whoever has none; `known` is the roster in which such a person is looked for
    first, by e-mail, else by name. Raises RosterError with every problem, each with its row.
    """
    try:
        sheet = read_sheet(file)
    except ProblemsError as error:
        raise RosterError(error.problems) from None
    columns = _columns(sheet)
    problems = list(_header_problems(sheet, columns))
    if problems:
        raise RosterError(problems)
    lines = [_line(sheet, row, columns) for row in sheet.rows[1:]]
    persons = [_person(line) for line in lines]
    if draw is not None:
        persons = _with_ids(lines, persons, known or {}, draw)
    _check_once(lines, persons)
    problems = [problem for line in lines for problem in line.problems]
    if problems:
        raise RosterError(problems)
    return {person.id: person for person in persons}


def unread_columns(file: Path) -> tuple[str, ...]:
    """The headings of a sheet that no column of a roster goes by. Raises ProblemsError."""
    sheet = read_sheet(file)
    known = _columns(sheet)
    cells = sheet.rows[0].cells if sheet.rows else ()
    return tuple(cell for at, cell in enumerate(cells) if cell and at not in known)


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
        raise BadInputError(f"{file} cannot be written ({error.strerror}). Look at its folder.") from None
    return file


def write_roster_template(file: Path, language: Language = SOURCE) -> None:
    """Write a sheet with the header alone, to be filled in. Raises BadInputError."""
    texts = read_catalogue(_TEXTS)
    names = (texts[f"heading_{column}"][language] for column in _FIRST_COLUMNS)
    write_sheet(file, [[name.split(",")[0] for name in names]])


def id_problem(name: str) -> str | None:
    """Why `name` cannot be the id of a person, as a clause; None where it can."""
    signs = sorted(set(name) & _FORBIDDEN)
    hidden = [sign for sign in name if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    if len(name) > LONGEST_ID:
        return f"the id has {len(name)} characters, more than {LONGEST_ID}"
    if signs:
        return f"the id “{name}” holds {' '.join(signs)}, which no id may hold"
    if hidden:
        return f"the id “{name}” holds a character that is not seen"
    if not name[:1].isalnum() or name != name.strip() or name.endswith("."):
        return f"the id “{name}” does not begin with a letter or digit, or ends with a full stop"
    if name.partition(".")[0].rstrip().lower() in _RESERVED:
        return f"the id “{name}” is a name that Windows keeps for itself"
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


def _columns(sheet: Sheet) -> Mapping[int, str]:
    """The columns of a roster by their place in the header."""
    cells = sheet.rows[0].cells if sheet.rows else ()
    places = {at: _headings().get(folded(cell)) for at, cell in enumerate(cells)}
    return {at: column for at, column in places.items() if column is not None}


def _header_problems(sheet: Sheet, columns: Mapping[int, str]) -> Iterator[Problem]:
    if len(sheet.rows) <= 1:
        remedy = f"Write a header ({', '.join(COLUMNS)}) and one person a row"
        yield sheet.problem(1, "", "the sheet holds nobody", remedy, "empty")
        return
    row = sheet.rows[0].number
    names = list(columns.values())
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield sheet.problem(row, name, f"the column “{name}” stands here twice", "Keep one", "column")
    if not {"id", "name", "email", *_PARTS} & set(names):
        fault = "no column names the persons: there is none called id, nama (name) or email"
        yield sheet.problem(row, "", fault, f"Write a header with some of: {', '.join(COLUMNS)}", "column")


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
            line.tell(column, "the text holds a control character", "Type it again", "control")
    return line


def _person(line: SheetLine) -> Person:
    name = line.cell("name") or " ".join(filter(None, (line.cell("first"), line.cell("last"))))
    email = line.cell("email")
    if email and _EMAIL.fullmatch(email) is None:
        line.tell("email", f"“{email}” is no e-mail address", "Mend it, or leave the cell empty", "email")
    ident = line.cell("id")
    if ident:
        _check_id(line, ident)
    sector = _sector(line)
    place = (line.cell("province"), line.cell("kabupaten"))
    return Person(ident, name, email, sector, *place, line.cell("team"))


def _check_id(line: SheetLine, ident: str) -> None:
    if _ROUNDED.fullmatch(ident):
        remedy = "Give the cell the format “Text” in your spreadsheet, and type the id again"
        line.tell("id", f"“{ident}” is a number that the spreadsheet has rounded", remedy, "id")
    elif (fault := id_problem(ident)) is not None:
        remedy = f"Use letters, digits, spaces, - _ and ., at most {LONGEST_ID}"
        line.tell("id", fault, remedy, "id")


def _sector(line: SheetLine) -> str | None:
    given = line.cell("sector")
    if not given:
        return None
    sectors = load_sectors().sectors
    for ident, sector in sectors.items():
        if folded(given) in {ident, *(folded(name) for _, name in sector.name.items())}:
            return ident
    choices = ", ".join(f"{ident} ({sector.name[SOURCE]})" for ident, sector in sectors.items())
    line.tell("sector", f"“{given}” is no sector", f"Use one of: {choices}", "sector")
    return None


def _check_once(lines: Iterable[SheetLine], persons: Iterable[Person]) -> None:
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    for line, person in zip(lines, persons, strict=True):
        if not person.id:
            remedy = "Give one, or let kasuslab draw a pseudonym (--draw-ids)"
            line.tell("id", "the person has no id", remedy, "required")
        elif (first := ids.setdefault(folded(person.id), line.row)) != line.row:
            # Two ids that differ in case alone are one folder on Windows.
            line.tell("id", f"“{person.id}” stands already in row {first}", "Keep one", "duplicate-id")
        email = folded(person.email)
        if email and (first := emails.setdefault(email, line.row)) != line.row:
            fault = f"“{person.email}” stands already in row {first}"
            line.tell("email", fault, "Keep one of the two rows, or clear the cell", "duplicate-email")


def _check_merged(persons: Iterable[Person]) -> None:
    problems = []
    for part in ("id", "email"):
        first: dict[str, str] = {}
        for person in persons:
            text = folded(getattr(person, part))
            if text and (other := first.setdefault(text, person.id)) != person.id:
                fault = f"“{person.id}” would have the {part} of “{other}”, who is in the course already"
                remedy = "Give both rows the same id, or mend the other"
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
            fault = f"nobody can tell who “{person.name}” is" if name else "the row names nobody"
            line.tell("id", fault, "Write an id or an e-mail", "required")
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
