"""The command of whoever prints what there is to read: lessons, law card and glossary as cards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from release.options import out
from scenarios.language import LANGUAGES, card_of
from scenarios.sentence import sentences_of

app = typer.Typer()
_sentence = sentences_of(Path(__file__).parents[1] / "texts.yaml")


@app.command()
def cards(
    directory: Annotated[Path, typer.Argument(help="Where the cards are written.")],
) -> None:
    """Write the lessons, the law card and the glossary as pages to print, one card each."""
    from release.cards.cards import write_cards  # noqa: PLC0415 -- only this command writes them

    index, *pages = write_cards(directory)
    languages = ", ".join(card_of(language).name for language in LANGUAGES)
    sentence = _sentence("cards_written", file=index, count=len(pages), languages=languages)
    out.print(sentence, markup=False, soft_wrap=True)
