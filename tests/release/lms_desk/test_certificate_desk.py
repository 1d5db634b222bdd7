"""What an organiser settles of certificates by a button, as the papers of a course have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.lms_desk.certificate_desk import CertificateDesk
from release.papers.organiser import Organiser, read_organiser, write_organiser
from release.papers.words import PaperError
from release.workshop.desk.desk import Desk

TYPED = {"training": "Diklat PPA", "organiser": "", "jp": "12", "signer": "Dra. R.", "office": "", "logo": ""}


@pytest.fixture
def certificates(tmp_path: Path) -> CertificateDesk:
    return CertificateDesk(Desk.at(None, {"KASUSLAB_HOME": str(tmp_path)}))


def test_what_was_typed_is_what_certificates_have_and_what_was_emptied_is_gone(
    certificates: CertificateDesk,
) -> None:
    assert certificates.save(TYPED).level == "good"
    assert read_organiser(certificates.desk.data) == Organiser(training="Diklat PPA", jp=12, signer="Dra. R.")
    assert certificates.settled() == TYPED

    certificates.save({**TYPED, "signer": ""})
    assert read_organiser(certificates.desk.data).signer is None


def test_what_has_no_field_here_stays(certificates: CertificateDesk) -> None:
    certificates.save(TYPED)
    write_organiser(certificates.desk.data, Organiser(training="x", number="{n}/PPA/2026"))

    certificates.save(TYPED)

    assert read_organiser(certificates.desk.data).number == "{n}/PPA/2026"


def test_a_number_of_hours_or_a_logo_that_is_none_is_said_and_not_kept(
    certificates: CertificateDesk, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"no picture")

    assert certificates.save({**TYPED, "jp": "banyak"}).level == "bad"
    with pytest.raises(PaperError):
        certificates.save({**TYPED, "logo": str(logo)})
    assert read_organiser(certificates.desk.data) == Organiser()
