"""The paper of a case as one page to print, which loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from markupsafe import Markup

from release.author.review.paper import ReviewPaper
from scenarios.documents.template import template_page
from scenarios.palette import with_palette

HERE: Final = Path(__file__).resolve().parent


def paper_page(paper: ReviewPaper) -> str:
    """The paper as HTML: each story begins on a page of its own, with room to write in."""
    css = with_palette(HERE.parent / "printed.css", HERE / "paper.css")
    # The stylesheet is ours, and an escaped one would not be read.
    return template_page(HERE / "paper.html.j2", paper=paper, css=Markup(css))  # noqa: S704
