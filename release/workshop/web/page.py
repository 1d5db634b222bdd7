"""What all our own pages share: headers, languages, templates, errors, and forms taken from us alone.

The lobby, the board, the start page and the preview of a case answer by these. (Formgrader's pages stand on
nbgrader's own handlers.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2

from release.workshop.proxy.public_address import NOWHERE_ELSE, PublicAddress
from release.workshop.seats.cookie import DAYS, FRAMES, keep_cookie
from release.workshop.web.assets import PAGES, Asset
from release.workshop.web.headers import (
    ForeignPageError,
    QuietHandler,
    from_own_page,
    note_foreign_page,
    page_headers,
)
from scenarios.documents.template import template_environment
from scenarios.language import LANGUAGES, SOURCE, Catalogue, Language, card_of

TEMPLATES = "kasuslab_templates"
LANGUAGE_ROUTE = rf"/bahasa/({'|'.join(LANGUAGES)})"
LANGUAGE_COOKIE = "kasuslab_language"
TEXTS = Path(__file__).parents[2] / "texts.yaml"


def page_environment(*folders: Path) -> jinja2.Environment:
    """The templates of these folders, the workshop's own where none is named."""
    environment = template_environment(*(folders or (PAGES,)))
    environment.globals["languages"] = {language: card_of(language).short for language in LANGUAGES}
    return environment


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a server's pages, and what each of them is filled with.

    shared: values that every page gets; public: the server's, below whose base each link of a page leads.
    """

    texts: Catalogue
    assets: Mapping[str, Asset]
    shared: Mapping[str, object] = field(default_factory=dict)
    environment: jinja2.Environment = field(default_factory=page_environment)
    public: PublicAddress = NOWHERE_ELSE

    def page(self, name: str, language: Language, **values: object) -> str:
        """The page `name` in `language`."""

        def text(text_name: str, /, **parts: object) -> str:
            sentence = self.texts[text_name][language]
            return sentence.format(**parts) if parts else sentence

        return self.environment.get_template(name).render(
            language=language,
            t=text,
            text_in=lambda text_name, tag: self.texts[text_name][tag],
            at=self.public.at,
            url=lambda asset: self.public.at(self.assets[asset].url),
            **{**self.shared, **values},
        )


class PageHandler(QuietHandler):
    """A page of ours, in the language that the browser chose before."""

    language_cookie = LANGUAGE_COOKIE
    # Whether it may stand in the frame of a learning management system.
    may_be_framed = False

    @property
    def templates(self) -> Templates:
        """The templates of this server."""
        templates: Templates = self.settings[TEMPLATES]
        return templates

    @property
    def language(self) -> Language:
        """The language that the browser chose: `first_language` where it chose none that is on offer now."""
        chosen = self.get_cookie(self.language_cookie)
        return chosen if chosen in LANGUAGES else self.first_language

    @property
    def first_language(self) -> Language:
        """The language of whoever has not chosen one: the lab's first."""
        return SOURCE

    def set_default_headers(self) -> None:
        """Set the headers of every page."""
        for name, value in page_headers(self.request, self.public, self._frames).items():
            self.set_header(name, value)

    @property
    def _frames(self) -> Sequence[str]:
        frames: Callable[[], Sequence[str]] = self.settings.get(FRAMES, tuple)
        return frames() if self.may_be_framed else ()

    def prepare(self) -> Awaitable[None] | None:
        """Refuse a form that another site sends. Raises ForeignPageError."""
        if self.request.method == "POST":
            self.take_own_alone()
        return None

    def take_own_alone(self) -> None:
        """Refuse what a page of another site sends, and say so in the log. Raises ForeignPageError."""
        if not from_own_page(self.request, self.public):
            note_foreign_page(self.request)
            raise ForeignPageError

    def show(self, name: str, **values: object) -> None:
        """Send the page `name` in the browser's language."""
        self.finish(self.templates.page(name, self.language, **values))

    def switch_language(self, language: Language, back: str) -> None:
        """Remember the language for this browser, and lead `back`."""
        keep_cookie(self, self.language_cookie, language, seconds=DAYS * 24 * 3600, script=True)
        self.redirect(back, status=HTTPStatus.SEE_OTHER)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 -- as tornado has it
        """Say what went wrong, and lead back to the first page."""
        reason = "lobby_not_found" if status_code == HTTPStatus.NOT_FOUND else "lobby_failed"
        if isinstance(kwargs.get("exc_info", (None, None))[1], ForeignPageError):
            reason = "lobby_foreign"
        self.show("error.html", reason=reason)
