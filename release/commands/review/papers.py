"""`kasuslab review`: a case on paper for reviewers and translators, and what they wrote taken in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from graders.key.guide import GUIDES
from graders.key.key import keys_folder
from release.options import CasesFolder, GuidesFolder, KeysFolder, SpokenLanguage, case_place
from scenarios.documents.problem import BadInputError
from scenarios.language import SOURCE
from scenarios.library import CASES
from scenarios.loader import load_case
from scenarios.sentence import sentences_of

app = typer.Typer()
_sentence = sentences_of(Path(__file__).parents[2] / "author" / "review" / "review.yaml")


@app.command()
def review(  # noqa: PLR0913 -- each is an option that an author may need
    case: Annotated[str, typer.Argument(help="A case id or folder.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to write the papers into.")
    ] = Path("review"),
    take: Annotated[
        Path | None,
        typer.Option("--take", help="A document or sheet that came back: show what it says of the case."),
    ] = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Enter a document into the review round, or write a sheet's texts."),
    ] = False,
    reviewer: Annotated[
        str | None,
        typer.Option("--as", help="Who sent the document: a role such as lawyer, or an id of the round."),
    ] = None,
    language: SpokenLanguage = SOURCE,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
    guides: GuidesFolder = GUIDES,
) -> None:
    """Put a case on paper for reviewers and translators, with its key, or take in what they wrote."""
    from release.author.bench.case_files import case_files  # noqa: PLC0415 -- only this command reads them
    from release.author.review.hand_out import ReviewDesk  # noqa: PLC0415 -- the same

    folder, place = keys or keys_folder(), case_place(case, cases_dir)
    read = load_case(place)
    files = case_files(place, read.id, folder, guides)
    desk = ReviewDesk(read, files, folder, language, datetime.now(UTC).date())
    failed = False
    if take is None and (write or reviewer is not None):
        raise BadInputError(_sentence("take_which"))
    if take is not None and not take.is_file():
        raise BadInputError(_sentence("not_there", file=take))
    if take is None:
        lines = tuple(desk.write_papers(output))
    elif take.suffix.lower() == ".docx":
        lines = desk.take_document(take, reviewer) if write else desk.document_lines(take)
    else:
        taken, lines = desk.take_texts(take, write=write)
        failed = any(problem.level == "error" for problem in taken.problems)
    for line in lines:
        typer.echo(line)
    if failed:
        raise typer.Exit(1)
