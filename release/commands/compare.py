"""The command of whoever looks at several groups: batches, provinces or teams beside each other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from release.commands.retention import clear_in_time
from release.options import KeysFolder, MessageLanguage, err, out
from scenarios.language import read_catalogue, terminal_language

app = typer.Typer()


@app.command()
def compare(
    directories: Annotated[list[Path], typer.Argument(help="Courses: the batches of one programme.")],
    *,
    by: Annotated[
        str | None,
        typer.Option("--by", help="batch, province or team; batch for several courses, province for one."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write; reports/ of the first course by default."),
    ] = None,
    language: MessageLanguage = None,
    keys: KeysFolder = None,
) -> None:
    """Compare batches, provinces or teams on one page; no group below five people is in it."""
    for directory in directories:
        clear_in_time(directory)
    from graders.report.comparison import PARTINGS, Parting  # noqa: PLC0415 -- statistics take seconds to import
    from graders.report.comparison_page import TEXTS  # noqa: PLC0415 -- the same
    from release.course.comparison import write_comparison  # noqa: PLC0415 -- the same

    texts, spoken = read_catalogue(TEXTS), language or terminal_language()
    wanted = by or ("batch" if len(set(directories)) > 1 else "province")
    parting: Parting | None = next((one for one in PARTINGS if one == wanted), None)
    if parting is None:
        sentence = texts["wrong_parting"][spoken]
        typer.echo(sentence.format(value=wanted, names=", ".join(PARTINGS)), err=True)
        raise typer.Exit(1)
    with err.status("…"):
        file = write_comparison(directories, parting, now=datetime.now().astimezone(), file=output, keys=keys)
    out.print(texts["written"][spoken].format(file=file), markup=False, soft_wrap=True)
