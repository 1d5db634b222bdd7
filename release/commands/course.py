"""The commands of a course: make it, fill it, collect, grade, report, and hand the grades on."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table
from typer.core import TyperCommand

from graders.exports.formats import GRADE_FORMATS
from graders.key.key import keys_folder, keys_place
from graders.people.roster import Roster
from release.commands.export_flags import with_format_flags
from release.commands.retention import clear_in_time
from release.course.programmes.programme import (
    WORKSHOP,
    Programme,
    lacking_tests,
    load_programme,
    programme_ids,
)
from release.options import (
    CasesFolder,
    KeysFolder,
    Person,
    RosterFile,
    ServicesFile,
    SpokenLanguage,
    ask_for_sure,
    err,
    listed,
    out,
    person_of_settings,
    print_warning,
)
from scenarios.directory.overlay import directory_with
from scenarios.engine.draw import chosen_variants
from scenarios.engine.event import Mode
from scenarios.language import SOURCE, terminal_language
from scenarios.library import CASES, practice_ids
from scenarios.sentence import sentences_of

if TYPE_CHECKING:
    from release.course.course import Course
    from release.course.programmes.deadlines import Calendar

_sentence = sentences_of(Path(__file__).with_name("course.yaml"))
app = typer.Typer()
DrawIds = Annotated[
    bool, typer.Option("--draw-ids", help="Draw a pseudonym for whoever has no id in the roster.")
]


class CourseCommand(TyperCommand):
    """The command for a course; ``--programme`` with no programme behind it means the workshop."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 -- of Typer's own package
        """Read the command line."""
        filled = [
            f"--programme={WORKSHOP}" if one == "--programme" and after.startswith("-") else one
            for one, after in pairwise([*args, "-"])
        ]
        return super().parse_args(ctx, filled)


