"""Closing a workshop: no more seats and answers, and an export of decisions, records and the class report.

What leaves holds no pseudonym, no resume code and no text of anybody's own (scoring.md, “Text”;
content-safety.md, 9), and it tells nobody who skipped or paused: a play is told up to its first skip, as
one that was left there, and its record is bound together anew without what was taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from graders.key.guide import GUIDES, Guide, load_guide
from graders.key.key import load_key
from graders.people.cohort import Cohort, CourseCase, Handed, Member, NotJudged
from graders.people.groups import by_sector
from graders.report.data import report_of
from graders.report.decision import Library
from graders.report.page import report_page
from graders.score import score
from graders.sheet_export import Cell, Table, csv_bytes
from release.workshop.data_folder import exports_of
from release.workshop.writer.held import Held, HeldPlay, held_workshop, note_closed, plays_of, seats_of
from scenarios.case import Case
from scenarios.directory.competencies import load_competencies
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.problem import BadInputError
from scenarios.engine.event import Decided, Event, Paused, Resumed, Skipped
from scenarios.engine.play import Play
from scenarios.engine.record import record_bytes
from scenarios.language import LANGUAGES, read_catalogue
from scenarios.library import CASES, case_folder, case_ids
from scenarios.loader import load_case
from scenarios.pick import Pick, RefusedError, written_parts
from scenarios.whole_file import OWNER_ALONE_FOLDER, whole_folder

TEXTS = Path(__file__).with_name("close.yaml")
WITHHELD = "–"
HEADER = ("seat", "sector", "case", "play", "decision", "pick", "s", "harm", "missed")


@dataclass(frozen=True, slots=True)
class Books:
    """What an export is judged by: folders of cases, keys and guides, and the referral directory."""

    keys: Path
    cases: Path = CASES
    guides: Path = GUIDES
    directory: Directory | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One play as it may leave. number: the how manieth of its seat in its case, from 1."""

    member: Member
    case: str
    number: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Class:
    """A workshop that was read. told: all plays that fit their case, as they may leave."""

    cohort: Cohort
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported, and where. report: None where nobody has played."""

    folder: Path
    plays: int
    decisions: int
    not_judged: int
    report: Path | None


@dataclass(slots=True)
class _Reading:
    """What is found while the plays are gone through."""

    handed: list[Handed] = field(default_factory=list)
    refused: list[NotJudged] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)


def close_workshop(url: str, data: Path, name: str, books: Books, *, now: datetime) -> Export:
    """Close the workshop `name` and export it; a second time, export it again.

    url: the SQLAlchemy URL of its database; data: the folder that exports go to. A server that runs may
    run on: from now on it takes no seat and no answer. Raises HeldError, ProblemsError, or BadInputError
    where the export cannot be written.
    """
    held = held_workshop(url, name)
    note_closed(url, held, now)
    return export_workshop(url, data, held, books, now=now)


def export_workshop(url: str, data: Path, held: Held, books: Books, *, now: datetime) -> Export:
    """Export a workshop as it stands. Raises as `close_workshop` does."""
    room = read_class(url, held, books)
    table = decisions_table(room)
    files: dict[str, bytes] = {"decisions.csv": csv_bytes(table), "baca-saya.txt": _explained(held)}
    for one in room.told:
        files[f"records/{one.case}-{one.member.id}-{one.number}.jsonl"] = record_bytes(one.events)
    if room.cohort.handed:
        files["report.html"] = report_of_class(room.cohort, books, now).encode("utf-8")
    folder = exports_of(data) / held.name
    _write(folder, files)
    report = folder / "report.html" if "report.html" in files else None
    return Export(folder, len(room.told), len(table.rows), len(room.cohort.not_judged), report)


def read_class(url: str, held: Held, books: Books) -> Class:
    """The class of a workshop. Of each seat and case the first play counts, as on the board.

    Seats are numbered in the order of their random ids, so that no number tells who came when. Raises
    HeldError or ProblemsError.
    """
    seats = seats_of(url, held)
    width = max(2, len(str(len(seats))))
    members = {
        seat.id: Member(f"{number:0{width}d}", seat.sector) for number, seat in enumerate(seats, start=1)
    }
    plays = plays_of(url, held)
    cases = _cases({play.case for play in plays}, books)
    reading = _Reading()
    for play in plays:
        _read(play, members[play.seat], cases, reading)
    cohort = Cohort(
        course=held.name,
        cases={name: cases[name] for name in sorted(cases)},
        members=tuple(members.values()),
        handed=tuple(sorted(reading.handed, key=lambda one: (one.case, one.member.id))),
        not_judged=tuple(sorted(reading.refused, key=lambda one: (one.case, one.member.id))),
        missing=dict.fromkeys(cases, 0),  # nobody owes a case of a workshop
    )
    return Class(cohort, tuple(reading.told))


def report_of_class(cohort: Cohort, books: Books, now: datetime) -> str:
    """The class report of a workshop as a page."""
    directory = books.directory or load_directory()
    guides: Mapping[str, Guide] = {
        name: load_guide(name, books.guides)
        for name in cohort.cases
        if (books.guides / f"{name}.yaml").exists()
    }
    library = Library.of_the_lab({**load_directory().services, **directory.services})
    return report_page(report_of(cohort, guides, library, load_competencies(), made=now.date()))


def decisions_table(room: Class) -> Table:
    """One row a decision, of all plays, in the order of cases, seats and decisions.

    A sector is named only where `graders.people.groups` shows it, or its family, among those who stand here.
    """
    present = {one.member.id: one.member for one in room.told}
    groups = {name: group.id for group in by_sector(present.values()).shown for name in group.members}
    rows = [
        (one.member.id, groups.get(one.member.id, ""), one.case, str(one.number), *row)
        for one in sorted(room.told, key=lambda one: (one.case, one.member.id, one.number))
        for row in _decisions(room.cohort.cases[one.case], one.events)
    ]
    return Table(HEADER, tuple(rows))


def told_events(case: Case, events: Sequence[Event]) -> Iterator[Event]:
    """The events of a play that may leave: up to its first skip, without pauses, texts withheld.

    A text that was skipped is told as one that was written.
    """
    texts = {decision.id for _, decision in case.decisions() if decision.is_free_text}
    for happened in events:
        if isinstance(happened, Paused | Resumed):
            continue
        if isinstance(happened, Decided | Skipped) and happened.decision in texts:
            yield Decided(at=happened.at, decision=happened.decision, pick=WITHHELD)
        elif isinstance(happened, Skipped):
            return
        else:
            yield happened


def _read(held: HeldPlay, member: Member, cases: Mapping[str, CourseCase], reading: _Reading) -> None:
    number = reading.numbers[held.seat, held.case] = reading.numbers.get((held.seat, held.case), 0) + 1
    known = cases.get(held.case)
    if known is None:
        reading.refused.append(NotJudged(member, held.case, "other_case"))
        return
    if known.case.version != held.version:
        reading.refused.append(NotJudged(member, held.case, "other_version", held.version))
        return
    try:
        play = Play.replay(known.case, held.events)
        told = tuple(told_events(known.case, held.events))
        Play.replay(known.case, told)
    except RefusedError as error:
        reading.refused.append(NotJudged(member, held.case, "impossible", str(error)))
        return
    if play.started is None:
        reading.refused.append(NotJudged(member, held.case, "unreadable"))
        return
    reading.told.append(Told(member, held.case, number, told))
    if number == 1:
        last = score(known.case, play, known.key)
        first = score(known.case, play, known.key, attempt="first")
        reading.handed.append(Handed(member, held.case, play, last, first))


def _decisions(known: CourseCase, events: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    play = Play.replay(known.case, events)
    for verdict in score(known.case, play, known.key).verdicts:
        pick = play.picks.get(verdict.decision)
        if pick is None:
            continue
        weighed = verdict.s if verdict.weight > 0 else None  # where a panel disagreed there is no score
        harm = " ".join(flag.code or flag.option for flag in verdict.harm)
        missed = " ".join(flag.option for flag in verdict.missed)
        yield verdict.decision, pick_text(pick), weighed, harm, missed


def pick_text(pick: Pick) -> str:
    """A pick as the ids of what was picked; of a referral ``service:urgency:fact+fact``."""
    return " ".join(written_parts(pick))


def _cases(names: set[str], books: Books) -> Mapping[str, CourseCase]:
    found: dict[str, CourseCase] = {}
    for name in sorted(names & set(case_ids(books.cases))):
        case = load_case(case_folder(name, books.cases))
        found[name] = CourseCase(case, load_key(case, books.keys))
    return found


def _explained(held: Held) -> bytes:
    texts = read_catalogue(TEXTS)
    values = {"name": held.name, "days": held.keep_days}
    told = [texts["close_readme"][language].format(**values) for language in LANGUAGES]
    return ("\n\n".join(told) + "\n").encode("utf-8")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        with whole_folder(folder, mode=OWNER_ALONE_FOLDER) as draft:
            for name, data in files.items():
                file = draft / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(data)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadInputError(f"{folder} cannot be written ({why}). Free some room; close again.") from None
