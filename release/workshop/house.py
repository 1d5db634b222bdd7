"""What all pages of the workshop share: texts, templates, assets, seats, and who can be spoken to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from tornado import httputil

from release.workshop.assets import Asset
from release.workshop.seating import Seating
from scenarios.language import Catalogue, Language

HOUSE = "kasuslab_house"
LANGUAGE_COOKIE = "kasuslab_language"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
PAGES = Path(__file__).with_name("pages")


@dataclass(frozen=True, slots=True)
class House:
    """The workshop as its pages see it. person: who can be spoken to."""

    seating: Seating
    assets: Mapping[str, Asset]
    texts: Catalogue
    pages: jinja2.Environment
    person: str

    def page(self, name: str, language: Language, **values: Any) -> str:  # noqa: ANN401 -- a template's values
        """The page `name` in `language`."""
        shared: dict[str, Any] = {
            "language": language,
            "person": self.person,
            "t": lambda text: self.texts[text][language],
            "told_in": lambda text, tongue: self.texts[text][tongue],
            "url": lambda asset: self.assets[asset].url,
        }
        return self.pages.get_template(name).render(**shared, **values)


def page_environment() -> jinja2.Environment:
    """The templates of the workshop's own pages; what they show is escaped."""
    loader = jinja2.FileSystemLoader(PAGES)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def language_of(cookie: str | None) -> Language:
    """The language of a cookie's value; Bahasa Indonesia first."""
    return "en" if cookie == "en" else "id"


def page_headers(request: httputil.HTTPServerRequest) -> Mapping[str, str]:
    """The headers of every page: nothing from elsewhere, in no frame, kept nowhere."""
    # Browsers of 2020 do not all count a websocket of the same host as “self”.
    sockets = f" ws://{request.host} wss://{request.host}" if _HOST.fullmatch(request.host) else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{sockets}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
