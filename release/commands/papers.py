"""The commands of whoever prints: the papers of a training, and lessons, law card and glossary as cards."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from release.commands.record_options import takes_options_of
from release.commands.retention import clear_in_time
from release.options import KeysFolder, MessageLanguage, listed, out
from release.papers.organiser import Organiser
from release.papers.words import PaperError, PaperWords
from scenarios.language import LANGUAGES, card_of, terminal_language
from scenarios.sentence import error_text, sentences_of

app = typer.Typer()
_sentence = sentences_of(Path(__file__).parents[1] / "texts.yaml")


@app.command("papers")
@takes_options_of(Organiser, "organiser")
def papers(  # noqa: PLR0913 -- each is an option that an organiser may need
    directory: Annotated[Path, typer.Argument(help="A course.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PAPER]...",
            help=(
                "attendance, id-cards, evaluation, plans, activity, follow-up, certificates; "
                "all of them by default."
            ),
            show_default=False,
        ),
    ] = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where they are written; papers/ of the course by default.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="The filled-in evaluation.xlsx, for the activity report.")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", help="Certificates for these ids alone, with commas.")
    ] = None,
    seal: Annotated[
        Path | None,
        typer.Option(
            "--seal", help="The key that signs certificates; this machine's by default, made at first."
        ),
    ] = None,
    language: MessageLanguage = None,
    keys: KeysFolder = None,
    organiser: Organiser,
) -> None:
    """Write the papers of a training: lists, forms, plans, report and certificates, in every language."""
    clear_in_time(directory)
    from release.papers.certificates.seal import seal_file  # noqa: PLC0415 -- the same of badges
    from release.papers.papers import PaperRequest, write_papers  # noqa: PLC0415 -- charts take seconds to import

    place = seal or seal_file()
    request = PaperRequest(place, tuple(names or ()), to, answers, tuple(listed(only)), keys)
    spoken = language or terminal_language()
    had_seal, words = place.exists(), PaperWords(spoken)
    try:
        written = write_papers(directory, organiser, request, now=datetime.now(UTC))
    except PaperError as error:
        typer.echo(error_text(error, spoken), err=True)
        raise typer.Exit(1) from None
    _say(words.t("written", file=written.index, n=len(written.files)))
    _say(words.t("written_names"))
    if written.verify is not None:
        _say(words.t("written_verify", file=written.verify))
        if not had_seal:
            _say(words.t("written_seal", file=place))
        if organiser.address is None:
            _say(words.t("no_address"))
    for name, ids in (("without_name", written.without_name), ("without_play", written.without_play)):
        if ids:
            typer.echo(words.t(name, ids=", ".join(ids)), err=True)


@app.command()
def cards(
    directory: Annotated[Path, typer.Argument(help="Where the cards are written.")],
) -> None:
    """Write the lessons, the law card and the glossary as pages to print, one card each."""
    from release.cards.cards import write_cards  # noqa: PLC0415 -- only this command writes them

    index, *pages = write_cards(directory, datetime.now(UTC).date())
    languages = ", ".join(card_of(language).name for language in LANGUAGES)
    sentence = _sentence("cards_written", file=index, count=len(pages), languages=languages)
    out.print(sentence, markup=False, soft_wrap=True)


def _say(sentence: str) -> None:
    out.print(sentence, markup=False, soft_wrap=True)
