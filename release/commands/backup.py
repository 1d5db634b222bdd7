"""The commands of copies and of the way back: of a course, and of the workshops of a data folder."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.backup.backup import sentence
from release.commands.record_options import option_of
from release.commands.workshop import place_of
from release.local_time import written
from release.options import out
from release.workshop.plan import WorkshopPlan, read_plan

if TYPE_CHECKING:
    from release.backup.workshop_backup import WorkshopBackup

app = typer.Typer()
workshop_app = typer.Typer()
Data = Annotated[Path | None, option_of(WorkshopPlan, "data")]
Database = Annotated[str | None, option_of(WorkshopPlan, "database")]
CopyFile = Annotated[Path, typer.Argument(help="The file of the copy.")]
CourseFolder = Annotated[Path, typer.Argument(help="The course's folder.")]


@app.command("backup")
def back_up_course(course: CourseFolder, file: CopyFile) -> None:
    """Copy a whole course into one file, also while it is in use."""
    from release.backup import course_backup  # noqa: PLC0415 -- for this command alone

    copy = course_backup.back_up_course(course, file, software=version("kasuslab"), now=datetime.now(UTC))
    _say("course_copied", moment=written(copy.moment), file=copy.place, files=copy.files, place=course)


@app.command("restore")
def restore_course(file: CopyFile, course: CourseFolder) -> None:
    """Bring a course back from its copy, into a folder that is empty or not there."""
    from release.backup import course_backup  # noqa: PLC0415 -- for this command alone

    copy = course_backup.restore_course(file, course)
    _say("course_restored", moment=written(copy.moment), place=copy.place, files=copy.files)


@workshop_app.command("backup")
def back_up_workshop(file: CopyFile, *, data: Data = None, database: Database = None) -> None:
    """Copy all workshops with their data folder into one file, also while one runs."""
    from release.backup import workshop_backup  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = place_of(data, database)
    copy = workshop_backup.back_up_workshop(
        url, place, file, software=version("kasuslab"), now=datetime.now(UTC)
    )
    _say_workshop("workshop_copied", copy, place, file=copy.place)


@workshop_app.command("restore")
def restore_workshop(file: CopyFile, *, data: Data = None, database: Database = None) -> None:
    """Bring workshops back from their copy, into an empty data folder and database."""
    from release.backup import workshop_backup  # noqa: PLC0415 -- SQLAlchemy is for few commands

    place, url = place_of(data, database)
    copy = workshop_backup.restore_workshop(file, url, place)
    _say_workshop("workshop_restored", copy, place, place=copy.place)


def _say_workshop(name: str, copy: WorkshopBackup, data: Path, **parts: object) -> None:
    counts = {"workshops": copy.workshops, "seats": copy.seats, "plays": copy.plays, "events": copy.events}
    moment = written(copy.moment, read_plan(data).zone)
    _say(name, moment=moment, **counts, **parts)


def _say(name: str, **parts: object) -> None:
    out.print(sentence(name, **parts), markup=False, soft_wrap=True)
