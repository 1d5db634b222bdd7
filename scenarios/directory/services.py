"""The referral directory: each body, when it is right, what it can do, and what it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scenarios.decision import Decision
from scenarios.documents.part import Id, Part, Text
from scenarios.language import LANGUAGES, Language, Texts
from scenarios.library import SCENARIOS, read_model

SERVICES_NAME = "services.yaml"


class Contact(Part):
    """One way to reach a service. ``checked``: date and role of whoever called, or None."""

    kind: Literal["phone", "whatsapp", "web"]
    value: Text
    note: Texts | None = None
    checked: Text | date | None = None


class Service(Part):
    """One body of the directory; ``send`` and ``never`` are the information it needs and must never get."""

    name: Texts
    when: Texts
    can: Texts
    send: Texts | None
    never: Texts | None
    family: Literal[
        "law_enforcement",
        "social",
        "health",
        "education",
        "village",
        "law_rights",
        "ministry",
        "platform",
        "other",
    ]
    contacts: tuple[Contact, ...] = ()
    sources: tuple[str, ...] = ()


class Directory(Part):
    """All services, and those shown under “where to get help” on every screen."""

    services: Mapping[Id, Service]
    help: tuple[Id, ...]


def option_text(decision: Decision, option: str, services: Mapping[str, Service], language: Language) -> str:
    """What an option of a decision says: its text in the case, or the name of the service that it is.

    decision: in `language` too. Raises KeyError for a service that the directory does not have.
    """
    text = decision.option_texts.get(option)
    return services[option].name[language] if text is None else text


def short_text(decision: Decision, option: str, services: Mapping[str, Service], language: Language) -> str:
    """The same in a line of few words: the name of a service without what stands in brackets after it."""
    text = option_text(decision, option, services, language)
    return text.partition(" (")[0] if option in decision.service_ids else text


@lru_cache(maxsize=8)
def load_directory(
    file: Path = SCENARIOS / SERVICES_NAME, languages: tuple[Language, ...] = LANGUAGES
) -> Directory:
    """Load the directory. Raises ProblemsError.

    languages: those that its texts have to stand in.
    """
    return read_model(file, Directory, languages)
