"""The commands of a workshop that carries a course: cards for its people, their hand-in, who was there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from release.commands.record_options import option_of
from release.commands.retention import clear_in_time
from release.options import MessageLanguage, err, listed, out
from release.workshop.data_folder import database_of
from release.workshop.plan import WorkshopPlan
from scenarios.language import SOURCE, Language, terminal_language
from scenarios.sentence import Sentence, in_language

app = typer.Typer()
CourseFolder = Annotated[Path, typer.Argument(help="A course.")]
Data = Annotated[Path | None, option_of(WorkshopPlan, "data")]
Database = Annotated[str | None, option_of(WorkshopPlan, "database")]


@app.command("seat-cards")
def seat_cards(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: CourseFolder,
    file: Annotated[
        Path | None, typer.Argument(help="The page to write; in the course's exports/ by default.")
    ] = None,
    *,
    address: Annotated[
        str | None, typer.Option("--address", help="The workshop's, for the QR codes; as planned by default.")
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option("--replace", help="Ids, with commas: new cards for these, whose old ones open nothing."),
    ] = None,
    data: Data = None,
    language: MessageLanguage = None,
) -> None:
    """Write a card for each person of a course, with the code that opens their seat in a workshop."""
    clear_in_time(directory)
    from release.phones.seat_cards import planned_address, write_seat_cards  # noqa: PLC0415 -- for few commands
    from release.phones.words import phone_sentence  # noqa: PLC0415 -- the same

    place = _data(data)
    where = planned_address(place) if address is None else address
    lost = tuple(listed(replace))
    spoken = language or terminal_language()
    cards = write_seat_cards(directory, place, where, replace=lost, language=language or SOURCE, file=file)
    _say(phone_sentence("cards_written", file=cards.file, count=cards.count), spoken)
    if lost:
        _say(phone_sentence("cards_replaced"), spoken)
    if not where:
        _say(phone_sentence("cards_without_address"), spoken, err)


@app.command("hand-in")
def hand_in(
    directory: CourseFolder,
    *,
    data: Data = None,
    database: Database = None,
    language: MessageLanguage = None,
) -> None:
    """Hand in what the people of a course have played on phones: it becomes their submissions."""
    clear_in_time(directory)
    from release.phones.hand_in import hand_in as hand_in_plays  # noqa: PLC0415 -- for few commands
    from release.phones.words import phone_sentence  # noqa: PLC0415 -- the same

    place = _data(data)
    report = hand_in_plays(directory, place, database or database_of(place))
    spoken = language or terminal_language()
    for one in report.refused:
        typer.echo(in_language(one.message, spoken), err=True)
    counts = {name: len(getattr(report, name)) for name in ("placed", "unchanged", "refused")}
    _say(phone_sentence("handed_in", course=directory, **counts), spoken)
    if report.refused:
        raise typer.Exit(1)


@app.command("attendance")
def attendance(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: CourseFolder,
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV or XLSX; attendance.xlsx in the course's exports/ by default."),
    ] = None,
    *,
    zone: Annotated[str, typer.Option("--zone", help="Of the place: WIB, WITA or WIT.")] = "WIB",
    data: Data = None,
    database: Database = None,
    language: MessageLanguage = None,
) -> None:
    """Write who was there, by day and session, as their phones tell it."""
    clear_in_time(directory)
    from release.phones.attendance import course_attendance, write_attendance  # noqa: PLC0415 -- for few commands
    from release.phones.words import phone_sentence  # noqa: PLC0415 -- the same

    place = _data(data)
    who = course_attendance(directory, place, database or database_of(place), zone)
    spoken = language or terminal_language()
    if not who.presences:
        _say(phone_sentence("attendance_none"), spoken)
        return
    target = write_attendance(directory, who, file=file, language=spoken)
    counts = {"people": len(who.people), "sessions": len(who.sessions)}
    _say(phone_sentence("attendance_written", file=target, **counts), spoken)


def _data(data: Path | None) -> Path:
    from release.settings import workshop_folder  # noqa: PLC0415 -- only a workshop keeps data there

    return (data or workshop_folder()).resolve()


def _say(sentence: Sentence, language: Language, console: Console = out) -> None:
    console.print(in_language(sentence, language), markup=False, soft_wrap=True)
