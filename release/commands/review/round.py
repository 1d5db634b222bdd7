"""`kasuslab round …`: the review round of a case: opened, filled by hand, settled, told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.key.guide import GUIDES
from graders.key.key import keys_folder
from release.options import CasesFolder, CommandGroup, KeysFolder, MessageLanguage, case_place
from scenarios.language import terminal_language
from scenarios.library import CASES
from scenarios.loader import load_case

if TYPE_CHECKING:
    from release.author.review.round_desk import RoundDesk

app = typer.Typer(cls=CommandGroup, no_args_is_help=True, help="The review round of a case.")

CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A case id or folder.")]
Reviewer = Annotated[
    str | None, typer.Option("--as", help="Who: a role such as lawyer, or an id of the round.")
]
Seen = Annotated[
    str | None,
    typer.Option("--seen", help="The mark of the state that lay before them, as their paper tells it."),
]
Way = Annotated[str, typer.Option("--way", help="By which way: paper, phone or document.")]


@app.command("open")
def open_(
    case: CaseName,
    *,
    anew: Annotated[
        bool, typer.Option("--anew", help="A new round in place of the one that is open; that is stored.")
    ] = False,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Open a review round, or give the case as it is now to the reviewers of the one that is open."""
    _echo(_desk(case, cases_dir, keys, language).open(anew=anew))


@app.command()
def show(
    case: CaseName,
    *,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Show where the round stands: who has signed, what is open, what changed since, what still lacks."""
    _echo(_desk(case, cases_dir, keys, language).lines())


@app.command()
def sign(  # noqa: PLR0913 -- each is an option that an author may need
    case: CaseName,
    questions: Annotated[
        list[str] | None,
        typer.Argument(help="What is signed: law, practice, language, safety, child_voice."),
    ] = None,
    *,
    reviewer: Reviewer = None,
    objects: Annotated[bool, typer.Option("--objects", help="They object, and do not agree.")] = False,
    seen: Seen = None,
    way: Way = "paper",
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Enter what somebody signed on paper, or told you."""
    from release.author.review.round_desk import SpokenBy  # noqa: PLC0415 -- for these commands alone

    spoken = SpokenBy(reviewer, seen, way)
    desk = _desk(case, cases_dir, keys, language)
    _echo(desk.sign(spoken, questions or (), agrees=not objects))


@app.command()
def comment(  # noqa: PLR0913 -- each is an option that an author may need
    case: CaseName,
    text: Annotated[str, typer.Argument(help="What they said.")],
    *,
    question: Annotated[
        str,
        typer.Option("--question", help="What it is about: law, practice, language, safety, child_voice."),
    ],
    place: Annotated[
        str, typer.Option("--place", help="Where, such as case:scenes.telepon; the whole case by default.")
    ] = "",
    objects: Annotated[
        bool, typer.Option("--objects", help="It is an objection: the case must not be used like this.")
    ] = False,
    reviewer: Reviewer = None,
    seen: Seen = None,
    way: Way = "paper",
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Enter a comment that somebody wrote on paper, or told you."""
    from release.author.review.round_desk import SpokenBy  # noqa: PLC0415 -- for these commands alone

    spoken = SpokenBy(reviewer, seen, way)
    desk = _desk(case, cases_dir, keys, language)
    _echo(desk.comment(spoken, question, text, place, objects=objects))


@app.command()
def settle(  # noqa: PLR0913 -- each is an option that an author may need
    case: CaseName,
    number: Annotated[int, typer.Argument(min=1, help="The number of the comment.")],
    answer: Annotated[str, typer.Argument(help="What was changed, or why nothing was.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="In place of an answer that it has.")] = False,
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Settle a comment with an answer."""
    _echo(_desk(case, cases_dir, keys, language).settle(number, answer, over=replace))


@app.command()
def panel(
    case: CaseName,
    *,
    experts: Annotated[
        list[str],
        typer.Option("--experts", help="How many of which sector, such as police=4; again for each."),
    ],
    language: MessageLanguage = None,
    cases_dir: CasesFolder = CASES,
    keys: KeysFolder = None,
) -> None:
    """Enter of which sectors the experts are whose panel the key is."""
    _echo(_desk(case, cases_dir, keys, language).seat_panel(experts))


def _desk(case: str, cases_dir: Path, keys: Path | None, language: str | None) -> RoundDesk:
    from release.author.bench.case_files import case_files  # noqa: PLC0415 -- for these commands alone
    from release.author.review.hand_out import ReviewDesk  # noqa: PLC0415 -- the same
    from release.author.review.round_desk import RoundDesk  # noqa: PLC0415 -- the same

    folder, place = keys or keys_folder(), case_place(case, cases_dir)
    read, spoken = load_case(place), language or terminal_language()
    files = case_files(place, read.id, folder, GUIDES)
    return RoundDesk(ReviewDesk(read, files, folder, spoken, datetime.now(UTC).date()))


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
