"""Whom a reader of reflections calls where one tells of real danger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.directory.services import Contact, Directory
from scenarios.language import Texts, read_catalogue

TEXTS = Path(__file__).with_name("danger.yaml")

_IN_DANGER = ("uptd_ppa", "unit_ppa", "sapa129", "psikolog")


@dataclass(frozen=True, slots=True)
class DeskContact:
    """Somebody to call: the name, and each way to reach them."""

    name: Texts
    lines: tuple[Texts, ...]


def contacts_in_danger(directory: Directory) -> tuple[DeskContact, ...]:
    """Whom a facilitator calls, from the course's directory, with what is known of each number."""
    names = [name for name in dict.fromkeys((*_IN_DANGER, *directory.help)) if name in directory.services]
    texts = read_catalogue(TEXTS)
    contacts = []
    for name in names:
        service = directory.services[name]
        lines = tuple(_contact_line(contact) for contact in service.contacts)
        contacts.append(DeskContact(service.name, lines or (texts["no_contact"],)))
    return tuple(contacts)


def _contact_line(contact: Contact) -> Texts:
    texts, checked = read_catalogue(TEXTS), contact.checked
    state = texts["checked"].format(when=str(checked)) if checked else texts["unchecked"]
    words = Texts.same("{note}, {state}").format(note=contact.note, state=state) if contact.note else state
    return Texts.same("{value} ({words})").format(value=contact.value, words=words)
