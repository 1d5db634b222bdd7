"""JupyterHub's pages in the lab's words and style, each in the language that the browser chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from release.hub.words import HUB_TEXTS
from release.workshop.web.assets import shared_sheet
from release.workshop.web.page import LANGUAGE_COOKIE
from scenarios.language import LANGUAGES, SOURCE, Language, card_of, read_catalogue
from widgets.chapters import plain

HUB_PAGES = Path(__file__).with_name("pages")
LANGUAGE_OF_HUB = rf"({'|'.join(LANGUAGES)})"


def page_values() -> Mapping[str, Callable[[Any], object]]:
    """What every page of the hub is filled with beside JupyterHub's own, as JupyterHub asks for it."""
    texts = read_catalogue(HUB_TEXTS)
    shared = (shared_sheet(), plain((HUB_PAGES / "hub.css").read_text("utf-8")))
    sheet = Markup("\n".join(shared))  # noqa: S704 -- the lab's own
    script = Markup(plain((HUB_PAGES / "hub.js").read_text("utf-8")))  # noqa: S704 -- the same

    @pass_context
    def text(context: Context, name: str, /, **parts: object) -> str:
        sentence = texts[name][_language(context)]
        return sentence.format(**parts) if parts else sentence

    language = pass_context(_language)
    values = {
        "t": text,
        "language": language,
        "languages": {tag: card_of(tag).short for tag in LANGUAGES},
        "sheet": sheet,
        "script": script,
    }
    # A function of one's own is asked for what it gives to a user.
    return {name: lambda _user, value=value: value for name, value in values.items()}  # type: ignore[misc]


def _language(context: Context) -> Language:
    # JupyterHub gives its templates no request, but a method of the handler that has it.
    chosen = context["static_url"].__self__.get_cookie(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else SOURCE
