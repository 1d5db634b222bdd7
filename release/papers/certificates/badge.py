"""Open Badges 3.0: the certificate as a file that its owner can carry to other systems.

`openbadgeslib` makes and signs them. The recipient is named by a salted hash alone: whoever is shown the
badge and an e-mail address, or a name, can compare the two, and nobody can read one out of it. The issuer
is the seal's own key (``did:key``), so that a badge verifies with no network.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openbadgeslib.ob3 import (
    Achievement,
    IdentityObject,
    Issuer,
    OB3Signer,
    OpenBadgeCredential,
    did_key_from_pem,
)

from graders.people.roster import folded
from release.papers.certificates.certificate import case_titles, skill_codes, skill_names
from release.papers.certificates.seal import ALGORITHM, Seal
from release.papers.training import Attendee, Training
from release.papers.words import PaperWords

PICTURE = Path(__file__).parents[1] / "pages" / "badge.svg"


def badge_svg(  # noqa: PLR0913 -- what a badge is made of
    training: Training,
    one: Attendee,
    words: PaperWords,
    seal: Seal,
    *,
    now: datetime,
    salt: Callable[[], str],
) -> bytes:
    """The badge of one person: a picture with the signed credential in it. salt: drawn for each at random."""
    signer = OB3Signer(seal.private, algorithm=ALGORITHM)
    return bytes(
        signer.sign_into_svg(_credential(training, one, words, seal, now, salt()), PICTURE.read_bytes())
    )


def _credential(  # noqa: PLR0913, PLR0917 -- what a credential is made of
    training: Training, one: Attendee, words: PaperWords, seal: Seal, now: datetime, salt: str
) -> OpenBadgeCredential:
    did, organiser = did_key_from_pem(seal.public), training.organiser
    cases = words.list_of(case_titles(training, one, words))
    skills = words.list_of(skill_names(training, one, words)) if skill_codes(training, one) else "–"
    achievement = Achievement(
        id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{did}#{training.name}')}",
        name=training.name,
        description=words.t("badge_about"),
        criteria_narrative=words.t("badge_criteria", cases=cases, skills=skills),
        achievement_type="Certificate",
        credits_available=float(organiser.jp) if organiser.jp else None,
        tags=list(skill_codes(training, one)),
    )
    return OpenBadgeCredential(
        issuer=Issuer(id=did, name=organiser.organiser or training.name),
        recipient_id=None,
        achievement=achievement,
        issuance_date=now,
        identifiers=[_identity(one, salt)],
    )


def _identity(one: Attendee, salt: str) -> IdentityObject:
    if one.person.email:
        return IdentityObject.create(folded(one.person.email), salt)
    return IdentityObject.create(folded(one.person.name), salt, identity_type="name")
