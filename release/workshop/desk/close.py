"""Closing a workshop: no more seats and answers, and an export of decisions, records and the class report.

What leaves holds no pseudonym, no resume code and no text of anybody's own (scoring.md, “Text”;
content-safety.md, 9), and it does not show who skipped or paused: a play is exported up to its first skip,
like one that was left there, and the chain of its record is made anew without what was taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from graders.key.guide import GUIDES, Guide, guides_of
from graders.key.key import load_key
from graders.people.cohort import Cohort, CourseCase, JudgedPlay, Member, NotJudged
from graders.people.groups import by_sector
from graders.report.data import ReportData, report_of
from graders.report.decision import ReportLibrary
from graders.report.interim import Moments, first_moments, interim_report_of
from graders.report.page import report_page
from graders.score import score
from graders.sheet_export import Cell, Table, csv_bytes, spreadsheet_bytes
from release.workshop.data_folder import exports_of, interim_of
from release.workshop.desk.teams.own_plays import OwnPlays
from release.workshop.desk.teams.team_export import PastTeams, voices_table
from release.workshop.failure import failure_sentence
from release.workshop.writer.workshops import (
    SeatPlay,
    WorkshopSummary,
    note_closed,
    plays_of,
    reveals_of,
    seats_of,
    workshop_named,
)
from scenarios.case import Case
from scenarios.directory.competencies import Competency, load_competencies
from scenarios.directory.services import Directory, load_directory
from scenarios.documents.problem import BadInputError
from scenarios.documents.whole_file import OWNER_ALONE, OWNER_ALONE_FOLDER, whole_folder, write_whole
from scenarios.engine.event import Decided, Event, Paused, Resumed, Skipped
from scenarios.engine.play import Play
from scenarios.engine.record import record_bytes
from scenarios.language import LANGUAGES, SOURCE, Language, read_catalogue
from scenarios.library import CASES, case_folder, case_ids
from scenarios.loader import load_case
from scenarios.pick import Pick, RefusedError, written_parts

TEXTS = Path(__file__).with_name("close.yaml")
WITHHELD = "–"
HEADER = ("seat", "sector", "case", "play", "variant", "decision", "pick", "s", "harm", "missed")


@dataclass(frozen=True, slots=True)
class ExportSources:
    """What an export is judged by: folders of cases, keys and guides, and the referral directory.

    first: the language that its report opens in.
    """

    keys: Path
    cases: Path = CASES
    guides: Path = GUIDES
    directory: Directory | None = None
    first: Language = SOURCE


@dataclass(frozen=True, slots=True)
class ExportedPlay:
    """One play as it is exported. number: its place among those of its seat and case, from 1."""

    member: Member
    case: str
    number: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an export is made of: the cohort, and every play that fits its case, without what is withheld.

    voices: the rows of what was answered alone at tables.
    """

    cohort: Cohort
    plays: tuple[ExportedPlay, ...]
    voices: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported, and where. report: None where nobody has played."""

    folder: Path
    plays: int
    decisions: int
    not_judged: int
    report: Path | None


@dataclass(slots=True)
class _CloseReading:
    """What has been collected of the plays so far."""

    handed: list[JudgedPlay] = field(default_factory=list)
    refused: list[NotJudged] = field(default_factory=list)
    exported: list[ExportedPlay] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    moments: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CoursePart:
    """Which part of a workshop is told: what was played by those who came from one course, since they came.

    moments: from when on, by seat and case.
    """

    moments: Mapping[tuple[str, str], datetime]

    @property
    def seats(self) -> set[str]:
        """Who came from there."""
        return {seat for seat, _ in self.moments}

    def counts(self, play: SeatPlay) -> bool:
        """Whether a play was begun there; one that cannot be read was not."""
        since = self.moments.get((play.seat, play.case))
        return since is not None and bool(play.events) and datetime.fromisoformat(play.events[0].at) >= since


def close_workshop(url: str, data: Path, name: str, books: ExportSources, *, now: datetime) -> Export:
    """Close the workshop `name` and export it; a second time, export it again.

    url: the SQLAlchemy URL of its database; data: the folder that exports go to. A server that runs may
    run on: from now on it takes no seat and no answer. Raises WorkshopsError, ProblemsError, or BadInputError
    where the export cannot be written.
    """
    workshop = workshop_named(url, name)
    note_closed(url, workshop, now)
    return export_workshop(url, data, workshop, books, now=now)


def export_workshop(
    url: str, data: Path, workshop: WorkshopSummary, books: ExportSources, *, now: datetime
) -> Export:
    """Export a workshop as it stands. Raises as `close_workshop` does."""
    contents = contents_of(url, workshop, books)
    table = decisions_table(contents)
    files: dict[str, bytes] = {**decision_files(table), "baca-saya.txt": _explained(workshop)}
    if contents.voices:
        voices = voices_table(contents.voices)
        files |= {"voices.csv": csv_bytes(voices), "voices.xlsx": spreadsheet_bytes(voices)}
    for play in contents.plays:
        files[f"records/{play.case}-{play.member.id}-{play.number}.jsonl"] = record_bytes(play.events)
    if contents.cohort.handed:
        files["report.html"] = report_of_class(contents.cohort, books, now).encode("utf-8")
    folder = exports_of(data) / workshop.name
    _write(folder, files)
    report = folder / "report.html" if "report.html" in files else None
    return Export(folder, len(contents.plays), len(table.rows), len(contents.cohort.not_judged), report)


def decision_files(table: Table) -> dict[str, bytes]:
    """A table of decisions as files, by their names: for a program, and for a spreadsheet."""
    return {"decisions.csv": csv_bytes(table), "decisions.xlsx": spreadsheet_bytes(table)}


def interim_report(
    url: str, data: Path, workshop: WorkshopSummary, books: ExportSources, *, now: datetime
) -> Path | None:
    """Write the class report of a workshop as it stands, without closing it; None where too few have played.

    It names no sector, and its figures move by five people: between two such reports, the difference could
    tell what one person chose. The next export takes its place. Raises as `close_workshop` does.
    """
    report = interim_data(url, workshop, books, now=now)
    if report is None:
        return None
    file = interim_of(data, workshop.name)
    try:
        file.parent.mkdir(mode=OWNER_ALONE_FOLDER, parents=True, exist_ok=True)
        write_whole(file, report_page(report, books.first), mode=OWNER_ALONE)
    except OSError as error:
        raise _unwritable(file, error) from None
    return file


def interim_data(
    url: str,
    workshop: WorkshopSummary,
    books: ExportSources,
    *,
    now: datetime,
    part: CoursePart | None = None,
) -> ReportData | None:
    """What an interim report says, of a part where one is given. Raises WorkshopsError or ProblemsError."""
    cohort, moments = _people_of(url, workshop, books, part)
    return interim_report_of(cohort, moments, *_quoted(cohort, books), made=now.date())


def contents_of(
    url: str, workshop: WorkshopSummary, books: ExportSources, part: CoursePart | None = None
) -> Contents:
    """The cohort and the plays of a workshop. Of each seat and case the first play counts, as on the board.

    A table counts as one, by what it settled on. part: what is told, all where left out. Raises
    WorkshopsError or ProblemsError.
    """
    room = _room_of(url, workshop, books, part, with_sectors=True)
    members, past, tables, reading = room.members, room.past, room.tables, room.reading
    teams = [
        answer
        for one in reading.handed
        if one.member.id in {table.id for table in tables.values()}
        for answer in past.answers(room.cases[one.case], one.play)
    ]
    # Whoever sits at a table and never played alone counts with it.
    alone = room.players | (members.keys() - past.seated())
    rows = [
        (play.member.id, play.case, str(play.number), *row)
        for play in sorted(reading.exported, key=lambda play: (play.case, play.member.id, play.number))
        for row in past.rows(room.cases[play.case], play.events, members)
    ]
    cohort = replace(
        room.cohort(sorted(reading.handed, key=lambda one: (one.case, one.member.id))),
        members=tuple(one for seat, one in {**members, **tables}.items() if seat in alone),
        teams=tuple(teams),
    )
    return Contents(cohort, tuple(reading.exported), tuple(rows))


def _people_of(
    url: str, workshop: WorkshopSummary, books: ExportSources, part: CoursePart | None
) -> tuple[Cohort, Moments]:
    """The cohort of a workshop as its board counts it, and when each was answered; see `OwnPlays`."""
    room = _room_of(url, workshop, books, part, with_sectors=False)
    own = OwnPlays(room.past, room.members, room.tables, reveals_of(url, workshop))
    handed, moments = own.counted(room.reading.handed, room.reading.moments, room.cases)
    return room.cohort(handed), moments


@dataclass(frozen=True, slots=True)
class _ReadRoom:
    """A workshop as it was read for a report.

    members, tables: by seat; players: the seats of those, and of tables, who have played.
    """

    name: str
    members: Mapping[str, Member]
    past: PastTeams
    tables: Mapping[str, Member]
    players: frozenset[str]
    cases: Mapping[str, CourseCase]
    reading: _CloseReading

    def cohort(self, handed: Iterable[JudgedPlay]) -> Cohort:
        """Its people as a cohort, with what counts of their plays."""
        return Cohort(
            course=self.name,
            cases={name: self.cases[name] for name in sorted(self.cases)},
            members=tuple(self.members.values()),
            handed=tuple(handed),
            not_judged=tuple(sorted(self.reading.refused, key=lambda one: (one.case, one.member.id))),
            missing=dict.fromkeys(self.cases, 0),  # nobody owes a case of a workshop
        )


def _room_of(
    url: str,
    workshop: WorkshopSummary,
    books: ExportSources,
    part: CoursePart | None,
    *,
    with_sectors: bool,
) -> _ReadRoom:
    members = _members(url, workshop, part, with_sectors=with_sectors)
    past = PastTeams.of(url, workshop)
    tables = past.numbered()
    plays = [play for play in plays_of(url, workshop) if part is None or part.counts(play)]
    cases = _cases({play.case for play in plays}, books)
    reading, seats = _CloseReading(), {**members, **tables}
    for play in plays:
        _read(play, seats[play.seat], cases, reading)
    players = frozenset(play.seat for play in plays)
    return _ReadRoom(workshop.label, members, past, tables, players, cases, reading)


def _members(
    url: str, workshop: WorkshopSummary, part: CoursePart | None, *, with_sectors: bool
) -> dict[str, Member]:
    """Who sits in a workshop, by seat. No number tells who came when: they follow the random ids."""
    seats = [seat for seat in seats_of(url, workshop) if part is None or seat.id in part.seats]
    width = max(2, len(str(len(seats))))
    return {
        seat.id: Member(f"{number:0{width}d}", seat.sector if with_sectors else None)
        for number, seat in enumerate(seats, start=1)
    }


def report_of_class(cohort: Cohort, books: ExportSources, now: datetime) -> str:
    """The class report of a workshop as a page."""
    return report_page(report_of(cohort, *_quoted(cohort, books), made=now.date()), books.first)


def _quoted(
    cohort: Cohort, books: ExportSources
) -> tuple[Mapping[str, Guide], ReportLibrary, Mapping[str, Competency]]:
    """What a report quotes."""
    directory = books.directory or load_directory()
    guides = guides_of((each.case for each in cohort.cases.values()), books.guides)
    library = ReportLibrary.of_the_lab({**load_directory().services, **directory.services})
    return guides, library, load_competencies()


def decisions_table(contents: Contents) -> Table:
    """One row a decision, of all plays, in the order of cases, seats and decisions.

    A sector is named only where `graders.people.groups` shows it, or its family, among those who stand here.
    """
    present = {play.member.id: play.member for play in contents.plays}
    groups = {name: group.id for group in by_sector(present.values()).visible for name in group.members}
    rows = [
        (play.member.id, groups.get(play.member.id, ""), play.case, str(play.number), *row)
        for play in sorted(contents.plays, key=lambda play: (play.case, play.member.id, play.number))
        for row in _decisions(contents.cohort.cases[play.case], play.events)
    ]
    return Table(HEADER, tuple(rows))


def exported_events(case: Case, events: Sequence[Event]) -> Iterator[Event]:
    """The events of a play that may be exported: up to its first skip, without pauses, texts withheld.

    A text that was skipped is exported like one that was written.
    """
    texts = {decision.id for _, decision in case.decisions() if decision.is_free_text}
    for event in events:
        if isinstance(event, Paused | Resumed):
            continue
        if isinstance(event, Decided | Skipped) and event.decision in texts:
            yield Decided(at=event.at, decision=event.decision, pick=WITHHELD)
        elif isinstance(event, Skipped):
            return
        else:
            yield event


def _read(stored: SeatPlay, member: Member, cases: Mapping[str, CourseCase], reading: _CloseReading) -> None:
    number = reading.numbers[stored.seat, stored.case] = (
        reading.numbers.get((stored.seat, stored.case), 0) + 1
    )
    course_case = cases.get(stored.case)
    if course_case is None:
        reading.refused.append(NotJudged(member, stored.case, "other_case"))
        return
    if course_case.case.version != stored.version:
        reading.refused.append(NotJudged(member, stored.case, "other_version", stored.version))
        return
    try:
        play = Play.replay(course_case.case, stored.events)
        exported = tuple(exported_events(course_case.case, stored.events))
        Play.replay(course_case.case, exported)
    except RefusedError as error:
        reading.refused.append(NotJudged(member, stored.case, "impossible", str(error)))
        return
    if play.started is None:
        reading.refused.append(NotJudged(member, stored.case, "unreadable"))
        return
    reading.exported.append(ExportedPlay(member, stored.case, number, exported))
    if number == 1:
        last = score(course_case.case, play, course_case.key)
        first = score(course_case.case, play, course_case.key, attempt="first")
        reading.handed.append(JudgedPlay(member, stored.case, play, last, first))
        reading.moments[member.id, stored.case] = first_moments(stored.events)


def _decisions(course_case: CourseCase, events: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    play = Play.replay(course_case.case, events)
    for verdict in score(course_case.case, play, course_case.key).verdicts:
        pick = play.picks.get(verdict.decision)
        if pick is None:
            continue
        weighed = verdict.s if verdict.weight > 0 else None  # where a panel disagreed there is no score
        harm = " ".join(flag.code or flag.option for flag in verdict.harm)
        missed = " ".join(flag.option for flag in verdict.missed)
        yield play.case.variant, verdict.decision, pick_text(pick), weighed, harm, missed


def pick_text(pick: Pick) -> str:
    """A pick as the ids of what was picked; of a referral ``service:urgency:fact+fact``."""
    return " ".join(written_parts(pick))


def _cases(names: set[str], books: ExportSources) -> Mapping[str, CourseCase]:
    cases: dict[str, CourseCase] = {}
    for name in sorted(names & set(case_ids(books.cases))):
        case = load_case(case_folder(name, books.cases))
        cases[name] = CourseCase(case, load_key(case, books.keys))
    return cases


def _explained(workshop: WorkshopSummary) -> bytes:
    texts = read_catalogue(TEXTS)
    values = {"name": workshop.name, "days": workshop.keep_days}
    paragraphs = [texts["close_readme"][language].format(**values) for language in LANGUAGES]
    return ("\n\n".join(paragraphs) + "\n").encode("utf-8")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        with whole_folder(folder, mode=OWNER_ALONE_FOLDER) as draft:
            for name, data in files.items():
                file = draft / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(data)
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(place: Path, error: OSError) -> BadInputError:
    why = error.strerror or str(error)
    return BadInputError(failure_sentence("unwritable", file=place, reason=why))
