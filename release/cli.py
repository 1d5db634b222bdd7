"""The command line: ``kasuslab`` and its commands. Each is thin: it reads options, calls, and prints."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from graders.guide import GUIDES
from graders.key import keys_folder
from release.check import Bench, Checked, Library, check_library, confirm_case, errors
from release.check_report import print_library, problems_json
from release.score import result_data, score_record
from scenarios.library import CASES, case_folder, case_ids, practice_ids
from scenarios.loader import load_case
from scenarios.problem import BadInputError
from scenarios.random_plays import PLAYS, SEED
from scenarios.services import Directory, load_directory

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

CasesFolder = Annotated[
    Path, typer.Option("--cases-dir", help="The folder of the cases.", show_default=False)
]
KeysFolder = Annotated[
    Path | None,
    typer.Option("--keys", help="The folder of the keys; KASUSLAB_KEYS or the checkout's by default."),
]
GuidesFolder = Annotated[
    Path, typer.Option("--guides", help="The folder of the facilitator's guides.", show_default=False)
]
Person = Annotated[
    str | None,
    typer.Option("--person", help="Who can be spoken to, and where: a name and a place in the room."),
]
ServicesFile = Annotated[
    Path | None,
    typer.Option(
        "--services", help="Services of your district or country, as CSV or XLSX; see: kasuslab services."
    ),
]


@app.callback(invoke_without_command=True)
def kasuslab(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False
) -> None:
    """A training lab for the people who protect children in Indonesia's digital spaces."""
    if show_version:
        out.print(f"kasuslab {version('kasuslab')}")
        raise typer.Exit


@app.command()
def check(  # noqa: PLR0913 -- each is an option that an author may need
    cases: Annotated[
        list[str] | None, typer.Argument(help="Case ids or folders; all cases by default.")
    ] = None,
    *,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
    plays: Annotated[int, typer.Option("--plays", min=0, help="Random plays of each case.")] = PLAYS,
    hits: Annotated[bool, typer.Option("--hits", help="Print how often each option was met.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm the version and the translation of these cases.")
    ] = False,
) -> None:
    """Prove cases and their keys: every problem with its file, line, and what to do."""
    folders = [_case_place(name, cases_dir) for name in cases or case_ids(cases_dir)]
    bench = Bench(keys or keys_folder(), datetime.now(UTC).date(), guides, plays)
    if confirm:
        _confirm(folders if cases else [], bench)
    library = _check_with_progress(folders, bench, whole=not cases)
    if as_json:
        typer.echo(problems_json(library.all_problems))
    else:
        print_library(library, out, whole=not cases, hits=hits)
    if errors(library.all_problems):
        raise typer.Exit(1)


def _confirm(folders: list[Path], bench: Bench) -> None:
    if not folders:
        raise BadInputError("--confirm wants the ids of the cases that you have looked at.")
    for folder in folders:
        for file in confirm_case(folder, bench):
            err.print(f"{file}: written.", markup=False)


def _check_with_progress(folders: list[Path], bench: Bench, *, whole: bool) -> Library:
    done: list[str] = []
    with err.status("Cases are played …") as status:

        def told(one: Checked) -> None:
            done.append(one.folder.name)
            status.update(f"{len(done)} of {len(folders)} cases proven, last {one.folder.name} …")

        return check_library(folders, bench, whole=whole, done=told)


def _case_place(name: str, cases: Path) -> Path:
    folder = Path(name)
    return folder if (folder / "case.yaml").is_file() else case_folder(name, cases)


