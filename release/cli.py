"""The command line: ``kasuslab`` and its commands. Each is thin: it reads options, calls, and prints."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from graders.key import keys_folder
from release.check import Checked, check_case, errors
from release.score import result_data, score_record
from scenarios.library import CASES, case_folder, case_ids, practice_ids
from scenarios.loader import load_case
from scenarios.problem import BadInputError

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
Person = Annotated[
    str | None,
    typer.Option("--person", help="Who can be spoken to, and where: a name and a place in the room."),
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
def check(
    cases: Annotated[
        list[str] | None, typer.Argument(help="Case ids or folders; all cases by default.")
    ] = None,
    *,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Prove cases and their keys: every problem with its file, line, and what to do."""
    folders = [_case_place(name, cases_dir) for name in cases or case_ids(cases_dir)]
    checked = [check_case(folder, keys or keys_folder()) for folder in folders]
    if as_json:
        found = [problem for one in checked for problem in one.problems]
        names = ("file", "line", "path", "found", "remedy", "rule", "level")
        typer.echo(
            json.dumps([{name: getattr(p, name) for name in names} for p in found], ensure_ascii=False)
        )
    else:
        _print_checked(checked)
    if not all(one.passed for one in checked):
        raise typer.Exit(1)


def _case_place(name: str, cases: Path) -> Path:
    folder = Path(name)
    return folder if (folder / "case.yaml").is_file() else case_folder(name, cases)


def _print_checked(checked: list[Checked]) -> None:
    for one in checked:
        for problem in one.problems:
            typer.echo(str(problem))
        case = one.case
        if case is not None and one.passed:
            scenes, decisions = len(case.scenes), len(case.key_decisions())
            out.print(f"{case.id} {case.version}: {scenes} scenes, {decisions} key decisions, {case.status}")
    count = errors(checked)
    told = "no error" if count == 0 else "1 error" if count == 1 else f"{count} errors"
    out.print(f"{len(checked)} case{'' if len(checked) == 1 else 's'} checked, {told}.")


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
def course(
    directory: Annotated[Path, typer.Argument(help="Where the course stands, or is to stand.")],
    *,
    cases: Annotated[
        str | None, typer.Option("--cases", help="Case ids, with commas; all for practice by default.")
    ] = None,
    person: Person = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Make an nbgrader course, or add cases to one."""
    from release.course import make_course  # noqa: PLC0415 -- nbgrader takes seconds to import

    ids = _listed(cases) or practice_ids(cases_dir)
    made = make_course(directory, ids, person=person or _person_of_settings(), cases=cases_dir, keys=keys)
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
    )


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
