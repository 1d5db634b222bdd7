"""Certificates: who gets one, what they say and never say, and that what is signed can be verified."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, did_key_from_pem
from openbadgeslib.ob3.credential import OpenBadgeCredential
from openbadgeslib.util import hash_email

from graders.people.cohort import Cohort, Member
from graders.people.roster import Person
from release.papers.certificates.badge import badge_svg
from release.papers.certificates.certificate import certificate_list, certificate_numbers, certificate_of
from release.papers.certificates.certificate_page import verify_page
from release.papers.certificates.seal import NotSealedError, Seal, read_seal
from release.papers.organiser import Organiser
from release.papers.training import Attendee, Training, attendee_of
from release.papers.words import PaperError, PaperWords
from scenarios.loader import load_case
from tests.parts.report_class import CASE, HARMFUL, RIGHT, WRONG, Picks, part_of, played

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)
WORDS = PaperWords("id")
SITI = Person("p00", "Siti Rahmawati", "siti@contoh.org", "police", "NTT", "Kupang")
SETTLED = Organiser(training="Lokakarya", organiser="UPTD PPA", jp=16, address="https://contoh.go.id/v.html")


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return read_seal(tmp_path_factory.mktemp("segel") / "certificates.pem")


def training_of(picks: Picks = RIGHT, *, person: Person = SITI) -> Training:
    """A training in which one person chose `picks` in the small case, a draft."""
    part = part_of(load_case(CASE))
    member = Member(person.id)
    one = played(part, member, picks)
    cohort = Cohort("kelas", {part.case.id: part}, (member,), (one,), (), {part.case.id: 0})
    attendee = Attendee(person, practised=(part.case.id,))
    return Training("Lokakarya", SETTLED, (), (attendee,), cohort)


def test_a_certificate_says_the_same_whatever_was_chosen(seal: Seal) -> None:
    texts = []
    for picks in (RIGHT, WRONG, HARMFUL, {**RIGHT, "mendesak": None}):
        training = training_of(picks)
        one = certificate_of(training, training.attendees[0], WORDS, seal, number="001")
        texts.append((one.cases, one.skills, seal.content(one.code)))

    assert all(one == texts[0] for one in texts)


@pytest.mark.parametrize(("use", "practised"), [("practice", ("daftar-nilai",)), ("test", ())])
def test_a_form_of_a_test_is_no_case_that_was_practised(use: str, practised: tuple[str, ...]) -> None:
    part = part_of(load_case(CASE).model_copy(update={"use": use}))

    one = attendee_of(SITI, [played(part, Member(SITI.id), RIGHT)], "WIB")

    assert one.practised == practised
    assert len(one.days) == 1


def test_what_is_signed_is_what_is_printed_and_nothing_more(seal: Seal) -> None:
    training = training_of()
    one = certificate_of(training, training.attendees[0], WORDS, seal, number="001/PPA")

    content = seal.content(one.code)
    assert content["name"] == SITI.name
    assert content["number"] == "001/PPA"
    assert set(content) <= {
        *("name", "number", "training", "organiser", "place", "days", "jp", "cases", "skills"),
    }
    assert not {SITI.id, SITI.email} & {str(value) for value in content.values()}


def test_what_was_changed_or_signed_by_another_is_not_genuine(seal: Seal, tmp_path: Path) -> None:
    code = seal.code({"name": "Siti"})
    head, body, signature = code.split(".")
    other = read_seal(tmp_path / "other.pem")

    for forged in (
        other.code({"name": "Siti"}),
        f"{head}.{seal.code({'name': 'Budi'}).split('.')[1]}.{signature}",
        f"{head}.{body}.{signature[::-1]}",
        f"eyJhbGciOiJub25lIn0.{body}.",
        "",
    ):
        with pytest.raises(NotSealedError):
            seal.content(forged)


def test_a_seal_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "baru" / "certificates.pem"

    first = read_seal(file)

    assert read_seal(file) == first
    assert file.stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in repr(first)


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_file_that_is_no_key_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "certificates.pem"
    file.write_bytes(content)

    with pytest.raises(PaperError, match="P-256"):
        read_seal(file)

    assert file.read_bytes() == content


def test_whoever_has_no_name_or_played_nothing_to_its_end_gets_none() -> None:
    training = training_of()
    nameless, idle = Attendee(Person("p01"), practised=("daftar-nilai",)), Attendee(Person("p02", "Budi"))
    some = replace(training, attendees=(*training.attendees, nameless, idle))

    given = certificate_list(some)

    assert [one.person.id for one in given.attendees] == ["p00"]
    assert (given.without_name, given.without_play) == (("p01",), ("Budi (p02)",))
    assert certificate_list(some, ["p02"]).attendees == ()
    with pytest.raises(PaperError, match="p99"):
        certificate_list(some, ["p99"])


def test_a_running_number_stays_a_persons_own(tmp_path: Path) -> None:
    people = [Person("b"), Person("a")]

    first = certificate_numbers(tmp_path, "{n}/PPA", people)
    again = certificate_numbers(tmp_path, "{n}/PPA", [Person("c"), *reversed(people)])

    assert first == {"b": "001/PPA", "a": "002/PPA"}
    assert again == {**first, "c": "003/PPA"}
    assert certificate_numbers(tmp_path, None, people) == {"b": "", "a": ""}


def badge(seal: Seal, person: Person = SITI) -> tuple[str, OpenBadgeCredential]:
    training = training_of(HARMFUL, person=person)
    picture = badge_svg(training, training.attendees[0], WORDS, seal, now=NOW, salt=lambda: "garam")
    token = OB3Verifier.extract_token_from_svg(picture)
    return token, OB3Verifier(seal.public).verify(token)


def test_a_badge_verifies_offline_and_its_issuer_is_the_key_itself(seal: Seal) -> None:
    token, credential = badge(seal)

    assert credential.issuer.id == did_key_from_pem(seal.public)
    assert OB3Verifier.for_issuer_did(credential.issuer.id).verify(token).id == credential.id
    with pytest.raises(OB3VerificationError):
        OB3Verifier(seal.public).verify(f"{token[:-8]}AAAAAAAA")


def test_a_badge_names_its_owner_by_a_salted_hash_alone(seal: Seal) -> None:
    _, credential = badge(seal)
    written = json.dumps(credential.raw)

    assert (
        credential.identifiers[0].identity_hash == f"sha256${hash_email('siti@contoh.org', 'garam').decode()}"
    )
    assert not re.search("siti|rahmawati|p00|kupang", written, re.IGNORECASE)


def test_a_badge_of_somebody_without_an_e_mail_goes_by_the_name(seal: Seal) -> None:
    _, credential = badge(seal, replace(SITI, email=""))

    assert credential.identifiers[0].identity_type == "name"
    assert credential.identifiers[0].hashed


def test_a_badge_carries_no_result(seal: Seal) -> None:
    _, credential = badge(seal)

    assert credential.results == []
    assert credential.achievement.result_descriptions == []
    assert credential.achievement.tags


def test_the_page_that_verifies_holds_the_public_key_alone_and_reaches_no_network(seal: Seal) -> None:
    page = verify_page(seal)

    assert seal.jwk["x"] in page
    assert "PRIVATE" not in page
    assert '"d"' not in page
    assert re.search(r"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/=]+'", page)
    assert not re.search(r"fetch\(|XMLHttpRequest|src=|https?://", page)