@app.command()
def score(
    record: Annotated[Path, typer.Argument(help="A record: decisions.jsonl of a trainee.")],
    *,
    case: Annotated[str, typer.Option("--case", help="The id of the case that was played.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Score a record: points, harm and missed duties, one verdict a decision."""
    result = score_record(record, load_case(_case_place(case, cases_dir)), keys or keys_folder())
    if as_json:
        typer.echo(json.dumps(result_data(result), ensure_ascii=False))
        return
    table = Table("decision", "status", "s", "weight", "points", "harm", "missed")
    for verdict in result.verdicts:
        share = "–" if verdict.s is None else f"{verdict.s:.2f}"
        harm = ", ".join(flag.code or flag.option for flag in (*verdict.harm, *verdict.practice))
        missed = ", ".join(flag.option for flag in verdict.missed)
        numbers = (share, f"{verdict.weight:g}", f"{verdict.points:g}")
        table.add_row(verdict.decision, verdict.status, *numbers, harm, missed)
    out.print(table)
    points = "–" if result.S is None else f"{result.S:.1f}"
    whole = "incomplete" if result.incomplete else "complete"
    out.print(
        f"S {points} of 100, H {result.H}, M {result.M}; {result.raw:g} of {result.max:g} points; {whole}."
    )


@app.command()
def course(  # noqa: PLR0913 -- each is an option that a facilitator may need
    directory: Annotated[Path, typer.Argument(help="Where the course stands, or is to stand.")],
    *,
    cases: Annotated[
        str | None, typer.Option("--cases", help="Case ids, with commas; all for practice by default.")
    ] = None,
    person: Person = None,
    services: ServicesFile = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Make an nbgrader course, or add cases to one."""
    from release.course import make_course  # noqa: PLC0415 -- nbgrader takes seconds to import

    ids = _listed(cases) or practice_ids(cases_dir)
    spoken, local = person or _person_of_settings(), _directory(services)
    made = make_course(directory, ids, person=spoken, cases=cases_dir, keys=keys, services=local)
    if made.added:
        out.print(f"{made.directory}: added {', '.join(made.added)}.")
    if made.kept:
        out.print(f"{made.directory}: kept {', '.join(made.kept)} as {_they(made.kept)}.")
    if made.person is None:
        err.print(
            "Nobody is named yet whom trainees can speak to, so no play will begin. "
            f'Name a person: kasuslab course {made.directory} --person "Ibu R., meja panitia"',
            markup=False,
        )


def _directory(file: Path | None) -> Directory:
    """The library's directory with a facilitator's own services over it; its warnings are printed."""
    from scenarios.overlay import apply_overlay, read_overlay  # noqa: PLC0415 -- only where there is one

    if file is None:
        return load_directory()
    overlay = read_overlay(file, load_directory())
    for warning in overlay.warnings:
        typer.echo(str(warning), err=True)
    return apply_overlay(load_directory(), overlay)


def _they(names: tuple[str, ...]) -> str:
    return "it stood" if len(names) == 1 else "they stood"


def _listed(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _person_of_settings() -> str | None:
    from release.settings import read_settings, settings_file  # noqa: PLC0415 -- only a course asks

    return read_settings(settings_file()).person


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="A course.")],
    *,
    trainees: Annotated[int, typer.Option("--trainees", min=1, max=10_000, help="How many.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same trainees.")] = 1,
    keys: KeysFolder = None,
) -> None:
    """Fill a course with made-up trainees and their submissions."""
    from release.simulate import simulate as fill  # noqa: PLC0415 -- nbgrader takes seconds to import

    with err.status("Trainees are playing …"):
        people = fill(directory, trainees, seed, keys=keys)
    out.print(f"{directory}: {len(people)} simulated trainees have handed in.")


@app.command()
def workshop(  # noqa: PLR0913 -- each is an option that a facilitator may need
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8866,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    host: Annotated[str, typer.Option("--host", help="0.0.0.0 serves the whole network.")] = "127.0.0.1",
    person: Person = None,
    database: Annotated[str | None, typer.Option("--database", help="An SQLAlchemy URL.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Where plays are kept.")] = None,
    cases: Annotated[
        str | None, typer.Option("--cases", help="Case ids, with commas; all for practice by default.")
    ] = None,
    services: ServicesFile = None,
) -> None:
    """Serve a workshop: participants open a link, choose a case, and practise."""
    from release.workshop.server import serve  # noqa: PLC0415 -- Voilà takes seconds to import

    serve(
        port,
        open_browser=browser,
        person=person,
        database_url=database,
        data_dir=data,
        host=host,
        cases=_listed(cases),
        services=_directory(services),
    )


@app.command()
def services(
    *,
    template: Annotated[
        Path | None, typer.Option("--template", help="Write a sheet to fill in, as CSV or XLSX, here.")
    ] = None,
    local: ServicesFile = None,
) -> None:
    """List the referral directory, try your own services on it, or write the sheet for them."""
    from scenarios.overlay import write_template  # noqa: PLC0415 -- only this command writes one

    directory = _directory(local)
    if template is not None:
        write_template(template, directory)
        out.print(
            f"{template}: written. Fill in a row, and take out the rows that you do not need.", markup=False
        )
        return
    table = Table("id", "name", "help", "contacts")
    for name, service in directory.services.items():
        contacts = ", ".join(contact.value for contact in service.contacts) or "–"
        table.add_row(name, service.name.id, "yes" if name in directory.help else "", contacts)
    out.print(table)


@app.command()
def graph(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[str, typer.Argument(help="A case id or folder.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; printed by default.")
    ] = None,
    plays: Annotated[int, typer.Option("--plays", min=0, help="Show the hits of so many random plays.")] = 0,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same plays.")] = SEED,
    english: Annotated[bool, typer.Option("--english", help="Draw it in English.")] = False,
    with_key: Annotated[bool, typer.Option("--key/--no-key", help="Mark what the key flags.")] = True,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Draw a case as SVG: its scenes, branches, key decisions, harms and endings."""
    from release.graph_svg import graph_svg, key_where_found  # noqa: PLC0415 -- only this command draws

    drawn = load_case(_case_place(case, cases_dir))
    key = key_where_found(drawn, keys) if with_key else None
    svg = graph_svg(drawn, key=key, plays=plays, seed=seed, language="en" if english else "id")
    if output is None:
        typer.echo(svg, nl=False)
        return
    output.write_text(svg, encoding="utf-8")
    out.print(f"{output}: written, {'with' if key else 'without'} the flags of the key.", markup=False)


@app.command()
def new(  # noqa: PLR0913 -- each is an option that an author may need
    case_id: Annotated[str, typer.Argument(metavar="CASE-ID", help="Such as daftar-nilai.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what is proposed.")] = False,
    english: Annotated[bool, typer.Option("--english", help="Ask in English.")] = False,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Start a case from a few questions: the case, its translation, its key and its guide."""
    from release.new_case import Folders, start_case  # noqa: PLC0415 -- only this command starts one

    folders = Folders(cases_dir, keys or keys_folder(), guides)

    def ask(question: str, default: str) -> str:
        return default if yes else str(typer.prompt(question, default=default))

    for line in start_case(case_id, folders, ask, typer.echo, "en" if english else "id"):
        typer.echo(line)


@app.command()
def preview(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[str, typer.Argument(help="A case id or folder.")],
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8877,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Open a case in the player while you write it: the page follows each save and lists the problems."""
    from release.preview import PLAYS as FEWER  # noqa: PLC0415 -- only this command serves a page
    from release.preview import serve_preview  # noqa: PLC0415 -- the same

    bench = Bench(keys or keys_folder(), datetime.now(UTC).date(), guides, FEWER)
    serve_preview(_case_place(case, cases_dir), port, bench, open_browser=browser)


@app.command()
def schema(
    directory: Annotated[Path, typer.Argument(help="Where the schemas are written.")],
    *,
    english: Annotated[bool, typer.Option("--english", help="Explain the fields in English.")] = False,
) -> None:
    """Write JSON Schemas, with which an editor completes and explains case, key and guide files."""
    from release.schema import write_schemas  # noqa: PLC0415 -- only this command makes them

    for file in write_schemas(directory, "en" if english else "id"):
        out.print(f"{file}: written.", markup=False)


@app.command()
def run(
    *,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="The workshop's port.")] = 8866,
    desk_port: Annotated[int, typer.Option("--desk-port", min=1, max=65535, help="The desk's.")] = 8888,
    data: Annotated[Path | None, typer.Option("--data", help="Where the sample is kept.")] = None,
) -> None:
    """Run the whole lab on this machine: the workshop, and the facilitator's desk with a sample course."""
    from release.lab import run_lab  # noqa: PLC0415 -- what it starts takes seconds to import

    run_lab(port, desk_port, data=data, console=out)


def main() -> None:
    """Run the command line; status 1 and sentences for bad input, 2 for bad usage."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BadInputError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
