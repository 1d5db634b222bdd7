"""What all pages of the workshop share: texts, templates, assets, seats, and who can be spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from release.workshop.seats.door import Door
from release.workshop.seats.seat_limits import SeatLimits
from release.workshop.seats.seating import Seating
from release.workshop.seats.throttle import Rate, Throttle
from release.workshop.seats.waiting import WaitingLine
from release.workshop.web.assets import Asset
from release.workshop.wire import WorkshopAnswer
from scenarios.language import LANGUAGES, SOURCE, Catalogue, Language, card_of

HOUSE = "kasuslab_house"
LANGUAGE_ROUTE = rf"/bahasa/({'|'.join(LANGUAGES)})"
LANGUAGE_COOKIE = "kasuslab_language"
PAGES = Path(__file__).with_name("pages")
TEXTS = Path(__file__).parents[2] / "texts.yaml"


@dataclass(frozen=True, slots=True)
class Throttles:
    """How often a seat may be taken, and how often a resume code and the workshop's code be wrong.

    A room of 300 phones behind one address gets in at once, and seventy may mistype. Of the resume
    codes, 32 to the power of 8, nobody guesses one of some hundreds with thirty tries a minute.
    """

    joins: Throttle = field(default_factory=lambda: Throttle(Rate(600, 120), Rate(1200, 240)))
    resumes: Throttle = field(default_factory=lambda: Throttle(Rate(100, 20), Rate(200, 30)))
    codes: Throttle = field(default_factory=lambda: Throttle(Rate(100, 10), Rate(200, 20)))
    seat: SeatLimits = field(default_factory=SeatLimits)


@dataclass(frozen=True, slots=True)
class House:
    """The workshop as its pages see it.

    person: who can be spoken to; door: its code; line: who is in the room and who waits; workshop: what
    the database keeps of it, its code and how long its records are kept among it.
    """

    seating: Seating
    assets: Mapping[str, Asset]
    texts: Catalogue
    pages: jinja2.Environment
    person: str
    door: Door
    line: WaitingLine
    workshop: WorkshopAnswer
    throttles: Throttles = field(default_factory=Throttles)

    def page(self, name: str, language: Language, **values: Any) -> str:  # noqa: ANN401 -- a template's values
        """The page `name` in `language`."""
        shared: dict[str, Any] = {
            "language": language,
            "person": self.person,
            "workshop": self.workshop,
            "t": lambda text: self.texts[text][language],
            "told_in": lambda text, tongue: self.texts[text][tongue],
            "url": lambda asset: self.assets[asset].url,
        }
        return self.pages.get_template(name).render(**shared, **values)


def page_environment() -> jinja2.Environment:
    """The templates of the workshop's own pages; what they show is escaped."""
    loader = jinja2.FileSystemLoader(PAGES)
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else every page looks at the files of its templates
    )
    environment.globals["languages"] = {language: card_of(language).short for language in LANGUAGES}
    return environment


def language_of(cookie: str | None) -> Language:
    """The language that a browser has chosen: the lab's first where it chose none that is on offer now."""
    return cookie if cookie in LANGUAGES else SOURCE
