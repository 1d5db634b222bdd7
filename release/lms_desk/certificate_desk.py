"""What an organiser settles by buttons of the certificates that a workshop for an LMS gives.

It is kept in ``papers.json`` of the data folder, as `kasuslab papers` keeps it in a course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from release.papers.certificates.certificate_page import logo_address
from release.papers.organiser import Organiser, read_organiser, write_organiser
from release.workshop.data_folder import own_folder
from release.workshop.desk.desk import Desk
from release.workshop.desk.notice import Notice, notice

# Those that a certificate of a programme shows; days and numbers follow from who asks for it.
CERTIFICATE_FIELDS = ("training", "organiser", "jp", "signer", "office", "logo")
_notice = partial(notice, Path(__file__).with_name("settings.yaml"))


@dataclass(frozen=True, slots=True)
class CertificateDesk:
    """The button, on the desk of one data folder."""

    desk: Desk

    def settled(self) -> Mapping[str, str]:
        """What is kept, as it stands in the form. Raises PaperError."""
        organiser = read_organiser(self.desk.data)
        return {name: str(getattr(organiser, name) or "") for name in CERTIFICATE_FIELDS}

    def save(self, typed: Mapping[str, str]) -> Notice:
        """Keep what was typed in the place of what was there; an empty field is left open on paper.

        Raises PaperError for what no paper can carry.
        """
        others = read_organiser(self.desk.data).model_dump(exclude=set(CERTIFICATE_FIELDS))
        named = {name: typed[name] for name in CERTIFICATE_FIELDS if typed.get(name)}
        try:
            organiser = Organiser.model_validate({**others, **named})
        except ValidationError:
            return _notice("bad", "certificate_desk_figure", value=typed.get("jp", "")[:40])
        logo_address(organiser.logo)
        own_folder(self.desk.data)
        write_organiser(self.desk.data, organiser)
        return _notice("good", "certificate_desk_saved")