@app.command(cls=CourseCommand)
def course(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: Annotated[Path, typer.Argument(help="Where the course stands, or is to stand.")],
    *,
    cases: Annotated[
        str | None, typer.Option("--cases", help="Case ids, with commas; all for practice by default.")
    ] = None,
    person: Person = None,
    mode: Annotated[
        Mode | None, typer.Option("--mode", help="How it is played; test by default, panel to make a key.")
    ] = None,
    keep_days: Annotated[
        int | None, typer.Option("--keep-days", help="How long it is kept; 180 days by default.")
    ] = None,
    variants: Annotated[
        str | None,
        typer.Option(
            "--variants",
            help="CASE=VARIANT, with commas: the same for everybody; drawn for each play by default.",
        ),
    ] = None,
    services: ServicesFile = None,
    roster: RosterFile = None,
    draw_ids: DrawIds = False,
    programme: Annotated[
        str | None,
        typer.Option("--programme", help="A0 to A4, with tests before and after; A1 where none is named."),
    ] = None,
    begins: Annotated[
        datetime | None,
        typer.Option("--begins", formats=["%Y-%m-%d"], help="The programme's first day; sets deadlines."),
    ] = None,
    every: Annotated[
        int | None, typer.Option("--every", help="Days from one day of sessions to the next.")
    ] = None,
    a_day: Annotated[int | None, typer.Option("--a-day", help="Sessions on one day.")] = None,
    zone: Annotated[str, typer.Option("--zone", help="Of the deadlines: WIB, WITA or WIT.")] = "WIB",
    without_tests: Annotated[
        bool, typer.Option("--without-tests", help="The programme without the tests before and after.")
    ] = False,
    export_to: Annotated[
        Path | None, typer.Option("--export", help="Write a ZIP of all that is kept of persons, and end.")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove all that is kept of persons, and end.")
    ] = False,
    only: Annotated[
        str | None, typer.Option("--only", help="With --export or --forget: of this id alone.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the whole course, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --forget or --delete: ask nothing.")] = False,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Make an nbgrader course, add to one, or hand out or remove what it keeps of persons."""
    clear_in_time(directory)
    if _personal_data(directory, export_to, only, forget=forget, yes=yes):
        return
    if delete:
        _delete(directory, yes=yes)
        return
    from release.course.course import assignments, make_course  # noqa: PLC0415 -- nbgrader takes seconds to import

    if roster is not None:
        _try_roster(roster, draw_ids=draw_ids)
    if programme is not None and cases:
        raise typer.BadParameter(_sentence("own_cases"))
    plan = None if programme is None else _programme(directory, programme)
    calendar = _calendar(plan, begins, every, a_day, zone)
    only_settled = (roster is not None or keep_days is not None or variants is not None) and not cases
    ids = [] if only_settled and assignments(directory) else listed(cases) or practice_ids(cases_dir)
    if plan is not None:
        ids = _programme_ids(plan, keys or keys_folder(), cases_dir, tests=not without_tests)
    spoken, local = person or person_of_settings(), directory_with(services, print_warning)
    outcome = make_course(
        directory,
        ids,
        person=spoken,
        mode=mode,
        keep_days=keep_days,
        variants=chosen_variants(listed(variants)),
        cases=cases_dir,
        keys=keys,
        services=local,
    )
    _print_course(outcome)
    if roster is not None:
        _enrol(outcome.directory, roster, draw_ids=draw_ids)
    if plan is not None:
        _plan(outcome.directory, plan, calendar, keys or keys_folder(), tests=not without_tests)


def _delete(course: Path, *, yes: bool) -> None:
    """Delete a course, once it was said what goes. Raises CourseError, BadParameter where it is carried."""
    from release.course.personal_data import course_parts, remove_course  # noqa: PLC0415 -- nbgrader takes seconds to import
    from release.settings import workshop_folder  # noqa: PLC0415 -- only here
    from release.workshop.carried_course import is_carried_now  # noqa: PLC0415 -- only here

    goes = course_parts(course)
    if is_carried_now(course, workshop_folder()):
        err.print(_sentence("delete_running", course=course), markup=False, soft_wrap=True)
        raise typer.Exit(1)
    if not yes:
        ask_for_sure(_sentence("ask_delete", **asdict(goes)))
    left = remove_course(course)
    _say("deleted", course=course)
    if left:
        _say("deleted_left", course=course, names=", ".join(left))


def _print_course(outcome: Course) -> None:
    """What the course holds now, and what it lacks."""
    place = outcome.directory
    if outcome.added:
        _say("added", course=place, cases=", ".join(outcome.added))
        _say("link", links=", ".join(f"/tugas/{case}" for case in outcome.added))
    if outcome.standing:
        _say("standing", course=place, cases=", ".join(outcome.standing))
    for name, variant in outcome.variants.items():
        _say("one_variant", course=place, variant=variant, case=name)
    if outcome.person is None:
        err.print(_sentence("nobody_named", course=place), markup=False)


def _personal_data(
    course: Path, export_to: Path | None, only: str | None, *, forget: bool, yes: bool
) -> bool:
    """Hand out and remove, as asked for; whether anything was."""
    from release.course import personal_data as people  # noqa: PLC0415 -- nbgrader takes seconds to import

    if export_to is None and not forget:
        if only is not None:
            raise typer.BadParameter(_sentence("only_alone"))
        return False
    if export_to is not None:
        exported = (
            people.export_person(course, only, export_to) if only else people.export_course(course, export_to)
        )
        _say("written", file=exported)
    if not forget:
        return True
    whom = f"“{only}”" if only else _sentence("everybody", count=len(people.people_of(course)))
    goes = people.to_be_forgotten(course, only)
    if goes.also and not yes:
        err.print(_sentence("goes_too", names=", ".join(goes.also)), markup=False, soft_wrap=True)
    if not yes:
        ask_for_sure(_sentence("ask_forget", course=course, whom=whom))
    removal = people.forget_person(course, only) if only else people.forget_course(course)
    _say("forgotten", course=course, count=removal.people)
    if removal.also:
        _say("gone_too", names=", ".join(removal.also))
    return True


def _programme(course: Path, code: str) -> Programme:
    """The programme of that code, which the course may hold already."""
    from release.course.programmes.form_orders import check_one_pair  # noqa: PLC0415 -- nbgrader takes seconds to import

    plan = load_programme(code)
    check_one_pair(course, plan)
    return plan


def _calendar(
    plan: Programme | None, begins: datetime | None, every: int | None, a_day: int | None, zone: str
) -> Calendar | None:
    """When the sessions are; how far apart says the programme where the command line does not."""
    from release.course.programmes.deadlines import calendar_of  # noqa: PLC0415 -- nbgrader takes seconds to import

    if begins is None or plan is None:
        return None
    apart, together = plan.every if every is None else every, plan.a_day if a_day is None else a_day
    return calendar_of(begins.date(), apart, together, zone)


def _programme_ids(plan: Programme, keys: Path, cases: Path, *, tests: bool) -> list[str]:
    """The cases of the programme, with its tests where they can be had; why not is printed."""
    ids = programme_ids(plan, keys, cases, tests=tests)
    if tests and (lack := lacking_tests(plan, keys, cases)):
        typer.echo(lack, err=True)
    return list(ids)


def _plan(course: Path, plan: Programme, calendar: Calendar | None, keys: Path, *, tests: bool) -> None:
    """Deadlines, the orders of the test forms, and the page of a programme."""
    from release.course.course import read_course  # noqa: PLC0415 -- nbgrader takes seconds to import
    from release.course.programmes.programme_course import settle_programme  # noqa: PLC0415 -- nbgrader takes seconds to import

    _say("plan", file=settle_programme(course, plan, calendar, keys, tests=tests))
    if calendar is None and not read_course(course).due:
        _say("no_deadlines")


def _enrol(course: Path, file: Path, *, draw_ids: bool) -> None:
    from graders.people.roster import ROSTER  # noqa: PLC0415 -- only where there is a roster
    from release.course.enrolment import enrol  # noqa: PLC0415 -- the same
    from release.course.programmes.form_orders import assign_forms  # noqa: PLC0415 -- the same

    merged = enrol(course, file, draw_ids=draw_ids)
    changes = {"added": len(merged.added), "changed": len(merged.changed)}
    _say("enrolled", file=course / ROSTER, count=len(merged.roster), **changes)
    if merged.absent:
        _say("absent", file=file, names=", ".join(merged.absent))
    _print_sectors(merged.roster)
    for first, count in sorted(Counter(first for first, _ in assign_forms(course).values()).items()):
        _say("begin_with", count=count, case=first)


def _try_roster(file: Path, *, draw_ids: bool = False) -> Roster:
    """Read a roster before anything is made, and tell which columns nobody reads."""
    from graders.people.roster import try_roster, unread_columns  # noqa: PLC0415 -- only where there is a roster

    columns = unread_columns(file)
    if columns:
        name = "not_read" if len(columns) > 1 else "not_read_one"
        typer.echo(_sentence(name, columns=", ".join(columns)), err=True)
    reading = try_roster(file, draw=secrets.choice if draw_ids else None)
    for warning in reading.warnings:
        print_warning(warning)
    return reading.persons


def _print_sectors(roster: Roster) -> None:
    from graders.people.roster import by_sector  # noqa: PLC0415 -- only where there is a roster
    from scenarios.directory.sectors import load_sectors  # noqa: PLC0415 -- the same

    heads = (_sentence(f"column_{name}") for name in ("sector", "name", "persons"))
    table, sectors = Table(*heads), load_sectors().sectors
    language = terminal_language()
    counts = by_sector(roster.values())
    for name, count in counts.items():
        cells = (name, sectors[name].name[language]) if name is not None else ("–", "–")
        table.add_row(*cells, str(count))
    if not counts:
        for name, sector in sectors.items():
            table.add_row(name, sector.name[language], "")
    out.print(table)


def _say(name: str, /, **values: object) -> None:
    out.print(_sentence(name, **values), markup=False, soft_wrap=True)


@app.command("keys")
def take_keys(
    sources: Annotated[
        list[Path], typer.Argument(help="Files of keys, as whoever keeps them has given them, or a ZIP.")
    ],
    *,
    with_others: Annotated[
        bool, typer.Option("--replace", help="In the place of another key of the same case, too.")
    ] = False,
    keys: KeysFolder = None,
) -> None:
    """Put in keys that were given, those of tests above all: each is first proved against its case."""
    from release.course.programmes.key_intake import intake_told  # noqa: PLC0415 -- for this command alone
    from release.course.programmes.key_intake import take_keys as take  # noqa: PLC0415 -- the same

    place = keys or keys_place()
    intake = take(sources, place, with_others=with_others)
    for one in intake.refused:
        err.print(one, markup=False, soft_wrap=True)
    for one in intake_told(intake, place):
        out.print(one, markup=False, soft_wrap=True)
    if intake.refused:
        raise typer.Exit(1)


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="A course.")],
    *,
    trainees: Annotated[int, typer.Option("--trainees", min=1, max=10_000, help="How many.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same trainees.")] = 1,
    keys: KeysFolder = None,
) -> None:
    """Fill a course with made-up trainees and their submissions."""
    from release.course.simulate import simulate as fill  # noqa: PLC0415 -- nbgrader takes seconds to import

    with err.status(_sentence("trainees_play")):
        people = fill(directory, trainees, seed, keys=keys)
    _say("simulated", course=directory, count=len(people))


@app.command()
def collect(
    directory: Annotated[Path, typer.Argument(help="A course.")],
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="Hand-in files, folders, or ZIPs, Moodle's too, and its grading worksheet (CSV)."
        ),
    ],
    *,
    teams: Annotated[
        bool, typer.Option("--teams", help="Moodle hands out by groups: go by the id in each hand-in.")
    ] = False,
    new_numbers: Annotated[
        bool, typer.Option("--new-numbers", help="Moodle's assignment is a new one: take its numbers.")
    ] = False,
) -> None:
    """Collect hand-ins: whose and which case, the newest of each; what cannot be placed is named."""
    clear_in_time(directory)
    from release.course.hand_ins.collect import collect as place  # noqa: PLC0415 -- nbgrader takes seconds to import
    from release.course.hand_ins.collect_report import report_lines, warning_lines  # noqa: PLC0415 -- the same

    with err.status(_sentence("hand_ins_read")):
        report = place(directory, sources, now=datetime.now(UTC), teams=teams, renumber=new_numbers)
    for line in warning_lines(report):
        typer.echo(line, err=True)
    for line in report_lines(directory, report):
        out.print(line, markup=False, soft_wrap=True)
    if report.left or report.remarks:
        raise typer.Exit(1)


@app.command()
def grade(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: Annotated[Path, typer.Argument(help="A course.")],
    cases: Annotated[
        list[str] | None, typer.Argument(help="Case ids; all that were released by default.")
    ] = None,
    *,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, help="How many processes grade.")
    ] = None,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Grade a class again with a key that has changed.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Grade a class again with the key of before that of now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --rescore or --back: ask nothing.")] = False,
    db: Annotated[
        str | None, typer.Option("--db", help="The gradebook's SQLAlchemy URL; the course's own by default.")
    ] = None,
    keys: KeysFolder = None,
) -> None:
    """Grade all submissions of a course into nbgrader's gradebook, without running anybody's code."""
    clear_in_time(directory)
    if back:
        keys, rescore = _earlier_key(directory, cases or ()), True
    from release.course.grade.grade import grade_class  # noqa: PLC0415 -- only this command grades
    from release.course.grade.grade_report import print_graded  # noqa: PLC0415 -- the same

    if rescore and not yes:
        _confirm_rescore(directory, cases or (), keys, db)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        bar = progress.add_task(_sentence("grading"), total=None)

        def on_progress(done: int, whole: int) -> None:
            progress.update(bar, completed=done, total=whole)

        graded = grade_class(
            directory, cases or (), keys=keys, jobs=jobs, rescore=rescore, db_url=db, on_progress=on_progress
        )
    print_graded(graded, out)
    if graded.failed:
        raise typer.Exit(1)


def _earlier_key(course: Path, cases: Sequence[str]) -> Path:
    from release.course.grade.key_shelf import way_back  # noqa: PLC0415 -- only this command grades

    if len(cases) != 1:
        raise typer.BadParameter(_sentence("back_one"))
    return way_back(course, cases[0])


def _confirm_rescore(course: Path, cases: Sequence[str], keys: Path | None, db: str | None) -> None:
    """Show what a changed key would change, and go on where that is wanted alone."""
    from release.course.grade.grade import rescore_outlook  # noqa: PLC0415 -- only this command grades
    from release.course.grade.grade_report import print_rescored, question  # noqa: PLC0415 -- the same

    with err.status(_sentence("grading")):
        outlook = [one for one in rescore_outlook(course, cases, keys=keys, db_url=db) if one.again]
    for rescored in outlook:
        print_rescored(rescored, out)
    if outlook:
        ask_for_sure(question())


@app.command()
def report(
    directory: Annotated[Path, typer.Argument(help="A course.")],
    cases: Annotated[list[str] | None, typer.Argument(help="Case ids; all of the course by default.")] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; reports/<date>-class.html by default."),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    keys: KeysFolder = None,
) -> None:
    """Write the class report: one page with the debrief script, for the facilitator, in every language."""
    clear_in_time(directory)
    from release.course.report import write_report  # noqa: PLC0415 -- statistics and charts take seconds to import

    with err.status(_sentence("class_read")):
        now, first = datetime.now().astimezone(), terminal_language()
        file = write_report(directory, now=now, case_ids=cases or (), file=output, keys=keys, first=first)
    _say("report", file=file)
    if show:
        typer.launch(str(file))


@app.command()
@with_format_flags
def export(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: Annotated[Path, typer.Argument(help="A course.")],
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; in the course's exports/ by default.")
    ] = None,
    *,
    xapi: Annotated[
        bool, typer.Option("--xapi", help="Decisions as xAPI statements, for a learning record store.")
    ] = False,
    research: Annotated[
        bool, typer.Option("--research", help="Decisions, of those alone who said yes to research.")
    ] = False,
    worksheet: Annotated[
        Path | None,
        typer.Option("--worksheet", help="Moodle's grading worksheet of one case, to be filled in."),
    ] = None,
    cases: Annotated[
        str | None,
        typer.Option("--cases", help="Case ids, with commas; all that were handed in by default."),
    ] = None,
    identify: Annotated[
        str, typer.Option("--identify", help="By what the platform knows persons: email, idnumber, or auto.")
    ] = "auto",
    new_items: Annotated[
        bool,
        typer.Option("--new-items", help="For grade items still to be made: “-” for no grade."),
    ] = False,
    language: SpokenLanguage = SOURCE,
    keys: KeysFolder = None,
    **formats: bool,
) -> None:
    """Export grades: a row a person, for each case a grade (empty: not judged) and its feedback."""
    clear_in_time(directory)
    flagged = {**formats, "worksheet": worksheet is not None, "xapi": xapi, "research": research}
    chosen = [name for name, is_chosen in flagged.items() if is_chosen]
    if len(chosen) != 1:
        flags = [f"--{name}" for name in flagged]
        raise typer.BadParameter(_sentence("one_of", flags=", ".join(flags[:-1]), last=flags[-1]))
    if research:
        _export_research(directory, keys or keys_folder(), file)
        return
    if xapi:
        _export_xapi(directory, keys or keys_folder(), listed(cases), file)
        return
    if worksheet is not None:
        _fill_worksheet(directory, worksheet, listed(cases), file, language)
        return
    from release.course.export import export_grades  # noqa: PLC0415 -- nbgrader takes seconds to import

    exported = export_grades(
        directory,
        chosen[0],
        file=file,
        cases=listed(cases),
        identify=identify,
        new_items=new_items,
        language=language,
    )
    form = GRADE_FORMATS[chosen[0]]
    parts = {"file": exported.file, "count": exported.persons, "platform": form.platform}
    if form.is_imported:
        _say("exported", identifier=exported.identifier, **parts)
    else:
        _say("to_look_through", **parts)
    if exported.warning is not None:
        typer.echo(exported.warning, err=True)


def _fill_worksheet(course: Path, sheet: Path, cases: list[str], file: Path | None, language: str) -> None:
    from release.course.hand_ins.worksheet import fill_worksheet  # noqa: PLC0415 -- nbgrader takes seconds to import

    filled = fill_worksheet(course, sheet, cases=cases, file=file, language=language)
    for remark in filled.remarks:
        typer.echo(remark, err=True)
    out.print(filled.message, markup=False, soft_wrap=True)
    if filled.remarks:
        raise typer.Exit(1)


def _export_research(course: Path, keys: Path, file: Path | None) -> None:
    from release.course.export import export_research  # noqa: PLC0415 -- nbgrader takes seconds to import

    research = export_research(course, keys, now=datetime.now(UTC), file=file)
    _say("research", file=research.file, decisions=research.decisions, count=research.persons)


def _export_xapi(course: Path, keys: Path, cases: list[str], file: Path | None) -> None:
    from release.course.xapi import export_xapi  # noqa: PLC0415 -- nbgrader takes seconds to import

    xapi = export_xapi(course, keys, now=datetime.now(UTC), cases=cases, file=file)
    _say("statements", file=xapi.file, statements=xapi.statements, plays=xapi.plays)
    for each in xapi.without:
        typer.echo(_sentence("left_out", what=each), err=True)


@app.command()
def feedback(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: Annotated[Path, typer.Argument(help="A course.")],
    cases: Annotated[list[str] | None, typer.Argument(help="Case ids; all by default.")] = None,
    *,
    zip_file: Annotated[
        Path | None, typer.Option("--zip", help="Pack it here, as Moodle's upload of feedback takes it.")
    ] = None,
    phones: Annotated[
        bool, typer.Option("--phones", help="Give each person's pages to their phone in a workshop.")
    ] = False,
    before_due: Annotated[
        bool,
        typer.Option(
            "--before-due",
            help="Also where a case is not due yet, or a play not ended: feedback tells the key.",
        ),
    ] = False,
    keys: KeysFolder = None,
) -> None:
    """Make the feedback that is missing, give it to phones, and pack it for Moodle."""
    clear_in_time(directory)
    from release.course.hand_ins.feedback_zip import feedback_pages, pack_feedback  # noqa: PLC0415 -- nbgrader takes seconds

    with err.status(_sentence("feedback_made")):
        now = datetime.now(UTC)
        pages = feedback_pages(directory, cases or (), now=now, keys=keys, before_due=before_due)
    _say("feedback", course=directory, count=len(pages.files), made=pages.made)
    if pages.warning is not None:
        typer.echo(pages.warning, err=True)
    if phones:
        from release.phones.feedback import give_feedback  # noqa: PLC0415 -- only where phones count
        from release.phones.words import phone_sentence  # noqa: PLC0415 -- the same

        words = phone_sentence("feedback_given", course=directory, count=give_feedback(directory, pages))
        out.print(words, markup=False, soft_wrap=True)
    if zip_file is None:
        return
    packed = pack_feedback(directory, pages, zip_file)
    for message in packed.messages:
        out.print(message, markup=False, soft_wrap=True)
    if packed.warning is not None:
        typer.echo(packed.warning, err=True)


@app.command()
def roster(
    file: Annotated[
        Path | None, typer.Argument(help="A roster to be tried, as CSV or XLSX.", show_default=False)
    ] = None,
    *,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write a sheet to fill in, as CSV or XLSX, here.")
    ] = None,
    language: SpokenLanguage = SOURCE,
    draw_ids: DrawIds = False,
) -> None:
    """Try a roster before a course takes it, write the sheet for one, or list the sectors."""
    from graders.people.roster import write_roster_template  # noqa: PLC0415 -- only this command writes one

    if template is not None:
        write_roster_template(template, language)
        _say("fill_in", file=template)
        return
    _print_sectors(_try_roster(file, draw_ids=draw_ids) if file is not None else {})
